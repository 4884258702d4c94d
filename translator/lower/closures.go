package lower

import (
	"fmt"
	"go/types"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// makeFuncBase makes the type that all closures begin with: the function's index.
func (l *lowerer) makeFuncBase() {
	s := &shape{align: 1}
	s.word(op.Int, 8, true, "fn", plain)
	s.leaves[0].Immutable = true
	l.funcBase = l.newObject("func", s, nil)
}

// closureOf is the type of closures of f: function, captured words.
func (l *lowerer) closureOf(f *flow.Func) *object {
	if o := l.closures[f]; o != nil {
		return o
	}
	s := &shape{align: 1}
	s.field(l.funcBase.shape, "", "")
	s.leaves[0].name = "fn"
	for i, t := range f.FreeVars {
		s.field(l.shapeOf(t), fmt.Sprintf("captured%d", i), `kiln:"immutable"`)
	}
	o := l.newObject("closure("+f.Name+")", s, l.funcBase)
	l.closures[f] = o
	return o
}

func (fl *funcLowerer) lowerMakeClosure(o *flow.Op) {
	f := o.Aux.(*flow.Func)
	if len(f.FreeVars) == 0 {
		fl.set(o.Results[0], flow.PrebuiltRef(fl.l.funcValue(f)))
		return
	}
	obj := fl.l.closureOf(f)
	v := fl.emit(op.New, op.Ref, obj.size)
	fl.learn(nonNil, v, nil)
	fl.setField(v, obj.fields[0], flow.IntConst(int64(f.Index)))
	leaf := 1
	for _, x := range o.Args {
		for _, w := range fl.get(x) {
			fl.setField(v, obj.fields[leaf], w)
			leaf++
		}
	}
	fl.set(o.Results[0], v)
}

// funcValue is the prebuilt closure of a plain function.
func (l *lowerer) funcValue(f *flow.Func) *descr.Prebuilt {
	if p := l.funcValues[f]; p != nil {
		return p
	}
	w := l.newFunc(f.Name+" as value", append([]kind{op.Ref}, f.Call.Args...), f.Call.Results)
	w.Unit = f.Unit
	w.Pos, w.Sig = f.Pos, withoutRecv(f.Sig)
	l.isValue[w] = true
	b, params := l.newBuilder(w)
	if f.Recovers {
		b.call(l.unwinding("Forward"), flow.IntConst(int64(w.Index)), flow.IntConst(int64(f.Index)))
	}
	b.ret(b.callFunc(f, params[1:])...)
	p := l.newPrebuilt(l.funcBase.typ.ID, "func "+f.Name)
	p.Words = []descr.Word{{Field: l.funcBase.fields[0], Bits: uint64(w.Index)}}
	l.funcValues[f] = p
	return p
}

// withoutRecv is the signature of a function as a value.
func withoutRecv(sig *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
}

func (fl *funcLowerer) lowerCallClosure(o *flow.Op) {
	callee := o.Args[0]
	var args []value
	for _, a := range o.Args[1:] {
		args = append(args, fl.get(a)...)
	}
	if callee.Const != nil && callee.Const.Func != nil {
		fl.setResults(o, fl.callFunc(callee.Const.Func, args))
		return
	}
	c := fl.get1(callee)
	if f := fl.madeBy(callee); f != nil {
		fl.setResults(o, fl.call(f, append([]value{c}, args...)...))
		return
	}
	fl.checkNil(c)
	index := fl.getField(c, fl.l.funcBase.fields[0])
	sig := callee.Type.Underlying().(*types.Signature)
	ws := fl.callIndirect(index, fl.l.closureCall(sig), append([]value{c}, args...)...)
	fl.cur.Ops[len(fl.cur.Ops)-1].Aux = withoutRecv(sig) // package hints finds the callees by it
	fl.setResults(o, ws)
}

// madeBy is the function of a closure made in this function, nil if unknown.
func (fl *funcLowerer) madeBy(v value) *flow.Func {
	for _, b := range fl.src.Blocks {
		for _, o := range b.Ops {
			if o.Code == flow.GoMakeClosure && o.Results[0] == v {
				if f := o.Aux.(*flow.Func); len(f.FreeVars) > 0 {
					return f
				}
			}
		}
	}
	return nil
}

// closureCall describes calls of function values of a signature.
func (l *lowerer) closureCall(sig *types.Signature) *descr.Call {
	key := withoutRecv(sig)
	if c, ok := l.closureCalls.At(key).(*descr.Call); ok {
		return c
	}
	args, results := l.signatureKinds(sig)
	c := l.newCall("value "+goName(key), -1, append([]kind{op.Ref}, args...), results)
	l.closureCalls.Set(key, c)
	return c
}
