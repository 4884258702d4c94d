package generate

import (
	"fmt"
	"strings"
)

// Support is the file with what all programs of a kind share.
func Support(kind Kind) string {
	try := "func try(k int, f func()) {\n\tdefer func() {\n\t\tif r := recover(); r != nil {\n\t\t\tnoteText(k, textOf(r))\n\t\t}\n\t}()\n\tf()\n}\n"
	if !kind.Recovers() {
		try = "func try(k int, f func()) { f() }\n"
	}
	return support + try
}

// Main is the file with the main function. Its arguments are numbers of programs to run; without any it runs all.
func Main(kind Kind, prefixes []string) string {
	var sb strings.Builder
	sb.WriteString("package main\n\nimport \"kiln/framework/host\"\n\nvar programs = []func(){\n")
	for _, p := range prefixes {
		sb.WriteString("\t" + p + "Main,\n")
	}
	if kind.Recovers() { // the others lose what is in a buffer
		sb.WriteString("}\n\n" + strings.NewReplacer("func main() {\n", "func main() {\n\thost.BufferOutput()\n", "\n}\n", "\n\thost.Flush()\n}\n").Replace(mainText))
		sb.WriteString(strings.Replace(runText, "$", "\tdefer func() {\n\t\tif r := recover(); r != nil {\n\t\t\tnoteText(0, textOf(r))\n\t\t}\n\t\tend()\n\t}()\n\tprograms[i]()\n", 1))
	} else {
		sb.WriteString("}\n\n" + mainText)
		sb.WriteString(strings.Replace(runText, "$", "\tprograms[i]()\n\tend()\n", 1))
	}
	return sb.String()
}

// Mark is the line in front of what program i prints.
func Mark(i int) string { return fmt.Sprintf("== %d\n", i) }

const mainText = `func main() {
	list := host.Args()
	if len(list) == 0 {
		for i := range programs {
			run(i)
		}
	}
	for _, text := range list {
		if i, err := host.ParseInt(text); err == nil {
			run(i)
		}
	}
}
`

const runText = `
func run(i int) {
	host.Print("== " + host.FormatInt(i) + "\n")
	fuel, noted, trail = 1000, 0, 0
$}
`

const support = `package main

import (
	"cmp"
	"iter"
	"math"

	"kiln/framework/host"
)

// fuel is used up by loops and calls; without it they end.
var fuel = 1000

// noted counts the notes; the first are printed, all of them are part of trail.
var noted, trail int

func note(k, v int) {
	noted++
	trail = trail*31 + k ^ v
	if noted <= 60 {
		host.Print(host.FormatInt(k) + " " + host.FormatInt(v) + "\n")
	}
}

func noteText(k int, s string) {
	noted++
	if noted <= 60 {
		host.Print(host.FormatInt(k) + " " + s + "\n")
	}
}

func end() {
	host.Print("end " + host.FormatInt(noted) + " " + host.FormatInt(trail) + "\n")
}

func textOf(r any) string {
	switch r := r.(type) {
	case nil:
		return "nothing"
	case error:
		return r.Error()
	case string:
		return r
	case int:
		return host.FormatInt(r)
	}
	return "another value"
}

type fault struct{ code int }

func (f fault) Error() string { return "fault " + host.FormatInt(f.code) }

func id[T any](x T) T { return x }

func ptr[T any](x T) *T { return &x }

func either[T any](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

func first[A, B any](a A, b B) A { return a }

func late(x any, n int) any { return x }

func same[T any](x T, n int) T { return x }

// ran is not inlined: what Go's compiler inlines makes captured variables plain ones, which it reads earlier.
//
//go:noinline
func ran(f func()) int {
	f()
	return 1
}

func nn[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}

func as[T any](x any) T {
	v, _ := x.(T)
	return v
}

func holds[T any](x any) bool {
	_, ok := x.(T)
	return ok
}

func poke(p *int, n int) int {
	*p += n
	return *p
}

func peek(p *int) int { return *p ^ 1 }

func at[T any](s []T, i int) T {
	if len(s) == 0 {
		var zero T
		return zero
	}
	return s[uint(i)%uint(len(s))]
}

func byteAt(s string, i int) byte {
	if len(s) == 0 {
		return 0
	}
	return s[uint(i)%uint(len(s))]
}

func span[T any](s []T, i, j int) []T {
	if len(s) == 0 {
		return s
	}
	i, j = int(uint(i)%uint(len(s))), int(uint(j)%uint(len(s)))
	return s[min(i, j):max(i, j)]
}

func part[S ~string](s S, i, j int) S {
	if len(s) == 0 {
		return s
	}
	i, j = int(uint(i)%uint(len(s))), int(uint(j)%uint(len(s)))
	return s[min(i, j):max(i, j)]
}

func tight[T any](s []T, i int) []T {
	n := small(i)
	if n > len(s) {
		return s
	}
	return s[:n:n]
}

func cut[S ~string](s S) S {
	if len(s) > 40 {
		return s[len(s)-20:]
	}
	return s
}

// few bounds the length of a slice, and takes away the room behind it: how much append leaves is nothing to rely on.
func few[T any](s []T) []T {
	if len(s) > 12 {
		s = s[5:9]
	}
	return s[:len(s):len(s)]
}

func small(i int) int { return i & 3 }

func toInt(f float64) int {
	if f != f || f > 1e15 || f < -1e15 {
		return 7
	}
	return int(f)
}

func plain(f float64) float64 {
	if f != f {
		return 1
	}
	return f
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func hf(f float64) int { return int(math.Float64bits(plain(f))) }

func hc(c complex128) int { return hf(real(c))*31 + hf(imag(c)) }

func hs(s string) int {
	h := len(s)
	for i := 0; i < len(s); i++ {
		h = h*31 + int(s[i])
	}
	return h
}

func he(err error) int {
	if err == nil {
		return 0
	}
	return hs(err.Error())
}

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range small(n) + 2 {
			if !yield(i) {
				return
			}
		}
	}
}

func each[T any](s []T) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, x := range s {
			if !yield(i, x) {
				return
			}
		}
	}
}

func total(seq iter.Seq[int]) int {
	sum := 0
	for x := range seq {
		sum = sum*3 + x
	}
	return sum
}

func mapped[T, U any](s []T, f func(T) U) []U {
	var list []U
	for _, x := range s {
		list = append(list, f(x))
	}
	return few(list)
}

func filtered[T any](s []T, keep func(T) bool) []T {
	list := s[:0:0]
	for _, x := range s {
		if keep(x) {
			list = append(list, x)
		}
	}
	return few(list)
}

func folded[T, U any](s []T, sum U, f func(U, T) U) U {
	for _, x := range s {
		sum = f(sum, x)
	}
	return sum
}

func copied[T any](to, from []T) int { return copy(to, from) }

func joined(list []string) string {
	s := ""
	for _, x := range list {
		s += x + "|"
	}
	return s
}

type number interface{ ~int | ~int8 | ~uint8 | ~float64 }

func sum[T number](list []T) T {
	var s T
	for _, x := range list {
		s += x
	}
	return s
}

func uniq[T comparable](list []T) map[T]bool {
	m := map[T]bool{}
	for _, x := range list {
		m[x] = !m[x]
	}
	return m
}

// wide and middle bring numbers into the ranges of unsigned and of 32-bit integers, outside of which conversions are not defined.
func wide(f float64) float64 {
	if f != f {
		return 9.5e18
	}
	return min(max(f, 0), 1.8e19)
}

func middle(f float64) float64 {
	if f != f {
		return -2147483648
	}
	return min(max(f, -2147483648.9), 2147483647.9)
}

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

func mix[T integer](a, b T, n uint) T {
	a ^= a<<(n%80) - b>>(n%70)
	return a/(b|1)*3 + b%(a|1)&^T(n)
}

// tree is sorted by its keys.
type tree[K cmp.Ordered, V any] struct {
	left, right *tree[K, V]
	key         K
	value       V
}

func (t *tree[K, V]) put(k K, v V) *tree[K, V] {
	switch {
	case t == nil:
		return &tree[K, V]{key: k, value: v}
	case k < t.key:
		t.left = t.left.put(k, v)
	case t.key < k:
		t.right = t.right.put(k, v)
	default:
		t.value = v
	}
	return t
}

func (t *tree[K, V]) all(yield func(K, V) bool) { t.each(yield) }

func (t *tree[K, V]) each(yield func(K, V) bool) bool {
	return t == nil || t.left.each(yield) && yield(t.key, t.value) && t.right.each(yield)
}

func (t *tree[K, V]) look(k K) (v V) {
	for key, value := range t.all {
		if key >= k {
			return value
		}
	}
	return v
}

func planted(list []int) (t *tree[int, string]) {
	for i, x := range list {
		t = t.put(x, host.FormatInt(i))
	}
	return t
}

func walked(t *tree[int, string]) (h int) {
	for k, v := range t.all {
		if h = h*31 + k + hs(v); len(v) > 1 {
			continue
		}
		h++
	}
	return h
}

type stack[T any] struct {
	items []T
	size  int
}

func stackOf[T any](list ...T) *stack[T] { return &stack[T]{items: list, size: len(list)} }

func (s *stack[T]) push(x T) *stack[T] {
	s.items = append(s.items[:s.size], x)
	s.size++
	return s
}

func (s *stack[T]) pop() T {
	s.size--
	return s.items[s.size]
}

type pair[A, B any] struct {
	first  A
	second B
}

func pairOf[A, B any](a A, b B) pair[A, B] { return pair[A, B]{a, b} }

func (p pair[A, B]) swap() pair[B, A] { return pair[B, A]{p.second, p.first} }

func (p *pair[A, B]) set(a A) { p.first = a }

func (p pair[A, B]) of(a A) pair[A, B] {
	p.set(a)
	return p
}

`
