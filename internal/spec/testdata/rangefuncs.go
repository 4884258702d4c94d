// Ranges over functions.
package main

import "iter"

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				println("stopped at", i)
				return
			}
		}
		println("exhausted")
	}
}

func pairs(yield func(string, int) bool) {
	_ = yield("a", 1) && yield("b", 2) && yield("c", 3)
}

func thrice(yield func() bool) { _ = yield() && yield() && yield() }

func ruleForms() {
	for x := range upTo(3) {
		println(x)
	}
	for k, v := range pairs {
		println(k, v)
	}
	for k := range pairs {
		println(k)
	}
	n := 0
	for range thrice {
		n++
	}
	var x int
	for x = range upTo(4) {
	}
	for _, v := range pairs {
		n += v
	}
	println(n, x)
}

func find(want int) (at int, ok bool) {
	for x := range upTo(10) {
		if x == want {
			return x * 100, true
		}
	}
	return -1, false
}

func ruleExits() {
	println(find(3))
	println(find(30))
	for x := range upTo(10) {
		if x == 1 {
			continue
		}
		if x == 3 {
			break
		}
		println(x)
	}
outer:
	for x := range upTo(5) {
		for y := range upTo(5) {
			switch {
			case y == 2:
				continue outer
			case x == 2:
				break outer
			}
			println(x, y)
		}
	}
	for x := range upTo(3) {
		if x == 1 {
			goto out
		}
	}
	println("skipped")
out:
	println("out")
}

func nested() (n int) {
	for x := range upTo(3) {
		for y := range upTo(3) {
			for range thrice {
				n++
				if x == 1 && y == 1 {
					return n * 1000
				}
			}
		}
	}
	return
}

func ruleNested() { println(nested()) }

func deferring() (s string) {
	defer func() { s += " outer" }()
	for x := range upTo(3) {
		defer func() { s += string(rune('0' + x)) }()
	}
	s = "body "
	println("before return")
	return
}

func deferThenLeave() {
	for x := range upTo(5) {
		defer println("deferred", x)
		if x == 2 {
			return
		}
	}
}

func deferNested() {
	for x := range upTo(2) {
		for y := range upTo(2) {
			defer println("pair", x, y)
		}
		func() {
			defer println("literal", x)
		}()
	}
	println("end")
}

func deferRecovers() (s string) {
	for range thrice {
		defer func() {
			if r := recover(); r != nil {
				s = "recovered " + r.(string)
			}
		}()
	}
	panic("late")
}

func deferInClosure() {
	f := func() {
		for x := range upTo(2) {
			defer println("in closure", x)
		}
		println("closure ends")
	}
	f()
	println("after closure")
}

func ruleDefer() {
	println(deferring())
	deferThenLeave()
	deferNested()
	println(deferRecovers())
	deferInClosure()
}

func rulePanics() {
	caught(func() {
		for x := range upTo(3) {
			if x == 1 {
				panic("in the body")
			}
		}
	})
	caught(func() {
		for range func(yield func() bool) { yield(); panic("in the iterator") } {
		}
	})
	cleaned := func(yield func(int) bool) {
		defer println("cleaned up")
		yield(1)
	}
	caught(func() {
		for x := range cleaned {
			panic(x)
		}
	})
	for range cleaned {
		break
	}
}

func ruleMisuse() {
	var saved func() bool
	keep := func(yield func() bool) { saved = yield; yield() }
	for range keep {
	}
	caught(func() { saved() })
	for range keep {
		break
	}
	caught(func() { saved() })
	caught(func() {
		for range func(yield func() bool) { yield(); yield() } {
			break
		}
	})
	caught(func() {
		for range func(yield func() bool) {
			defer func() { recover() }()
			yield()
		} {
			panic("swallowed")
		}
	})
	caught(func() {
		for range func(yield func() bool) {
			func() {
				defer func() { recover() }()
				yield()
			}()
			yield()
		} {
			panic("swallowed")
		}
	})
}

func (t *tree) all(yield func(int) bool) bool {
	return t == nil || t.left.all(yield) && yield(t.n) && t.right.all(yield)
}

type tree struct {
	left, right *tree
	n           int
}

func (t *tree) values(yield func(int) bool) { t.all(yield) }

func filter[T any](seq iter.Seq[T], ok func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for x := range seq {
			if ok(x) && !yield(x) {
				return
			}
		}
	}
}

func ruleComposed() {
	t := &tree{&tree{nil, nil, 1}, &tree{&tree{nil, nil, 3}, nil, 4}, 2}
	for x := range t.values {
		if x == 4 {
			break
		}
		println(x)
	}
	for x := range filter(upTo(10), func(n int) bool { return n%3 == 0 }) {
		println(x)
		if x > 5 {
			break
		}
	}
	var fs []func() int
	for x := range upTo(3) {
		fs = append(fs, func() int { x++; return x })
	}
	println(fs[0](), fs[0](), fs[2]())
}
