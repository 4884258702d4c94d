package amd64

import (
	"fmt"
	"testing"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/trace"
)

// heapRuntime is a program on the real heap.
type heapRuntime struct {
	*gc.Heap
	prog  *descr.Program
	funcs []func(t *thread.Thread)
	th    *thread.Thread
	ns    *trace.Namespace

	written []string // fields of watched objects
}

func (r *heapRuntime) Program() *descr.Program       { return r.prog }
func (r *heapRuntime) Call(t *thread.Thread, fn int) { r.funcs[fn](t) }
func (r *heapRuntime) Adapters() (all []backend.Adapter) {
	for i := range r.funcs { // which tests replace later
		all = append(all, func(t *thread.Thread) { r.funcs[i](t) })
	}
	return all
}
func (r *heapRuntime) New(t *thread.Thread, typ uint32) uintptr {
	return r.Heap.New(t, layout.TypeID(typ))
}
func (r *heapRuntime) NewArray(t *thread.Thread, typ uint32, n int64) uintptr {
	return r.Heap.NewArray(t, layout.TypeID(typ), int(n))
}

// IdentityHash depends on the contents here: the real one counts, and one backend may run more than the other.
func (r *heapRuntime) IdentityHash(_ *thread.Thread, p uintptr) int64 { return mem.LoadI64(p, 8)*3 + 1 }
func (r *heapRuntime) QuasiWrite(_ *thread.Thread, obj uintptr, f *descr.Field) {
	r.written = append(r.written, f.Name)
}
func (r *heapRuntime) AddRoots(w backend.RootWalker) { r.Heap.AddRoots(w) }

const heapTypes = `
type Node { val int; next ref; f float; b uint8; s int16; w uint32; f32 float32; i8 int8; u16 uint16; i32 int32 }
array []int of int
array []ref of ref
array []uint8 of uint8
array []int16 of int16
array []float of float
array []f32 of float32
array []Pt of { x int32; y float32; p ref }
array []Odd of { a int; b ref; c float }
call f(ref) (int)
call g(ref) (int)
call note(int, ref) conditional
call other(ref, int) (ref) conditional
dispatch Area { Node g }
typeset Shape { Node }
`

func newHeap(tb testing.TB, config gc.Config) (*heapRuntime, *trace.Namespace) {
	ns := trace.NewNamespace(nil)
	if err := ns.Declare(heapTypes); err != nil {
		tb.Fatal(err)
	}
	r := &heapRuntime{Heap: gc.New(config, ns.Program.Types), prog: ns.Program, ns: ns}
	r.th = r.Heap.NewThread()
	return r, ns
}

// parse reads a trace.
func parse(tb testing.TB, ns *trace.Namespace, text string) *trace.Trace {
	tb.Helper()
	t, err := trace.Parse(text, ns)
	if err == nil {
		err = trace.Verify(t)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// compileText compiles a loop whose first label is Target1.
func compileText(tb testing.TB, b *Backend, ns *trace.Namespace, text string) *backend.Loop {
	tb.Helper()
	t := parse(tb, ns, text)
	loop := &backend.Loop{}
	if err := b.CompileLoop(loop, t); err != nil {
		tb.Fatal(err)
	}
	return loop
}

// TestListUnderStress builds a list while every allocation collects: the list is in registers at the
// slow path of malloc_nursery.
func TestListUnderStress(t *testing.T) {
	rt, ns := newHeap(t, gc.Config{Stress: 1, Verify: true})
	b, err := New(rt, backend.Options{Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	id := ns.Type("Node").ID
	size := layout.Round(ns.Type("Node").Size)
	loop := compileText(t, b, ns, fmt.Sprintf(`
[i0, p1, i2]
label(i0, p1, i2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [p1, i2]
p4 = malloc_nursery(%d)
init_header(p4, %d)
setfield(p4, i0, descr=Node.val)
setfield(p4, p1, descr=Node.next)
p7 = new_array(3, descr=[]ref)
setarrayitem(p7, 2, p4, descr=[]ref)
p8 = new(descr=Node)
p9 = getarrayitem_r(p7, 2, descr=[]ref)
i5 = int_add(i2, i0)
i6 = int_sub(i0, 1)
jump(i6, p9, i5, descr=Target1)
`, size, id))
	e := b.Execute(rt.th, loop, []uint64{200, 0, 0})
	if e.Kind != backend.ExitGuard || e.Values[1] != 200*201/2 {
		t.Fatalf("%+v", e)
	}
	next := ns.Lookup("field", "Node.next").(*descr.Field)
	val := ns.Lookup("field", "Node.val").(*descr.Field)
	rt.Collect(rt.th)
	n := uint64(0)
	for p := e.Values[0]; p != 0; p = exec.LoadField(p, next) {
		n++
		if v := exec.LoadField(p, val); v != n {
			t.Fatalf("node %d holds %d", n, v)
		}
	}
	if n != 200 {
		t.Errorf("%d nodes", n)
	}
}

// sameObject compares object graphs of two heaps. seen pairs what was compared before.
func sameObject(a, b *heapRuntime, x, y uint64, seen map[uint64]uint64) string {
	if x == 0 || y == 0 {
		if x != y {
			return fmt.Sprintf("reference %#x against %#x", x, y)
		}
		return ""
	}
	if other, ok := seen[x]; ok {
		if other != y {
			return "different sharing"
		}
		return ""
	}
	seen[x] = y
	if !a.Contains(uintptr(x)) || !b.Contains(uintptr(y)) {
		return fmt.Sprintf("dangling reference %#x or %#x", x, y)
	}
	tx, ty := a.TypeOf(uintptr(x)), b.TypeOf(uintptr(y))
	if tx.Name != ty.Name {
		return "types " + tx.Name + " and " + ty.Name
	}
	n := 0
	if tx.IsArray() {
		n = a.Len(uintptr(x))
		if m := b.Len(uintptr(y)); n != m {
			return fmt.Sprintf("lengths %d and %d of %s", n, m, tx.Name)
		}
	}
	refs := map[int]bool{}
	for _, off := range tx.Refs {
		refs[off] = true
	}
	for i := range n {
		for _, off := range tx.ItemRefs {
			refs[tx.Size+i*tx.ItemSize+off] = true
		}
	}
	for off := 8; off < tx.Size+n*tx.ItemSize; {
		if refs[off] {
			if diff := sameObject(a, b, mem.LoadU64(uintptr(x), uintptr(off)), mem.LoadU64(uintptr(y), uintptr(off)), seen); diff != "" {
				return diff
			}
			off += 8
			continue
		}
		if p, q := mem.LoadU8(uintptr(x), uintptr(off)), mem.LoadU8(uintptr(y), uintptr(off)); p != q {
			return fmt.Sprintf("byte %d of %s: %#x and %#x", off, tx.Name, p, q)
		}
		off++
	}
	return ""
}
