// Run-time errors: what panics, with which text and type.
package main

import "runtime"

type shape interface{ area() int }
type square struct{ n int }

func (s *square) area() int { return s.n }

func ruleTexts() {
	var p *square
	var s []int
	var m map[string]int
	var f func()
	var i shape
	var a [3]int
	n, zero := 5, 0
	caught(func() { println(p.n) })
	caught(func() { p.n = 1 })
	caught(func() { println(s[n]) })
	caught(func() { println(s[n-6]) })
	caught(func() { println(a[n]) })
	caught(func() { println(len(s[n:])) })
	caught(func() { println(len(s[:n])) })
	caught(func() { println(len(a[n:])) })
	caught(func() { println(len(a[2 : n-4])) })
	caught(func() { println("abc"[n]) })
	caught(func() { println("abc"[n:]) })
	caught(func() { m["a"] = 1 })
	caught(func() { f() })
	caught(func() { i.area() })
	caught(func() { println(n / zero) })
	caught(func() { println(1 << (zero - 1)) })
	caught(func() { println(len(make([]int, zero-1))) })
	caught(func() { println(*new(*int)) })
	caught(func() { println([4]int(s)[0]) })
}

func ruleIsRuntimeError() {
	n := 5
	for _, f := range []func(){
		func() { var p *square; p.n = 1 },
		func() { println([]int{}[n]) },
		func() { println(n / (n - 5)) },
		func() { var x any = 1; println(x.(string)) },
		func() { var m map[int]int; m[1] = 1 },
		func() { var x, y any = []int{}, []int{}; println(x == y) },
		func() { panic("text") },
		func() { panic(n) },
		func() { panic(nil) },
	} {
		func() {
			defer func() {
				r := recover()
				e, ok := r.(runtime.Error)
				_, isError := r.(error)
				println(ok, isError)
				if ok {
					println(e.Error())
				}
			}()
			f()
		}()
	}
}

func ruleAssertionTypes() {
	try := func(f func()) {
		defer func() {
			e, ok := recover().(*runtime.TypeAssertionError)
			println(ok, ok && e.Error() != "")
		}()
		f()
	}
	var x any = 1
	try(func() { println(x.(string)) })
	try(func() { x.(shape).area() })
	try(func() { println([]int{}[len("abc")]) })
	nilPanic := func() {
		defer func() {
			_, ok := recover().(*runtime.PanicNilError)
			println(ok)
		}()
		panic(nil)
	}
	nilPanic()
}

func ruleMemoryAfterPanic() {
	s := []int{1, 2, 3}
	n := 3
	caught(func() {
		s[0] = 10
		s[n] = 20
		s[1] = 30
	})
	println(s[0], s[1])
	caught(func() {
		s[0], s[n] = 7, 8 // phases: no assignment if an index is wrong ... except those before it
	})
	x := 1
	caught(func() { x = 2; x = 10 / (n - 3) })
	println(x)
}

// Unsigned indices and bounds are shown as what they are.
func ruleUnsignedIndices() {
	s, a, text := []int{1, 2, 3}, [3]int{1, 2, 3}, "abc"
	p := &a
	var grid [4][3]int
	for _, i := range []uint64{0, 1, 3, 4, 1<<64 - 1, 1 << 63} {
		u, v := uint(i), uintptr(i)
		caught(func() { println(s[i]) })
		caught(func() { s[u]++ })
		caught(func() { println(a[v], p[i]) })
		caught(func() { println(text[i]) })
		caught(func() { println(grid[i][u]) })
		caught(func() { println(s[int(i)]) })
		for _, j := range []uint64{2, 5, 1<<64 - 3} {
			caught(func() { println(len(s[i:])) })
			caught(func() { println(len(s[:i])) })
			caught(func() { println(len(s[i:j]), cap(s[u:j])) })
			caught(func() { println(len(a[i:j])) })
			caught(func() { println(text[i:j]) })
			caught(func() { println(text[i:], text[:u]) })
			caught(func() { println(len(s[i:j:v])) })
			caught(func() { println(len(s[1:j:i])) })
			caught(func() { println(len(p[i:2])) })
		}
	}
	for _, i := range []uint8{1, 200} {
		caught(func() { println(s[i]) })
		caught(func() { println(len(s[i:])) })
	}
}
