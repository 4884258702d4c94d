package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

const hostPrint = "kiln/framework/host.Eprint"

// lowerPrint is the builtin print or println: one text to standard error.
func (fl *funcLowerer) lowerPrint(o *flow.Op, newline bool) {
	text := fl.textConst("")
	add := func(s value) { text = fl.rt("Concat2", text, s)[0] }
	for i, a := range o.Args {
		if i > 0 && newline {
			add(fl.textConst(" "))
		}
		add(fl.printed(a.Type, fl.get(a)))
	}
	if newline {
		add(fl.textConst("\n"))
	}
	f := fl.l.byName[hostPrint]
	if f == nil {
		fail(o.Pos, "please report it", "function %s is missing", hostPrint)
	}
	fl.callFunc(f, []value{text})
}

// printed is the text of a value as Go's runtime prints it.
func (fl *funcLowerer) printed(t types.Type, ws []value) value {
	address := func(w value) value {
		n := fl.choose(fl.isNil(w), []kind{op.Int},
			func() []value { return []value{flow.IntConst(0)} },
			func() []value { return []value{fl.int(op.IdentityHash, w)} })[0]
		return fl.rt("HexText", fl.int(op.IntMul, n, flow.IntConst(16)))[0]
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return fl.stringObject(ws[0])
		case u.Info()&types.IsBoolean != 0:
			return fl.rt("BoolText", ws[0])[0]
		case u.Info()&types.IsComplex != 0:
			return fl.rt("ComplexText", ws[0], ws[1])[0]
		case u.Info()&types.IsFloat != 0:
			return fl.rt("FloatText", ws[0])[0]
		case u.Kind() == types.UntypedNil:
			return fl.textConst("nil")
		case u.Info()&types.IsUnsigned != 0:
			return fl.rt("UintText", ws[0])[0]
		}
		return fl.rt("IntText", ws[0])[0]
	case *types.Interface:
		n := fl.rt("HexText", fl.typeID(ws[0]))[0]
		return fl.rt("Concat4", fl.rt("Concat2", fl.textConst("("), n)[0], fl.textConst(","), address(ws[0]), fl.textConst(")"))[0]
	case *types.Slice:
		if len(ws) == 4 {
			n := fl.rt("Concat4", fl.textConst("["), fl.rt("IntText", ws[2])[0], fl.textConst("/"), fl.rt("IntText", ws[3])[0])[0]
			return fl.rt("Concat3", n, fl.textConst("]"), address(ws[0]))[0]
		}
	}
	return address(ws[0])
}
