// Panics and recover.
package main

import "errors"

func ruleValues() {
	for _, v := range []any{1, "text", errors.New("an error"), 2.5, []int{1}, nil} {
		func() {
			defer func() {
				r := recover()
				switch r := r.(type) {
				case error:
					println("error", r.Error())
				case []int:
					println("slice", r[0])
				default:
					println(r == v)
				}
			}()
			panic(v)
		}()
	}
}

func ruleResult() {
	f := func() (n int, err error) {
		defer func() {
			if r := recover(); r != nil {
				n, err = -n, errors.New("recovered "+r.(string))
			}
		}()
		n = 7
		panic("boom")
	}
	n, err := f()
	println(n, err.Error())
	g := func() int {
		defer func() { recover() }()
		panic(1)
	}
	println(g())
}

func ruleRepanic() {
	caught(func() {
		defer func() {
			r := recover()
			panic("again " + r.(string))
		}()
		panic("first")
	})
	caught(func() {
		defer func() { panic("second") }()
		panic("first")
	})
	caught(func() {
		defer func() {
			defer func() { println("inner", recover() != nil) }()
			panic("second")
		}()
		panic("first")
	})
	func() {
		defer func() { println("nothing left", recover() == nil) }()
		func() {
			defer func() { recover() }()
			defer func() { panic("replaces") }()
			panic("first")
		}()
	}()
}

func helper() any { return recover() }

func ruleWhereRecoverWorks() {
	println(recover() == nil)
	caught(func() {
		defer func() { println("helper", helper() == nil) }()
		panic("not recovered by a helper")
	})
	caught(func() {
		defer func() {
			func() { println("nested literal", recover() == nil) }()
		}()
		panic("nor by a nested literal")
	})
	caught(func() {
		defer helper()
		panic("by the helper when it is deferred itself")
	})
	caught(func() {
		defer recover()
		panic("defer recover() is too early")
	})
	caught(func() {
		defer func() {
			defer recover()
		}()
		panic("in time here")
	})
	caught(func() {
		defer func() {
			println(recover() != nil, recover() == nil)
		}()
		panic("once")
	})
	caught(func() {
		defer func() {
			defer func() { println("deferred by the deferred", recover() == nil) }()
		}()
		panic("too deep")
	})
}

func ruleOrder() {
	caught(func() {
		defer println("first deferred")
		defer func() {
			println("second deferred", recover() == nil)
		}()
		defer func() {
			println("third deferred", recover() != nil)
		}()
		defer println("fourth deferred")
		panic("order")
	})
}

func deep(n int) {
	if n == 0 {
		panic("bottom")
	}
	defer func() { print(n, " ") }()
	deep(n - 1)
}

func ruleUnwinding() {
	caught(func() { deep(5) })
	n := 0
	for i := range 100 {
		func() {
			defer func() {
				if recover() != nil {
					n++
				}
			}()
			if i%3 == 0 {
				panic(i)
			}
		}()
	}
	println(n)
}

func ruleLoopAfterRecover() {
	f := func(x int) (s string) {
		defer func() {
			if r := recover(); r != nil {
				s = "recovered"
			}
		}()
		return string(rune('a' + 10/x))
	}
	println(f(1), f(0), f(5))
}

type custom struct{ code int }

func (c custom) Error() string { return "custom" }

func ruleErrors() {
	err := func() (err error) {
		defer func() {
			if e, ok := recover().(error); ok {
				err = e
			}
		}()
		panic(custom{3})
	}()
	println(err.(custom).code, err == error(custom{3}))
	wrapped := func() (err error) {
		defer func() { err = errors.Join(err, recover().(error)) }()
		panic(custom{4})
	}()
	println(wrapped.Error(), errors.Is(wrapped, custom{4}))
}

type method struct{}

func (method) recover() { println("method", recover() != nil) }

type embedding struct{ method }
type recoverer interface{ recover() }

func ruleRecoverInMethods() {
	caught(func() { defer method{}.recover(); panic(1) })
	caught(func() { defer embedding{}.recover(); panic(2) })
	caught(func() {
		var r recoverer = embedding{}
		defer r.recover()
		panic(3)
	})
	caught(func() { f := method{}.recover; defer f(); panic(4) })
	caught(func() { defer (*method).recover(&method{}); panic(5) })
}
