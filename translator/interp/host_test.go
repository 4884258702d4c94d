package interp

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/gc/thread"
	"kiln/jitgen"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Errors of host functions arrive as framework.Error with their text.
func TestHostErrors(t *testing.T) {
	p := source(t, `package main

import "kiln/framework/host"

func main() {
	if _, err := host.ParseInt("zwei"); err != nil {
		host.Print(err.Error() + "\n")
	}
	n, err := host.ParseInt("-12")
	if err == nil {
		host.Print(host.FormatInt(n) + "\n")
	}
	f, _ := host.ParseFloat("0.5")
	host.Print(host.FormatFloat(f*3) + "\n")
}
`)
	for _, stress := range []int{0, 1} {
		var out bytes.Buffer
		m := New(p, Options{GC: gc.Config{Stress: stress, Verify: true}, Stdout: &out})
		if status, err := m.RunMain(); status != 0 || err != nil {
			t.Fatal(status, err)
		}
		if want := "strconv.Atoi: parsing \"zwei\": invalid syntax\n-12\n1.5\n"; out.String() != want {
			t.Errorf("stress %d: %q", stress, out.String())
		}
	}
}

// The box of a []string in an interface took the name of arrays of strings: what a host function returned was made a box.
func TestHostBoxedSlice(t *testing.T) {
	p := source(t, `package main

import "kiln/framework/host"

func main() {
	var x any = []string{"b"}
	list := host.Args()
	if s, ok := x.([]string); ok && len(list) == 2 {
		host.Print(s[0] + list[0] + list[1] + "\n")
	}
}
`)
	var out bytes.Buffer
	m := New(p, Options{Stdout: &out, Args: []string{"c", "d"}})
	if status, err := m.RunMain(); status != 0 || err != nil || out.String() != "bcd\n" {
		t.Fatal(status, err, out.String())
	}
}

// host makes a program with one host function and calls it on words.
func callHost(t *testing.T, declarations string, args, results []op.Kind, f any, words ...uint64) (*Machine, []uint64) {
	t.Helper()
	p := fromText(t, declarations, "low func main.f {\nb0:\n  return\n}\n")
	fn := p.Funcs[0]
	fn.Host, fn.HostPkg, fn.HostName, fn.Graph = true, "test", "f", nil
	fn.Call = &descr.Call{Args: args, Results: results}
	m := New(p, Options{GC: gc.Config{Stress: 1, Verify: true}, Host: map[string]any{"test.f": f}})
	return m, m.Invoke(fn, words...)
}

func TestHostScalars(t *testing.T) {
	i, f := op.Int, op.Float
	minus := ^uint64(0)
	_, got := callHost(t, "", []op.Kind{i, i, i, i, f, f}, []op.Kind{i, i, i, i, f, f},
		func(a int8, b uint16, c bool, d uint, e float32, g float64) (int8, uint16, bool, uint, float32, float64) {
			return a - 1, b + 1, !c, d, e / 2, g * 2
		}, minus, 0xffff, 0, minus, 0x3fe0000000000000, 0x3fe0000000000000)
	want := []uint64{^uint64(1), 0, 1, minus, 0x3fd0000000000000, 0x3ff0000000000000}
	for n := range want {
		if got[n] != want[n] {
			t.Errorf("result %d: %#x, want %#x", n, got[n], want[n])
		}
	}
}

func TestHostSlices(t *testing.T) {
	i, r := op.Int, op.Ref
	words := []op.Kind{r, i, i, i}
	m, got := callHost(t, "array []int16 of int16\narray []string of ref", nil, append(words, append(words, words...)...),
		func() ([]int16, []string, []int16) { return []int16{1, -2}, []string{"a", "", "ccc"}, nil })
	if got[2] != 2 || got[3] != 2 || got[6] != 3 || got[8] != 0 {
		t.Fatalf("%v", got)
	}
	ints := m.Prog.Table.Arrays[2]
	if v := exec.LoadItem(got[0], 1, ints); int64(v) != -2 {
		t.Errorf("item %d", int64(v))
	}
	if s := m.Heap.GoString(uintptr(exec.LoadItem(got[4], 2, m.Prog.Table.Arrays[3]))); s != "ccc" {
		t.Errorf("string %q", s)
	}

}

// What a host function sees of a slice begins at the slice's offset.
func TestHostSliceOfSlice(t *testing.T) {
	i, r := op.Int, op.Ref
	p := fromText(t, "array []int16 of int16", "low func main.f {\nb0:\n  return\n}\n")
	fn := p.Funcs[0]
	fn.Host, fn.HostPkg, fn.HostName, fn.Graph = true, "test", "f", nil
	fn.Call = &descr.Call{Args: []op.Kind{r, i, i, i, r}, Results: []op.Kind{i}}
	m := New(p, Options{Host: map[string]any{"test.f": func(v []int16, s string) int {
		if len(v) != 2 || v[0] != 20 || v[1] != -30 || s != "" {
			t.Errorf("host sees %v, %q", v, s)
		}
		return len(v)
	}}})
	d := p.Table.Arrays[2]
	arr := uint64(m.Heap.NewImmortal(d.Type.ID, 4))
	for n, v := range []int64{10, 20, -30, 40} {
		exec.StoreItem(arr, uint64(n), d, uint64(v))
	}
	if got := m.Invoke(fn, arr, 1, 2, 3, 0); got[0] != 2 {
		t.Error(got)
	}
}

func TestHostProblems(t *testing.T) {
	for want, f := range map[string]any{
		"is not registered":             nil,
		"parameter of type struct {}":   func(struct{}) {},
		"result of type map[string]int": func(int) map[string]int { return nil },
		"the program has no arrays of":  func(int) []uint32 { return []uint32{1} },
		"has no type framework.Error":   func(int) error { return errors.New("x") },
	} {
		func() {
			defer func() {
				if e, ok := recover().(*HostError); !ok || !strings.Contains(e.Error(), want) {
					t.Errorf("%s: %v", want, e)
				}
			}()
			results := []op.Kind{op.Ref, op.Int, op.Int, op.Int}
			callHost(t, "", []op.Kind{op.Int}, results, f, 1)
		}()
	}
}

// fakeJit is a JIT that takes over at the third passage.
type fakeJit struct {
	t       *testing.T
	ticks   int
	outcome jitgen.Outcome
}

func (p *fakeJit) Tick(t *thread.Thread, driver int) bool {
	if p.ticks++; t.ArgI[0] != 7 {
		p.t.Errorf("green %d", t.ArgI[0])
	}
	return p.ticks == 3
}

func (p *fakeJit) TickCall(t *thread.Thread, driver int) bool { return false }

func (p *fakeJit) QuasiWrite(obj uintptr, field int)   {}
func (p *fakeJit) Force(t *thread.Thread, obj uintptr) {}

func (p *fakeJit) Enter(t *thread.Thread, driver int) jitgen.Outcome {
	if t.ArgI[0] != 7 || t.ArgI[1] != 3 || t.RefArgs != 1 || t.ArgR[0] != 0 {
		p.t.Errorf("variables %v, %d references", t.ArgI[:3], t.RefArgs)
	}
	t.RefArgs = 0
	if p.outcome == jitgen.Done {
		t.ResI[0], t.ResF[0] = 1000, 0.5
		return jitgen.Done
	}
	t.ArgI[1] = 99 // the loop counter
	return jitgen.Continue
}

func portalProgram(t *testing.T) *flow.Program {
	p := fromText(t, "", `
low func main.loop -> i, f {
b0(i1, r2):
  jump b1(i1, 0, r2)
b1(i3, i4, r5):
  i6 = int_add i4, 1
  i7 = int_lt i6, 100
  branch i7, b2, b3
b2:
  jump b1(i3, i6, r5)
b3:
  return i6, 2.5f
}
`)
	f := p.Funcs[0]
	d := &flow.Driver{Name: "d", Portal: f, Desc: &descr.Driver{
		Greens: []descr.Var{{Name: "pc", Kind: op.Int}}, Reds: []descr.Var{{Name: "n", Kind: op.Int}, {Name: "o", Kind: op.Ref}}}}
	p.Drivers = []*flow.Driver{d}
	head, back := f.Graph.Blocks[1], f.Graph.Blocks[2]
	head.Ops = append([]*flow.Op{{Code: flow.MergePoint, Args: head.Params, Aux: d}}, head.Ops...)
	in := back.Succs[0].Args
	out := []*flow.Value{f.Graph.NewKind(op.Int), f.Graph.NewKind(op.Int), f.Graph.NewKind(op.Ref)}
	back.Ops = append(back.Ops, &flow.Op{Code: flow.CanEnterJit, Args: in, Results: out, Aux: d})
	back.Succs[0].Args = out
	if err := flow.Verify(f.Graph, flow.Low); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPortal(t *testing.T) {
	for _, c := range []struct {
		on      uint64
		outcome jitgen.Outcome
		ticks   int
		i, f    uint64
	}{
		{0, jitgen.Done, 0, 100, 0x4004000000000000},
		{1, jitgen.Continue, 3, 100, 0x4004000000000000},
		{1, jitgen.Done, 3, 1000, 0x3fe0000000000000},
	} {
		p := portalProgram(t)
		jit := &fakeJit{t: t, outcome: c.outcome}
		m := New(p, Options{Portal: jit})
		m.Thread.JitOn = c.on
		got := m.Invoke(p.Funcs[0], 7, 0)
		if jit.ticks != c.ticks || got[0] != c.i || got[1] != c.f {
			t.Errorf("%+v: %d ticks, %d %#x", c, jit.ticks, got[0], got[1])
		}
	}
}

// Before pass portal, which describes drivers, entering the JIT was a nil pointer dereference of the interpreter, for which
// the program was blamed.
func TestCanEnterJitOfTheSource(t *testing.T) {
	p := portalProgram(t)
	d, back := p.Drivers[0], p.Funcs[0].Graph.Blocks[2]
	enter := back.Ops[len(back.Ops)-1]
	d.Desc, enter.Results, back.Succs[0].Args = nil, nil, enter.Args
	if got := New(p, Options{}).Invoke(p.Funcs[0], 7, 0); got[0] != 100 {
		t.Errorf("%d steps", got[0])
	}
}

// Functions run by the adapter protocol, from slots to slots.
func TestAdapters(t *testing.T) {
	p := fromText(t, list, graphs)
	m := New(p, Options{GC: gc.Config{Stress: 1}})
	swap := find(t, p, "main.swap")
	m.Thread.ArgF[0], m.Thread.ArgI[0], m.Thread.ArgR[0] = 2.5, 4, 0
	m.Adapters()[swap.Index](m.Thread)
	if m.Thread.ResI[0] != 70 && m.Thread.ResI[0] != 4+2 || m.Thread.ResF[0] != 2.5 {
		t.Errorf("results %d, %v", m.Thread.ResI[0], m.Thread.ResF[0])
	}
}

func TestTraps(t *testing.T) {
	p := fromText(t, "type main.Box { value int }", `
low func main.explicit {
b0(r1):
  panic explicit r1
}
low func main.assert {
b0(r1):
  panic assert r1 : "main.Want"
}
low func main.nil {
b0:
  panic nil
}
low func main.never {
b0:
  panic unreachable
}
`)
	m := New(p, Options{})
	box := uint64(m.Heap.NewImmortal(2, 0))
	exec.StoreAccess(box+8, &descr.Access{Kind: op.Int, Width: 8}, 42)
	text := uint64(m.Heap.NewImmortalString("boom"))
	for _, c := range []struct {
		fn   string
		args []uint64
		want string
	}{
		{"main.explicit", []uint64{text}, "panic: boom [in main.explicit]"},
		{"main.explicit", []uint64{box}, "main.Box(42)"},
		{"main.explicit", []uint64{0}, "panic"},
		{"main.assert", []uint64{box}, "interface conversion: interface {} is main.Box, not main.Want"},
		{"main.assert", []uint64{0}, "interface conversion: interface {} is nil, not main.Want"},
		{"main.nil", nil, "nil pointer dereference"},
		{"main.never", nil, "unreachable"},
	} {
		status, err := m.Catch(func() { m.Invoke(find(t, p, c.fn), c.args...) })
		if status != 2 || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: %d, %v", c.fn, c.args, status, err)
		}
	}
}
