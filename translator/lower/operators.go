package lower

import (
	"go/token"
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// lowerOp lowers one operation.
func (fl *funcLowerer) lowerOp(o *flow.Op) {
	switch o.Code {
	case flow.GoBinOp:
		fl.lowerBinOp(o)
	case flow.GoUnOp:
		fl.lowerUnOp(o)
	case flow.GoConvert:
		fl.lowerConvert(o)
	case flow.GoChangeType:
		fl.lowerChangeType(o)
	case flow.GoAlloc:
		fl.lowerAlloc(o)
	case flow.GoLoad:
		fl.lowerLoad(o)
	case flow.GoStore:
		fl.lowerStore(o)
	case flow.GoFieldAddr:
		fl.lowerFieldAddr(o)
	case flow.GoField:
		fl.lowerField(o)
	case flow.GoIndexAddr:
		fl.lowerIndexAddr(o)
	case flow.GoIndex:
		fl.lowerIndex(o)
	case flow.GoLookup:
		fl.lowerLookup(o)
	case flow.GoMapUpdate:
		fl.lowerMapUpdate(o)
	case flow.GoSlice:
		fl.lowerSlice(o)
	case flow.GoMakeSlice:
		fl.lowerMakeSlice(o)
	case flow.GoMakeMap:
		fl.lowerMakeMap(o)
	case flow.GoMakeClosure:
		fl.lowerMakeClosure(o)
	case flow.GoMakeInterface:
		fl.lowerMakeInterface(o)
	case flow.GoChangeInterface:
		fl.set(o.Results[0], fl.get1(o.Args[0]))
	case flow.GoTypeAssert:
		fl.lowerTypeAssert(o)
	case flow.GoCall:
		fl.lowerCall(o)
	case flow.GoCallInterface:
		fl.lowerCallInterface(o)
	case flow.GoCallClosure:
		fl.lowerCallClosure(o)
	case flow.GoBuiltin:
		fl.lowerBuiltin(o)
	case flow.GoAppendItems:
		fl.lowerAppendItems(o)
	case flow.GoCheckAddr:
		fl.runChecks(fl.placeOf(o.Args[0]))
	case flow.GoRange:
		fl.lowerRange(o)
	case flow.GoNext:
		fl.lowerNext(o)
	case flow.GoSliceToArrayPtr:
		fl.lowerSliceToArray(o)
	case flow.GoHint:
		fl.lowerHint(o)
	default:
		fail(o.Pos, "please report it", "operation %s cannot be lowered", flow.OpName(o.Code))
	}
}

func (fl *funcLowerer) lowerBinOp(o *flow.Op) {
	tok := o.Aux.(token.Token)
	x, y := o.Args[0], o.Args[1]
	r := o.Results[0]
	if fl.concat[r] {
		return // part of a longer chain
	}
	switch tok {
	case token.EQL, token.NEQ:
		eq := fl.equalOperands(x, y)
		if tok == token.NEQ {
			eq = fl.not(eq)
		}
		fl.set(r, eq)
		return
	case token.SHL, token.SHR:
		t, _ := intTypeOf(x.Type)
		c, ok := intTypeOf(y.Type)
		if !ok {
			c = intType{width: 8}
		}
		fl.set(r, fl.shift(tok, t, c, fl.get1(x), fl.get1(y)))
		return
	}
	compare := tok == token.LSS || tok == token.LEQ || tok == token.GTR || tok == token.GEQ
	if t, ok := intTypeOf(x.Type); ok {
		if compare {
			fl.set(r, fl.intCompare(tok, t, fl.get1(x), fl.get1(y)))
		} else {
			fl.set(r, fl.intBinary(tok, t, fl.get1(x), fl.get1(y)))
		}
		return
	}
	if bits, ok := floatBits(x.Type); ok {
		if compare {
			fl.set(r, fl.int(floatCompares[tok], fl.get1(x), fl.get1(y)))
		} else {
			fl.set(r, fl.floatBinary(tok, bits, fl.get1(x), fl.get1(y)))
		}
		return
	}
	if bits, ok := complexBits(x.Type); ok {
		fl.set(r, fl.complexBinary(tok, bits, fl.get(x), fl.get(y))...)
		return
	}
	if isString(x.Type) {
		if compare {
			c := fl.rt("StringCompare", fl.get1(x), fl.get1(y))[0]
			fl.set(r, fl.int(intCompares[tok][0], c, flow.IntConst(0)))
		} else {
			fl.lowerConcat(o)
		}
		return
	}
	if b, ok := x.Type.Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
		fl.set(r, fl.intBinary(tok, intType{width: 8}, fl.get1(x), fl.get1(y)))
		return
	}
	fail(o.Pos, "see docs/dialect.md", "operator %s on %s is not in the dialect", tok, goName(x.Type))
}

func (fl *funcLowerer) lowerUnOp(o *flow.Op) {
	x := o.Args[0]
	if _, ok := complexBits(x.Type); ok {
		ws := fl.get(x)
		if o.Aux.(token.Token) == token.SUB {
			ws = []value{fl.float(op.FloatNeg, ws[0]), fl.float(op.FloatNeg, ws[1])}
		}
		fl.set(o.Results[0], ws...)
		return
	}
	v := fl.get1(x)
	switch tok := o.Aux.(token.Token); {
	case tok == token.NOT:
		v = fl.not(v)
	case tok == token.ADD:
	default:
		if t, ok := intTypeOf(x.Type); ok {
			v = fl.intUnary(tok, t, v)
		} else {
			v = fl.float(op.FloatNeg, v)
		}
	}
	fl.set(o.Results[0], v)
}

// not is the logical negation. A comparison just made for this purpose is turned around instead.
func (fl *funcLowerer) not(v value) value {
	if n, ok := constInt(v); ok {
		return flow.IntConst(1 - n)
	}
	if n := len(fl.cur.Ops); n > 0 {
		last := fl.cur.Ops[n-1]
		if len(last.Results) == 1 && last.Results[0] == v && v.Name == "" {
			if c := op.Negated(last.Code); c != op.Invalid {
				return fl.int(c, last.Args...)
			}
		}
	}
	return fl.int(op.IntIsZero, v)
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
