package lower

import (
	"go/token"
	"go/types"

	"kiln/translator/flow"
)

func (fl *funcLowerer) lowerBuiltin(o *flow.Op) {
	switch name := o.Aux.(string); name {
	case "len":
		fl.set(o.Results[0], fl.length(o.Args[0]))
	case "cap":
		fl.set(o.Results[0], fl.capacity(o.Args[0]))
	case "append":
		if len(o.Args) == 1 {
			fl.set(o.Results[0], fl.get(o.Args[0])...)
			return
		}
		fl.lowerAppendSlice(o)
	case "copy":
		fl.lowerCopy(o)
	case "clear":
		if underIs[*types.Map](o.Args[0].Type) {
			fl.clearMap(o.Args[0])
			return
		}
		fl.clearSlice(o.Args[0])
	case "delete":
		fl.lowerDelete(o)
	case "complex", "real", "imag":
		fl.complexBuiltin(o, name)
	case "print", "println":
		fl.lowerPrint(o, name == "println")
	case "min", "max":
		fl.lowerMinMax(o, name)
	case "kiln:number":
		fl.set(o.Results[0], fl.funcNumber(o.Args[0]))
	case flow.CheckPlace:
		fl.runChecks(fl.placeOf(o.Args[0]))
	case "ssa:wrapnilchk":
		v := fl.get1(o.Args[0])
		fl.checkNil(v)
		fl.set(o.Results[0], v)
	default:
		fail(o.Pos, "use the host package's output functions", "builtin %s is not supported yet", name)
	}
}

func (fl *funcLowerer) length(x value) value {
	switch t := x.Type.Underlying().(type) {
	case *types.Basic:
		return fl.stringLen(fl.stringObject(fl.get1(x)))
	case *types.Slice:
		if fl.l.isFixedArray(x.Type) {
			return fl.fixedLen(fl.get1(x), fl.l.arrayOf(t.Elem()))
		}
		return fl.get(x)[2]
	case *types.Map:
		return fl.mapLen(fl.get1(x))
	case *types.Array:
		return flow.IntConst(t.Len())
	case *types.Pointer:
		return flow.IntConst(t.Elem().Underlying().(*types.Array).Len())
	}
	fail(fl.pos, "", "len of %s", goName(x.Type))
	return nil
}

func (fl *funcLowerer) capacity(x value) value {
	if underIs[*types.Slice](x.Type) && !fl.l.isFixedArray(x.Type) {
		return fl.get(x)[3]
	}
	return fl.length(x)
}

func (fl *funcLowerer) lowerMinMax(o *flow.Op, name string) {
	t := o.Results[0].Type
	best := fl.get1(o.Args[0])
	for _, a := range o.Args[1:] {
		best = fl.extreme(name, t, best, fl.get1(a))
	}
	fl.set(o.Results[0], best)
}

// extreme is the smaller or larger of two. Of equal strings either will do; floats have signed zeros and NaN.
func (fl *funcLowerer) extreme(name string, t types.Type, x, y value) value {
	tok := token.LSS
	if name == "max" {
		tok = token.GTR
	}
	k := fl.l.shapeOf(t).leaves[0].Kind
	var first value
	switch it, isInt := intTypeOf(t); {
	case isInt:
		first = fl.intCompare(tok, it, x, y)
	case isString(t):
		c := fl.rt("StringCompare", x, y)[0]
		first = fl.int(intCompares[tok][0], c, flow.IntConst(0))
	case name == "min":
		return fl.rt("FloatMin", x, y)[0]
	default:
		return fl.rt("FloatMax", x, y)[0]
	}
	return fl.choose(first, []kind{k}, func() []value { return []value{x} }, func() []value { return []value{y} })[0]
}

func (fl *funcLowerer) lowerRange(o *flow.Op) {
	lv := fl.locals.byValue[o.Results[0]]
	fl.locals.now[lv] = []value{fl.get1(o.Args[0]), flow.IntConst(0)}
	lv.typ = o.Args[0].Type
}

func (fl *funcLowerer) lowerNext(o *flow.Op) {
	lv := fl.locals.byValue[o.Args[0]]
	if isStr, _ := o.Aux.(bool); isStr {
		fl.nextRune(o, lv)
		return
	}
	fl.nextEntry(o, lv)
}
