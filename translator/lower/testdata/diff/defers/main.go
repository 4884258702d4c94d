// Deferred calls, panics and recover.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

func simple() (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint("recovered ", r)
		}
	}()
	panic("boom")
}

func order() {
	for i := 0; i < 3; i++ {
		defer fmt.Println("deferred", i)
	}
	fmt.Println("body")
}

func unnamed() int {
	defer func() { recover() }()
	panic(1)
}

func named() (n int, err error) {
	defer func() {
		n *= 2
		if r := recover(); r != nil {
			err = fmt.Errorf("wrapped: %v", r)
		}
	}()
	n = 21
	if n > 20 {
		panic(errors.New("too big"))
	}
	return n, nil
}

func returns() (n int) {
	defer func() { n++ }()
	return 5
}

type T struct{ x int }

func (t *T) Close()        { fmt.Println("close", t.x) }
func (t T) Value(s string) { fmt.Println("value", t.x, s) }
func (t *T) Rec() {
	fmt.Println("Rec", recover())
}

type Closer interface{ Close() }
type Recer interface{ Rec() }

func methods() {
	t := &T{1}
	defer t.Close()
	defer t.Value("v")
	var c Closer = t
	defer c.Close()
	f := t.Close
	defer f()
	t.x = 2
}

func recMethod() {
	defer (&T{1}).Rec()
	panic("m1")
}
func recIface() {
	var r Recer = &T{1}
	defer r.Rec()
	panic("m2")
}
func recBound() {
	r := (&T{1}).Rec
	defer r()
	panic("m3")
}

func helper() any { return recover() }

func notDirect() (s string) {
	defer func() {
		r := recover()
		s = fmt.Sprint("outer ", r)
	}()
	defer func() {
		if r := helper(); r != nil {
			s = "wrong"
		}
	}()
	panic("nd")
}

func rec() { fmt.Println("rec:", recover()) }

func direct() {
	defer rec()
	panic("direct")
}

func value() {
	f := rec
	defer f()
	panic("value")
}

func runtimeErrors() {
	try := func(f func()) {
		defer func() {
			r := recover()
			e, ok := r.(runtime.Error)
			fmt.Println(r, ok)
			if ok {
				fmt.Println(e.Error())
			}
		}()
		f()
	}
	var s []int
	var p *T
	var m map[string]int
	var a any = "x"
	zero := 0
	try(func() { _ = s[5] })
	try(func() { p.x = 1 })
	try(func() { m["a"] = 1 })
	try(func() { _ = a.(int) })
	try(func() { _ = a.(fmt.Stringer) })
	try(func() { fmt.Println(1 / zero) })
	try(func() { panic(nil) })
	try(func() { _ = make([]int, zero-1) })
	try(func() { var f func(); f() })
	try(func() { fmt.Println("fine") })
}

func nested() {
	defer func() { fmt.Println("outer recovers", recover()) }()
	defer func() {
		defer func() { fmt.Println("inner recovers", recover()) }()
		panic("second")
	}()
	panic("first")
}

func replaced() {
	defer func() { fmt.Println("got", recover()) }()
	defer func() { panic("replacement") }()
	panic("original")
}

func repanic() {
	defer func() { fmt.Println("final", recover()) }()
	defer func() {
		r := recover()
		panic(fmt.Sprint("re-", r))
	}()
	panic("x")
}

func recoverNoPanic() {
	defer func() { fmt.Println(recover()) }()
	fmt.Println(recover())
}

func deferInPanic() {
	defer func() { fmt.Println("end", recover()) }()
	defer func() {
		func() {
			defer func() { fmt.Println("no panic here:", recover()) }()
		}()
	}()
	panic("dip")
}

func twice() {
	defer func() {
		fmt.Println(recover())
		fmt.Println(recover())
	}()
	panic("once")
}

func loopDefer() (out []int) {
	defer func() { out = append(out, -1) }()
	for i := range 3 {
		func() {
			defer func() { recover() }()
			defer func() { out = append(out, i) }()
			if i == 1 {
				panic(i)
			}
		}()
	}
	return out
}

func deep(n int) {
	defer func() {}()
	if n == 0 {
		panic("deep")
	}
	deep(n - 1)
}

func args(n int) {
	defer fmt.Println("arg", n, n*2)
	n = 100
}

type E struct{ code int }

func (e E) Error() string { return fmt.Sprint("E", e.code) }

func multi() (a int, b string, c float64, err error) {
	defer func() {
		if e, ok := recover().(E); ok {
			err = e
			b = "set"
		}
	}()
	a, c = 1, 2.5
	panic(E{7})
}

func deferBuiltins() {
	m := map[int]int{1: 1, 2: 2}
	func() {
		defer delete(m, 1)
		fmt.Println(len(m))
	}()
	fmt.Println(len(m))
}

func closureVars() func() int {
	x := 1
	defer func() { x = 10 }()
	return func() int { x++; return x }
}

func generic[T any](v T, f func(T)) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("generic %v", r)
		}
	}()
	f(v)
	return nil
}

func main() {
	fmt.Println(simple())
	order()
	fmt.Println(unnamed())
	fmt.Println(named())
	fmt.Println(returns())
	methods()
	recMethod()
	recIface()
	recBound()
	fmt.Println(notDirect())
	direct()
	value()
	runtimeErrors()
	nested()
	replaced()
	repanic()
	recoverNoPanic()
	deferInPanic()
	twice()
	fmt.Println(loopDefer())
	func() {
		defer func() { fmt.Println(recover()) }()
		deep(50)
	}()
	args(1)
	fmt.Println(multi())
	deferBuiltins()
	fmt.Println(closureVars()())
	fmt.Println(generic(3, func(i int) { panic(i) }), generic("s", func(string) {}))
}
