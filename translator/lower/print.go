package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

const (
	hostPrint = "kiln/framework/host.Eprint"
	textPath  = rtPath + "/text"
)

// text calls a helper of translator/rt/text.
func (b *builder) text(name string, args ...value) value {
	f := b.l.byName[textPath+"."+name]
	if f == nil {
		fail(b.pos, "please report it", "helper %s.%s is missing", textPath, name)
	}
	return b.callFunc(f, args)[0]
}

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
		return fl.text("Hex", fl.int(op.IntMul, n, flow.IntConst(16)))
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return fl.stringObject(ws[0])
		case u.Info()&types.IsBoolean != 0:
			return fl.text("Bool", ws[0])
		case u.Info()&types.IsComplex != 0:
			return fl.text(sized("Complex", u.Kind() == types.Complex64, "64"), ws...)
		case u.Info()&types.IsFloat != 0:
			return fl.text(sized("Float", u.Kind() == types.Float32, "32"), ws...)
		case u.Kind() == types.UntypedNil:
			return fl.textConst("nil")
		case u.Info()&types.IsUnsigned != 0:
			return fl.text("Uint", ws[0])
		}
		return fl.text("Int", ws[0])
	case *types.Interface:
		n := fl.text("Hex", fl.typeID(ws[0]))
		return fl.rt("Concat4", fl.rt("Concat2", fl.textConst("("), n)[0], fl.textConst(","), address(ws[0]), fl.textConst(")"))[0]
	case *types.Slice:
		if len(ws) == 4 {
			n := fl.rt("Concat4", fl.textConst("["), fl.text("Int", ws[2]), fl.textConst("/"), fl.text("Int", ws[3]))[0]
			return fl.rt("Concat3", n, fl.textConst("]"), address(ws[0]))[0]
		}
	}
	return address(ws[0])
}

// panicText is what panic(v) prints, as a string: then the value itself need not leave the program.
func (fl *funcLowerer) panicText(v, w value) value {
	if fl.isPlainString(v) {
		return w
	}
	return fl.text("Panic", w)
}

// isPlainString: an interface made of a string in this function.
func (fl *funcLowerer) isPlainString(v value) bool {
	for _, b := range fl.src.Blocks {
		for _, o := range b.Ops {
			if o.Code == flow.GoMakeInterface && o.Results[0] == v {
				return types.Identical(o.Args[0].Type, types.Typ[types.String])
			}
		}
	}
	return false
}

func sized(name string, small bool, size string) string {
	if small {
		return name + size
	}
	return name
}
