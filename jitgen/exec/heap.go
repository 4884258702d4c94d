package exec

import (
	"bytes"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// heapOps: loads, stores and allocation. The base is never nil. Stores of references do the write barrier themselves, so that
// whoever executes them cannot forget it.
var heapOps = map[op.Code]Func{
	op.GetFieldI: getField, op.GetFieldR: getField, op.GetFieldF: getField,
	op.SetField: func(m *Machine, d descr.Descr, a []uint64) uint64 {
		setField(m.T, a[0], d.(*descr.Field), a[1])
		return 0
	},
	op.GetArrayItemI: getItem, op.GetArrayItemR: getItem, op.GetArrayItemF: getItem,
	op.SetArrayItem: func(m *Machine, d descr.Descr, a []uint64) uint64 {
		setItem(m.T, a[0], a[1], d.(*descr.Array), a[2])
		return 0
	},
	op.GetInteriorI: getInterior, op.GetInteriorR: getInterior, op.GetInteriorF: getInterior,
	op.SetInterior: func(m *Machine, d descr.Descr, a []uint64) uint64 {
		setInterior(m.T, a[0], a[1], d.(*descr.Interior), a[2])
		return 0
	},
	op.ArrayLen: func(_ *Machine, d descr.Descr, a []uint64) uint64 { return Length(a[0], d.(*descr.Array).Type) },
	op.TypeIDOf: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return TypeID(a[0]) },
	op.New: func(m *Machine, d descr.Descr, _ []uint64) uint64 {
		return uint64(m.RT.New(m.T, uint32(d.(*descr.Size).Type.ID)))
	},
	op.NewArray: newArray,
	op.ArrayCopy: func(m *Machine, d descr.Descr, a []uint64) uint64 {
		t := d.(*descr.Array).Type
		if len(t.ItemRefs) > 0 {
			barrier.Range(m.T, mem.Ptr(uintptr(a[2])), int(a[3]), int(a[4]))
		}
		copy(items(a[2], a[3], a[4], t), items(a[0], a[1], a[4], t))
		return 0
	},
	op.ArrayClear: func(_ *Machine, d descr.Descr, a []uint64) uint64 {
		clear(items(a[0], a[1], a[2], d.(*descr.Array).Type))
		return 0
	},
}

func setField(t *thread.Thread, obj uint64, f *descr.Field, v uint64) {
	if f.Kind == op.Ref {
		barrier.Object(t, mem.Ptr(uintptr(obj)))
	}
	StoreField(obj, f, v)
}

func setItem(t *thread.Thread, arr, index uint64, d *descr.Array, v uint64) {
	if d.Kind == op.Ref {
		barrier.Item(t, mem.Ptr(uintptr(arr)), int(index))
	}
	StoreItem(arr, index, d, v)
}

func setInterior(t *thread.Thread, arr, index uint64, d *descr.Interior, v uint64) {
	if d.Kind == op.Ref {
		barrier.Item(t, mem.Ptr(uintptr(arr)), int(index))
	}
	StoreInterior(arr, index, d, v)
}

// Store executes a store to a location of an object; index counts unless it is a field. It does the write barrier.
func Store(t *thread.Thread, obj uint64, loc descr.Location, index, value uint64) {
	switch l := loc.(type) {
	case *descr.Field:
		setField(t, obj, l, value)
	case *descr.Array:
		setItem(t, obj, index, l, value)
	case *descr.Interior:
		setInterior(t, obj, index, l, value)
	}
}

func getField(_ *Machine, d descr.Descr, a []uint64) uint64 {
	return LoadField(a[0], d.(*descr.Field))
}

func getItem(_ *Machine, d descr.Descr, a []uint64) uint64 {
	return LoadItem(a[0], a[1], d.(*descr.Array))
}

func getInterior(_ *Machine, d descr.Descr, a []uint64) uint64 {
	return LoadInterior(a[0], a[1], d.(*descr.Interior))
}

func newArray(m *Machine, d descr.Descr, a []uint64) uint64 {
	return uint64(m.RT.NewArray(m.T, uint32(d.(*descr.Array).Type.ID), int64(a[0])))
}

// bytesOps work on arrays of 1-byte items: strings and []byte. A nil array is fine where the range is empty.
var bytesOps = map[op.Code]Func{
	op.BytesEqual: func(_ *Machine, d descr.Descr, a []uint64) uint64 {
		t := d.(*descr.Array).Type
		return word(bytes.Equal(items(a[0], a[1], a[4], t), items(a[2], a[3], a[4], t)))
	},
	op.BytesCompare: func(_ *Machine, d descr.Descr, a []uint64) uint64 {
		t := d.(*descr.Array).Type
		return uint64(bytes.Compare(items(a[0], a[1], a[2], t), items(a[3], a[4], a[5], t)))
	},
	op.BytesIndex: func(_ *Machine, d descr.Descr, a []uint64) uint64 {
		if int64(a[1]) >= int64(a[2]) {
			return ^uint64(0)
		}
		i := bytes.IndexByte(items(a[0], a[1], a[2]-a[1], d.(*descr.Array).Type), byte(a[3]))
		if i < 0 {
			return ^uint64(0)
		}
		return a[1] + uint64(i)
	},
}

// dispatchOps read whole-program tables indexed by type id.
var dispatchOps = map[op.Code]Func{
	op.MethodLookup: func(_ *Machine, d descr.Descr, a []uint64) uint64 {
		if t := d.(*descr.Dispatch).Table; a[0] < uint64(len(t)) {
			return uint64(t[a[0]])
		}
		return ^uint64(0)
	},
	op.TypeInSet: func(_ *Machine, d descr.Descr, a []uint64) uint64 {
		has := d.(*descr.TypeSet).Has
		return word(a[0] < uint64(len(has)) && has[a[0]])
	},
}

// rewritten are the operations that gcrewrite makes.
var rewritten = map[op.Code]Func{
	op.MallocNursery:    func(m *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(m.RT.Alloc(m.T, int64(a[0]))) },
	op.NurseryIncrement: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] + a[1] },
	op.InitHeader: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		mem.StoreU64(uintptr(a[0]), 0, layout.Header(layout.TypeID(a[1])))
		return 0
	},
	op.MallocArray: newArray,
	op.WriteBarrier: func(m *Machine, _ descr.Descr, a []uint64) uint64 {
		barrier.Object(m.T, mem.Ptr(uintptr(a[0])))
		return 0
	},
	op.WriteBarrierItem: func(m *Machine, _ descr.Descr, a []uint64) uint64 {
		barrier.Item(m.T, mem.Ptr(uintptr(a[0])), int(a[1]))
		return 0
	},
}
