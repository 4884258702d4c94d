package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Package fmt calls Error and String methods of nil pointers too, and prints <nil> if they panic. Translated fmt catches no panics: a
// program whose printing catches them would have full guards in its traces. But a method that follows a nil receiver at once, without
// any effect before, can be recognised, and need not be called. Others are called; what they raise passes through, as from any receiver.

// textMethods are the methods that fmt may call, by the number that the patched package fmt uses.
var textMethods = []string{"Error", "String", "GoString", "Format"}

// nilReceiver is the body of reflect.nilReceiver(x, method): x is a nil pointer, whose method panics at once.
func nilReceiver(fl *funcLowerer, t *dynamicType, ws, args []value) {
	if t.plain != nil {
		for k, name := range textMethods {
			if fl.l.failsOnNil(t.typ, name) {
				fl.unless(fl.int(op.IntEq, args[0], flow.IntConst(int64(k))), func() { fl.ret(fl.int(op.PtrIsZero, ws[0])) })
			}
		}
	}
	fl.ret(flow.IntConst(0))
}

// nilText says whether fmt shows more than <nil> of a nil pointer of a type.
func (l *lowerer) nilText(t types.Type) bool {
	for _, name := range textMethods {
		if f, _, _ := types.LookupFieldOrMethod(t, false, nil, name); f != nil && !l.failsOnNil(t, name) {
			return true
		}
	}
	return false
}

// failsOnNil says whether a method of a pointer type panics at once if the pointer is nil.
func (l *lowerer) failsOnNil(t types.Type, name string) bool {
	obj, path, _ := types.LookupFieldOrMethod(t, false, nil, name)
	m, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	if len(path) > 1 || !underIs[*types.Pointer](m.Type().(*types.Signature).Recv().Type()) {
		return true // it is followed to find the receiver
	}
	f := l.declared(t, name)
	return f != nil && f.Graph != nil && followsAtOnce(f.Graph, 0, 3)
}

// followsAtOnce says whether a function fails if its k-th parameter is nil, before it has done anything that can be seen.
func followsAtOnce(g *flow.Graph, k, depth int) bool {
	if depth == 0 {
		return false
	}
	p, defs := g.Entry().Params[k], flow.Definitions(g)
	seen := map[*flow.Block]bool{}
	for b := g.Entry(); !seen[b]; {
		seen[b] = true
		for _, o := range b.Ops {
			switch {
			case o.Code == op.CheckNil && o.Args[0] == p:
				return true
			case o.Code == flow.Call:
				return follows(o, p, depth-1)
			case o.Code == op.New, o.Code == op.NewArray, o.Code.Has(op.Pure), o.Code.Has(op.ReadsHeap) && !o.Code.Has(op.WritesHeap), o.Code.Has(op.Check):
			case o.Code == op.SetField, o.Code == op.SetArrayItem, o.Code == op.SetInterior: // of what was made here
				if made := defs[o.Args[0]]; made == nil || made.Code != op.New && made.Code != op.NewArray {
					return false
				}
			default:
				return false
			}
		}
		switch b.Term {
		case flow.Jump:
			b = b.Succs[0].To
		case flow.Branch:
			switch c := defs[b.Args[0]]; {
			case c != nil && c.Code == op.PtrIsZero && c.Args[0] == p:
				b = b.Succs[0].To
			case c != nil && c.Code == op.PtrNonzero && c.Args[0] == p:
				b = b.Succs[1].To
			default:
				return false
			}
		case flow.Panic:
			return true
		default:
			return false
		}
	}
	return false
}

// follows says whether a call fails at once since an operand is nil.
func follows(o *flow.Op, p value, depth int) bool {
	f := o.Aux.(*flow.Func)
	for i, a := range o.Args {
		if a == p && f.Graph != nil && i < len(f.Graph.Entry().Params) && followsAtOnce(f.Graph, i, depth) {
			return true
		}
	}
	return false
}
