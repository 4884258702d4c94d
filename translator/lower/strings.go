package lower

import (
	"go/token"
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// stringLen is the length of a string that is an object.
func (b *builder) stringLen(s value) value {
	if s.Const != nil && s.Const.Prebuilt != nil {
		return flow.IntConst(int64(len(s.Const.Prebuilt.String)))
	}
	return b.int2(op.ArrayLen, b.l.strings.desc, s)
}

// stringByte is s[i], s an object.
func (b *builder) stringByte(s, i value, unsigned bool) value {
	b.checkIndex(i, b.stringLen(s), unsigned)
	return b.getItem(s, i, b.l.strings.desc)
}

// stringEqual compares strings. Interned constants and strings passed around are often the same object.
func (b *builder) stringEqual(x, y value) value {
	if isEmpty(x) {
		x, y = y, x
	}
	if isEmpty(y) {
		return b.int(op.IntEq, b.stringLen(b.stringObject(x)), flow.IntConst(0))
	}
	return b.choose(b.int(op.PtrEq, x, y), []kind{op.Int},
		func() []value { return []value{flow.IntConst(1)} },
		func() []value { return b.rt("StringEqual", x, y) })[0]
}

func isEmpty(v value) bool {
	return v.Const != nil && (v.Const.Prebuilt == nil || v.Const.Prebuilt.Type == 1 && v.Const.Prebuilt.String == "")
}

// findChains marks the additions of strings that are only operands of another one: a + b + c is one operation.
func (fl *funcLowerer) findChains() {
	for _, b := range fl.dom.Order() {
		for _, o := range b.Ops {
			if !isConcat(o) {
				continue
			}
			if us := fl.uses[o.Results[0]]; len(us) == 1 && us[0].op != nil && us[0].block == b && isConcat(us[0].op) {
				fl.concat[o.Results[0]] = true
			}
		}
	}
}

func isConcat(o *flow.Op) bool {
	return o.Code == flow.GoBinOp && o.Aux == token.ADD && isString(o.Results[0].Type)
}

func (fl *funcLowerer) lowerConcat(o *flow.Op) {
	defs := map[value]*flow.Op{}
	for _, p := range fl.block.Ops {
		if isConcat(p) {
			defs[p.Results[0]] = p
		}
	}
	var parts []value
	var collect func(v value)
	collect = func(v value) {
		if fl.concat[v] && defs[v] != nil {
			collect(defs[v].Args[0])
			collect(defs[v].Args[1])
			return
		}
		parts = append(parts, fl.get1(v))
	}
	collect(o.Args[0])
	collect(o.Args[1])
	for len(parts) > 4 {
		parts = append(fl.rt("Concat4", parts[:4]...), parts[4:]...)
	}
	name := map[int]string{2: "Concat2", 3: "Concat3", 4: "Concat4"}[len(parts)]
	r := parts[0]
	if name != "" {
		r = fl.rt(name, parts...)[0]
	}
	fl.set(o.Results[0], fl.knownString(r))
}

// stringConvert handles conversions from and to strings.
func (fl *funcLowerer) stringConvert(o *flow.Op, from, to types.Type) bool {
	x, r := o.Args[0], o.Results[0]
	if isString(to) {
		switch {
		case isString(from):
			fl.set(r, fl.get1(x))
		case isSliceOf(from, types.Uint8):
			fl.set(r, fl.knownString(fl.rt("BytesToString", fl.sliceWords(x)...)[0]))
		case isSliceOf(from, types.Int32):
			fl.set(r, fl.knownString(fl.rt("RunesToString", fl.sliceWords(x)...)[0]))
		default:
			t, ok := intTypeOf(from)
			if !ok {
				return false
			}
			v := fl.get1(x)
			if t.unsigned && t.width == 8 { // beyond int64 is as wrong a rune as a negative one
				fl.set(r, fl.knownString(fl.rt("RuneToString", v)[0]))
				return true
			}
			fl.set(r, fl.knownString(fl.rt("RuneToString", v)[0]))
		}
		return true
	}
	if !isString(from) {
		return false
	}
	switch {
	case isSliceOf(to, types.Uint8):
		fl.set(r, fl.fixedIf(o, to, fl.rt("StringToBytes", fl.get1(x)))...)
	case isSliceOf(to, types.Int32):
		fl.set(r, fl.fixedIf(o, to, fl.rt("StringToRunes", fl.get1(x)))...)
	default:
		return false
	}
	return true
}

// fixedIf takes the array of a slice that a helper made, for a fixed array type: helpers make arrays as long as
// the slice.
func (fl *funcLowerer) fixedIf(o *flow.Op, to types.Type, ws []value) []value {
	if fl.l.isFixedArray(to) {
		return ws[:1]
	}
	return ws
}

func isSliceOf(t types.Type, k types.BasicKind) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && isBasicKind(s.Elem(), k)
}

// sliceWords is a slice as four words, of a fixed array too.
func (fl *funcLowerer) sliceWords(x value) []value {
	ws := fl.get(x)
	if len(ws) == 1 {
		n := fl.fixedLen(ws[0], fl.l.arrayOf(x.Type.Underlying().(*types.Slice).Elem()))
		return []value{ws[0], flow.IntConst(0), n, n}
	}
	return ws
}

// rangeString is one step of a range over a string: ASCII inline, the rest by a helper.
func (fl *funcLowerer) nextRune(o *flow.Op, lv *local) {
	ok, key, val := o.Results[0], o.Results[1], o.Results[2]
	s, at := fl.locals.now[lv][0], fl.locals.now[lv][1]
	more := fl.int(op.IntLt, at, fl.stringLen(s))
	step := func() []value {
		c := fl.getItem(s, at, fl.l.strings.desc)
		return fl.choose(fl.int(op.IntLt, c, flow.IntConst(0x80)), []kind{op.Int, op.Int},
			func() []value { return []value{c, fl.int(op.IntAdd, at, flow.IntConst(1))} },
			func() []value { return fl.rt("DecodeRune", s, at) })
	}
	finish := func(rn []value) {
		fl.setWords(key, at)
		fl.setWords(val, rn[0])
		fl.setLocal(lv, 1, rn[1])
	}
	if fl.onTrue(o, ok, func() { finish(step()) }) {
		fl.set(ok, more)
		return
	}
	rn := fl.choose(more, []kind{op.Int, op.Int}, step, func() []value { return []value{flow.IntConst(0), at} })
	fl.set(ok, more)
	finish(rn)
}

// setWords defines a value that may be of no interest (the blank results of a range have no type).
func (fl *funcLowerer) setWords(v value, w ...value) {
	if len(fl.uses[v]) > 0 {
		fl.set(v, w...)
	}
}
