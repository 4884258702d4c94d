// Run-time panics: the argument chooses one; the first line of the message must be the same in both worlds.
package main

import (
	"kiln/framework/host"
	"kiln/translator/lower/testdata/show"
)

type t struct {
	x int
	s []int
}

func (p *t) get() int { return p.x }

type getter interface{ get() int }

func run(which int) {
	zero, five, minus := which-which, 5, -1
	xs := []int{1, 2, 3}
	var np *t
	var g getter
	var f func() int
	var e any
	s := "hello"
	arr := [3]int{1, 2, 3}
	var narrow int8 = int8(minus)
	switch which {
	case 0:
		show.Ints("x", xs[five])
	case 1:
		show.Ints("x", xs[minus])
	case 2:
		show.Ints("x", five/zero)
	case 3:
		show.Ints("x", five%zero)
	case 4:
		show.Ints("x", np.x)
	case 5:
		show.Ints("x", np.get())
	case 6:
		show.Ints("x", g.get())
	case 7:
		show.Ints("x", f())
	case 8:
		show.Ints("x", e.(int))
	case 9:
		e = "str"
		show.Ints("x", e.(int))
	case 10:
		show.Ints("x", int(s[five]))
	case 11:
		show.Text("x", s[five+1:])
	case 12:
		show.Text("x", s[3:zero])
	case 13:
		show.Ints("x", xs[five:]...)
	case 14:
		show.Ints("x", xs[2:1+zero]...)
	case 15:
		show.Ints("x", arr[five])
	case 16:
		xs = make([]int, minus)
	case 17:
		show.Ints("x", five<<narrow)
	case 18:
		panic("custom message")
	case 19:
		np.x = 3
	case 20:
		xs[five]++
	case 21:
		show.Ints("x", len(np.s))
	case 22:
		show.Ints("x", xs[1:2:five]...)
	case 23:
		f = nil
		f()
	case 24:
		*np = t{}
	case 25:
		var p *int
		*p = 1
	case 26:
		var m map[string]int
		m["x"] = 1
	case 27:
		m := map[any]int{}
		m[[]int{1}] = 2
	case 28:
		e = []int{1}
		show.Bool("x", e == e)
	case 29:
		show.Ints("x", g.(*t).x)
	case 30:
		e = &t{}
		show.Ints("x", e.(interface{ none() }).(getter).get())
	case 31:
		panic(host.FormatInt(which))
	default:
		show.Text("no such case")
	}
}

func main() {
	n := 0
	if args := host.Args(); len(args) > 0 {
		n, _ = host.ParseInt(args[0])
	}
	show.Ints("case", n)
	run(n)
}
