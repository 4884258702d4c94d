package exec

import (
	"math"
	"runtime"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// arena is mapped memory with objects one after the other.
type arena struct{ next uintptr }

func newArena(t *testing.T) *arena {
	t.Helper()
	p, err := mem.Map(1 << 16)
	if err != nil {
		t.Fatal(err)
	}
	return &arena{p}
}

func (a *arena) object(id layout.TypeID) uint64 {
	p := a.next
	a.next += 256
	mem.StoreU64(p, 0, layout.Header(id))
	return uint64(p)
}

func (a *arena) array(t *layout.Type, n int) uint64 {
	p := a.object(t.ID)
	mem.StoreU64(uintptr(p), uintptr(t.LenOffset), uint64(n))
	return p
}

// kinds of locations and what a store of all-ones or a special float reads back as.
var accesses = []struct {
	name         string
	acc          descr.Access
	in, out, raw uint64
}{
	{"int8", descr.Access{Kind: op.Int, Width: 1, Signed: true}, 0x1fe, ^uint64(1), 0xfe},
	{"uint8", descr.Access{Kind: op.Int, Width: 1}, 0x1fe, 0xfe, 0xfe},
	{"int16", descr.Access{Kind: op.Int, Width: 2, Signed: true}, 0x1fffe, ^uint64(1), 0xfffe},
	{"uint16", descr.Access{Kind: op.Int, Width: 2}, 0x1fffe, 0xfffe, 0xfffe},
	{"int32", descr.Access{Kind: op.Int, Width: 4, Signed: true}, 0x1fffffffe, ^uint64(1), 0xfffffffe},
	{"uint32", descr.Access{Kind: op.Int, Width: 4}, 0x1fffffffe, 0xfffffffe, 0xfffffffe},
	{"int64", descr.Access{Kind: op.Int, Width: 8, Signed: true}, ^uint64(1), ^uint64(1), ^uint64(1)},
	{"ref", descr.Access{Kind: op.Ref, Width: 8}, 0x1230, 0x1230, 0x1230},
	{"float64", descr.Access{Kind: op.Float, Width: 8}, bitsOf(0.1), bitsOf(0.1), bitsOf(0.1)},
	{"float32", descr.Access{Kind: op.Float, Width: 4}, bitsOf(0.1), bitsOf(float64(float32(0.1))), uint64(math.Float32bits(0.1))},
}

func getCode(first op.Code, k op.Kind) op.Code { return op.ForKind(first, k) }

func TestFieldsAndItems(t *testing.T) {
	a, m := newArena(t), &Machine{}
	const guardWord = 0xa5a5a5a5a5a5a5a5
	for _, c := range accesses {
		typ := &layout.Type{ID: 9, Size: 32}
		field := &descr.Field{Access: c.acc, Owner: typ, Offset: 16}
		arr := &descr.Array{Access: c.acc, Type: &layout.Type{ID: 10, Size: 16, LenOffset: 8, ItemSize: c.acc.Width}}
		structs := &layout.Type{ID: 11, Size: 16, LenOffset: 8, ItemSize: 24}
		inner := &descr.Interior{Access: c.acc, Array: &descr.Array{Type: structs}, Offset: 8}
		for _, p := range []struct {
			name     string
			set, get op.Code
			d        descr.Descr
			obj      uint64
			args     []uint64
			offset   uintptr // where the location must be
		}{
			{"field", op.SetField, op.GetFieldI, field, a.object(9), nil, 16},
			{"item", op.SetArrayItem, op.GetArrayItemI, arr, a.array(arr.Type, 5), []uint64{3}, 16 + uintptr(3*c.acc.Width)},
			{"interior", op.SetInterior, op.GetInteriorI, inner, a.array(structs, 5), []uint64{2}, 16 + 2*24 + 8},
		} {
			base := uintptr(p.obj)
			mem.StoreU64(base, p.offset, guardWord)
			mem.StoreU64(base, p.offset+8, guardWord)
			args := append([]uint64{p.obj}, p.args...)
			Do(m, p.set, p.d, append(args, c.in))
			if got := Do(m, getCode(p.get, c.acc.Kind), p.d, args); got != c.out {
				t.Errorf("%s %s: %#x, want %#x", c.name, p.name, got, c.out)
			}
			keep := uint64(guardWord)
			if w := uint(c.acc.Width) * 8; w < 64 {
				keep = keep>>w<<w | c.raw
			} else {
				keep = c.raw
			}
			if got := mem.LoadU64(base, p.offset); got != keep {
				t.Errorf("%s %s: memory %#x, want %#x", c.name, p.name, got, keep)
			}
			if got := mem.LoadU64(base, p.offset+8); got != guardWord {
				t.Errorf("%s %s: wrote past the location: %#x", c.name, p.name, got)
			}
		}
	}
}

func TestArrays(t *testing.T) {
	a, m := newArena(t), &Machine{}
	d := &descr.Array{Access: descr.Access{Kind: op.Int, Width: 2, Signed: true}, Type: &layout.Type{ID: 5, Size: 16, LenOffset: 8, ItemSize: 2}}
	arr := a.array(d.Type, 8)
	fill := func(v ...int16) {
		for i, x := range v {
			StoreItem(arr, uint64(i), d, uint64(x))
		}
	}
	expect := func(what string, v ...int16) {
		t.Helper()
		for i, x := range v {
			if got := LoadItem(arr, uint64(i), d); got != uint64(x) {
				t.Errorf("%s: item %d is %d, want %d", what, i, int64(got), x)
			}
		}
	}
	if n := Do(m, op.ArrayLen, d, []uint64{arr}); n != 8 {
		t.Errorf("arraylen: %d", n)
	}
	if id := Do(m, op.TypeIDOf, nil, []uint64{arr}); id != 5 {
		t.Errorf("typeid_of: %d", id)
	}
	fill(1, 2, 3, 4, 5, 6, 7, 8)
	Do(m, op.ArrayCopy, d, []uint64{arr, 0, arr, 2, 5}) // overlapping upwards
	expect("copy up", 1, 2, 1, 2, 3, 4, 5, 8)
	Do(m, op.ArrayCopy, d, []uint64{arr, 2, arr, 0, 5}) // and downwards
	expect("copy down", 1, 2, 3, 4, 5, 4, 5, 8)
	Do(m, op.ArrayClear, d, []uint64{arr, 1, 3})
	expect("clear", 1, 0, 0, 0, 5, 4, 5, 8)
	Do(m, op.ArrayCopy, d, []uint64{0, 0, arr, 8, 0}) // nothing from nil
	Do(m, op.ArrayClear, d, []uint64{0, 0, 0})
}

func TestBytes(t *testing.T) {
	a, m := newArena(t), &Machine{}
	d := &descr.Array{Access: descr.Access{Kind: op.Int, Width: 1}, Type: &layout.Type{ID: layout.StringType,
		Size: layout.StringBaseOffset, LenOffset: layout.StringLenOffset, ItemSize: 1}}
	str := func(s string) uint64 {
		p := a.array(d.Type, len(s))
		for i := range s {
			StoreItem(p, uint64(i), d, uint64(s[i]))
		}
		return p
	}
	x, y := str("hello world"), str("yellow")
	for _, c := range []struct {
		code op.Code
		args []uint64
		want int64
	}{
		{op.BytesEqual, []uint64{x, 1, y, 1, 4}, 1}, {op.BytesEqual, []uint64{x, 0, y, 0, 4}, 0}, {op.BytesEqual, []uint64{0, 0, y, 3, 0}, 1},
		{op.BytesCompare, []uint64{x, 1, 4, y, 1, 4}, 0}, {op.BytesCompare, []uint64{x, 0, 5, y, 0, 6}, -1},
		{op.BytesCompare, []uint64{y, 0, 1, x, 0, 11}, 1}, {op.BytesCompare, []uint64{x, 1, 3, y, 1, 4}, -1},
		{op.BytesCompare, []uint64{0, 0, 0, y, 0, 1}, -1}, {op.BytesCompare, []uint64{0, 0, 0, 0, 0, 0}, 0},
		{op.BytesIndex, []uint64{x, 0, 11, 'o'}, 4}, {op.BytesIndex, []uint64{x, 5, 11, 'o'}, 7}, {op.BytesIndex, []uint64{x, 8, 11, 'o'}, -1},
		{op.BytesIndex, []uint64{0, 0, 0, 'o'}, -1},
	} {
		if got := int64(Do(m, c.code, d, c.args)); got != c.want {
			t.Errorf("%s %v: %d, want %d", c.code, c.args, got, c.want)
		}
	}
}

func TestDispatch(t *testing.T) {
	methods := &descr.Dispatch{Table: []int32{-1, 7, -1}}
	set := &descr.TypeSet{Has: []bool{false, true}}
	for id, want := range []int64{-1, 7, -1, -1} {
		if got := int64(Do(nil, op.MethodLookup, methods, []uint64{uint64(id)})); got != want {
			t.Errorf("method_lookup %d: %d", id, got)
		}
	}
	for id, want := range []uint64{0, 1, 0} {
		if got := Do(nil, op.TypeInSet, set, []uint64{uint64(id)}); got != want {
			t.Errorf("type_in_set %d: %d", id, got)
		}
	}
}

func TestChecks(t *testing.T) {
	minus := ^uint64(0)
	for _, c := range []struct {
		code op.Code
		args []uint64
		want string // "" passes
	}{
		{op.CheckIndex, []uint64{2, 3}, ""}, {op.CheckIndex, []uint64{3, 3}, "index out of range [3] with length 3"},
		{op.CheckIndex, []uint64{minus, 3}, "index out of range [-1]"}, {op.CheckIndex, []uint64{0, 0}, "index out of range [0] with length 0"},
		{op.CheckSlice, []uint64{0, 3, 3}, ""}, {op.CheckSlice, []uint64{3, 3, 3}, ""},
		{op.CheckSliceLen, []uint64{1, 2, 3}, ""}, {op.CheckSliceLen, []uint64{0, 4, 3}, "slice bounds out of range [:4] with length 3"}, {op.CheckSliceLen, []uint64{4, 3, 3}, "slice bounds out of range [4:3]"},
		{op.CheckSlice, []uint64{2, 1, 3}, "slice bounds out of range [2:1]"}, {op.CheckSlice, []uint64{0, 4, 3}, "slice bounds out of range [:4]"},
		{op.CheckSlice, []uint64{minus, 2, 3}, "slice bounds out of range [-1:]"}, {op.CheckSlice, []uint64{0, minus, 3}, "slice bounds out of range [:-1]"},
		{op.CheckNil, []uint64{16}, ""}, {op.CheckNil, []uint64{0}, "nil pointer dereference"},
		{op.CheckZero, []uint64{minus}, ""}, {op.CheckZero, []uint64{0}, "integer divide by zero"},
		{op.CheckShift, []uint64{64}, ""}, {op.CheckShift, []uint64{minus}, "negative shift amount"},
		{op.CheckLen, []uint64{layout.MaxLen}, ""}, {op.CheckLen, []uint64{minus}, "makeslice: len out of range"},
		{op.CheckLen, []uint64{layout.MaxLen + 1}, "makeslice: len out of range"},
	} {
		got := ""
		func() {
			defer func() {
				if r := recover(); r != nil {
					got = r.(runtime.Error).Error()
				}
			}()
			Do(nil, c.code, nil, c.args)
		}()
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s %v: %q, want %q", c.code, c.args, got, c.want)
		}
	}
}

// mock is a Runtime that records what it is asked for.
type mock struct {
	backend.Runtime
	news []uint32
	len  int64
	fn   int

	written []*descr.Field
}

func (r *mock) New(_ *thread.Thread, typ uint32) uintptr { r.news = append(r.news, typ); return 0x100 }
func (r *mock) NewArray(_ *thread.Thread, typ uint32, n int64) uintptr {
	r.news, r.len = append(r.news, typ), n
	return 0x200
}
func (r *mock) Alloc(_ *thread.Thread, n int64) uintptr          { r.len = n; return 0x300 }
func (r *mock) IdentityHash(_ *thread.Thread, obj uintptr) int64 { return int64(obj) + 1 }
func (r *mock) QuasiWrite(_ *thread.Thread, obj uintptr, f *descr.Field) {
	r.written = append(r.written, f)
}
func (r *mock) Call(t *thread.Thread, fn int) {
	r.fn = fn
	t.ResI[0], t.ResI[1] = t.ArgI[0]+t.ArgI[1], 11
	t.ResR[0], t.ResF[0], t.ResF[1] = t.ArgR[0], t.ArgF[0]*2, 2.5
}

func TestRuntimeOps(t *testing.T) {
	rt := &mock{}
	m := &Machine{RT: rt, T: &thread.Thread{}}
	arr := &descr.Array{Type: &layout.Type{ID: 6}}
	if p := Do(m, op.New, &descr.Size{Type: &layout.Type{ID: 5}}, nil); p != 0x100 || rt.news[0] != 5 {
		t.Errorf("new: %#x, %v", p, rt.news)
	}
	if p := Do(m, op.NewArray, arr, []uint64{12}); p != 0x200 || rt.news[1] != 6 || rt.len != 12 {
		t.Errorf("new_array: %#x, %v, %d", p, rt.news, rt.len)
	}
	if p := Do(m, op.MallocArray, arr, []uint64{13}); p != 0x200 || rt.len != 13 {
		t.Errorf("malloc_array: %#x, %d", p, rt.len)
	}
	if p := Do(m, op.MallocNursery, nil, []uint64{48}); p != 0x300 || rt.len != 48 {
		t.Errorf("malloc_nursery: %#x, %d", p, rt.len)
	}
	if p := Do(m, op.NurseryIncrement, nil, []uint64{0x300, 16}); p != 0x310 {
		t.Errorf("nursery_increment: %#x", p)
	}
	obj := newArena(t).object(3)
	Do(m, op.InitHeader, nil, []uint64{obj, 77})
	if TypeID(obj) != 77 {
		t.Errorf("init_header: %d", TypeID(obj))
	}
	if h := Do(m, op.IdentityHash, nil, []uint64{4}); h != 5 {
		t.Errorf("identity_hash: %d", h)
	}
}

func TestCalls(t *testing.T) {
	rt := &mock{}
	m := &Machine{RT: rt, T: &thread.Thread{}}
	args := []op.Kind{op.Float, op.Int, op.Ref, op.Int}
	words := []uint64{42, bitsOf(1.5), 3, 0x40, 4}
	for _, c := range []struct {
		code op.Code
		kind op.Kind
		want uint64
	}{
		{op.CallI, op.Int, 7}, {op.CallR, op.Ref, 0x40}, {op.CallF, op.Float, bitsOf(3)}, {op.CallN, op.Void, 0},
		{op.CallPureI, op.Int, 7}, {op.CallPureR, op.Ref, 0x40}, {op.CallPureF, op.Float, bitsOf(3)}, {op.CallPureN, op.Void, 0},
	} {
		d := &descr.Call{Args: args}
		if c.kind != op.Void {
			d.Results = []op.Kind{c.kind, op.Int, op.Float}
		}
		if got := Do(m, c.code, d, words); got != c.want || rt.fn != 42 {
			t.Errorf("%s: %#x, function %d", c.code, got, rt.fn)
		}
	}
	if v := Do(m, op.GetResultI, nil, []uint64{1}); v != 11 {
		t.Errorf("getresult_i: %d", v)
	}
	if v := Do(m, op.GetResultR, nil, []uint64{0}); v != 0x40 {
		t.Errorf("getresult_r: %#x", v)
	}
	if v := Do(m, op.GetResultF, nil, []uint64{1}); v != bitsOf(2.5) {
		t.Errorf("getresult_f: %#x", v)
	}
}

// Putting and taking are inverse, by kind and in order.
func TestSlots(t *testing.T) {
	th := &thread.Thread{}
	kinds := []op.Kind{op.Ref, op.Int, op.Float, op.Ref, op.Float, op.Int}
	in, out := []uint64{0x10, 1, bitsOf(2), 0x20, bitsOf(3), ^uint64(0)}, make([]uint64, 6)
	if n := PutArgs(th, kinds, in); n != 2 {
		t.Errorf("%d reference arguments", n)
	}
	TakeArgs(th, kinds, out)
	for i := range in {
		if in[i] != out[i] {
			t.Errorf("argument %d: %#x", i, out[i])
		}
	}
	clear(out)
	if n := PutResults(th, kinds, in); n != 2 {
		t.Errorf("%d reference results", n)
	}
	TakeResults(th, kinds, out)
	for i := range in {
		if in[i] != out[i] {
			t.Errorf("result %d: %#x", i, out[i])
		}
	}
}

func TestHints(t *testing.T) {
	m := &Machine{}
	for _, code := range []op.Code{op.PromoteI, op.PromoteR, op.PromoteF} {
		if v := Do(m, code, nil, []uint64{9}); v != 9 {
			t.Errorf("%s: %d", code, v)
		}
	}
	for _, code := range []op.Code{op.IsConstantI, op.IsConstantR, op.IsConstantF} {
		if v := Do(m, code, nil, []uint64{9}); v != 0 {
			t.Errorf("%s: %d", code, v)
		}
	}
	if v := Do(m, op.WeAreJitted, nil, nil); v != 0 {
		t.Errorf("we_are_jitted outside: %d", v)
	}
	m.Jitted = true
	if v := Do(m, op.WeAreJitted, nil, nil); v != 1 {
		t.Errorf("we_are_jitted inside: %d", v)
	}
}
