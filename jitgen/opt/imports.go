package opt

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// imports are what a peeled body may take over from its preamble besides the variables: results of pure operations,
// checks that passed, and contents of memory (RPython's short preamble). The body starts with them in its
// tables. One that it uses becomes an assumption of the label: its value is an argument more, and whoever jumps there
// must have computed it for the new variables. At the end of the body that must already be so; one
// that is not is banned, and the body is optimised anew. So nothing is ever computed for the label's sake only.
//
// A value of the preamble can be several things at once, say the sum of two variables and the contents of a field.
// Each is an import of its own, and at the jump all used ones must agree.
type imports struct {
	run    *run
	own    trace.Ref // values from here on are the body's
	list   []imported
	extra  []trace.Ref // values that became label arguments, in order
	facts  map[trace.Ref]facts
	banned int
	relied int // changes when something new is used
}

// imported is one import: what a pure operation yields; if loc is set, what a location contains; or a range of indices.
type imported struct {
	code     op.Code
	descr    descr.Descr
	args     []trace.Ref
	loc      descr.Location
	value    trace.Ref // None for checks
	isUsed   bool
	banned   bool
	isReader bool // code is a call that only reads
	// isRange: operand 0 plus everything from all[0] to all[1] is an index below operand 1. Only lo to hi is used.
	isRange bool
	all     [2]int64
	lo, hi  int64
}

// used notes that the body relies on an import.
func (m *imports) used(i int32) {
	if !m.list[i].isUsed {
		m.list[i].isUsed = true
		m.relied++
	}
}

// activate makes a value of the preamble an argument of the label.
func (m *imports) activate(v trace.Ref) {
	if i := &m.run.info[v]; !i.is(active) {
		i.flags |= active
		m.extra = append(m.extra, v)
	}
}

// exportImports collects what can be said with label arguments, constants, and other imports as operands.
// leaves are the label arguments. r is the run of the preamble, at its end, flushed.
func (r *run) exportImports(leaves []trace.Ref) *imports {
	x := &exporter{r: r, m: &imports{facts: map[trace.Ref]facts{}, list: make([]imported, 0, len(r.pure.entries))}, known: make([]bool, len(r.out.Kinds))}
	for _, v := range leaves {
		x.known[v] = true
	}
	x.pureDone = make([]bool, len(r.pure.entries))
	x.readerDone = make([]bool, len(r.readers))
	x.heapDone = map[[2]int]bool{}
	for x.progress = true; x.progress; {
		x.progress = false
		x.pureEntries()
		x.heapEntries()
		x.readerEntries()
	}
	x.exportRanges(leaves)
	return x.m
}

type exporter struct {
	r        *run
	m        *imports
	known    []bool // by value: can be named in the body
	pureDone []bool
	// readerDone is by reader.
	readerDone []bool
	heapDone   map[[2]int]bool
	progress   bool
}

// name is an operand as the body knows it.
func (x *exporter) name(v trace.Ref) (trace.Ref, bool) {
	if v == trace.None {
		return v, true
	}
	v = x.r.resolve(v)
	return v, v.IsConst() || x.known[v]
}

func (x *exporter) take(i imported) {
	if i.value != trace.None {
		i.value = x.r.resolve(i.value)
		if i.value >= 0 {
			x.known[i.value] = true
			x.m.facts[i.value] = x.r.factsOf(i.value)
		}
	}
	x.m.list = append(x.m.list, i)
	x.progress = true
}

func (x *exporter) pureEntries() {
next:
	for i := range x.r.pure.entries {
		e := &x.r.pure.entries[i]
		if x.pureDone[i] || e.value != trace.None && x.r.virtualOf(x.r.resolve(e.value)) != nil {
			continue
		}
		for _, a := range e.operands() {
			if _, ok := x.name(a); !ok {
				continue next
			}
		}
		args := x.r.list(len(e.operands()))
		constant := true
		for j, a := range e.operands() {
			args[j], _ = x.name(a)
			constant = constant && args[j].IsConst()
		}
		x.pureDone[i] = true
		if constant && !e.code.Has(op.Call) || isGetResult(e.code) && args[1].IsConst() {
			continue // folds; or is ambiguous: the result of more than one call
		}
		x.take(imported{code: e.code, descr: e.descr, args: args, value: e.value})
	}
}

func (x *exporter) heapEntries() {
	h := &x.r.heap
	for _, l := range h.touched {
		for i := range h.lists[l] {
			e := &h.lists[l][i]
			obj, ok1 := x.name(e.obj)
			index, ok2 := x.name(e.index)
			if !ok1 || !ok2 || x.heapDone[[2]int{int(l), i}] || x.r.virtualOf(x.r.resolve(e.value)) != nil {
				continue
			}
			x.heapDone[[2]int{int(l), i}] = true
			x.take(imported{loc: e.loc, args: []trace.Ref{obj, index}, value: e.value})
		}
	}
}

// begin starts the run of a body: variables first, then the imports that are not banned. It returns the variables.
func (m *imports) begin(r *run, s *state) []trace.Ref {
	m.run, m.own, m.extra = r, trace.Ref(len(r.out.Kinds)), nil
	r.entry = m
	vars := r.assumeState(s)
	for v, f := range m.facts {
		if !r.info[v].is(active) {
			r.assume(v, f)
		}
	}
	for i := range m.list {
		e := &m.list[i]
		e.isUsed = false
		switch {
		case e.banned:
		case e.isRange:
			if v := r.resolve(e.args[0]); v >= 0 {
				r.ranges = append(r.ranges, inRange{v, r.resolve(e.args[1]), e.all[0], e.all[1], int32(i)})
			}
		case e.isReader:
			r.addReader(e.descr.(*descr.Call), e.args, e.value, int32(i))
		case e.loc != nil:
			r.heap.add(entry{loc: e.loc, obj: e.args[0], index: e.args[1], value: e.value, imported: int32(i)})
			r.noteElsewhere(e.loc, e.value, int32(i)+1)
		default:
			r.pure.add(e.code, e.descr, e.args, e.value, int32(i))
			if e.code == op.IntAdd && e.value >= 0 && !r.info[e.value].is(linear) {
				r.noteLinear(e.code, e.args, e.value, int32(i)+1)
			}
		}
	}
	return vars
}

// ban removes an import for the next attempt.
func (m *imports) ban(i int) {
	m.list[i].banned = true
	m.banned++
}

// settleImports finds, at the end of a body, the new values of the imports it used. jump has the new values of
// label arguments and is extended. It reports whether all are there; if not, the culprits are banned
// or their facts weakened, for the next attempt.
func (m *imports) settleImports(jump map[trace.Ref]trace.Ref) bool {
	settled := make([]bool, len(m.list))
	fine := true
	for progress := true; progress; {
		progress = false
		for i := range m.list {
			e := &m.list[i]
			if !e.isUsed || settled[i] || e.isRange {
				continue
			}
			args, ok := m.renamed(e.args, jump)
			if !ok {
				continue
			}
			settled[i], progress = true, true
			fine = m.settle(i, args, jump) && fine
		}
	}
	for i := range m.list {
		if e := &m.list[i]; e.isUsed && !settled[i] && !e.isRange {
			m.ban(i)
			fine = false
		}
	}
	return m.settleRanges(jump) && fine
}

// settleRanges settles the ranges of indices. To show one may use more of others, or of itself, so it ends when a
// round uses nothing new.
func (m *imports) settleRanges(jump map[trace.Ref]trace.Ref) bool {
	for {
		relied := m.relied
		for i := range m.list {
			e := &m.list[i]
			if !e.isUsed || !e.isRange {
				continue
			}
			args, ok := m.renamed(e.args, jump)
			if !ok || !m.run.rangeHolds(e, args) {
				m.ban(i)
				return false
			}
		}
		if m.relied == relied {
			return true
		}
	}
}

func (m *imports) renamed(args []trace.Ref, jump map[trace.Ref]trace.Ref) ([]trace.Ref, bool) {
	list := make([]trace.Ref, len(args))
	for i, a := range args {
		if a >= 0 {
			v, ok := jump[a]
			if !ok {
				return nil, false
			}
			a = m.run.resolve(v)
		}
		list[i] = a
	}
	return list, true
}

// settle finds the new value of import i, whose operands are args in the next iteration.
func (m *imports) settle(i int, args []trace.Ref, jump map[trace.Ref]trace.Ref) bool {
	e := &m.list[i]
	value, ok := m.run.lookup(e, args)
	if !ok || e.value.IsConst() && value != e.value {
		m.ban(i)
		return false
	}
	if e.value < 0 {
		return true
	}
	if old, ok := jump[e.value]; ok {
		if m.run.resolve(old) != value {
			m.ban(i)
			return false
		}
		return true
	}
	jump[e.value] = value
	if have := m.run.factsOf(value); !have.implies(m.facts[e.value]) {
		m.facts[e.value] = m.facts[e.value].meet(have)
		return false
	}
	return true
}

// lookup finds what an import stands for with other operands, without emitting anything.
func (r *run) lookup(e *imported, args []trace.Ref) (trace.Ref, bool) {
	if e.isRange {
		return trace.None, r.rangeHolds(e, args)
	}
	if e.loc != nil {
		l := e.loc.Location()
		i := r.contents(l, args[0], args[1])
		if i < 0 {
			return trace.None, false
		}
		found := &r.heap.lists[l][i]
		if found.imported != none {
			r.entry.used(found.imported)
		}
		return r.resolve(found.value), true
	}
	if e.isReader {
		found := r.findReader(e.descr, args)
		if found == nil {
			return trace.None, false
		}
		return r.resolve(r.hitReader(found)), true
	}
	if isGetResult(e.code) && args[1].IsConst() {
		return trace.None, false
	}
	if e.code.Has(op.Commutative) {
		p := operation{trace.Op{Code: e.code, Args: args}}
		orderOperands(r, &p)
	}
	found := r.pure.find(e.code, e.descr, args)
	if found == nil {
		return trace.None, false
	}
	v := r.hit(found)
	if found.value == trace.None {
		return trace.None, true
	}
	return v, true
}
