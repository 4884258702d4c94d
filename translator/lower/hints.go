package lower

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// lowerHint lowers a call of package framework.
func (fl *funcLowerer) lowerHint(o *flow.Op) {
	h := o.Aux.(flow.Hint)
	var args []value
	for _, a := range o.Args {
		args = append(args, fl.get(a)...)
	}
	switch h.Name {
	case "MergePoint", "CanEnterJit":
		code := flow.MergePoint
		if h.Name == "CanEnterJit" {
			code = flow.CanEnterJit
		}
		fl.nameGreens(o, h.Driver)
		fl.add(&flow.Op{Code: code, Args: args, Aux: h.Driver})
	case "Promote":
		args = fl.promote(args)
		if fl.flags[o.Args[0]] {
			fl.flags[o.Results[0]] = true
		}
		fl.set(o.Results[0], args...)
	case "PromoteString":
		fl.set(o.Results[0], fl.promoteString(args[0]))
	case "JitDebug":
		fl.add(&flow.Op{Code: op.JitDebug, Args: args})
	case "RecordExactClass":
		fl.recordExact(fl.l.dynamicOf(h.Type), args[0])
	case "IsVirtual":
		fl.set(o.Results[0], fl.int(op.IsVirtual, args[0]))
	case "IsConstant":
		var all value
		for _, w := range args {
			all = fl.and(all, fl.int(op.ForKind(op.IsConstantI, w.Kind), w))
		}
		fl.set(o.Results[0], orTrue(all))
	case "WeAreJitted":
		fl.set(o.Results[0], fl.int(op.WeAreJitted))
	case "IdentityHash":
		fl.set(o.Results[0], fl.choose(fl.isNil(args[0]), []kind{op.Int},
			func() []value { return []value{flow.IntConst(0)} },
			func() []value { return []value{fl.int(op.IdentityHash, args[0])} })[0])
	case "AddOvf", "SubOvf", "MulOvf":
		codes := map[string][2]op.Code{"AddOvf": {op.IntAdd, op.IntAddFits}, "SubOvf": {op.IntSub, op.IntSubFits}, "MulOvf": {op.IntMul, op.IntMulFits}}[h.Name]
		fl.set(o.Results[0], fl.int(codes[0], args[0], args[1]))
		fl.set(o.Results[1], fl.int(codes[1], args[0], args[1]))
	default:
		fail(o.Pos, "leave it out", "framework.%s is not supported yet", h.Name)
	}
}

// promote makes words constants of traces.
func (fl *funcLowerer) promote(ws []value) []value {
	out := make([]value, len(ws))
	for i, w := range ws {
		out[i] = fl.emit(op.ForKind(op.PromoteI, w.Kind), w.Kind, nil, w)
		if fl.isNonNilRef(w) {
			fl.learn(nonNil, out[i], nil)
		}
	}
	return out
}

// promoteString does that to a string, by its contents.
func (fl *funcLowerer) promoteString(w value) value {
	out := fl.emit(op.PromoteString, op.Ref, nil, w)
	if fl.isNonNil(w) {
		fl.learn(nonNil, out, nil)
	}
	return out
}

func (fl *funcLowerer) isNonNilRef(w value) bool { return w.Kind == op.Ref && fl.isNonNil(w) }

// nameGreens gives the words of the greens the driver's names, for logs.
func (fl *funcLowerer) nameGreens(o *flow.Op, d *flow.Driver) {
	for i, a := range o.Args {
		if d == nil || i >= len(d.Greens) {
			return
		}
		for k, w := range fl.get(a) {
			if w.Const == nil && w.Name == "" {
				w.Name = joinName(d.Greens[i], fl.l.shapeOf(a.Type).leaves[k].name)
			}
		}
	}
}
