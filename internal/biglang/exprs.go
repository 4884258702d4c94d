package main

import (
	"fmt"
	"strings"
)

func (b *body) cond() string {
	switch b.g.r.Intn(6) {
	case 0:
		if b.has(kStr) {
			return fmt.Sprintf("len(%s) %s %d", b.v(kStr), b.g.pick([]string{"<", ">", "=="}), b.g.r.Intn(20))
		}
	case 1:
		if b.has(kInts) {
			return fmt.Sprintf("len(%s) > %d", b.v(kInts), b.g.r.Intn(8))
		}
	case 2:
		if b.has(kFloat) {
			return fmt.Sprintf("%s < %d.5", b.v(kFloat), b.g.r.Intn(100))
		}
	case 3:
		return fmt.Sprintf("%s > %s && %s&%d != 0", b.v(kInt), b.intExpr(1), b.v(kInt), 1+b.g.r.Intn(31))
	}
	return fmt.Sprintf("%s %s %s", b.intExpr(1), b.g.pick([]string{"<", ">", "==", "!=", "<="}), b.intExpr(1))
}

// intExpr is an integer expression, in parentheses if it has operators.
func (b *body) intExpr(depth int) string {
	r := b.g.r
	if depth == 0 {
		if r.Intn(3) == 0 {
			return fmt.Sprint(1 + r.Intn(200))
		}
		return b.v(kInt)
	}
	switch r.Intn(12) {
	case 0:
		if b.has(kStr) {
			return fmt.Sprintf("text.Byte(%s, %s)", b.v(kStr), b.intExpr(depth-1))
		}
	case 1:
		if b.has(kInts) {
			return fmt.Sprintf("text.At(%s, %s)", b.v(kInts), b.intExpr(depth-1))
		}
	case 2:
		if b.has(kMap) {
			b.spend(8)
			return fmt.Sprintf("%s[%s]", b.v(kMap), b.keyExpr())
		}
	case 3:
		if b.has(kFloat) {
			return fmt.Sprintf("kernel.Clamp(%s)", b.v(kFloat))
		}
	case 4, 5:
		if s := b.call(kInt); s != "" {
			return s
		}
	case 6:
		return fmt.Sprintf("(%s %% %d)", b.v(kInt), 3+r.Intn(100))
	case 7:
		return fmt.Sprintf("(%s >> %d)", b.v(kInt), 1+r.Intn(6))
	case 8:
		return fmt.Sprintf("min(%s, %s)", b.v(kInt), b.intExpr(depth-1))
	}
	return fmt.Sprintf("(%s %s %s)", b.v(kInt), b.g.pick([]string{"+", "-", "*", "&", "|", "^"}), b.intExpr(depth-1))
}

func (b *body) floatExpr(depth int) string {
	r := b.g.r
	if depth == 0 || !b.has(kFloat) {
		return fmt.Sprintf("float64(%s&1023)", b.v(kInt))
	}
	switch r.Intn(5) {
	case 0:
		return fmt.Sprintf("(%s*0.%d + %d.25)", b.v(kFloat), 1+r.Intn(9), r.Intn(50))
	case 1:
		return fmt.Sprintf("math.Sqrt(math.Abs(%s))", b.v(kFloat))
	case 2:
		if s := b.call(kFloat); s != "" {
			return s
		}
	}
	return fmt.Sprintf("(%s %s %s)", b.v(kFloat), b.g.pick([]string{"+", "-", "/ 3 +"}), b.floatExpr(depth-1))
}

func (b *body) strExpr(depth int) string {
	r := b.g.r
	if depth > 0 {
		switch r.Intn(6) {
		case 0:
			return fmt.Sprintf("text.Itoa(%s)", b.intExpr(depth-1))
		case 1:
			b.spend(100)
			if b.has(kStr) && b.mult < 4 {
				return fmt.Sprintf("text.%s(%s)", b.g.pick([]string{"Swap", "Upper"}), b.v(kStr))
			}
		case 2:
			if s := b.call(kStr); s != "" {
				return s
			}
		case 3, 4:
			return fmt.Sprintf("%s + %s", b.strExpr(depth-1), b.strExpr(0))
		}
	}
	if b.has(kStr) && r.Intn(2) == 0 {
		return b.v(kStr)
	}
	return fmt.Sprintf("%q", b.g.pick(nouns))
}

func (b *body) keyExpr() string {
	if b.has(kStr) && b.g.r.Intn(2) == 0 {
		return b.v(kStr)
	}
	return fmt.Sprintf("%q", b.g.pick(nouns))
}

// call is a call of an earlier function, if one fits and the cost allows it.
func (b *body) call(k kind) string {
	if b.called && b.g.r.Intn(2) == 0 {
		return ""
	}
	for range 10 {
		n := len(b.g.funcs)
		if n == 0 {
			return ""
		}
		at := b.g.r.Intn(n)
		if b.g.r.Intn(2) == 0 { // most calls stay near
			at = n - 1 - b.g.r.Intn(min(n, 60))
		}
		f := b.g.funcs[at]
		if f.result != k || b.cost+b.mult*f.cost > maxCost {
			continue
		}
		var args []string
		for _, p := range f.params {
			switch p {
			case kInt:
				args = append(args, b.v(kInt))
			case kStr:
				args = append(args, b.strExpr(0))
			case kFloat:
				args = append(args, b.floatExpr(0))
			case kInts:
				if !b.has(kInts) {
					args = append(args, fmt.Sprintf("[]int{%s, %d}", b.v(kInt), b.g.r.Intn(50)))
				} else {
					args = append(args, b.v(kInts))
				}
			}
		}
		b.called = true
		b.spend(f.cost)
		name := f.name
		if f.pkg != b.pkg {
			name = f.pkg + "." + name
		}
		return name + "(" + strings.Join(args, ", ") + ")"
	}
	return ""
}

// sum is an integer made of all variables.
func (b *body) sum() string {
	var parts []string
	for _, v := range b.vars[kInt] {
		parts = append(parts, v)
	}
	for _, v := range b.vars[kFloat] {
		parts = append(parts, "kernel.Clamp("+v+")")
	}
	for _, v := range b.vars[kStr] {
		parts = append(parts, "kernel.HashString("+v+")")
	}
	for _, v := range b.vars[kInts] {
		parts = append(parts, "len("+v+")")
	}
	for _, v := range b.vars[kMap] {
		parts = append(parts, "len("+v+")")
	}
	return strings.Join(parts, " + ")
}
