// Every hint of package framework and every directive on functions, in a language of one-letter instructions.
package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "hints", Greens: []string{"pc", "code"}})

type Code struct {
	ops   string         `kiln:"immutable"`
	table map[string]int `kiln:"immutable"`
	names []string       `kiln:"immutable[]"`
}

type Num struct {
	v int `kiln:"immutable"`
}

// find depends on its arguments only: the table does not change.
//
//kiln:elidable promote
func (c *Code) find(name string, shift int) int {
	n := c.table[name]
	for range shift {
		n *= 2
	}
	return n
}

var calls, notes int

// limit is the same while a loop runs.
//
//kiln:loop_invariant
func limit() int {
	n := 0
	for i := range 10 {
		n += i
	}
	return n
}

// note is for debugging.
//
//kiln:not_in_trace
func note(n int) {
	for range 3 {
		notes += n
	}
}

// twice promises nothing.
//
//kiln:dont_look_inside
func pieces(n int) string {
	if n%7 == 0 {
		return "se" + "ven"[0:n%3]
	}
	return "na" + "me"
}

func boxed(x *Num) int {
	if framework.IsVirtual(x) {
		return x.v + 0
	}
	return x.v
}

// overflowing multiplies until it does not fit any more, and starts anew.
func overflowing(i int) int {
	if product, ok := framework.MulOvf(factor, 3+i%5); ok {
		factor = product
	} else {
		factor = -1 - i
	}
	n := factor
	if sum, ok := framework.AddOvf(n, n); ok {
		n = sum
	} else {
		n++
	}
	if d, ok := framework.SubOvf(n, 1<<62+i); ok {
		n = d
	}
	return n
}

var factor = 1

type cache struct {
	square int
	pair   *Num
}

var (
	caches [4]cache
	values = []*Num{{4}, {9}}
	last   = &Num{}
)

func count(n int) { calls += n & 3 }

func keep(p *Num, n int) { last = &Num{p.v + n} }

//kiln:elidable
func square(n int) int {
	s := 0
	for range n {
		s += n
	}
	return s
}

//kiln:elidable
func pairOf(a, b int) *Num { return &Num{a*10 + b} }

// total is traced through if its loop is known to be short.
//
//kiln:look_inside_iff short
func total(names []string, n, i int) int {
	for k := range n {
		i += len(names[k%len(names)]) * k
	}
	return i
}

func short(names []string, n, i int) bool { return framework.IsConstant(n) && n < 4 }

func run(code *Code, n int) int {
	pc, i, sum := 0, 0, 0
	kept := &Num{3}
	for {
		driver.MergePoint(pc, code)
		op := code.ops[pc]
		pc++
		switch op {
		case 'f':
			sum += code.find(code.names[i%2], i%3)
		case 'g':
			sum += code.find(pieces(i), 1)
		case 'l':
			sum += limit() + limit()
		case 'n':
			note(i)
		case 's':
			name := framework.PromoteString(pieces(i))
			if name == "name" {
				sum += 2
			} else if name == "se" {
				sum += 3
			}
			sum += len(name)
		case 'e':
			name := framework.PromoteString(pieces(i)[:0])
			if name == "" {
				sum++
			}
		case 'v':
			sum += boxed(&Num{i}) + boxed(kept)
		case 'i':
			sum += total(code.names, 2, i) + total(code.names, i%3, i)
		case 'd':
			framework.JitDebug("i is", i)
			sum++
		case 'c':
			framework.ConditionalCall(i%5 == 0, count, i)
			framework.ConditionalCall2(i%3 == 1, keep, kept, i)
			sum += calls + last.v
		case 'k':
			c := &caches[i%4]
			n := framework.ConditionalCallElidable(c.square, square, i%4+2)
			c.square = n
			p := framework.ConditionalCallElidable2(c.pair, pairOf, i%4, i%4+1)
			if i%50 == 49 {
				p = nil
			}
			c.pair = p
			sum += n
			if p != nil {
				sum += p.v
			}
		case 'r':
			var x any = values[i%2]
			framework.RecordExactClass[*Num](x)
			if n, ok := x.(*Num); ok {
				sum += n.v
			}
		case 'o':
			sum += overflowing(i)
		case 'j':
			i++
			if i < n {
				pc = 0
				driver.CanEnterJit(pc, code)
				continue
			}
		case 'x':
			return sum
		}
	}
}

func main() {
	for _, ops := range []string{"fjx", "gjx", "ljx", "njx", "sjx", "ejx", "vjx", "ojx", "ijx", "cjx", "kjx", "rjx", "djx", "fglnsevoickrdjx"} {
		code := &Code{ops, map[string]int{"name": 5, "se": 7, "sev": 9, "a": 1, "b": 2}, []string{"a", "b"}}
		for range 2 {
			host.Print(ops + " " + host.FormatInt(run(code, 300)) + "\n")
		}
	}
}
