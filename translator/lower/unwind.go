package lower

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Programs that defer or recover raise panics through package unwind, see translator/load/defers.go.

const unwindPath = rtPath + "/unwind"

// unwinding is a function of package unwind, nil if the program does not need it.
func (l *lowerer) unwinding(name string) *flow.Func { return l.byName[unwindPath+"."+name] }

// funcNumber is the index of a function: a constant, or in a function value, whose wrapper forwards it.
func (fl *funcLowerer) funcNumber(f value) value {
	if f.Const != nil && f.Const.Func != nil {
		return flow.IntConst(int64(f.Const.Func.Index))
	}
	c := fl.get1(f)
	return fl.choose(fl.isNil(c), []kind{op.Int},
		func() []value { return []value{flow.IntConst(-1)} },
		func() []value { return []value{fl.getField(c, fl.l.funcBase.fields[0])} })[0]
}

// raise ends the block with panic(v), v being an interface value.
func (fl *funcLowerer) raise(v, w value) {
	if f := fl.l.unwinding("Raise"); f != nil && !fl.isPlainText(v) {
		fl.call(f, w)
		fl.trap(flow.TrapUnreachable, nil)
		return
	}
	fl.trap(flow.TrapExplicit, nil, fl.panicText(v, w))
}

// isPlainText: package unwind itself raises texts.
func (fl *funcLowerer) isPlainText(v value) bool {
	return fl.owner.Name == unwindPath+".again" || fl.owner.Name == unwindPath+".Top"
}

// fault ends the block with the panic of a failed assertion.
func (b *builder) fault(text value) {
	b.raiseText("Fault", text)
}

// runtimeError ends the block with another run-time error.
func (b *builder) runtimeError(text value) { b.raiseText("RaiseError", text) }

func (b *builder) raiseText(name string, text value) {
	if f := b.l.unwinding(name); f != nil {
		b.call(f, text)
		b.trap(flow.TrapUnreachable, nil)
		return
	}
	b.trap(flow.TrapExplicit, nil, text)
}
