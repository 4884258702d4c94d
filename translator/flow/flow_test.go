package flow

import (
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// testEnv knows one struct type main.T {x int; next *T}, an array []uint8 and a driver.
func testEnv() *Env {
	t := &layout.Type{ID: 2, Name: "main.T", Size: 24, Refs: []int{16}}
	a := &layout.Type{ID: 3, Name: "[]uint8", Size: 16, ItemSize: 1, LenOffset: 8}
	e := NewEnv(nil)
	e.Table = &descr.Program{
		Locs: []descr.Location{
			&descr.Field{Loc: 0, Access: descr.Access{Kind: op.Int, Width: 8}, Owner: t, Name: "x", Offset: 8},
			&descr.Field{Loc: 1, Access: descr.Access{Kind: op.Ref, Width: 8}, Owner: t, Name: "next", Offset: 16},
			&descr.Array{Loc: 2, Access: descr.Access{Kind: op.Int, Width: 1}, Type: a},
		},
		Sizes:    []*descr.Size{nil, nil, {Type: t}},
		Prebuilt: []*descr.Prebuilt{{Index: 0, Name: "string", Type: layout.StringType, String: "hi"}},
	}
	e.Drivers["driver"] = &Driver{Name: "driver"}
	return e
}

func parse1(t *testing.T, text string) *Graph {
	t.Helper()
	gs, err := Parse(text, testEnv())
	if err != nil {
		t.Fatal(err)
	}
	if len(gs) != 1 {
		t.Fatalf("%d graphs, want 1", len(gs))
	}
	return gs[0]
}

const lowText = `low func main.f -> i, r {
b0(i1.n, r2):
  i3 = int_add i1, -5  ; f.go:3
  check_index i3, 10  ; f.go:4
  f4 = cast_int_to_float i3
  f5 = float_mul f4, 2.5f
  f6 = float_add f5, fbits_7ff8000000000001
  r7 = new : main.T
  setfield r7, i3 : main.T.x
  setfield r7, nil : main.T.next
  jump b1(i3, r7)
b1(i8.pc, r9):  ; dispatch
  merge_point i8, r9 : driver
  i10 = getfield_i r9 : main.T.x
  i11, r12 = call i10, r9, ^0 : main.g ! r9  ; f.go:9
  i13 = call_indirect i10
  switch i11, 0 => b2(i13), -7 => b3, default => b4  ; f.go:10
b2(i14):
  i15, r16 = can_enter_jit i14, r12 : driver
  jump b1(i15, r16)
b3:
  i17 = int_is_true i11
  branch i17, b5, b4
b4:
  return i11, r12
b5:
  panic message : "nil \"T\""  ; f.go:20
}
`

const highText = `high func (*main.T).f -> int, error {
b0(v1.t:int, v2.s:[]byte, v3:map[string][4]int):
  v4:int = go_binop v1, 3:int : <<  ; f.go:1
  v5:*int = go_alloc : heap int
  go_store v5, v4
  v6:int = go_load v5
  v7:[]byte = go_slice v2, _, 5:int, _
  v8:int, v9:bool = go_lookup v3, "a; b : c = \"d\", (":string
  v10:any = go_makeinterface 1.5:float64
  v11:int = go_typeassert v10 : int
  v12:string = go_builtin v2, 2.0:float64, zero:error : print
  v13:int = go_call v1, @main.h, &main.global : main.g$1
  v14:bool = go_hint true:bool : IsConstant
  go_hint v1 : MergePoint driver
  v15:*[]byte = go_convert v1
  branch v9, b1, b2(v4)
b1:
  return v6, zero:error
b2(v16:int):
  panic explicit v10  ; f.go:9
}
`

func TestPrintParseFixpoint(t *testing.T) {
	for _, text := range []string{lowText, highText} {
		g := parse1(t, text)
		if got := g.String(); got != text {
			t.Errorf("printed text differs:\n%s\nwant:\n%s", got, text)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"low func f {\nb0:\n  i1 = int_addd 1, 2\n  return\n}", "line 3: unknown operation \"int_addd\""},
		{"low func f {\nb0:\n  jump b9\n}", "block b9 is not defined"},
		{"low func f {\nb0:\n  return i7\n}", "line 3: unknown operand \"i7\""},
		{"low func f {\nb0:\n  i1 = int_neg 1\n}", "block without terminator"},
		{"low func f {\nb0(i1, i1):\n  return\n}", "i1 is defined twice"},
		{"high func f -> main.Unknown {\n", "unknown type \"main.Unknown\""},
		{"low func f {\nb0:\n  i1 = getfield_i nil : main.T.y\n  return\n}", "unknown field descriptor \"main.T.y\""},
		{"nonsense", "want \"high func"},
		{"low func f {\nb0:\n  switch 1, 5 => b0\n}", "ending in default"},
	} {
		_, err := Parse(c.text, testEnv())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Parse(%q) = %v, want an error with %q", c.text, err, c.want)
		}
	}
}

func TestCloneIsEqualAndIndependent(t *testing.T) {
	g := parse1(t, lowText)
	n := Clone(g)
	if n.String() != g.String() {
		t.Fatalf("clone differs:\n%s", n)
	}
	for _, b := range n.Blocks {
		b.Ops = nil
		for _, p := range b.Params {
			p.ID += 100
		}
		b.Cases = append(b.Cases[:0], 99)
		b.Succs = nil
	}
	if g.String() != lowText {
		t.Errorf("changing the clone changed the original:\n%s", g)
	}
}

func TestCopyBlocksRenumbers(t *testing.T) {
	dst, src := parse1(t, lowText), parse1(t, lowText)
	blocks, values := CopyBlocks(dst, src)
	if len(dst.Blocks) != 2*len(src.Blocks) || blocks[src.Entry()] != dst.Blocks[len(src.Blocks)] {
		t.Fatal("blocks are not appended in order")
	}
	if v := values[src.Entry().Params[0]]; v.ID <= 17 || v.Name != "n" {
		t.Errorf("copied parameter is %s %q", v, v.Name)
	}
	// The copy is unreachable until the caller links it, and must be well-formed but for that.
	if err := Verify(dst, Low); err != nil {
		t.Error(err)
	}
}

func TestDominators(t *testing.T) {
	g := parse1(t, lowText)
	d := Dominators(g)
	b := g.Blocks
	if d.Idom(b[0]) != nil || d.Idom(b[1]) != b[0] || d.Idom(b[2]) != b[1] || d.Idom(b[4]) != b[1] || d.Idom(b[5]) != b[3] {
		t.Error("wrong immediate dominators")
	}
	if !d.Dominates(b[1], b[5]) || d.Dominates(b[3], b[4]) || !d.Dominates(b[2], b[2]) {
		t.Error("wrong dominance")
	}
	if !d.IsBackEdge(b[2], b[1]) || d.IsBackEdge(b[0], b[1]) {
		t.Error("wrong back edges")
	}
}

func TestLiveness(t *testing.T) {
	g := parse1(t, lowText)
	l := Liveness(g)
	names := func(s *ValueSet) string {
		var out []string
		for _, v := range s.Values() {
			out = append(out, v.String())
		}
		return strings.Join(out, " ")
	}
	for i, want := range []string{"", "", "r12", "i11 r12", "i11 r12", ""} {
		if got := names(l.In(g.Blocks[i])); got != want {
			t.Errorf("live into b%d: %q, want %q", i, got, want)
		}
	}
	if got := names(l.Out(g.Blocks[1])); got != "i11 r12" {
		t.Errorf("live out of b1: %q", got)
	}
	var at string
	l.Backward(g.Blocks[1], func(i int, o *Op, after *ValueSet) {
		if o.Code == Call {
			at = names(after)
		}
	})
	if at != "i10 i11 r12" {
		t.Errorf("live after the call: %q", at)
	}
}

func TestReplaceUsesFollowsChains(t *testing.T) {
	g := parse1(t, lowText)
	b := g.Blocks
	a, c := b[1].Ops[1].Results[0], b[1].Params[0]
	ReplaceUses(g, map[*Value]*Value{a: c, c: IntConst(4)})
	if got := b[1].Ops[2].Args[0].String(); got != "4" {
		t.Errorf("use is %s, want 4", got)
	}
}
