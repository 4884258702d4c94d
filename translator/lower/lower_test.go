package lower

import (
	"testing"

	"kiln/translator/flow"
	"kiln/translator/load"
)

func lowered(t *testing.T, src string) *flow.Program {
	t.Helper()
	r, err := load.Source(map[string]string{"main.go": src})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	if err := Program(r.Program); err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Program.Funcs {
		if f.Graph == nil || isIntrinsic(f) {
			continue
		}
		if err := flow.Verify(f.Graph, flow.Low); err != nil {
			t.Error(err)
		}
	}
	return r.Program
}

func TestFirst(t *testing.T) {
	p := lowered(t, `package main
type T struct { a int; s string; b []int8 }
func (t *T) add(x int8) { t.b = append(t.b, x) }
func f(t *T, n int) (r int) {
	for i := 0; i < len(t.b); i++ { t.add(int8(i)); r += int(t.b[i]) }
	for _, c := range t.s { r += int(c) }
	return r
}
type I interface { M(int) int }
func (t *T) M(x int) int { return t.a+x }
type U int
func (u U) M(x int) int { return int(u)+x }
func g(i I) int {
	switch v := i.(type) {
	case *T: return v.a
	case U: return int(v)
	}
	k := 0
	h := func() int { k++; return k }
	return h() + i.M(3)
}
func main() { t := &T{a: 1}; f(t, 3); g(t); g(U(3)) }
`)
	for _, f := range p.Funcs {
		if f.Graph != nil && !isIntrinsic(f) {
			t.Log("\n" + f.Graph.String())
		}
	}
}
