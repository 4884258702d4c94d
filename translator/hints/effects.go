// Package hints makes hints hold over a whole program, and computes what later stages may assume about it.
//
// Input: a lowered flow.Program. Output: a quasi_write before every store to a quasi-immutable field (quasi.go); Effects of every descr.Call: of each function, and of each call through
// a dispatch table or a function value. Emitted code saves roots only around calls that collect, and the JIT's
// heap caches forget only what a call writes, so precision pays.
//
// Must not import load, emit or anything of the run time but jitgen/op and jitgen/descr. Build time only.
package hints

import (
	"go/types"
	"math/bits"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Effects fills Effects of all calls of a lowered program. It may be called again after graphs have changed.
//
// A function's effects are those of its operations and of its callees; a least fixpoint over the call graph, from
// below. Calls through a dispatch table reach the table's functions; calls of function values reach every
// function that is stored into a closure and has the signature. Accesses to an object that the function itself has just
// made do not count: its caller, to whom effects matter, knows nothing yet about that object.
func Effects(p *flow.Program) {
	a := &analysis{prog: p, words: (len(p.Table.Locs) + 63) / 64, sites: map[*descr.Call]*summary{}, under: p.Table.Under()}
	a.findValues()
	a.funcs = make([]*summary, len(p.Funcs))
	for i, f := range p.Funcs {
		a.funcs[i] = a.newSummary()
		a.funcs[i].elidable = f.Hints.Elidable || f.Hints.ElidablePromote
	}
	for i, f := range p.Funcs {
		a.collect(f, a.funcs[i])
	}
	a.solve()
	for i, f := range p.Funcs {
		f.Call.Effects = a.funcs[i].effects()
	}
	for c, s := range a.sites {
		c.Effects = s.effects()
	}
}

// locSet is a set of memory locations.
type locSet []uint64

func (s locSet) add(l descr.Loc) { s[l/64] |= 1 << (l % 64) }

// union adds t and says whether s grew.
func (s locSet) union(t locSet) bool {
	grown := false
	for i, w := range t {
		if w&^s[i] != 0 {
			s[i] |= w
			grown = true
		}
	}
	return grown
}

func (s locSet) list() []descr.Loc {
	var out []descr.Loc
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			out = append(out, descr.Loc(i*64+bits.TrailingZeros64(w)))
		}
	}
	return out
}

// summary is the effects of a function or of a kind of call.
type summary struct {
	reads, writes                          locSet
	collects, panics, arbitrary, entersJit bool
	invalidates, forces                    bool
	elidable                               bool
	callers                                []*summary
}

// anything: functions of the program run that are not known here, or other threads.
func (s *summary) anything() {
	s.arbitrary, s.collects, s.panics, s.entersJit, s.invalidates, s.forces = true, true, true, true, true, true
}

func (s *summary) effects() descr.Effects {
	e := descr.Effects{Elidable: s.elidable, Collects: s.collects, Panics: s.panics, Arbitrary: s.arbitrary, EntersJit: s.entersJit,
		Invalidates: s.invalidates, Forces: s.forces}
	if !s.arbitrary {
		e.Reads, e.Writes = s.reads.list(), s.writes.list()
	}
	return e
}

// absorb adds a callee's effects and says whether there were new ones.
func (s *summary) absorb(callee *summary) bool {
	grown := s.reads.union(callee.reads)
	grown = s.writes.union(callee.writes) || grown
	or := func(x *bool, y bool) {
		if y && !*x {
			*x, grown = true, true
		}
	}
	or(&s.collects, callee.collects)
	or(&s.panics, callee.panics)
	or(&s.arbitrary, callee.arbitrary)
	or(&s.entersJit, callee.entersJit)
	or(&s.invalidates, callee.invalidates)
	or(&s.forces, callee.forces)
	return grown
}

type analysis struct {
	prog   *flow.Program
	words  int
	funcs  []*summary // by function index
	sites  map[*descr.Call]*summary
	under  map[descr.Loc]descr.Loc // the locations under those of immutable views
	values []*flow.Func            // functions stored into closures
	isVal  map[int64]bool
}

func (a *analysis) newSummary() *summary {
	return &summary{reads: make(locSet, a.words), writes: make(locSet, a.words)}
}

// findValues finds the functions that closures hold: what is stored into the function field, at run time or in
// prebuilt objects.
func (a *analysis) findValues() {
	a.isVal = map[int64]bool{}
	add := func(f *descr.Field, index int64) {
		if f.Owner.Name == "func" && f.Name == "fn" && !a.isVal[index] {
			a.isVal[index] = true
			a.values = append(a.values, a.prog.Funcs[index])
		}
	}
	for _, f := range a.prog.Funcs {
		if f.Graph == nil {
			continue
		}
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				if fd, ok := o.Descr.(*descr.Field); ok && o.Code == op.SetField && o.Args[1].Const != nil && fd.Kind == op.Int {
					add(fd, int64(o.Args[1].Const.Bits))
				}
			}
		}
	}
	for _, p := range a.prog.Table.Prebuilt {
		for _, w := range p.Words {
			add(w.Field, int64(w.Bits))
		}
	}
}

// solve propagates effects from callees to callers until nothing changes.
func (a *analysis) solve() {
	var work []*summary
	queued := map[*summary]bool{}
	push := func(s *summary) {
		if !queued[s] {
			queued[s] = true
			work = append(work, s)
		}
	}
	for _, s := range a.funcs {
		push(s)
	}
	for len(work) > 0 {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		queued[s] = false
		for _, c := range s.callers {
			if c.absorb(s) {
				push(c)
			}
		}
	}
	for _, s := range a.sites {
		s.elidable = s.elidable && !s.arbitrary
	}
}

// collect takes the effects of a function's own operations and notes its callees.
func (a *analysis) collect(f *flow.Func, s *summary) {
	if f.Host {
		a.host(f, s)
		return
	}
	switch f.Runtime {
	case "":
	case "try": // it calls any function of no parameters
		s.anything()
		return
	case "force": // it writes back what compiled code keeps to itself
		s.collects, s.forces = true, true
		a.virtualizable(s)
		return
	case "nextFinalizer": // it also has the host close the values of dead handles
		if len(a.prog.Closers) > 0 {
			s.anything()
		}
		return
	case "switchThread": // others run meanwhile
		s.arbitrary, s.collects, s.invalidates = true, true, true
		return
	case "startThread": // the thread begins at another's next turn
		return
	default: // known to nobody else
		return
	}
	if f.Graph == nil {
		return
	}
	lookups := methodLookups(f.Graph)
	fresh := map[*flow.Value]bool{}
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			if o.Code == op.New || o.Code == op.NewArray {
				fresh[o.Results[0]] = true
			}
		}
	}
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			if !touchesFresh(o, fresh) {
				a.operation(o, s, lookups)
			}
		}
		s.panics = s.panics || b.Term == flow.Panic && b.Trap != flow.TrapUnreachable
	}
}

// touchesFresh says whether an operation only accesses an object made in the same function.
func touchesFresh(o *flow.Op, fresh map[*flow.Value]bool) bool {
	switch o.Code {
	case op.GetFieldI, op.GetFieldR, op.GetFieldF, op.SetField, op.GetArrayItemI, op.GetArrayItemR, op.GetArrayItemF,
		op.SetArrayItem, op.GetInteriorI, op.GetInteriorR, op.GetInteriorF, op.SetInterior, op.ArrayClear:
		return fresh[o.Args[0]]
	}
	return false
}

func (a *analysis) operation(o *flow.Op, s *summary, lookups map[*flow.Value]*descr.Dispatch) {
	switch o.Code {
	case flow.Call:
		callee := a.funcs[o.Aux.(*flow.Func).Index]
		callee.callers = append(callee.callers, s)
	case flow.CallIndirect:
		site := a.site(o, lookups[o.Args[0]])
		site.callers = append(site.callers, s)
	case flow.MergePoint, flow.CanEnterJit, flow.EnterPortal:
		if a.prog.Table.Threads { // others may have their turns
			s.arbitrary, s.invalidates = true, true
		}
		s.collects, s.entersJit, s.panics = true, true, true
	case op.QuasiWrite:
		s.invalidates = true
	default:
		info := o.Code.Info()
		a.memory(o.Descr, info.Flags, s)
		s.collects = s.collects || info.Flags&op.Allocates != 0
		s.panics = s.panics || info.Flags&op.Check != 0
	}
}

// memory adds the locations that an operation reads and writes. An operation on a whole array of structs touches
// all fields of its items; who reads through an immutable view reads what is under it.
func (a *analysis) memory(d descr.Descr, flags op.Flag, s *summary) {
	loc, ok := d.(descr.Location)
	if !ok || flags&(op.ReadsHeap|op.WritesHeap) == 0 {
		return
	}
	if arr, ok := d.(*descr.Array); ok && arr.From != nil {
		a.memory(arr.From, flags&op.ReadsHeap, s)
		a.memory(arr.Of, flags&op.WritesHeap, s)
		return
	}
	add := func(l descr.Loc) {
		if flags&op.ReadsHeap != 0 {
			s.reads.add(l)
		}
		if flags&op.WritesHeap != 0 {
			s.writes.add(l)
		}
	}
	add(loc.Location())
	if under, ok := a.under[loc.Location()]; ok {
		add(under)
	}
	if arr, ok := d.(*descr.Array); ok && arr.Kind == op.Void {
		for _, l := range a.prog.Table.Locs {
			if in, ok := l.(*descr.Interior); ok && in.Array == arr {
				add(in.Loc)
			}
		}
	}
}

// site is the summary of calls with one descriptor: of all functions they may reach.
func (a *analysis) site(o *flow.Op, d *descr.Dispatch) *summary {
	c := o.Descr.(*descr.Call)
	if s := a.sites[c]; s != nil {
		return s
	}
	s := a.newSummary()
	a.sites[c] = s
	reached, all := a.reached(o, d)
	if !all {
		s.anything()
		return s
	}
	s.elidable = true
	for _, f := range reached {
		callee := a.funcs[f.Index]
		callee.callers = append(callee.callers, s)
		s.elidable = s.elidable && callee.elidable
	}
	return s
}

// reached lists the functions that an indirect call may reach, by way of a method table if there is one; not all of them if the call is
// neither of a method nor of a function value that lowering has marked.
func (a *analysis) reached(o *flow.Op, d *descr.Dispatch) (list []*flow.Func, all bool) {
	if d != nil {
		seen := map[int32]bool{-1: true}
		for _, i := range d.Table {
			if !seen[i] {
				seen[i] = true
				list = append(list, a.prog.Funcs[i])
			}
		}
		return list, true
	}
	sig, ok := o.Aux.(*types.Signature)
	if !ok {
		return nil, false
	}
	for _, f := range a.values {
		if compatible(f, o.Descr.(*descr.Call), sig) {
			list = append(list, f)
		}
	}
	return list, true
}

// compatible says whether a call of a function value may reach f: the same signature, or the same kinds of words where
// Go's signature is not known.
func compatible(f *flow.Func, c *descr.Call, sig *types.Signature) bool {
	if f.Sig != nil {
		return types.Identical(f.Sig.Params(), sig.Params()) && types.Identical(f.Sig.Results(), sig.Results())
	}
	return f.Call.SameKinds(c)
}

// host: the function runs outside, on copies. It reads the strings and reads and writes the items of the slices it is
// given; making results that are objects may collect. One that lets other threads run, or calls back, may do anything.
func (a *analysis) host(f *flow.Func, s *summary) {
	s.panics = true
	if f.Sig != nil && a.prog.Opens(f) {
		s.anything()
		return
	}
	for _, k := range f.Call.Results {
		s.collects = s.collects || k == op.Ref
	}
	if f.Sig == nil {
		return
	}
	for v := range f.Sig.Params().Variables() {
		switch t := v.Type().Underlying().(type) {
		case *types.Slice:
			if elem, ok := t.Elem().Underlying().(*types.Basic); ok {
				s.collects = s.collects || elem.Info()&types.IsString != 0 // those that the host has exchanged are copied back
				a.items("[]"+types.Typ[elem.Kind()].Name(), op.ReadsHeap|op.WritesHeap, s)
			} else {
				s.arbitrary = true // the boundary passes slices of scalars only
			}
		case *types.Basic:
			if t.Info()&types.IsString != 0 {
				a.items("string", op.ReadsHeap, s)
			}
		}
	}
}

// virtualizable adds the virtualizable fields and the items of the arrays in them.
func (a *analysis) virtualizable(s *summary) {
	for _, l := range a.prog.Table.Locs {
		if f, ok := l.(*descr.Field); ok && f.Virtualizable {
			a.memory(f, op.ReadsHeap|op.WritesHeap, s)
		}
		if arr, ok := l.(*descr.Array); ok && a.prog.FrameArrays[arr] {
			a.memory(arr, op.ReadsHeap|op.WritesHeap, s)
		}
	}
}

// items adds the items of arrays of a type, by name.
func (a *analysis) items(name string, flags op.Flag, s *summary) {
	for _, arr := range a.prog.Table.Arrays {
		if arr != nil && arr.Type.Name == name {
			a.memory(arr, flags, s)
		}
	}
}
