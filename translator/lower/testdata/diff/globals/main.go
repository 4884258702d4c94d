// Package variables: initialisation order, addresses, init functions, struct and array variables.
package main

import "kiln/translator/lower/testdata/show"

var a = b + 1
var b = f()
var c, d = pair()
var names = []string{"x", "y"}
var state struct {
	n    int
	list []int
	sub  inner
}
var counter int
var ptr = &counter
var obj = &inner{1, "obj"}
var val inner
var text string
var fn = double
var iface any = 5
var flag = len(names) == 2
var small [3]int8
var ratio float32 = 0.1

type inner struct {
	k int
	s string
}

func (i *inner) inc() int { i.k++; return i.k }

func f() int { return 10 }
func pair() (int, string) {
	return a * 2, "p"
}
func double(x int) int { return x * 2 }

func init() { state.n = 100 }
func init() { state.n++; state.list = append(state.list, state.n) }

func bump(p *int) { *p += 5 }

func main() {
	show.Ints("init", a, b, c, state.n, len(state.list), state.list[0])
	show.Text("d", d, text)
	counter++
	bump(&counter)
	*ptr *= 2
	show.Ints("counter", counter, *ptr)
	show.Ints("obj", obj.inc(), obj.k, val.inc(), val.k)
	val = *obj
	obj.k = 50
	show.Ints("val", val.k)
	state.sub.k = 7
	s := state
	s.sub.k++
	state.list[0] = 1
	show.Ints("state", state.sub.k, s.sub.k, s.list[0])
	show.Ints("fn", fn(4), iface.(int))
	iface = "now"
	show.Bool("flag", flag, iface == "now")
	for i := range small {
		small[i] = int8(i * 100)
	}
	show.Ints("small", int(small[1]), int(small[2]))
	ratio *= 3
	show.Floats("ratio", float64(ratio))
	p := &state
	p.n = 3
	show.Ints("p", state.n)
	q := &val
	q.s += "!"
	show.Text("q", val.s)
	names = append(names, "z")
	show.Text("names", names...)
}
