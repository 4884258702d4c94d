package emit

import (
	"github.com/dave/jennifer/jen"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// call writes a direct or an indirect call, with its live references on the shadow stack if the
// callee may collect.
func (f *function) call(o *flow.Op) []jen.Code {
	args := []jen.Code{jen.Id("t")}
	operands := o.Args
	var callee *jen.Statement
	if o.Code == flow.Call {
		fn := o.Aux.(*flow.Func)
		callee = jen.Id(f.u.callee(fn))
	} else {
		callee = f.indirect(o)
		operands = o.Args[1:]
	}
	for _, a := range operands {
		args = append(args, f.use(a))
	}
	stmt := callee.Call(args...)
	if len(o.Results) > 0 {
		var left []jen.Code
		for _, r := range o.Results {
			left = append(left, f.target(r))
		}
		stmt = jen.List(left...).Op("=").Add(stmt)
	}
	if !collects(o) {
		return []jen.Code{stmt}
	}
	return f.rooted(o.Roots, stmt)
}

// indirect writes the function value at an index of the table of functions, in the type of the call.
func (f *function) indirect(o *flow.Op) *jen.Statement {
	d, ok := o.Descr.(*descr.Call)
	if !ok {
		f.fail(o.Pos, "indirect call without a descriptor")
		return jen.Id("_")
	}
	types := []jen.Code{jen.Op("*").Qual(pathThread, "Thread")}
	for _, k := range d.Args {
		types = append(types, goType(k))
	}
	at := jen.Qual("unsafe", "Add").Call(jen.Qual(pathSupport, "Functions"), f.variable(o.Args[0]).Op("*").Lit(8))
	return jen.Parens(jen.Op("*").Parens(jen.Op("*").Func().Params(types...).Add(results(d.Results))).Parens(at))
}

// rooted wraps a statement that may collect: the references go to the shadow stack and come back from there, moved or not.
// Where the stack ends is asked of the thread before and after: kept in a variable it would take a register in every loop,
// and the callee leaves it as it was.
func (f *function) rooted(roots []*flow.Value, stmt ...jen.Code) []jen.Code {
	if len(roots) == 0 {
		return stmt
	}
	f.shadow = true
	var out []jen.Code
	slot := func(i int) *jen.Statement {
		if i == 0 {
			return jen.Id("shadow")
		}
		return jen.Qual("unsafe", "Add").Call(jen.Id("shadow"), jen.Lit(8*i))
	}
	top := func() *jen.Statement { return jen.Id("t").Dot("ShadowTop") }
	size := 8 * len(roots)
	out = append(out, jen.Id("shadow").Op("=").Add(unsafePointer()).Call(top()))
	for i, v := range roots {
		out = append(out, load("uintptr", slot(i)).Op("=").Uintptr().Call(f.use(v)))
	}
	out = append(out, top().Op("=").Uintptr().Call(jen.Id("shadow")).Op("+").Lit(size))
	out = append(out, stmt...)
	out = append(out, jen.Id("shadow").Op("=").Qual("unsafe", "Add").Call(unsafePointer().Call(top()), jen.Lit(-size)))
	for i, v := range roots {
		out = append(out, jen.Id(local(v)).Op("=").Op("*").Parens(jen.Op("*").Add(unsafePointer())).Parens(slot(i)))
	}
	return append(out, top().Op("=").Uintptr().Call(jen.Id("shadow")))
}

// allocate writes a bump allocation; the slow path is out of line.
//
//	v = unsafe.Pointer(t.NurseryFree)
//	free = t.NurseryFree + size
//	if free > t.NurseryTop { goto slow }
//	more:
//	t.NurseryFree = free
//	header, length
//
// The slow way does all of this itself and lets it be done once more: so the usual way has nothing between the test and where
// the two meet, or Go would put the slow way there, and a jump around it.
func (f *function) allocate(o *flow.Op) []jen.Code {
	f.scratch = true
	v := o.Results[0]
	if f.uses[v.ID] == 0 {
		f.uses[v.ID]++ // the header is stored through the variable
	}
	f.target(v)
	f.read[v] = true
	slow, more := f.piece("slow"), f.piece("more")
	nursery := func() *jen.Statement { return jen.Id("t").Dot("NurseryFree") }

	var t *layout.Type
	switch d := o.Descr.(type) {
	case *descr.Size:
		t = d.Type
	case *descr.Array:
		t = d.Type
	}
	var length *flow.Value
	if o.Code == op.NewArray {
		length = o.Args[0]
	}
	f.labels[slow] = true
	object := jen.Id(local(v))
	out := []jen.Code{
		object.Clone().Op("=").Add(unsafePointer()).Call(nursery()),
		jen.Id("free").Op("=").Add(nursery()).Op("+").Add(f.objectSize(t, length)),
		jen.If(jen.Id("free").Op(">").Id("t").Dot("NurseryTop")).Block(jen.Goto().Id(slow)),
		jen.Id(more).Op(":"),
		nursery().Op("=").Id("free"),
		load("uint64", object).Op("=").Id(headerLiteral(t)),
	}
	heap := jen.Qual(pathSupport, "Heap").Dot("AllocSlow").Call(jen.Id("t"), jen.Lit(t.ObjectSize(0)), jen.Id(headerLiteral(t)))
	if length != nil {
		out = append(out, load("int", jen.Qual("unsafe", "Add").Call(object, jen.Lit(t.LenOffset))).Op("=").Add(f.use(length)))
		heap = jen.Qual(pathSupport, "Heap").Dot("AllocArraySlow").Call(jen.Id("t"), jen.Lit(int(t.ID)), f.use(length))
	}
	f.tail = append(f.tail, jen.Id(slow).Op(":"))
	f.tail = append(f.tail, f.saved(o, f.rooted(o.Roots, object.Clone().Op("=").Add(heap)))...)
	f.tail = append(f.tail, jen.Id("free").Op("=").Add(nursery()), jen.Goto().Id(more))
	return out
}

// objectSize is the rounded size of an object in bytes; length is nil for structs.
func (f *function) objectSize(t *layout.Type, length *flow.Value) *jen.Statement {
	switch {
	case length == nil:
		return jen.Lit(t.ObjectSize(0))
	case length.Const != nil && length.Const.Bits < 1<<20:
		return jen.Lit(t.ObjectSize(int(length.Const.Bits)))
	}
	items := f.variable(length)
	if t.ItemSize != 1 {
		items = items.Op("*").Lit(t.ItemSize)
	}
	return jen.Parens(jen.Uintptr().Call(items).Op("+").Lit(t.Size + layout.Align - 1)).Op("&^").Lit(layout.Align - 1)
}
