package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/gc/thread"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// canEnterJit writes the entry into the JIT: with the JIT on, the passage is counted, and if the
// merge point is hot or compiled, the JIT takes over and comes back with new values of the variables
// or with the results of the portal. All of that is out of line; the dispatch loop pays one test.
//
// tick is the method of the portal that counts.
func (f *function) canEnterJit(o *flow.Op, tick string) []jen.Code {
	d := o.Aux.(*flow.Driver)
	entry, back := f.piece("enter"), f.piece("entered")
	var left, right []jen.Code
	for i, r := range o.Results {
		if f.uses[r.ID] == 0 {
			continue
		}
		left = append(left, f.target(r))
		right = append(right, f.use(o.Args[i]))
	}
	var out []jen.Code
	if len(left) > 0 {
		out = append(out, jen.List(left...).Op("=").List(right...))
	}
	threads, jit := f.u.prog.Table.Threads, !f.u.opts.NoJit
	wanted := jen.Id("t").Dot("JitOn")
	switch {
	case threads && jit:
		wanted = wanted.Op("|").Id("t").Dot("Actions")
	case threads:
		wanted = jen.Id("t").Dot("Actions")
	case !jit:
		return out
	}
	out = append(out, jen.If(wanted.Op("!=").Lit(0)).Block(jen.Goto().Id(entry)), jen.Id(back).Op(":"))

	f.tail = append(f.tail, jen.Id(entry).Op(":"))
	f.tail = append(f.tail, f.lease(d, o, tick, back)...)
	// The slots also keep the variables while Tick runs; kept in Go's, they would be stored at the loop's head (see spill.go).
	stores, n := f.toSlots(o.Args, slotCount{})
	f.tail = append(f.tail, stores...)
	if threads {
		refs := func(n int) *jen.Statement { return jen.Id("t").Dot("RefArgs").Op("=").Lit(n) }
		f.tail = append(f.tail, jen.If(jen.Id("t").Dot("Actions").Op("!=").Lit(0)).Block(refs(n.r), jen.Qual(pathSupport, "Act").Call(jen.Id("t")), refs(0)))
	}
	count := jen.Qual(pathSupport, "Portal").Dot(tick).Call(jen.Id("t"), jen.Lit(d.Index))
	if threads {
		count = jen.Id("t").Dot("JitOn").Op("!=").Lit(0).Op("&&").Add(count)
	}
	if jit {
		f.tail = append(f.tail, jen.If(count).BlockFunc(func(then *jen.Group) {
			if n.r > 0 {
				then.Id("t").Dot("RefArgs").Op("=").Lit(n.r)
			}
			then.If(jen.Qual(pathSupport, "Portal").Dot("Enter").Call(jen.Id("t"), jen.Lit(d.Index)).Op("==").Qual(pathJitgen, "Done")).Block(
				jen.Return(fromSlots("Res", f.g.Results)...))
		}))
	}
	kinds := make([]op.Kind, len(o.Results))
	for i, r := range o.Results {
		kinds[i] = r.Kind
	}
	for i, x := range fromSlots("Arg", kinds) {
		if f.uses[o.Results[i].ID] > 0 {
			f.tail = append(f.tail, f.target(o.Results[i]).Op("=").Add(x))
		}
	}
	f.tail = append(f.tail, jen.Goto().Id(back))
	return out
}

// lease writes the test whether the passage has been counted ahead (package warm): then the JIT is not called.
func (f *function) lease(d *flow.Driver, o *flow.Op, tick, back string) []jen.Code {
	if tick != "Tick" || d.Desc == nil || f.u.opts.NoJit {
		return nil
	}
	factor, key := uint64(thread.LeaseFactor), jen.Lit(0)
	for i, g := range d.Desc.Greens {
		var word *jen.Statement
		switch g.Kind {
		case op.Int:
			word = f.unsigned(o.Args[i])
		case op.Ref:
			word = f.word(o.Args[i])
		default:
			return nil
		}
		if i > 0 {
			key = jen.Parens(key).Op("*").Lit(factor)
		} else {
			// JitOn is 1 here: without a variable, constant greens would make it a constant that overflows.
			key = jen.Id("t").Dot("JitOn").Op("*").Lit(uint64(d.Index+1) * factor)
		}
		key = key.Op("^").Uint64().Call(word)
	}
	counted := jen.Id("t").Dot("Lease").Op("!=").Lit(0)
	if f.u.prog.Table.Threads { // somebody may wait for the turn
		counted = counted.Op("&&").Id("t").Dot("Actions").Op("==").Lit(0)
	}
	return []jen.Code{jen.If(counted.Op("&&").Id("t").Dot("LeaseKey").Op("==").Add(key)).Block(
		jen.Id("t").Dot("Lease").Op("--"), jen.Goto().Id(back))}
}

// resumePortal writes the test at the portal's beginning whether it shall start at its merge point; then the variables are
// in the slots. The flag is the condition of the block's branch, and nothing else, so it is not written at all.
func (f *function) resumePortal(b *flow.Block, o *flow.Op) []jen.Code {
	d, flag := o.Aux.(*flow.Driver), o.Results[0]
	if b.Ops[len(b.Ops)-1] != o || b.Term != flow.Branch || b.Args[0] != flag || f.uses[flag.ID] != 1 {
		f.fail(o.Pos, "the question whether the portal is resumed is not the last of its block")
		return nil
	}
	kinds := make([]op.Kind, len(o.Results)-1)
	for i, r := range o.Results[1:] {
		kinds[i] = r.Kind
	}
	// Out of line, by way of a label: the variables are not set where nobody resumes.
	resume := f.piece("resume")
	f.tail = append(f.tail, jen.Id(resume).Op(":"),
		jen.List(jen.Id("t").Dot("ResumePortal"), jen.Id("t").Dot("RefArgs")).Op("=").List(jen.Lit(0), jen.Lit(0)))
	for i, x := range fromSlots("Arg", kinds) {
		if r := o.Results[1+i]; f.uses[r.ID] > 0 {
			f.tail = append(f.tail, f.target(r).Op("=").Add(x))
		}
	}
	f.tail = append(f.tail, f.edge(b, b.Succs[0], false)...)
	out := []jen.Code{jen.If(jen.Id("t").Dot("ResumePortal").Op("==").Lit(d.Index + 1)).Block(jen.Goto().Id(resume))}
	return append(out, f.edge(b, b.Succs[1], true)...)
}

// slotCount counts the slots taken, by kind.
type slotCount struct{ i, r, f int }

// max makes n at least m.
func (n *slotCount) max(m slotCount) { n.i, n.r, n.f = max(n.i, m.i), max(n.r, m.r), max(n.f, m.f) }

func (n *slotCount) next(k op.Kind) (array string, index int) {
	switch k {
	case op.Ref:
		n.r++
		return "R", n.r - 1
	case op.Float:
		n.f++
		return "F", n.f - 1
	}
	n.i++
	return "I", n.i - 1
}

// toSlots writes the stores of values into the argument slots.
func (f *function) toSlots(vs []*flow.Value, n slotCount) ([]jen.Code, slotCount) {
	var out []jen.Code
	for _, v := range vs {
		array, i := n.next(v.Kind)
		x := f.use(v)
		switch v.Kind {
		case op.Ref:
			x = f.word(v)
		case op.Int:
			x = jen.Int64().Call(x)
		}
		out = append(out, slot("Arg"+array, i).Op("=").Add(x))
	}
	return out, n
}

// fromSlots writes the reads of slots of the given kinds.
func fromSlots(area string, kinds []op.Kind) []jen.Code {
	var n slotCount
	out := make([]jen.Code, len(kinds))
	for j, k := range kinds {
		array, i := n.next(k)
		x := slot(area+array, i)
		switch k {
		case op.Ref:
			x = unsafePointer().Call(x)
		case op.Int:
			x = jen.Int().Call(x)
		}
		out[j] = x
	}
	return out
}

func slot(array string, i int) *jen.Statement {
	return jen.Id("t").Dot(array + "[" + strconv.Itoa(i) + "]")
}
