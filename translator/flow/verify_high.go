package flow

import (
	"go/token"
	"go/types"

	"kiln/jitgen/op"
)

// goOp checks the Aux and the types of a high-level operation.
func (v *verifier) goOp(o *Op, p *privateInfo) {
	if !auxFits(o) {
		v.fail("%s: Aux is %T", p.name, o.Aux)
		return
	}
	for _, a := range o.Args {
		if a == nil && !mayBeAbsent(o.Code) || a != nil && a.Type == nil {
			v.fail("%s: operand without type", p.name)
			return
		}
	}
	if msg := typesFit(o); msg != "" {
		v.fail("%s: %s", p.name, msg)
	}
}

func auxFits(o *Op) (ok bool) {
	switch o.Code {
	case GoBinOp, GoUnOp:
		_, ok = o.Aux.(token.Token)
	case GoAlloc:
		_, ok = o.Aux.(AllocAux)
	case GoFieldAddr, GoField:
		_, ok = o.Aux.(int)
	case GoMakeClosure, GoCall:
		var f *Func
		f, ok = o.Aux.(*Func)
		ok = ok && f != nil
	case GoCallInterface:
		_, ok = o.Aux.(*types.Func)
	case GoTypeAssert:
		_, ok = o.Aux.(types.Type)
	case GoBuiltin:
		_, ok = o.Aux.(string)
	case GoNext:
		_, ok = o.Aux.(bool)
	case GoHint:
		_, ok = o.Aux.(Hint)
	default:
		ok = o.Aux == nil
	}
	return ok
}

// typesFit checks the operations whose typing lowering relies on without looking.
func typesFit(o *Op) string {
	switch o.Code {
	case GoLoad:
		if e := elemOf(o.Args[0].Type); e == nil || !types.Identical(e, o.Results[0].Type) {
			return "loads " + TypeString(o.Results[0].Type) + " through " + TypeString(o.Args[0].Type)
		}
	case GoStore:
		if e := elemOf(o.Args[0].Type); e == nil || !types.Identical(e, o.Args[1].Type) {
			return "stores " + TypeString(o.Args[1].Type) + " through " + TypeString(o.Args[0].Type)
		}
	case GoAlloc:
		if e := elemOf(o.Results[0].Type); e == nil || !types.Identical(e, o.Aux.(AllocAux).Elem) {
			return "result type and Aux differ"
		}
	case GoFieldAddr:
		s, ok := structOf(elemOf(o.Args[0].Type))
		if !ok || o.Aux.(int) >= s.NumFields() {
			return "no such field in " + TypeString(o.Args[0].Type)
		}
	case GoField:
		s, ok := structOf(o.Args[0].Type)
		if !ok || o.Aux.(int) >= s.NumFields() {
			return "no such field in " + TypeString(o.Args[0].Type)
		}
	case GoCallClosure:
		if _, ok := o.Args[0].Type.Underlying().(*types.Signature); !ok {
			return "callee is a " + TypeString(o.Args[0].Type)
		}
	case GoCallInterface:
		if !types.IsInterface(o.Args[0].Type) {
			return "receiver is a " + TypeString(o.Args[0].Type)
		}
	case GoTypeAssert:
		if !types.IsInterface(o.Args[0].Type) {
			return "operand is a " + TypeString(o.Args[0].Type)
		}
	case GoCall:
		if s := o.Aux.(*Func).Sig; s != nil && s.Results().Len() != len(o.Results) {
			return "number of results differs from the callee's signature"
		}
	}
	return ""
}

func elemOf(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return nil
}

func structOf(t types.Type) (*types.Struct, bool) {
	if t == nil {
		return nil, false
	}
	s, ok := t.Underlying().(*types.Struct)
	return s, ok
}

// term checks the terminator of a block.
func (v *verifier) term(b *Block) {
	shape := func(args, succs int) bool {
		if len(b.Args) != args || len(b.Succs) != succs {
			v.fail("%s has %d operands and %d successors", b.Term, len(b.Args), len(b.Succs))
			return false
		}
		return true
	}
	switch b.Term {
	case Jump:
		shape(0, 1)
	case Branch:
		if shape(1, 2) {
			v.condition(b.Args[0])
		}
	case Switch:
		if shape(1, len(b.Cases)+1) {
			v.integer(b.Args[0])
			seen := make(map[int64]bool, len(b.Cases))
			for _, c := range b.Cases {
				if seen[c] {
					v.fail("switch has case %d twice", c)
				}
				seen[c] = true
			}
		}
	case Return:
		v.results(b)
	case Panic:
		if len(b.Succs) != 0 {
			v.fail("panic has successors")
		}
		want := 0
		if b.Trap == TrapExplicit || b.Trap == TrapAssert {
			want = 1
		}
		if int(b.Trap) >= len(trapNames) || b.Trap != TrapNil && len(b.Args) != want {
			v.fail("panic %d has %d operands", b.Trap, len(b.Args))
		}
	default:
		v.fail("unknown terminator %d", b.Term)
	}
	if b.Term != Switch && len(b.Cases) != 0 {
		v.fail("%s has cases", b.Term)
	}
}

func (v *verifier) condition(c *Value) {
	if c == nil {
		return
	}
	if v.level == Low {
		v.integer(c)
	} else if basic, ok := c.Type.Underlying().(*types.Basic); !ok || basic.Info()&types.IsBoolean == 0 {
		v.fail("condition %s is not a bool", c)
	}
}

func (v *verifier) integer(c *Value) {
	if c == nil {
		return
	}
	if v.level == Low {
		if c.Kind != op.Int {
			v.fail("operand %s of the terminator is not an int", c)
		}
	} else if basic, ok := c.Type.Underlying().(*types.Basic); !ok || basic.Info()&types.IsInteger == 0 {
		v.fail("operand %s of switch is not an integer", c)
	}
}

func (v *verifier) results(b *Block) {
	if len(b.Succs) != 0 {
		v.fail("return has successors")
	}
	if v.level == Low {
		if len(b.Args) != len(v.g.Results) {
			v.fail("return of %d values, want %d", len(b.Args), len(v.g.Results))
			return
		}
		for i, a := range b.Args {
			if a != nil && a.Kind != v.g.Results[i] {
				v.fail("return: value %d (%s) is of kind %s, want %s", i, a, a.Kind, v.g.Results[i])
			}
		}
		return
	}
	if len(b.Args) != len(v.g.ResType) {
		v.fail("return of %d values, want %d", len(b.Args), len(v.g.ResType))
		return
	}
	for i, a := range b.Args {
		if a != nil && (a.Type == nil || !types.Identical(a.Type, v.g.ResType[i])) {
			v.fail("return: value %d (%s) is of type %v, want %s", i, a, a.Type, TypeString(v.g.ResType[i]))
		}
	}
}
