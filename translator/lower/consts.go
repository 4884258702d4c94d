package lower

import (
	"fmt"
	"go/constant"
	"go/types"
	"math"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

func (l *lowerer) newPrebuilt(t layout.TypeID, name string) *descr.Prebuilt {
	p := &descr.Prebuilt{Index: len(l.table.Prebuilt), Type: t, Name: name}
	l.table.Prebuilt = append(l.table.Prebuilt, p)
	return p
}

// intern is the prebuilt object of a string constant, one per content.
func (l *lowerer) intern(s string) *descr.Prebuilt {
	if p := l.interned[s]; p != nil {
		return p
	}
	p := l.newPrebuilt(layout.StringType, "string")
	p.String = s
	l.interned[s] = p
	return p
}

// boxedConstant is the prebuilt box of words that are all constants, one per contents as Go has it; nil for others.
func (l *lowerer) boxedConstant(box *object, ws []value) *descr.Prebuilt {
	var words []descr.Word
	key := fmt.Append(nil, box.typ.ID)
	for i, w := range ws {
		if w.Const == nil || w.Const.Value != nil || w.Const.Global != nil || w.Const.Func != nil {
			return nil
		}
		bits := w.Const.Bits
		if p := w.Const.Prebuilt; p != nil {
			if p.Index >= len(l.table.Prebuilt) || l.table.Prebuilt[p.Index] != p {
				return nil // a box of nil that gets its place later, see wrapped.go
			}
			bits = uint64(p.Index) + 1
		}
		words = append(words, descr.Word{Field: box.fields[i], Bits: bits})
		key = fmt.Append(key, " ", bits)
	}
	p := l.boxed[string(key)]
	if p == nil {
		p = l.newPrebuilt(box.typ.ID, "boxed constant")
		p.Words = words
		l.boxed[string(key)] = p
	}
	return p
}

// constant is the words of a high-level constant.
func (fl *funcLowerer) constant(v value) []value {
	c := v.Const
	switch {
	case c.Global != nil:
		return []value{fl.pointerTo(fl.globalPlace(c.Global))}
	case c.Func != nil:
		return []value{flow.PrebuiltRef(fl.l.funcValue(c.Func))}
	case c.Value == nil:
		return fl.zero(fl.l.shapeOf(v.Type))
	}
	if bits, ok := complexBits(v.Type); ok {
		return complexConst(bits, c.Value.(constant.Value))
	}
	return []value{fl.l.constWord(v.Type, c.Value.(constant.Value))}
}

// constWord is a constant of basic type. Its type may be an interface's type set in generic code, but not after
// instantiation.
func (l *lowerer) constWord(t types.Type, c constant.Value) value {
	if it, ok := intTypeOf(t); ok {
		c = constant.ToInt(c)
		n, exact := constant.Int64Val(c)
		if !exact {
			u, _ := constant.Uint64Val(c)
			n = int64(u)
		}
		return flow.IntConst(wrap(n, it))
	}
	if bits, ok := floatBits(t); ok {
		f, _ := constant.Float64Val(constant.ToFloat(c))
		if bits == 32 {
			f32, _ := constant.Float32Val(constant.ToFloat(c))
			f = float64(f32)
		}
		return flow.FloatBits(math.Float64bits(f))
	}
	switch c.Kind() {
	case constant.Bool:
		if constant.BoolVal(c) {
			return flow.IntConst(1)
		}
		return flow.IntConst(0)
	case constant.String:
		return flow.PrebuiltRef(l.intern(constant.StringVal(c)))
	}
	fail(descr.Pos{}, "see docs/dialect.md", "constant of type %s is not in the dialect", goName(t))
	return nil
}

// stringConst is the value of a string constant.
func stringConst(v value) (string, bool) {
	if v == nil || v.Const == nil || v.Const.Global != nil || v.Const.Func != nil || !isString(v.Type) {
		return "", false
	}
	if v.Const.Value == nil {
		return "", true
	}
	c, ok := v.Const.Value.(constant.Value)
	if !ok || c.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c), true
}
