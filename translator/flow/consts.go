package flow

import (
	"go/constant"
	"go/types"

	"kiln/jitgen/op"
)

// IntValue is the value of an integer or boolean constant of either level (bool: 0 or 1; unsigned
// values beyond int64 wrap); ok is false for anything else.
func IntValue(v *Value) (n int64, ok bool) {
	if v == nil || v.Const == nil || v.Const.Global != nil || v.Const.Func != nil {
		return 0, false
	}
	if v.Type == nil {
		return int64(v.Const.Bits), v.Kind == op.Int
	}
	basic, isBasic := v.Type.Underlying().(*types.Basic)
	if !isBasic || basic.Info()&(types.IsInteger|types.IsBoolean) == 0 {
		return 0, false
	}
	if v.Const.Value == nil {
		return 0, true
	}
	c, isConst := v.Const.Value.(constant.Value)
	if !isConst {
		return 0, false
	}
	switch c.Kind() {
	case constant.Bool:
		if constant.BoolVal(c) {
			return 1, true
		}
		return 0, true
	case constant.Int:
		if n, exact := constant.Int64Val(c); exact {
			return n, true
		}
		u, exact := constant.Uint64Val(c)
		return int64(u), exact
	}
	return 0, false
}

// GoConst makes a high-level constant; value nil is the zero value of the type.
func GoConst(t types.Type, value constant.Value) *Value {
	if value == nil {
		return &Value{Type: t, Const: &Const{}}
	}
	return &Value{Type: t, Const: &Const{Value: value}}
}
