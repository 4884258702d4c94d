// A language of one loop that reads variables, redefines some of them on the way, in the loop itself, in a function that
// is traced through, in one that is not, and on side ways that become bridges.
package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "vars", Greens: []string{"pc", "code"}})

// A Var hardly ever changes.
type Var struct {
	name  string  `kiln:"immutable"`
	value *Num    `kiln:"quasi"`
	count int     `kiln:"quasi"`
	rate  float64 `kiln:"quasi"`
	text  string  `kiln:"quasi"`
}

type Num struct {
	v int `kiln:"immutable"`
}

type Table struct {
	items []int `kiln:"quasi[]"`
}

type Code struct {
	ops   string `kiln:"immutable"`
	vars  []*Var `kiln:"immutable[]"`
	table *Table `kiln:"immutable"`
}

func set(v *Var, n int) {
	v.value = &Num{n}
	v.count++
}

//kiln:dont_look_inside
func setFar(v *Var, n int) {
	v.value = &Num{n}
	v.count = v.count + 1
	v.rate = float64(n) / 2
	v.text = v.text + "!"
}

func run(code *Code, n int) int {
	pc, i, sum := 0, 0, 0
	for {
		driver.MergePoint(pc, code)
		op := code.ops[pc]
		pc++
		switch op {
		case 'a', 'b', 'c':
			v := code.vars[int(op-'a')]
			sum += v.value.v + v.count + int(v.rate) + len(v.text)
		case 't':
			t := code.table
			sum += t.items[0] + len(t.items)
		case 'u': // a new table, now and then
			if i%97 == 96 {
				t := code.table
				t.items = append([]int{i}, t.items...)
			}
		case 'A': // changes a var for good
			if i == 50 {
				set(code.vars[0], i)
			}
		case 'B': // changes one now and then, far away
			if i%120 == 119 {
				setFar(code.vars[1], i)
			}
		case 'C': // on a way that is a bridge
			if i%3 == 2 {
				sum++
				if i > 200 && i < 215 {
					code.vars[2].value = &Num{i}
				}
				sum += code.vars[2].value.v
			}
		case 'D': // all the time
			set(code.vars[2], i)
		case 'E': // in a struct of its own first
			v := &Var{name: "fresh", value: &Num{1}}
			v.value = &Num{i}
			sum += v.value.v
		case 'r': // a call of another piece of code
			sum += run(inner, 3)
		case 'l':
			i++
			if i < n {
				pc = 0
				driver.CanEnterJit(pc, code)
				continue
			}
		case 's':
			return sum
		}
	}
}

var inner *Code

func main() {
	vars := func() []*Var {
		var list []*Var
		for _, name := range []string{"x", "y", "z"} {
			list = append(list, &Var{name: name, value: &Num{len(list)}, text: name})
		}
		return list
	}
	shared := vars()
	inner = &Code{"aBls", shared, &Table{[]int{1}}}
	for _, ops := range []string{"abcls", "aAals", "bBbls", "bBcBbls", "aCcls", "cDcls", "Dls", "Els", "tutls", "abrcls", "rBrls", "abctuABCErls"} {
		code := &Code{ops, vars(), &Table{[]int{7}}}
		if ops[0] == 'r' || ops[2] == 'r' {
			code.vars = shared
		}
		for range 3 {
			host.Print(ops + " " + host.FormatInt(run(code, 400)) + "\n")
		}
	}
}
