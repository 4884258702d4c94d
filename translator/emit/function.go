package emit

import (
	"fmt"
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// function emits one function.
type function struct {
	u    *pack
	fn   *flow.Func
	g    *flow.Graph
	err  error
	uses []int // by value id
	// folded: values written as expressions at their only use, and the operations that make them.
	folded map[*flow.Value]*flow.Op
	// read: variables that some emitted expression reads. Go refuses variables that nobody reads.
	read map[*flow.Value]bool
	// declared: variables in the order of their first assignment.
	declared []*flow.Value
	known    map[*flow.Value]bool

	order   []*flow.Block
	next    map[*flow.Block]*flow.Block // the block emitted after a block
	labels  map[string]bool             // targeted labels
	tail    []jen.Code                  // out-of-line code, after the blocks
	traps   map[string]bool             // shared failure labels in use
	shadow  bool                        // the function saves roots
	saves   map[*flow.Op][]*flow.Value  // values saved around calls
	slots   slotCount                   // how many at most, by kind
	scratch bool                        // the function allocates
	pieces  int                         // numbers out-of-line pieces
	pos     descr.Pos

	// Variables for the callees of indirect calls, by type.
	callees     map[string]int
	calleeTypes []*jen.Statement
}

// EmitError is a graph that cannot be emitted.
type EmitError struct {
	Pos  descr.Pos
	Func string
	Why  string
}

func (e *EmitError) Error() string {
	return fmt.Sprintf("%s: cannot emit %s: %s (a gap in the translator, please report it)", e.Pos, e.Func, e.Why)
}

func (f *function) fail(pos descr.Pos, format string, args ...any) {
	if f.err == nil {
		f.err = &EmitError{pos, f.fn.Name, fmt.Sprintf(format, args...)}
	}
}

// function emits fn, or the wrapper of a host function, into file.
func (u *pack) function(file *jen.File, fn *flow.Func) error {
	defer flow.Locate(fn)
	if fn.Host {
		return u.hostFunction(file, fn)
	}
	if fn.Runtime != "" {
		return u.runtimeFunction(file, fn)
	}
	if fn.Graph == nil {
		return &EmitError{fn.Pos, fn.Name, "it has no body"}
	}
	f := &function{u: u, fn: fn, g: fn.Graph, read: map[*flow.Value]bool{}, known: map[*flow.Value]bool{},
		labels: map[string]bool{}, traps: map[string]bool{}, next: map[*flow.Block]*flow.Block{}, callees: map[string]int{}}
	f.countUses()
	f.chooseFolds()
	f.findSpills()
	f.layout()
	bodies := make([][]jen.Code, len(f.order))
	for i, b := range f.order {
		bodies[i] = f.block(b)
	}
	f.trapCode()
	if f.err != nil {
		return f.err
	}
	file.Func().Id(u.names[fn]).Params(f.params()...).Add(results(f.g.Results)).BlockFunc(func(body *jen.Group) {
		f.declare(body)
		for i, b := range f.order {
			if f.labels[label(b)] {
				body.Id(label(b)).Op(":")
			}
			for _, c := range bodies[i] {
				body.Add(c)
			}
		}
		for _, c := range f.tail {
			body.Add(c)
		}
	})
	return nil
}

func label(b *flow.Block) string { return "L" + strconv.Itoa(b.ID) }

func (f *function) params() []jen.Code {
	ps := []jen.Code{jen.Id("t").Op("*").Qual(pathThread, "Thread")}
	for _, p := range f.g.Entry().Params {
		f.known[p] = true
		ps = append(ps, jen.Id(local(p)).Add(goType(p.Kind)))
	}
	return ps
}

func results(kinds []op.Kind) *jen.Statement {
	if len(kinds) == 0 {
		return jen.Null()
	}
	types := make([]jen.Code, len(kinds))
	for i, k := range kinds {
		types[i] = goType(k)
	}
	if len(types) == 1 {
		return jen.Add(types[0])
	}
	return jen.Params(types...)
}

// declare writes the declarations. Go forbids jumping over one, so all stand on top.
func (f *function) declare(body *jen.Group) {
	for _, k := range []op.Kind{op.Int, op.Ref, op.Float} {
		var names []jen.Code
		for _, v := range f.declared {
			if v.Kind == k {
				names = append(names, jen.Id(local(v)))
			}
		}
		if len(names) > 0 {
			body.Var().List(names...).Add(goType(k))
		}
	}
	for _, v := range f.declared {
		if !f.read[v] {
			body.Id("_").Op("=").Id(local(v))
		}
	}
	for _, t := range trapVars {
		if f.traps[t.label] {
			body.Var().Id(t.vars).Int()
		}
	}
	if f.scratch {
		body.Var().Id("free").Uintptr()
	}
	for i, typ := range f.calleeTypes {
		body.Var().Id("callee" + strconv.Itoa(i)).Add(typ)
	}
	f.declareSaves(body)
	if f.shadow {
		body.Var().Id("shadow").Add(unsafePointer())
	}
}

// target names the variable a result is assigned to, "_" if nobody uses it.
func (f *function) target(v *flow.Value) *jen.Statement {
	if f.uses[v.ID] == 0 {
		return jen.Id("_")
	}
	if !f.known[v] {
		f.known[v] = true
		f.declared = append(f.declared, v)
	}
	return jen.Id(local(v))
}

func (f *function) countUses() {
	f.uses = make([]int, f.g.NumValues())
	f.g.EachUse(func(use **flow.Value) {
		if (*use).Const == nil {
			f.uses[(*use).ID]++
		}
	})
}

// chooseFolds picks the pure operations that are written at their only use. The use must be in the
// same block with nothing between that may collect: a folded expression's references are not in the
// roots of what lies between.
func (f *function) chooseFolds() {
	f.folded = map[*flow.Value]*flow.Op{}
	for _, b := range f.g.Blocks {
		fresh := map[*flow.Value]*flow.Op{} // foldable results since the last collection
		take := func(vs []*flow.Value) {
			for _, v := range vs {
				if v != nil && fresh[v] != nil && f.uses[v.ID] == 1 {
					f.folded[v] = fresh[v]
				}
			}
		}
		for _, o := range b.Ops {
			if !usesTwice(o) {
				take(o.Args)
			}
			if collects(o) {
				clear(fresh)
			}
			if foldable(o) {
				fresh[o.Results[0]] = o
			}
		}
		if b.Term != flow.Panic {
			take(b.Args)
		}
		for _, e := range b.Succs {
			take(e.Args)
		}
	}
}

// foldable: pure, one result, and no failure or movement matters.
func foldable(o *flow.Op) bool {
	if o.Code >= op.FirstPrivate || len(o.Results) != 1 {
		return false
	}
	switch o.Code {
	case op.ArrayLen, op.TypeIDOf: // read memory: their place is behind the check for nil
		return false
	}
	return o.Code.Has(op.Pure)
}

// usesTwice names the operations whose emitted form mentions an operand more than once, or needs a variable.
func usesTwice(o *flow.Op) bool {
	switch o.Code {
	case flow.CanEnterJit, flow.EnterPortal, flow.MergePoint, op.WriteBarrier, op.WriteBarrierItem:
		return true
	}
	return o.Code.Has(op.Check) || o.Code.Has(op.Allocates)
}

// layout orders the blocks so that most jumps go to the next one; Go's own layout does the rest.
func (f *function) layout() {
	var hot, cold []*flow.Block
	for _, b := range flow.ReversePostorder(f.g) {
		if b.Term == flow.Panic && b != f.g.Entry() {
			cold = append(cold, b)
		} else {
			hot = append(hot, b)
		}
	}
	f.order = append(hot, cold...)
	for i := 1; i < len(f.order); i++ {
		f.next[f.order[i-1]] = f.order[i]
	}
}

// block writes the operations and the terminator of b.
func (f *function) block(b *flow.Block) []jen.Code {
	var out []jen.Code
	for _, o := range b.Ops {
		if len(o.Results) == 1 && f.folded[o.Results[0]] != nil {
			continue
		}
		out = f.line(out, o.Pos)
		if o.Code == flow.ResumePortal {
			return append(out, f.resumePortal(b, o)...)
		}
		out = append(out, f.op(o)...)
	}
	out = f.line(out, b.Pos)
	return append(out, f.terminator(b)...)
}

// line adds a source position where it changes.
func (f *function) line(out []jen.Code, p descr.Pos) []jen.Code {
	if !f.u.opts.Lines || p.Line == 0 || p.Line == f.pos.Line && p.File == f.pos.File {
		return out
	}
	f.pos = p
	return append(out, jen.Comment("//line "+p.File+":"+strconv.Itoa(p.Line)))
}
