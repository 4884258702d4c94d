package generate

import (
	"fmt"
	"strings"
)

// expr is an expression of a type, of at most depth levels.
func (g *generator) expr(t *typ, depth int) *node {
	if depth <= 0 || g.chance(18) {
		return g.simple(t, depth)
	}
	for range 3 {
		if n := g.someway(t, depth-1); n != nil {
			return n
		}
	}
	return g.simple(t, depth)
}

// simple is a variable or a literal.
func (g *generator) simple(t *typ, depth int) *node {
	if g.chance(75) {
		if v := g.read(t); v != nil {
			return v
		}
	}
	return g.literal(t, min(depth, 1))
}

// nonConst is an expression that is not constant, so that operations on it cannot overflow while compiling.
func (g *generator) nonConst(t *typ, depth int) *node {
	if depth > 0 && g.chance(60) {
		if n := g.someway(t, depth-1); n != nil {
			return n
		}
	}
	if v := g.read(t); v != nil {
		return v
	}
	return g.e(t, "id["+t.name+"]($)", g.literal(t, 0))
}

// someway makes an expression that is no literal and no variable; nil if the way it chose does not lead there.
func (g *generator) someway(t *typ, depth int) *node {
	switch g.rng.IntN(10) {
	case 0, 1:
		return g.call(t, depth)
	case 2:
		return g.methodCall(t, depth)
	case 3:
		return g.general(t, depth)
	}
	switch t.kind {
	case intKind:
		return g.intExpr(t, depth)
	case floatKind:
		return g.floatExpr(t, depth)
	case complexKind:
		return g.complexExpr(t, depth)
	case boolKind:
		return g.cond(depth)
	case stringKind:
		return g.stringExpr(t, depth)
	case sliceKind:
		return g.sliceExpr(t, depth)
	case interfaceKind:
		return g.boxed(t, depth)
	case funcKind:
		if g.chance(50) {
			return g.methodValue(t, depth)
		}
		return g.literal(t, depth)
	case mapKind, pointerKind, structKind, arrayKind:
		if g.chance(50) {
			return g.e(t, "($)", g.literal(t, depth)) // the head of a statement takes { for its block
		}
	}
	return nil
}

// general are ways that lead to every type.
func (g *generator) general(t *typ, depth int) *node {
	switch g.rng.IntN(12) {
	case 9:
		return g.namedResult(t, depth)
	case 10:
		return g.methodExpression(t, depth)
	case 11:
		return g.constrained(t, depth)
	case 0, 1:
		return g.e(t, "either($, $, $)", g.cond(depth), g.expr(t, depth), g.nonConst(t, depth))
	case 2:
		return g.e(t, "id["+t.name+"]($)", g.expr(t, depth))
	case 3: // called at once
		if g.inline < 2 {
			f := g.function(nil, []*typ{t})
			return g.e(t, "$()", g.funcLiteral(f))
		}
	case 4: // of a map
		if m := g.read(g.mapOf(g.keyType(), t)); m != nil {
			return g.e(t, "$[$]", m, g.mapKey(g.interned[m.Type].key, depth))
		}
	case 5:
		if t.kind != interfaceKind && g.risk(30) {
			if x := g.read(g.any); x != nil {
				return g.e(t, "$.("+t.name+")", x)
			}
		}
		if t.kind != interfaceKind {
			return g.e(t, "as["+t.name+"]($)", g.expr(g.any, depth))
		}
	case 6:
		if v := g.read(g.slice(t)); v != nil {
			if g.risk(30) {
				return g.e(t, "$[$]", v, g.nonConst(g.int, depth))
			}
			return g.e(t, "at($, $)", v, g.expr(g.int, depth))
		}
	case 7:
		if v := g.read(g.pointer(t)); v != nil {
			if g.risk(30) {
				return g.e(t, "(*$)", v)
			}
			return g.e(t, "(*nn($))", v)
		}
	case 8:
		return g.e(t, pick(g, "stackOf($).push($).pop()", "stackOf($, $).pop()", "pairOf($, $).swap().second", "pairOf($, 1).of($).first"), g.nonConst(t, depth), g.expr(t, depth))
	}
	return nil
}

func (g *generator) intExpr(t *typ, depth int) *node {
	x := func() *node { return g.expr(t, depth) }
	n := func() *node { return g.nonConst(t, depth) }
	some := func() *typ { return g.ints[g.rng.IntN(len(g.ints))] }
	switch g.rng.IntN(23) {
	case 0, 1, 2:
		return g.e(t, "($ + $)", n(), x())
	case 3:
		return g.e(t, "($ - $)", n(), x())
	case 4:
		return g.e(t, "($ * $)", n(), x())
	case 5:
		if g.risk(40) {
			return g.e(t, pick(g, "($ / $)", "($ % $)"), n(), n())
		}
		return g.e(t, pick(g, "($ / ($ | 1))", "($ % ($ | 1))"), n(), n())
	case 6:
		return format(g.e(t, pick(g, "($ / %d)", "($ %% %d)", "($ * %d)", "($ & %d)", "($ | %d)"), n()), 1+g.rng.IntN(9)*g.rng.IntN(14))
	case 7:
		return g.e(t, pick(g, "($ & $)", "($ | $)", "($ ^ $)", "($ &^ $)"), n(), n())
	case 8:
		if g.risk(20) {
			return g.e(t, pick(g, "($ << $)", "($ >> $)"), n(), n())
		}
		u := some()
		if u.signed {
			return format(g.e(t, pick(g, "($ << (uint($) %% %d))", "($ >> (uint($) %% %d))"), n(), g.nonConst(u, depth)), pick(g, 5, 9, 35, 70))
		}
		return g.e(t, pick(g, "($ << $)", "($ >> $)"), n(), g.nonConst(u, depth))
	case 9:
		return format(g.e(t, pick(g, "($ << %d)", "($ >> %d)"), n()), pick(g, g.rng.IntN(t.bits+2), g.rng.IntN(t.bits+2), 64, 100, 1000))
	case 10:
		return g.e(t, pick(g, "(-$)", "(^$)"), n())
	case 11, 12:
		return g.e(t, t.name+"($)", g.nonConst(some(), depth))
	case 13:
		return g.e(t, t.name+"(toInt(float64($)))", g.nonConst(pick(g, g.float, g.float32), depth))
	case 14:
		return g.e(t, pick(g, "min($, $)", "max($, $)", "max($, $, 3)"), n(), x())
	case 15:
		s := g.nonConst(pick(g, g.string, g.slice(g.int), g.slice(g.string)), depth)
		return g.e(t, t.name+"(len($))", s)
	case 16:
		return g.e(t, t.name+"(byteAt($, $))", g.expr(g.string, depth), g.expr(g.int, depth))
	case 17:
		return g.e(t, t.name+"(b2i($))", g.cond(depth))
	case 19:
		return g.e(t, t.name+"("+pick(g, "uint64(wide(float64($)))", "int32(middle(float64($)))", "uint32(wide(float64($))/5e9)")+")", g.nonConst(pick(g, g.float, g.float32), depth))
	case 20:
		return g.e(t, pick(g, "mix($, $, $)", "mix($, mix($, 3, 1), $)"), n(), x(), g.expr(g.interned["uint"], depth))
	case 18: // the address of a part, for a callee that only looks through it
		if p, ok := g.write(func(p *typ) bool { return p == g.int }); ok && !strings.Contains(p.text, "frame.") {
			return g.e(t, t.name+"(peek(&"+p.text+"))")
		}
	}
	return g.standard(t, depth)
}

// format fills in the %d and %% that are left in a node's text.
func format(n *node, args ...any) *node {
	for i, text := range n.Text {
		if strings.Contains(text, "%d") {
			n.Text[i] = fmt.Sprintf(text, args...)
		} else {
			n.Text[i] = strings.ReplaceAll(text, "%%", "%")
		}
	}
	return n
}

func (g *generator) floatExpr(t *typ, depth int) *node {
	x := func() *node { return g.expr(t, depth) }
	n := func() *node { return g.nonConst(t, depth) }
	switch g.rng.IntN(10) {
	case 8:
		return g.e(t, t.name+"("+pick(g, "real", "imag")+"($))", g.nonConst(pick(g, g.complex, g.complex64), depth))
	case 0:
		return g.e(t, "($ + $)", n(), x())
	case 1:
		return g.e(t, "($ - $)", n(), x())
	case 2:
		return g.e(t, "($ * $)", n(), x())
	case 3:
		return g.e(t, "($ / $)", n(), n())
	case 4:
		return g.e(t, "(-$)", n())
	case 5:
		return g.e(t, t.name+"($)", g.nonConst(g.ints[g.rng.IntN(len(g.ints))], depth))
	case 6:
		return g.e(t, t.name+"($)", g.nonConst(pick(g, g.float, g.float32), depth))
	case 7:
		return g.e(t, pick(g, "min($, $)", "max($, $)"), n(), x())
	}
	return g.standard(t, depth)
}

func (g *generator) complexExpr(t *typ, depth int) *node {
	switch g.rng.IntN(6) {
	case 0:
		return g.e(t, "(-$)", g.nonConst(t, depth))
	case 1:
		return g.e(t, t.name+"(complex($, $))", g.nonConst(g.float, depth), g.expr(g.float, depth))
	case 2:
		return g.e(t, t.name+"($)", g.nonConst(pick(g, g.complex, g.complex64), depth))
	}
	return g.e(t, pick(g, "($ + $)", "($ * $)", "($ - $)", "($ / $)"), g.nonConst(t, depth), g.nonConst(t, depth))
}

func (g *generator) stringExpr(t *typ, depth int) *node {
	x := func() *node { return g.expr(t, depth) }
	n := func() *node { return g.nonConst(t, depth) }
	switch g.rng.IntN(12) {
	case 0, 1:
		return g.e(t, "cut($ + $)", n(), x())
	case 2:
		return g.e(t, "cut($ + $ + $)", n(), x(), n())
	case 3:
		return g.e(t, t.name+"(rune($))", g.nonConst(g.rune, depth))
	case 4:
		return g.e(t, t.name+"([]byte($))", n())
	case 5:
		return g.e(t, t.name+"([]rune($))", n())
	case 6:
		return g.e(t, t.name+"(span([]byte($), $, $))", n(), g.expr(g.int, depth), g.expr(g.int, depth))
	case 7:
		if g.risk(40) {
			return g.e(t, pick(g, "$[$:]", "$[:$]"), n(), g.nonConst(g.int, depth))
		}
		return g.e(t, "part($, $, $)", n(), g.expr(g.int, depth), g.expr(g.int, depth))
	case 8:
		if len(g.named) > 0 {
			if s := g.named[g.rng.IntN(len(g.named))]; s.kind == stringKind && s != t {
				return g.e(t, t.name+"($)", g.nonConst(s, depth))
			}
		}
	case 9:
		return g.e(t, pick(g, "min($, $)", "max($, $)"), n(), x())
	}
	return g.standard(t, depth)
}

func (g *generator) sliceExpr(t *typ, depth int) *node {
	x := g.expr(t, depth)
	switch g.rng.IntN(9) {
	case 0, 1:
		return g.e(t, "few(append($, $))", x, g.expr(t.elem, depth))
	case 2:
		return g.e(t, "few(append($, $, $))", x, g.expr(t.elem, depth), g.expr(t.elem, depth))
	case 3:
		return g.e(t, "few(append($, $...))", x, g.expr(t, depth))
	case 4:
		if g.risk(30) {
			return g.e(t, pick(g, "$[$:]", "$[:$]"), g.nonConst(t, depth), g.nonConst(g.int, depth))
		}
		return g.e(t, "span($, $, $)", x, g.expr(g.int, depth), g.expr(g.int, depth))
	case 5:
		return g.e(t, "tight($, $)", x, g.expr(g.int, depth))
	case 6:
		switch t.elem {
		case g.uint8:
			return g.e(t, "few([]byte($))", g.nonConst(g.string, depth))
		case g.string:
			return g.e(t, "few(strings.Split($, $))", g.expr(g.string, depth), g.literal(g.string, 0))
		case g.int:
			return format(g.e(t, pick(g, "few(slices.Sorted(slices.Values($)))", "few(slices.Compact(slices.Clone($)))", "filtered($, func(x int) bool { return x%%3 != 0 })"), x))
		}
	case 7:
		if g.inline < 2 {
			return g.e(t, "mapped($, $)", x, g.funcLiteral(g.function([]*typ{t.elem}, []*typ{t.elem})))
		}
	}
	return nil
}

// cond is a condition.
func (g *generator) cond(depth int) *node {
	if depth <= 0 {
		if v := g.read(g.bool); v != nil && g.chance(60) {
			return v
		}
		return format(g.e(g.bool, pick(g, "($ < %d)", "($ == %d)", "($&%d == 0)", "($ >= %d)"), g.nonConst(g.int, 0)), g.rng.IntN(9))
	}
	depth--
	switch g.rng.IntN(12) {
	case 0:
		return g.e(g.bool, "($ && $)", g.cond(depth), g.cond(depth))
	case 1:
		return g.e(g.bool, "($ || $)", g.cond(depth), g.cond(depth))
	case 2:
		return g.e(g.bool, "(!$)", g.cond(depth))
	case 3:
		t := g.anyType(2)
		if t.comparable(true) || t.comparable(false) && g.risk(20) {
			return g.e(g.bool, pick(g, "($ == $)", "($ != $)"), g.nonConst(t, depth), g.expr(t, depth))
		}
	case 4:
		t := pick(g, g.any, g.error, g.slice(g.int), g.anyType(1))
		switch t.kind {
		case interfaceKind, sliceKind, mapKind, pointerKind:
			return g.e(g.bool, pick(g, "($ == nil)", "($ != nil)"), g.nonConst(t, depth))
		}
	case 5:
		return g.e(g.bool, "holds["+g.anyType(1).name+"]($)", g.expr(g.any, depth))
	case 6:
		return g.standard(g.bool, depth)
	}
	t := g.scalar()
	if t.kind == boolKind {
		t = g.int
	}
	return g.e(g.bool, "($ "+pick(g, "<", "<=", "==", "!=", ">", ">=")+" $)", g.nonConst(t, depth), g.expr(t, depth))
}
