package exec

import (
	"unsafe"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// LoadAccess reads the word of a memory location at an address.
func LoadAccess(addr uint64, acc *descr.Access) uint64 {
	p := uintptr(addr)
	switch acc.Width {
	case 8:
		return mem.LoadU64(p, 0)
	case 4:
		switch {
		case acc.Kind == op.Float:
			return bitsOf(mem.LoadF32(p, 0))
		case acc.Signed:
			return uint64(mem.LoadI32(p, 0))
		}
		return uint64(mem.LoadU32(p, 0))
	case 2:
		if acc.Signed {
			return uint64(mem.LoadI16(p, 0))
		}
		return uint64(mem.LoadU16(p, 0))
	}
	if acc.Signed {
		return uint64(mem.LoadI8(p, 0))
	}
	return uint64(mem.LoadU8(p, 0))
}

// StoreAccess writes a word to a memory location at an address, truncating it to the location's width. It does
// no write barrier, nor do the functions below: see Store.
func StoreAccess(addr uint64, acc *descr.Access, v uint64) {
	p := uintptr(addr)
	switch acc.Width {
	case 8:
		mem.StoreU64(p, 0, v)
	case 4:
		if acc.Kind == op.Float {
			mem.StoreF32(p, 0, f64(v))
			return
		}
		mem.Store32(p, 0, int64(v))
	case 2:
		mem.Store16(p, 0, int64(v))
	default:
		mem.Store8(p, 0, int64(v))
	}
}

// TypeID is the type id in the header of an object.
func TypeID(obj uint64) uint64 { return mem.LoadU64(uintptr(obj), 0) >> layout.TypeIDShift }

// Length is the number of items of an array object.
func Length(arr uint64, t *layout.Type) uint64 {
	return mem.LoadU64(uintptr(arr), uintptr(t.LenOffset))
}

// ItemAddr is the address of an item of an array.
func ItemAddr(arr, index uint64, t *layout.Type) uint64 {
	return arr + uint64(t.Size) + index*uint64(t.ItemSize)
}

// LoadField, StoreField, LoadItem, StoreItem, LoadInterior and StoreInterior are the heap accesses
// for callers that hold the descriptor in its own type.
func LoadField(obj uint64, d *descr.Field) uint64 {
	return LoadAccess(obj+uint64(d.Offset), &d.Access)
}

// StoreField writes a field.
func StoreField(obj uint64, d *descr.Field, v uint64) {
	StoreAccess(obj+uint64(d.Offset), &d.Access, v)
}

// LoadItem reads an item of an array.
func LoadItem(arr, index uint64, d *descr.Array) uint64 {
	return LoadAccess(ItemAddr(arr, index, d.Type), &d.Access)
}

// StoreItem writes an item of an array.
func StoreItem(arr, index uint64, d *descr.Array, v uint64) {
	StoreAccess(ItemAddr(arr, index, d.Type), &d.Access, v)
}

// LoadInterior reads a field of an item of an array of structs.
func LoadInterior(arr, index uint64, d *descr.Interior) uint64 {
	return LoadAccess(ItemAddr(arr, index, d.Array.Type)+uint64(d.Offset), &d.Access)
}

// StoreInterior writes a field of an item of an array of structs.
func StoreInterior(arr, index uint64, d *descr.Interior, v uint64) {
	StoreAccess(ItemAddr(arr, index, d.Array.Type)+uint64(d.Offset), &d.Access, v)
}

// items is the memory of n items of an array from index start.
func items(arr, start, n uint64, t *layout.Type) []byte {
	if n == 0 {
		return nil // the array may be nil then, and start anything
	}
	return unsafe.Slice((*byte)(mem.Ptr(uintptr(ItemAddr(arr, start, t)))), n*uint64(t.ItemSize))
}
