package emit

import (
	"fmt"
	"strconv"

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
	var stmts []jen.Code
	var callee *jen.Statement
	if o.Code == flow.Call {
		fn := o.Aux.(*flow.Func)
		callee = jen.Id(f.u.callee(fn))
	} else {
		name := f.functionVariable(o)
		if f.err != nil {
			return nil
		}
		callee = jen.Id(name)
		stmts = append(stmts, jen.Id(name).Op("=").Add(f.indirect(o)))
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
	stmts = append(stmts, stmt)
	if !collects(o) {
		return stmts
	}
	return f.rooted(o.Roots, stmts...)
}

// functionVariable is the variable that an indirect call takes the function from, one for each type of function. In an
// expression Go would give each call a variable of its own, and look through the whole function, several times,
// for what else is assigned to it: half of the time to compile a dispatch loop.
func (f *function) functionVariable(o *flow.Op) string {
	d, ok := o.Descr.(*descr.Call)
	if !ok {
		f.fail(o.Pos, "indirect call without a descriptor")
		return "_"
	}
	key := fmt.Sprint(d.Args, d.Results)
	n, ok := f.callees[key]
	if !ok {
		n = len(f.calleeTypes)
		f.callees[key] = n
		f.calleeTypes = append(f.calleeTypes, functionType(d))
	}
	return "callee" + strconv.Itoa(n)
}

func functionType(d *descr.Call) *jen.Statement {
	types := []jen.Code{jen.Op("*").Qual(pathThread, "Thread")}
	for _, k := range d.Args {
		types = append(types, goType(k))
	}
	return jen.Func().Params(types...).Add(results(d.Results))
}

// indirect writes the function value at an index of the table of functions, in the type of the call.
func (f *function) indirect(o *flow.Op) *jen.Statement {
	at := jen.Qual("unsafe", "Add").Call(jen.Qual(pathSupport, "Functions"), f.variable(o.Args[0]).Op("*").Lit(8))
	return jen.Op("*").Parens(jen.Op("*").Add(functionType(o.Descr.(*descr.Call)))).Parens(at)
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
