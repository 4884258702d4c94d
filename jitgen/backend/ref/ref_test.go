package ref

import (
	"fmt"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// program is a heap with a few types, and functions in Go.
type program struct {
	names *trace.Namespace
	heap  *gc.Heap
	t     *thread.Thread
	calls []func(t *thread.Thread)
}

func newProgram(t *testing.T, calls ...func(t *thread.Thread)) *program {
	t.Helper()
	p := &program{names: trace.NewNamespace(nil), calls: calls}
	err := p.names.Declare(`
type Node { val int; next ref }
array []ref of ref
call f0(int) (int) arbitrary
call f1(ref) (int) arbitrary
`)
	if err != nil {
		t.Fatal(err)
	}
	p.heap = gc.New(gc.Config{Stress: 1, Verify: true}, p.names.Program.Types)
	p.t = p.heap.NewThread()
	return p
}

func (p *program) Program() *descr.Program                 { return p.names.Program }
func (p *program) Call(t *thread.Thread, fn int)           { p.calls[fn](t) }
func (p *program) AddRoots(w backend.RootWalker)           { p.heap.AddRoots(w) }
func (p *program) Alloc(t *thread.Thread, n int64) uintptr { return p.heap.Alloc(t, n) }
func (p *program) New(t *thread.Thread, typ uint32) uintptr {
	return p.heap.New(t, layout.TypeID(typ))
}
func (p *program) NewArray(t *thread.Thread, typ uint32, n int64) uintptr {
	return p.heap.NewArray(t, layout.TypeID(typ), int(n))
}
func (p *program) IdentityHash(_ *thread.Thread, obj uintptr) int64 {
	return p.heap.IdentityHash(obj)
}
func (p *program) QuasiWrite(*thread.Thread, uintptr, *descr.Field) { panic("nobody watches") }

func (p *program) parse(t *testing.T, text string) *trace.Trace {
	t.Helper()
	tr, err := trace.Parse(text, p.names)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func (p *program) loop(t *testing.T, b *Backend, text string) *backend.Loop {
	t.Helper()
	tr := p.parse(t, text)
	l := &backend.Loop{Name: "loop", Entry: tr.Ops[0].Descr.(*trace.Target)}
	l.Kinds = l.Entry.Kinds
	if err := b.CompileLoop(l, tr); err != nil {
		t.Fatal(err)
	}
	return l
}

func (p *program) bridge(t *testing.T, b *Backend, l *backend.Loop, guard int, text string) {
	t.Helper()
	if err := b.CompileBridge(p.names.Guard(guard), l, p.parse(t, text)); err != nil {
		t.Fatal(err)
	}
}

func show(x *backend.Exit) string {
	s := "finish"
	if x.Kind == backend.ExitGuard {
		s = x.Guard.String()
	}
	for i, v := range x.Values {
		if x.Kinds[i] == op.Ref {
			s += fmt.Sprintf(" %v", v != 0)
		} else {
			s += fmt.Sprintf(" %d", int64(v))
		}
	}
	return s
}

const sumLoop = `[i0, i1]
label(i0, i1, descr=Target1)
i2 = int_add(i1, i0)
i3 = int_sub(i0, 1)
i4 = int_gt(i3, 0)
guard_true(i4, descr=Guard1) [i2, i3]
guard_not_invalidated(descr=Guard2) [i3]
jump(i3, i2, descr=Target1)
`

func TestLoopBridgeInvalidate(t *testing.T) {
	p := newProgram(t)
	b := New(p, backend.Options{})
	l := p.loop(t, b, sumLoop)
	if got := show(b.Execute(p.t, l, []uint64{4, 0})); got != "Guard1 10 0" {
		t.Error(got)
	}
	p.bridge(t, b, l, 1, "[i0, i1]\ni2 = int_mul(i0, 2)\ni3 = int_gt(i2, 1000)\nguard_false(i3, descr=Guard3) [i2]\njump(3, i2, descr=Target1)\n")
	if got := show(b.Execute(p.t, l, []uint64{4, 0})); got != "Guard3 1012" {
		t.Error(got)
	}
	p.bridge(t, b, l, 3, "[i0]\nfinish(i0, 7)\n")
	if got := show(b.Execute(p.t, l, []uint64{4, 0})); got != "finish 1012 7" {
		t.Error(got)
	}
	b.Invalidate(l)
	if got := show(b.Execute(p.t, l, []uint64{4, 0})); got != "Guard2 3" {
		t.Error(got)
	}
}

// Label arguments are assigned in parallel, in loops and across them.
func TestParallelJump(t *testing.T) {
	p := newProgram(t)
	b := New(p, backend.Options{})
	l := p.loop(t, b, `[i0, i1, i2]
label(i0, i1, i2, descr=Target1)
i3 = int_sub(i0, 1)
i4 = int_gt(i3, 0)
guard_true(i4, descr=Guard1) [i1, i2]
jump(i3, i2, i1, descr=Target1)
`)
	if got := show(b.Execute(p.t, l, []uint64{4, 10, 20})); got != "Guard1 20 10" {
		t.Error(got)
	}
	other := p.loop(t, b, `[i0, i1]
label(i0, i1, descr=Target2)
jump(2, i1, i0, descr=Target1)
`)
	if got := show(b.Execute(p.t, other, []uint64{5, 6})); got != "Guard1 5 6" {
		t.Error(got)
	}
}

// A list is built while everything moves at each allocation; the values of the exit stay roots.
func TestMovingObjects(t *testing.T) {
	p := newProgram(t)
	b := New(p, backend.Options{})
	l := p.loop(t, b, `[i0, p1]
label(i0, p1, descr=Target1)
p2 = malloc_nursery(64)
init_header(p2, 2)
setfield(p2, i0, descr=Node.val)
setfield(p2, p1, descr=Node.next)
p3 = nursery_increment(p2, 32)
init_header(p3, 2)
setfield(p3, p2, descr=Node.next)
p4 = new_array(3, descr=[]ref)
setarrayitem(p4, 1, p3, descr=[]ref)
p5 = getarrayitem_r(p4, 1, descr=[]ref)
i6 = int_sub(i0, 1)
i7 = int_gt(i6, 0)
guard_true(i7, descr=Guard1) [p5]
jump(i6, p5, descr=Target1)
`)
	x := b.Execute(p.t, l, []uint64{20, 0})
	p.heap.Collect(p.t)
	sum, length := int64(0), 0
	node := p.names.Lookup("field", "Node.val").(*descr.Field)
	next := p.names.Lookup("field", "Node.next").(*descr.Field)
	for obj := x.Values[0]; obj != 0; obj = load(obj, next) {
		sum += int64(load(obj, node))
		length++
	}
	if sum != 20*21/2 || length != 40 {
		t.Errorf("sum %d, length %d", sum, length)
	}
}

// Compiled code is entered again from a call, several frames deep, and a panic of the innermost call
// leaves them all; afterwards the backend works as before.
func TestNestingAndPanics(t *testing.T) {
	var b *Backend
	var l *backend.Loop
	depth := 0
	p := newProgram(t, func(th *thread.Thread) {
		n := th.ArgI[0]
		if n == 0 {
			panic("deep")
		}
		if n < 100 {
			depth++
			x := b.Execute(th, l, []uint64{uint64(n - 1), 0})
			th.ResI[0] = int64(x.Values[0])
			depth--
			return
		}
		th.ResI[0] = 1
	})
	b = New(p, backend.Options{})
	l = p.loop(t, b, `[i0, p1]
label(i0, p1, descr=Target1)
p2 = new(descr=Node)
setfield(p2, 5, descr=Node.val)
i3 = call_i(0, i0, descr=f0)
i4 = getfield_i(p2, descr=Node.val)
i5 = int_add(i3, i4)
finish(i5)
`)
	if got := show(b.Execute(p.t, l, []uint64{100, 0})); got != "finish 6" {
		t.Error(got)
	}
	func() {
		defer func() {
			if r := recover(); r != "deep" {
				t.Errorf("recovered %v", r)
			}
		}()
		b.Execute(p.t, l, []uint64{5, 0})
	}()
	if s := b.thread(p.t); s.depth != 0 || depth != 5 {
		t.Errorf("%d environments left after %d nestings", s.depth, depth)
	}
	if got := show(b.Execute(p.t, l, []uint64{100, 0})); got != "finish 6" {
		t.Error(got)
	}
}

// A constant object may move; code and guards follow it.
func TestConstantsMove(t *testing.T) {
	p := newProgram(t)
	b := New(p, backend.Options{})
	obj := uint64(p.heap.New(p.t, 2))
	p.names.SetObject("k", obj)
	l := p.loop(t, b, `[p0]
label(p0, descr=Target1)
p1 = new(descr=Node)
guard_value_r(p0, ConstPtr(k), descr=Guard1) []
setfield(ConstPtr(k), 9, descr=Node.val)
i2 = getfield_i(p0, descr=Node.val)
finish(i2)
`)
	p.heap.Collect(p.t)
	moved := b.codes[0].constants[b.codes[0].constRefs[0]]
	if moved == obj {
		t.Fatal("the collection did not move the object")
	}
	if got := show(b.Execute(p.t, l, []uint64{moved})); got != "finish 9" {
		t.Error(got)
	}
}

func TestGuardFail(t *testing.T) {
	p := newProgram(t)
	b := New(p, backend.Options{GuardFail: 3, Seed: 1})
	l := p.loop(t, b, sumLoop)
	early := 0
	for range 100 {
		if x := b.Execute(p.t, l, []uint64{4, 0}); show(x) != "Guard1 10 0" {
			early++
		}
	}
	if early < 50 || early == 100 {
		t.Errorf("%d of 100 runs with about one of three guards failing ended early", early)
	}
}

func TestSteps(t *testing.T) {
	p := newProgram(t)
	b := New(p, backend.Options{})
	b.MaxSteps = 100
	l := p.loop(t, b, "[]\nlabel(descr=Target1)\njump(descr=Target1)\n")
	defer func() {
		if e, ok := recover().(*StepsError); !ok || e.Loop != "loop" {
			t.Errorf("recovered %v", e)
		}
	}()
	b.Execute(p.t, l, nil)
}

func TestRefuses(t *testing.T) {
	p := newProgram(t)
	b := New(p, backend.Options{})
	l := p.loop(t, b, sumLoop)
	for text, want := range map[string]string{
		"[i0]\nfinish()\n": "does not start with its entry's label",
		"[i0]\nlabel(i0, descr=Target9)\nguard_true(i0) [0:1 i0]\njump(i0, descr=Target9)\n": "is not numbered",
	} {
		tr := p.parse(t, text)
		loop := &backend.Loop{Name: "bad", Entry: p.names.Target(9)}
		if err := b.CompileLoop(loop, tr); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"[i0]\nfinish()\n":                 "has 1 inputs, not 2",
		"[i0, i1]\ni2 = int_add(i0, i1)\n": "no end",
	} {
		if err := b.CompileBridge(p.names.Guard(1), l, p.parse(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := b.CompileBridge(&trace.Guard{ID: 77}, l, p.parse(t, "[]\nfinish()\n")); err == nil {
		t.Error("bridge of an unknown guard was compiled")
	}
}

func load(obj uint64, f *descr.Field) uint64 { return exec.LoadField(obj, f) }
