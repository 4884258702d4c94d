// Package fmt on values of every kind.
package main

import (
	"errors"
	"fmt"
)

type P struct{ X, Y int }
type S string
type C int

func (c C) String() string { return fmt.Sprintf("C<%d>", int(c)) }

type E struct{ code int }

func (e *E) Error() string { return fmt.Sprint("E", e.code) }

type N struct {
	P
	name string
	Next *N
	c    C
	C    C
	a    any
	m    map[string]int
	f    func()
	sl   []int
	ar   [3]byte
}

func main() {
	fmt.Println("hello", 1, 2.5, true, 'x', nil, S("s"), C(3))
	fmt.Printf("%d|%5d|%-5d|%05d|%x|%X|%#x|%o|%b|%c|%q|%U\n", 42, 42, 42, 42, 255, 255, 255, 8, 5, 'A', 'A', 'A')
	fmt.Printf("%s|%10s|%-10s|%q|%x|%.2s\n", "str", "str", "str", "st\"r", "hex", "long")
	fmt.Printf("%f|%.2f|%8.3f|%e|%g|%G|%v|%6.2f%%\n", 3.14159, 3.14159, 3.14159, 1e10, 1e-7, 1e20, 2.0, 99.5)
	fmt.Printf("%t|%v|%p\n", true, false, nil)
	fmt.Printf("%T %T %T %T %T %T %T\n", 1, "s", 2.5, P{}, &P{}, []int{}, map[string][]P{})
	fmt.Println(P{1, 2}, &P{3, 4}, []int{1, 2, 3}, []string{"a", "b"}, map[string]int{"z": 26, "a": 1}, [2]bool{true, false})
	fmt.Printf("%v %+v %#v\n", P{1, 2}, P{1, 2}, P{1, 2})
	fmt.Printf("%v %d %s\n", []C{1, 2}, []C{1, 2}, []C{3})
	n := N{P: P{1, 2}, name: "n", c: 4, C: 5, a: 7}
	fmt.Printf("%v\n%+v\n", n, n)
	fmt.Printf("%#v\n", struct {
		A int
		B []string
		C map[int]bool
		D any
		E *int
	}{1, []string{"q"}, map[int]bool{1: true}, nil, nil})
	e := errors.New("boom")
	w := fmt.Errorf("wrap: %w", e)
	fmt.Println(w, errors.Is(w, e), errors.Unwrap(w) == e)
	var err error = &E{3}
	fmt.Println(err)
	fmt.Printf("%v %s %q\n", err, err, err)
	fmt.Printf("%!|%z %d\n", 3)
	fmt.Printf("%d %s\n", "x", 5)
	fmt.Printf("%*d|%-*d|%[2]d %[1]d\n", 5, 42, 3, 7)
	fmt.Printf("%6.2v|%+d|% d|%+q\n", 3.14159, 5, 6, "é")
	fmt.Print("a", 1, 2, "b", "c", 3.0, "\n")
	fmt.Printf("%v %v\n", complex(1, -2), complex64(3i))
	var np *P
	fmt.Printf("%v\n", []*P{nil, np})
	var ni []any = []any{nil, 1, "x", []byte("hi"), P{5, 6}}
	fmt.Println(ni)
	fmt.Printf("%s %x %v %q\n", []byte("hi"), []byte("hi"), []byte("hi"), []string{"a"})
	fmt.Println(float32(0.1), float64(float32(0.1)), 1e21, 1e20, int8(-5), uint8(200), uint64(1<<63))
	fmt.Printf("%08.3f|%+.2e|%x\n", -3.14159, 12345.678, 3.5)
	fmt.Printf("%v %v\n", map[P]string{{2, 1}: "b", {1, 2}: "a"}, map[any]int{2: 3, 1: 4})
	fmt.Println(fmt.Sprintln("x", 1) + fmt.Sprint("y", 2, 3))
	nils()
}

// Nil pointers: <nil> where the method panics, else what it says.
type Quiet struct{ s string }

func (q *Quiet) String() string {
	if q == nil {
		return "quiet nil"
	}
	return q.s
}

type Shout struct{ Quiet }

type Plain struct{ n int }

func (p Plain) String() string { return fmt.Sprint("plain", p.n) }

type Deep struct{ n *Plain }

func (d *Deep) Error() string { return d.text() }

func (d *Deep) text() string { return fmt.Sprintf("deep %v", d.n) }

func (d *Deep) GoString() string { return "Deep!" }

type Holder struct {
	P *P
	E *E
	Q *Quiet
	q *Quiet
	D *Deep
	I any
}

//go:noinline
func pick[T any](m map[int]*T) *T { return m[0] }

func nils() {
	var e *E
	fmt.Println(e, pick[P](nil), pick[Quiet](nil), pick[Shout](nil), pick[Plain](nil), pick[Deep](nil))
	var err error = pick[E](nil)
	fmt.Printf("%v|%s|%q|%10v|%d|%x|%+v|%#v|%T|%p\n", err, err, err, err, err, err, err, err, err, err)
	for _, x := range []any{pick[E](nil), pick[P](nil), pick[Quiet](nil), pick[Shout](nil), pick[Plain](nil), pick[Deep](nil), (*int)(nil)} {
		fmt.Printf("%v|%s|%q|%10v|%d|%x|%+v|%#v|%T\n", x, x, x, x, x, x, x, x, x)
	}
	fmt.Printf("%v %+v\n", Holder{}, Holder{I: pick[E](nil)})
	fmt.Printf("%v %v\n", []*Quiet{nil}, map[string]*Deep{"k": nil})
	fmt.Println(fmt.Errorf("wrapped: %w", err))
}
