package trace

import (
	"math"
	"strings"
	"testing"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

const declarations = `
type main.Box { val int; next ref; f float; small uint8; f32 float32 }  # a comment
type main.Big : main.Box {
	extra int16 immutable   # fields may stand on lines of their own
	other ref
}
array []int of int
array []ref of ref immutable
array []Pt of { x int32; y float32; p ref }
view []int
view []Pt
array text of uint8 immutable
array []uint8 of uint8
copy text from []uint8
call f(int, ref) (int) elidable
call "(*main.T).g"(float) (ref, float, ref) collects panics reads(main.Box.val, []int) writes([]Pt.x)
call h() arbitrary entersjit
token Token1(ref, float) = f
token Token2() = "(*main.T).g"
dispatch Area { main.Box f; main.Big h }
typeset Shape { main.Big }
`

func declared(t *testing.T) *Namespace {
	t.Helper()
	ns := NewNamespace(nil)
	if err := ns.Declare(declarations); err != nil {
		t.Fatal(err)
	}
	return ns
}

func TestDeclarations(t *testing.T) {
	ns := declared(t)
	big := ns.Type("main.Big")
	if box := ns.Type("main.Box"); box.Size != 40 || len(box.Refs) != 1 || box.Refs[0] != 16 || big.Base != box.ID {
		t.Errorf("Box %+v", box)
	}
	if big.Size != 56 || len(big.Refs) != 2 || big.Refs[1] != 48 {
		t.Errorf("Big %+v", big)
	}
	if f := ns.Lookup("field", "main.Big.extra").(*descr.Field); f.Offset != 40 || !f.Signed || f.Width != 2 || !f.Immutable {
		t.Errorf("extra %+v", f)
	}
	if p := ns.Type("[]Pt"); p.ItemSize != 16 || p.ItemRefs[0] != 8 {
		t.Errorf("[]Pt %+v", p)
	}
	if v := ns.Lookup("array", "[]int@immutable").(*descr.Array); v.Of != ns.Lookup("array", "[]int") || !v.Immutable {
		t.Errorf("view %+v", v)
	}
	if f := ns.Lookup("interior", "[]Pt@immutable.y").(*descr.Interior); !f.Immutable || f.Offset != 4 ||
		ns.Program.Under()[f.Loc] != ns.Lookup("interior", "[]Pt.y").(*descr.Interior).Loc {
		t.Errorf("field of a view %+v", f)
	}
	if c := ns.Lookup("array", "text<-[]uint8").(*descr.Array); c.Of != ns.Lookup("array", "text") || c.From != ns.Lookup("array", "[]uint8") || c.Immutable {
		t.Errorf("copy %+v", c)
	}
	g := ns.Lookup("call", "(*main.T).g").(*descr.Call)
	if g.Func != 1 || len(g.Args) != 1 || len(g.Results) != 3 || len(g.Effects.Reads) != 2 || !g.Effects.Collects || g.Effects.Elidable {
		t.Errorf("g %+v", g)
	}
	for i, l := range ns.Program.Locs {
		if int(l.Location()) != i {
			t.Errorf("location %s has index %d, is at %d", l, l.Location(), i)
		}
	}
	if s := ns.Type("string"); s.ID != 1 {
		t.Errorf("string is type %d", s.ID)
	}
	if d := ns.Lookup("dispatch", "Area").(*descr.Dispatch); d.Table[big.ID] != 2 || d.Table[1] != -1 {
		t.Errorf("dispatch %v", d.Table)
	}
}

// numbered and recorded traces whose text is exactly what the printer gives.
var fixpoints = []string{
	`[i0, p1]
label(i0, p1, descr=Target1)
i2 = int_add(i0, 1)
i3 = int_lt(i2, -5)
guard_true(i3, descr=Guard3) [i0, p1]
p4 = new(descr=main.Box)
setfield(p4, i2, descr=main.Box.val)
i5 = getfield_i(p4, descr=main.Box.small)
p6 = getarrayitem_r(p1, i5, descr=[]ref)
f7 = getinterior_f(p1, 3, descr=[]Pt.y)
guard_class(p6, 2, descr=Guard4) []
guard_not_invalidated(descr=Guard5) [f7]
jump(i2, p4, descr=Target1)
`, `trace "while true"
[f0]
p1 = call_r(1, f0, descr="(*main.T).g")
p2 = getresult_r(1)
f3 = getresult_f(0)
guard_nonnull(p2) [0:17 p1, _, 3, ConstPtr(ptr0), f3 | 1:4 | 2:9 null]
debug_merge_point(0, 5, f3)
finish(ConstPtr(ptr0), ConstPtr(ptr1), inf, -inf, -0.0, 1.0, 1e+100, 0.1, nan(0x7ff8000000000001), -9223372036854775808)
`, `[]
p3 = malloc_nursery(64)
init_header(p3, 2)
p1 = nursery_increment(p3, 48)
init_header(p1, 3)
i7 = call_i(0, 1, p1, descr=f)
call_n(2, descr=h)
i9 = type_in_set(i7, descr=Shape)
array_copy(p3, 0, p1, 2, i9, descr=[]Pt)
jump(i9)
`, `[p0]
i1 = call_assembler_i(p0, 0.5, descr=Token1)
p2 = call_assembler_r(descr=Token2)
f3 = getresult_f(0)
guard_always_fails(descr=Guard1) [i1, p2, f3]
finish(0)
`}

func TestFixpoint(t *testing.T) {
	for _, text := range fixpoints {
		tr, err := Parse(text, declared(t))
		if err != nil {
			t.Errorf("%v\n%s", err, text)
			continue
		}
		if got := tr.String(); got != text {
			t.Errorf("printed\n%sparsed from\n%s", got, text)
		}
		if err := Verify(tr); err != nil {
			t.Error(err)
		}
	}
	all, err := ParseAll("trace a\n"+fixpoints[0]+"trace b\n"+fixpoints[2], declared(t))
	if err != nil || len(all) != 2 || all[0].Name != "a" || all[1].Name != "b" {
		t.Errorf("several traces: %v, %v", all, err)
	}
}

// Values that share a number, or leave large gaps, are numbered anew; the second print is stable.
func TestRenumber(t *testing.T) {
	ns := declared(t)
	for text, want := range map[string]string{
		"[i0, p0]\nf0 = cast_int_to_float(i0)\nfinish(p0, f0)":  "[i0, p1]\nf2 = cast_int_to_float(i0)\nfinish(p1, f2)\n",
		"[i5, i2]\ni9000 = int_add(i5, i2)\nfinish(i9000)":      "[i0, i1]\ni2 = int_add(i0, i1)\nfinish(i2)\n",
		"[i0]\ni2000 = int_neg(i0)\nfinish(i2000)":              "[i0]\ni1 = int_neg(i0)\nfinish(i1)\n",
		"[i0]\ni9 = int_neg(i0)\ni4 = int_neg(i9)\nfinish(i4)":  "[i0]\ni9 = int_neg(i0)\ni4 = int_neg(i9)\nfinish(i4)\n",
		"[i0]\nguard_true(i0) [1:2 i0 | 3:4 i0]\n   jump( i0 )": "[i0]\nguard_true(i0) [1:2 i0 | 3:4 i0]\njump(i0)\n",
	} {
		tr, err := Parse(text, ns)
		if err != nil {
			t.Errorf("%v\n%s", err, text)
			continue
		}
		if got := tr.String(); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}

func TestNamedObjects(t *testing.T) {
	ns := declared(t)
	ns.SetObject("zero box", 0x1230)
	tr, err := Parse(`[]
finish(ConstPtr("zero box"), ConstPtr(x), ConstPtr(x))`, ns)
	if err != nil {
		t.Fatal(err)
	}
	if c := tr.Consts.Get(tr.Ops[0].Args[0]); c.Bits != 0x1230 {
		t.Errorf("address %#x", c.Bits)
	}
	if got := (Printer{Names: ns}).Print(tr); !strings.Contains(got, `finish(ConstPtr("zero box"), ConstPtr(x), ConstPtr(x))`) {
		t.Error(got)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"[i0]\ni1 = int_ad(i0, 1)":                       `line 2: no operation "int_ad"`,
		"[i0]\n\ni1 = int_add(i0, i2)":                   "line 3: i2 is not defined here",
		"[i0]\ni0 = int_add(i0, 1)":                      "i0 is defined twice",
		"[i0]\nf1 = int_add(i0, 1)":                      "int_add has result int, not f1",
		"[i0]\nint_add(i0, 1)":                           "int_add has result int",
		"[i0]\ni1 = int_add(i0, 1":                       `expected ","`,
		"[p0]\ni1 = getfield_i(p0, descr=main.Box.nope)": `no field descriptor "main.Box.nope"; known: [main.Big.extra`,
		"[p0]\ni1 = getfield_i(p0, descr=[]int)":         "no field descriptor",
		"[x0]":                                           `"x0" is not the name of a value`,
		"[i00]":                                          `"i00" is not the name of a value`,
		"[i0]\nguard_true(i0, descr=Gourd1) []":          "not the name of a guard",
		"[i0]\nfinish(nan(0))":                           "the bits of a NaN",
		"[i0]\nfinish(i0) i0":                            "unexpected",
		"[i0]\nfinish(zwei)":                             `"zwei" is not an operand`,
		"i1 = int_add(1, 1)":                             "expected a declaration or the inputs",
		"type main.Box { x int }":                        "declared twice",
		"type T { x int65 }":                             `"int65" is not int`,
		"call k(int) sometimes":                          `"sometimes" is not an effect`,
		"call k(int) reads(nothing)":                     `no field, array or interior field "nothing"`,
		"typeset S { Nope }":                             `no type "Nope"`,
		"[i0]\njump(i0)\n[i0]\njump(i0)":                 "expected one trace, found 2",
	} {
		_, err := Parse(text, declared(t))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// One broken invariant a case.
func TestVerify(t *testing.T) {
	for text, want := range map[string]string{
		"[i0]\ni1 = int_add(i0, 1)":                                                                             "no end",
		"[i0]\nfinish()\nfinish()":                                                                              "operations follow the end",
		"[p0]\ni1 = int_add(p0, 1)\nfinish()":                                                                   "p0 must be int, not ref",
		"[p0]\ni1 = int_neg(1, 2)\nfinish()":                                                                    "has 2 operands",
		"[p0]\nfinish(_)":                                                                                       "operand is missing",
		"[i0]\ni1 = promote_i(i0)\nfinish()":                                                                    "cannot be in a trace",
		"[p0, p1]\nsetfield(p0, p1, descr=main.Box.val)\nfinish()":                                              "p1 must be int, not ref",
		"[p0]\np1 = getfield_r(p0, descr=main.Box.val)\nfinish()":                                               "loads ref from a location that is int",
		"[p0]\np1 = getarrayitem_r(p0, 0, descr=[]int)\nfinish()":                                               "loads ref from a location that is int",
		"[p0]\nsetarrayitem(p0, 0, 1.5, descr=[]int)\nfinish()":                                                 "1.5 must be int, not float",
		"[p0]\np1 = getfield_r(p0)\nfinish()":                                                                   `needs a descriptor of kind "field"`,
		"[p0]\nlabel(p0)\nfinish()":                                                                             `needs a descriptor of kind "target"`,
		"[p0]\nlabel(p0, descr=Target1)\njump(descr=Target1)":                                                   "the target takes 1 arguments, not 0",
		"[p0]\nlabel(p0, descr=Target1)\njump(3, descr=Target1)":                                                "3 must be ref, not int",
		"[p0]\nlabel(p0, descr=Target1)\nlabel(p0, descr=Target1)\njump(p0)":                                    "Target1 has two labels",
		"[p0]\nlabel(p0, p0, descr=Target1)\njump(p0, p0, descr=Target1)":                                       "p0 is twice label argument",
		"[p0]\nlabel(7, descr=Target1)\njump(7, descr=Target1)":                                                 "a constant as label argument",
		"[i0, i1]\ni2 = int_add(i0, i1)\nlabel(i2, descr=Target1)\ni3 = int_add(i2, i0)\nfinish()":              "i0 is not an argument of the label before",
		"[i0, i1]\ni2 = int_add(i0, i1)\nlabel(i2, descr=Target1)\nguard_true(i2, descr=Guard1) [i1]\nfinish()": "i1 is not an argument of the label before",
		"[i0]\nguard_true(i0, descr=Guard1) [i0, i0]\nfinish()":                                                 "i0 is twice fail argument",
		"[i0]\nguard_true(i0, descr=Guard1) [3]\nfinish()":                                                      "a constant as fail argument",
		"[i0]\nguard_value_i(i0, i0)\nfinish()":                                                                 "i0 must be a constant",
		"[i0]\ni1 = call_i(0, 1, null, descr=f)\ni2 = int_neg(i1)\ni3 = getresult_i(0)\nfinish()":               "does not follow a call",
		"[i0]\ni1 = call_i(0, 1, null, descr=f)\ni3 = getresult_i(1)\nfinish()":                                 "f has no such result",
		"[i0]\nf1 = call_f(0, 1, null, descr=f)\nfinish()":                                                      "the first result of f is int",
		"[p0]\ni1 = call_assembler_i(p0, descr=Token1)\nfinish()":                                               "the token takes 2 arguments, not 1",
		"[p0]\np1 = call_assembler_r(p0, 0.5, descr=Token1)\nfinish()":                                          "the first result of f is int",
		"[i0]\ni1 = call_i(0, 1, descr=f)\nfinish()":                                                            "the call takes 2 arguments, not 1",
		"[i0]\np1 = malloc_nursery(i0)\nfinish()":                                                               "i0 must be a constant",
		"[]\np1 = malloc_nursery(32)\np2 = new(descr=main.Box)\np3 = nursery_increment(p1, 16)\nfinish()":       "p1 is not in the block allocated last",
	} {
		tr, err := Parse(text, declared(t))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		err = Verify(tr)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// What the parser cannot even say.
func TestVerifyBroken(t *testing.T) {
	tr := New("broken", NewPool(), op.Int)
	tr.Ops = []Op{{Code: op.IntNeg, Args: []Ref{5}, Res: 0}, {Code: op.Finish, Res: None}}
	if err := Verify(tr); err == nil || !strings.Contains(err.Error(), "?5 is used before its definition") {
		t.Error(err)
	}
	tr.Ops[0].Args[0] = 0
	if err := Verify(tr); err == nil || !strings.Contains(err.Error(), "i0 is defined twice") {
		t.Error(err)
	}
	tr.Inputs[0] = 1
	if err := Verify(tr); err == nil || !strings.Contains(err.Error(), "input 0 is value 1") {
		t.Error(err)
	}
}

// Every float survives print and parse bit for bit.
func FuzzFloat(f *testing.F) {
	for _, bits := range []uint64{0, 1, 1 << 63, math.Float64bits(0.1), 0x7ff0000000000000, 0xfff8000000000123, math.MaxUint64} {
		f.Add(bits)
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		tr, err := Parse("[]\nfinish("+floatText(bits)+")", NewNamespace(nil))
		if err != nil {
			t.Fatal(err)
		}
		if c := tr.Consts.Get(tr.Ops[0].Args[0]); c != (Const{op.Float, bits}) {
			t.Fatalf("%#x came back as %+v", bits, c)
		}
	})
}
