// Generics: functions, types, constraints, methods.
package main

import "kiln/translator/lower/testdata/show"

type ordered interface {
	~int | ~int8 | ~uint8 | ~float64 | ~string
}

func maxOf[T ordered](xs ...T) (best T) {
	for i, x := range xs {
		if i == 0 || x > best {
			best = x
		}
	}
	return
}

func mapTo[A, B any](xs []A, f func(A) B) []B {
	out := make([]B, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func reduce[A, B any](xs []A, b B, f func(B, A) B) B {
	for _, x := range xs {
		b = f(b, x)
	}
	return b
}

type stack[T any] struct {
	items []T
	zero  T
}

func (s *stack[T]) push(x T) { s.items = append(s.items, x) }
func (s *stack[T]) pop() (T, bool) {
	if len(s.items) == 0 {
		return s.zero, false
	}
	x := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

type pair[A comparable, B any] struct {
	key A
	val B
}

func find[A comparable, B any](ps []pair[A, B], k A) (B, bool) {
	for _, p := range ps {
		if p.key == k {
			return p.val, true
		}
	}
	var zero B
	return zero, false
}

type list[T any] struct {
	head *cell[T]
	n    int
}

type cell[T any] struct {
	val  T
	next *cell[T]
}

func (l *list[T]) add(x T) {
	l.head = &cell[T]{x, l.head}
	l.n++
}

func (l *list[T]) all() func(func(int, T) bool) {
	return func(yield func(int, T) bool) {
		i := 0
		for c := l.head; c != nil; c = c.next {
			if !yield(i, c.val) {
				return
			}
			i++
		}
	}
}

type named interface{ Name() string }
type dog struct{ n string }

func (d dog) Name() string { return d.n }

func names[T named](xs []T) string {
	s := ""
	for _, x := range xs {
		s += x.Name() + ","
	}
	return s
}

type myInt int8

func sum[T ~int8 | ~float64](xs ...T) T {
	var t T
	for _, x := range xs {
		t += x
	}
	return t
}

func isType[T any](x any) bool { _, ok := x.(T); return ok }

func main() {
	show.Ints("max", maxOf(1, 5, 3), int(maxOf(int8(-1), -5)), maxOf[int]())
	show.Text("max", maxOf("a", "c", "b"))
	show.Floats("max", maxOf(1.5, -2))
	show.Ints("map", mapTo([]string{"a", "bcd"}, func(s string) int { return len(s) })...)
	show.Text("map", mapTo([]int{65, 66}, func(i int) string { return string(rune(i)) })...)
	show.Text("reduce", reduce([]int{1, 2, 3}, "", func(s string, i int) string { return s + string(rune('0'+i)) }))
	var s stack[string]
	s.push("x")
	s.push("y")
	a, _ := s.pop()
	b, _ := s.pop()
	_, ok := s.pop()
	show.Text("stack", a, b)
	show.Bool("stack", ok)
	si := &stack[pair[string, int]]{}
	si.push(pair[string, int]{"k", 7})
	p, _ := si.pop()
	show.Ints("pair", p.val)
	v, ok := find([]pair[int, string]{{1, "one"}, {2, "two"}}, 2)
	show.Text("find", v)
	_, ok2 := find([]pair[string, bool]{{"a", true}}, "b")
	show.Bool("find", ok, ok2)
	l := &list[float64]{}
	l.add(1.5)
	l.add(2.5)
	for i, x := range l.all() {
		show.Floats("list", float64(i), x)
	}
	show.Text("names", names([]dog{{"rex"}, {"bo"}}))
	show.Ints("sum", int(sum[myInt](100, 100)))
	show.Bool("is", isType[int](1), isType[string](1), isType[named](dog{}), isType[*stack[int]](&stack[int]{}), isType[*stack[int]](&stack[string]{}))
}
