// sort.Slice and errors.As, whose arguments have types that the package does not know; methods of fields and elements, bound and deferred.
package main

import (
	"errors"
	"fmt"
	"sort"
)

type person struct {
	name string
	age  int
	tags [3]string
	big  [40]int
}

type people []person

type notFound struct{ name string }

func (n *notFound) Error() string { return n.name + " not found" }

type code int

func (c code) Error() string { return fmt.Sprint("code ", int(c)) }

type timeout interface {
	error
	Timeout() bool
}

type slow struct{ n int }

func (s slow) Error() string { return "slow" }
func (s slow) Timeout() bool { return s.n > 1 }

type picky struct{ inner error }

func (p *picky) Error() string { return "picky" }
func (p *picky) As(target any) bool {
	if c, ok := target.(*code); ok {
		*c = 99
		return true
	}
	return false
}
func (p *picky) Unwrap() []error { return []error{nil, p.inner} }

func try(what string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(what, "panics:", r)
			if _, ok := r.(interface{ RuntimeError() }); !ok {
				fmt.Printf("%T\n", r)
			}
		}
	}()
	f()
}

func sorts() {
	x := []int{5, 2, 8, 1, 9, 3}
	sort.Slice(x, func(i, j int) bool { return x[i] < x[j] })
	fmt.Println(x, sort.SliceIsSorted(x, func(i, j int) bool { return x[i] < x[j] }))
	s := x[1:4]
	sort.Slice(s, func(i, j int) bool { return s[i] > s[j] })
	fmt.Println(x, sort.SliceIsSorted(x, func(i, j int) bool { return x[i] < x[j] }))
	var ps people
	for i := range 40 {
		p := person{name: fmt.Sprint("p", i*7%40), age: i * 13 % 10}
		p.tags[i%3] = p.name
		p.big[i] = i
		ps = append(ps, p)
	}
	first := ps[0].big[:]
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].age < ps[j].age })
	for _, p := range ps[:12] {
		sum := 0
		for i, n := range p.big {
			sum += i * n
		}
		fmt.Print(p.name, " ", p.age, " ", p.tags, " ", sum, "; ")
	}
	sum := 0
	for _, n := range first {
		sum += n
	}
	fmt.Println(sum == ps[0].big[0]+total(ps[0].big[1:]))
	var any []any
	for i := range 20 {
		any = append(any, fmt.Sprint(i*11%20))
	}
	sort.Slice(any, func(i, j int) bool { return any[i].(string) < any[j].(string) })
	fmt.Println(any)
	sort.Slice([]struct{}{{}, {}}, func(i, j int) bool { return false })
	sort.Slice([]string(nil), func(i, j int) bool { return false })
	for _, bad := range []interface{}{5, "text", nil, [2]int{}, map[int]int{}, (*int)(nil)} {
		try("Slice", func() { sort.Slice(bad, func(i, j int) bool { return false }) })
		try("SliceIsSorted", func() { fmt.Println(sort.SliceIsSorted(bad, func(i, j int) bool { return false })) })
	}
}

func total(x []int) (n int) {
	for _, v := range x {
		n += v
	}
	return n
}

func as(err error) {
	var nf *notFound
	var c code
	var t timeout
	var e error
	var s slow
	fmt.Println(errors.As(err, &nf), errors.As(err, &c), errors.As(err, &t), errors.As(err, &e), errors.As(err, &s))
	if nf != nil {
		fmt.Println(nf.name)
	}
	fmt.Println(c, t, e, s)
}

func errs() {
	as(nil)
	as(&notFound{"x"})
	as((*notFound)(nil))
	as(fmt.Errorf("a: %w", fmt.Errorf("b: %w", &notFound{"y"})))
	as(errors.Join(errors.New("q"), slow{3}, code(4)))
	as(fmt.Errorf("%w and %w", code(5), &notFound{"z"}))
	as(&picky{&notFound{"inner"}})
	var n int
	var np *int
	var st fmt.Stringer
	e := errors.New("e")
	for _, target := range []any{nil, 5, n, &n, np, &st, (*error)(nil), errors.New("x")} {
		try(fmt.Sprintf("%T", target), func() { fmt.Println(errors.As(e, target)) })
	}
}

type buffer struct {
	text []byte
	n    int
}

func (b *buffer) write(s string) int {
	b.text = append(b.text, s...)
	b.n++
	return len(b.text)
}

func (b *buffer) both(s string, n int) (string, int) { return string(b.text) + s, b.n + n }

type outer struct {
	buffer
	name string
}

type page struct {
	k    int
	out  buffer
	all  [3]outer
	list []outer
	next *page
}

func parts() {
	p := &page{list: make([]outer, 2)}
	p.next = p
	write := p.out.write
	fmt.Println(write("a"), write("b"), string(p.out.text), p.out.n)
	i := 1
	writes := []func(string) int{p.all[i].write, p.list[i].buffer.write, p.next.all[2].buffer.write, p.list[0].write}
	i = 0
	old := p.list
	p.list = nil
	for k, w := range writes {
		fmt.Println(k, w(fmt.Sprint("w", k)), w("x"))
	}
	fmt.Println(string(p.all[1].text), string(old[1].text), string(p.all[2].text), string(old[0].text))
	both := p.out.both
	fmt.Println(both("!", 5))
	var none *page
	try("bound", func() { f := none.out.write; f("x") })
	try("bound element", func() { f := old[len(old)].write; f("x") })
	defers(p)
	fmt.Println(string(p.out.text), string(p.all[0].text))
	try("deferred", func() { defer none.out.write("x"); fmt.Println("not reached") })
}

func defers(p *page) {
	for i := range 2 {
		defer p.out.write(fmt.Sprint("d", i))
		defer p.all[i*0].buffer.write("e")
	}
	q := p
	defer q.out.write("last")
	q = nil
	fmt.Println(string(p.out.text))
}

func main() {
	sorts()
	errs()
	parts()
}
