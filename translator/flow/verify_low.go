package flow

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

func (v *verifier) privateOp(i int, o *Op, p *privateInfo) {
	if p.high != (v.level == High) {
		v.fail("%s is not a %s-level operation", p.name, v.level)
		return
	}
	if len(o.Args) < p.minArgs || p.maxArgs >= 0 && len(o.Args) > p.maxArgs {
		v.fail("%s has %d operands", p.name, len(o.Args))
		return
	}
	if len(o.Results) < p.minRes || p.maxRes >= 0 && len(o.Results) > p.maxRes {
		v.fail("%s has %d results", p.name, len(o.Results))
		return
	}
	switch o.Code {
	case Call:
		f, ok := o.Aux.(*Func)
		if !ok || f == nil {
			v.fail("call: Aux is %T, want *Func", o.Aux)
		}
		v.call(o, o.Args)
	case CallIndirect:
		if o.Args[0] != nil && o.Args[0].Kind != op.Int {
			v.fail("call_indirect: operand 0 must be the function index, an int")
		}
		v.call(o, o.Args[1:])
	case MergePoint:
		if i != 0 {
			v.fail("merge_point is not the first operation of its block")
		}
		if len(o.Args) != len(v.b.Params) {
			v.fail("merge_point has %d operands, the block %d parameters", len(o.Args), len(v.b.Params))
			return
		}
		for k, a := range o.Args {
			if a != v.b.Params[k] {
				v.fail("merge_point: operand %d is not the block's parameter %d", k, k)
			}
		}
		v.driver(o)
	case ResumePortal:
		v.driver(o)
		if o.Results[0].Kind != op.Int {
			v.fail("resume_portal: the first result must be int")
		}
	case CanEnterJit, EnterPortal:
		v.driver(o)
		if len(o.Args) != len(o.Results) {
			v.fail("can_enter_jit has %d operands and %d results", len(o.Args), len(o.Results))
			return
		}
		for k, a := range o.Args {
			if a != nil && a.Kind != o.Results[k].Kind {
				v.fail("can_enter_jit: operand and result %d differ in kind", k)
			}
		}
	case OrElse:
		for k, x := range append(o.Args[:2:2], o.Results...) {
			if x != nil && x.Kind != op.Ref {
				v.fail("or_else: operand %d is of kind %s, want ref", k, x.Kind)
			}
		}
	default:
		v.goOp(o, p)
	}
}

func (v *verifier) driver(o *Op) {
	if d, ok := o.Aux.(*Driver); !ok || d == nil {
		v.fail("%s: Aux is %T, want *Driver", OpName(o.Code), o.Aux)
	}
}

func (v *verifier) call(o *Op, args []*Value) {
	d, _ := o.Descr.(*descr.Call)
	if d == nil {
		if f, ok := o.Aux.(*Func); ok && f != nil {
			d = f.Call
		}
	}
	if d == nil {
		return // descriptors are filled in by the effects pass
	}
	if len(args) != len(d.Args) || len(o.Results) != len(d.Results) {
		v.fail("call of %s: %d arguments and %d results, want %d and %d", d.Name, len(args), len(o.Results), len(d.Args), len(d.Results))
		return
	}
	for i, a := range args {
		if a != nil && a.Kind != d.Args[i] {
			v.fail("call of %s: argument %d (%s) is of kind %s, want %s", d.Name, i, a, a.Kind, d.Args[i])
		}
	}
	for i, r := range o.Results {
		if r.Kind != d.Results[i] {
			v.fail("call of %s: result %d is of kind %s, want %s", d.Name, i, r.Kind, d.Results[i])
		}
	}
}
