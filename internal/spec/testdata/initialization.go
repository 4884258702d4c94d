// Initialisation of packages.
package main

import (
	"kiln/internal/spec/testdata/initorder"
	"kiln/internal/spec/testdata/initorder/second"
)

var log []string

func note(s string) int { log = append(log, s); return len(log) }

// Variables are initialised in order of declaration, as far as they are ready.
var (
	a = c + b
	b = f()
	c = note("c")
	d = note("d")
)

func f() int { note("f"); return d + 1 }

var x, y = pair()

func pair() (int, int) { note("pair"); return z, z + 1 }

var z = note("z")

var _ = note("blank")

type table map[string]func() int

var funcs = table{"a": func() int { return later }}

var later = note("later")

func init() { note("init 1") }

func init() {
	note("init 2")
	for i := range 2 {
		initorder.Log = append(initorder.Log, "main "+string(rune('0'+i)))
	}
}

func ruleVariables() {
	for _, s := range log {
		print(s, " ")
	}
	println()
	println(a, b, c, d, x, y, z, funcs["a"]())
}

func rulePackages() {
	for _, s := range initorder.Log {
		println(s)
	}
	println(second.Value, initorder.Counter())
}

var cyclic func(int) int

func init() {
	cyclic = func(n int) int {
		if n == 0 {
			return 0
		}
		return 1 + cyclic(n-1)
	}
}

func ruleInitFunctions() { println(cyclic(5)) }
