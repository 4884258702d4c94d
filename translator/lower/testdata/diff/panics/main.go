// Run-time panics: the argument chooses one; the first line of the message must be the same in both worlds.
package main

import (
	"errors"

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
		values(which)
	}
}

type (
	point struct{ x int }
	color int
	name  string
	real  float32
	day   int
	fault struct{ code int }
)

func (d day) String() string { return "day " + host.FormatInt(int(d)) }

func (f *fault) Error() string { return "fault " + host.FormatInt(f.code) }

type shape interface{ area() int }

type square struct{}

func (*square) area() int { return 1 }

type circle struct{}

func (*circle) area() int { return 1 }

// values are panics with values of every kind, and failing assertions.
func values(which int) {
	var sh shape = &square{}
	var three any = 3
	var none any
	var noShape shape
	var err error
	switch which {
	case 32:
		panic(point{1})
	case 33:
		panic(color(3))
	case 34:
		panic(name("x"))
	case 35:
		panic(day(3))
	case 36:
		panic(errors.New("boom"))
	case 37:
		panic(&point{})
	case 38:
		panic(1.5)
	case 39:
		panic(real(0.1))
	case 40:
		panic(none)
	case 41:
		panic([]int{1})
	case 42:
		_ = sh.(*circle)
	case 43:
		_ = three.(string)
	case 44:
		_ = three.(shape)
	case 45:
		_ = none.(int)
	case 46:
		_ = none.(shape)
	case 47:
		_ = noShape.(*square)
	case 48:
		_ = sh.(interface{ foo() })
	case 49:
		panic(true)
	case 50:
		panic(2i)
	case 51:
		panic(error(&fault{7}))
	case 52:
		panic(uint8(200))
	case 53:
		_ = three.(interface{ String() string })
	case 54:
		panic(err)
	case 55:
		panic('x')
	case 56:
		type point struct{ x int }
		var local any = point{1}
		_ = local.(shape)
	case 57:
		_ = three.(map[string][]*point)
	case 58:
		panic(int64(-1) << 63)
	case 59:
		var k int // a constant for go/ssa: lowering once looked for the word of an element that is not there
		empties := make([][0]rune, 2)
		empties[1][k] = 'x'
	default:
		panic(which)
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
