package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// terminator writes how a block ends.
func (f *function) terminator(b *flow.Block) []jen.Code {
	switch b.Term {
	case flow.Jump:
		return f.edge(b, b.Succs[0], true)
	case flow.Branch:
		return f.branch(b)
	case flow.Switch:
		return f.switchOn(b)
	case flow.Return:
		values := make([]jen.Code, len(b.Args))
		for i, v := range b.Args {
			values[i] = f.use(v)
		}
		return []jen.Code{jen.Return(values...)}
	}
	return f.panics(b)
}

// edge writes the assignments of an edge and, unless the target comes next, the jump.
func (f *function) edge(from *flow.Block, e flow.Edge, last bool) []jen.Code {
	var out []jen.Code
	var left, right []jen.Code
	for i, p := range e.To.Params {
		if p == e.Args[i] || f.uses[p.ID] == 0 {
			continue
		}
		left = append(left, f.target(p))
		right = append(right, f.use(e.Args[i]))
	}
	if len(left) > 0 {
		// One tuple assignment: the parameters may be among the arguments.
		out = append(out, jen.List(left...).Op("=").List(right...))
	}
	if !last || f.next[from] != e.To {
		out = append(out, f.jump(label(e.To)))
	}
	return out
}

func (f *function) jump(to string) *jen.Statement {
	f.labels[to] = true
	return jen.Goto().Id(to)
}

// branch puts the jump into the if and lets the other side follow.
func (f *function) branch(b *flow.Block) []jen.Code {
	yes, no := b.Succs[0], b.Succs[1]
	var cond *jen.Statement
	if f.next[b] == yes.To && f.next[b] != no.To {
		cond = f.negatedCond(b.Args[0])
		yes, no = no, yes
	} else {
		cond = f.cond(b.Args[0])
	}
	out := []jen.Code{jen.If(cond).Block(f.edge(b, yes, false)...)}
	return append(out, f.edge(b, no, true)...)
}

// switchOn writes a Go switch; Go makes a jump table of dense cases. Cases that go the same way are one clause.
func (f *function) switchOn(b *flow.Block) []jen.Code {
	last := len(b.Succs) - 1
	var clauses []jen.Code
	done := make([]bool, last)
	for i := range b.Cases {
		if done[i] || sameEdge(b.Succs[i], b.Succs[last]) {
			continue
		}
		var cases []jen.Code
		for j := i; j < last; j++ {
			if !done[j] && sameEdge(b.Succs[i], b.Succs[j]) {
				done[j] = true
				cases = append(cases, jen.Id(strconv.FormatInt(b.Cases[j], 10)))
			}
		}
		clauses = append(clauses, jen.Case(cases...).Block(f.edge(b, b.Succs[i], false)...))
	}
	x := f.use(b.Args[0])
	if b.Args[0].Const != nil {
		x = hide(op.Int, x)
	}
	out := []jen.Code{jen.Switch(x).Block(clauses...)}
	return append(out, f.edge(b, b.Succs[last], true)...)
}

func sameEdge(a, b flow.Edge) bool {
	if a.To != b.To {
		return false
	}
	for i := range a.Args {
		x, y := a.Args[i], b.Args[i]
		if x != y && !(x.Const != nil && y.Const != nil && x.Kind == y.Kind && x.Const.Bits == y.Const.Bits && x.Const.Prebuilt == y.Const.Prebuilt) {
			return false
		}
	}
	return true
}

// panics writes a Panic terminator.
func (f *function) panics(b *flow.Block) []jen.Code {
	raise := func(call *jen.Statement) []jen.Code {
		return []jen.Code{call, jen.Panic(jen.Lit("kiln: unreachable"))}
	}
	switch b.Trap {
	case flow.TrapExplicit:
		return raise(jen.Qual(pathSupport, "ExplicitPanic").Call(f.use(b.Args[0])))
	case flow.TrapAssert:
		want, _ := b.Aux.(string)
		return raise(jen.Qual(pathSupport, "AssertPanic").Call(f.use(b.Args[0]), jen.Lit(want)))
	case flow.TrapNil:
		return raise(jen.Qual(pathTrap, "Nil").Call())
	case flow.TrapMessage:
		text, _ := b.Aux.(string)
		return raise(jen.Qual(pathTrap, "Message").Call(jen.Lit(text)))
	case flow.TrapRefuse:
		text, _ := b.Aux.(string)
		return raise(jen.Qual(pathTrap, "Refuse").Call(jen.Lit(text)))
	}
	return []jen.Code{jen.Panic(jen.Lit("kiln: unreachable"))}
}

// trapVars are the shared failure labels and the variables their reports take.
var trapVars = []struct {
	label, vars string
	args        []string
	name        string
}{
	{"failIndex", "index0, index1", []string{"index0", "index1"}, "Index"},
	{"failSlice", "slice0, slice1, slice2", []string{"slice0", "slice1", "slice2"}, "Slice"},
	{"failSliceLen", "part0, part1, part2", []string{"part0", "part1", "part2"}, "SliceLen"},
}

var plainTraps = []struct{ label, name string }{
	{"failNil", "Nil"}, {"failDivide", "Divide"}, {"failShift", "Shift"}, {"failLen", "MakeSlice"},
}

// trapCode writes the failure labels in use at the end of the function. Each ends in a real panic:
// after a call that may return, Go would keep values alive that the dispatch loop then spills.
func (f *function) trapCode() {
	add := func(label, name string, args ...jen.Code) {
		if f.traps[label] {
			f.tail = append(f.tail, jen.Id(label).Op(":"), jen.Qual(pathTrap, name).Call(args...), jen.Panic(jen.Lit("kiln: unreachable")))
		}
	}
	for _, t := range trapVars {
		var args []jen.Code
		for _, a := range t.args {
			args = append(args, jen.Id(a))
		}
		add(t.label, t.name, args...)
	}
	for _, t := range plainTraps {
		add(t.label, t.name)
	}
}

// trap writes the jump to a shared failure label; args go into its variables.
func (f *function) trap(label string, cond *jen.Statement, args ...jen.Code) jen.Code {
	f.traps[label] = true
	var body []jen.Code
	for _, t := range trapVars {
		if t.label == label {
			var left []jen.Code
			for _, a := range t.args {
				left = append(left, jen.Id(a))
			}
			body = append(body, jen.List(left...).Op("=").List(args...))
		}
	}
	return jen.If(cond).Block(append(body, jen.Goto().Id(label))...)
}
