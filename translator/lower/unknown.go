package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Functions of package sort and errors on values whose types they do not know, see reflect.go.

// swapItems exchanges two elements of a slice. sort gives indices that are in range.
func swapItems(fl *funcLowerer, t *dynamicType, ws, args []value) {
	u, ok := t.typ.Underlying().(*types.Slice)
	if !ok { // package sort has asked
		fl.ret()
		return
	}
	a := fl.l.arrayOf(u.Elem())
	at := func(i value) value {
		if len(ws) == 4 {
			return fl.plus(ws[1], i)
		}
		return i
	}
	i, j := at(args[0]), at(args[1])
	fl.learn(nonNil, ws[0], nil)
	x, y := fl.loadItem(a, ws[0], i), fl.loadItem(a, ws[0], j)
	for k, loc := range a.items {
		if leaf := a.shape.leaves[k]; leaf.role == ownedArray {
			saved := fl.copyArray(x[k], leaf.typ)
			fl.copyInto(x[k], y[k], leaf.typ)
			fl.copyInto(y[k], saved, leaf.typ)
			continue
		}
		fl.setItem(ws[0], i, loc, y[k])
		fl.setItem(ws[0], j, loc, x[k])
	}
	fl.ret()
}

// What assign returns, as the patched package internal/reflectlite knows it.
const (
	notAssignable = iota
	assigned
	noPointer
	noError
)

// assignError sets the variable that a pointer of type t points to, if it can hold an error that is not nil.
func assignError(fl *funcLowerer, t *dynamicType, ws, args []value) {
	answer := func(n int64) { fl.ret(flow.IntConst(n)) }
	ptr, ok := t.typ.Underlying().(*types.Pointer)
	if !ok {
		answer(noPointer)
		return
	}
	fl.unless(fl.isNil(ws[0]), func() { answer(noPointer) })
	fl.learn(nonNil, ws[0], nil)
	err, elem := args[0], ptr.Elem()
	fl.learn(nonNil, err, nil)
	errorType := types.Universe.Lookup("error").Type()
	set := func(words []value) {
		fl.store(fl.refPlace(ws[0], elem), words)
		answer(assigned)
	}
	switch {
	case types.IsInterface(elem):
		fl.unless(fl.holds(err, errorType, elem), func() { set([]value{err}) })
	case !types.Implements(elem, errorType.Underlying().(*types.Interface)):
		answer(noError)
		return
	default:
		d := fl.l.dynamicOf(elem)
		id := fl.typeID(err)
		fl.unless(fl.int(op.IntEq, id, flow.IntConst(int64(d.id))), func() { set(fl.fromInterface(elem, err)) })
		if d.wrap != nil {
			fl.unless(fl.isBox(d, id), func() { set([]value{fl.inBox(d, err)}) })
		}
	}
	answer(notAssignable)
}
