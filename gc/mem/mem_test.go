package mem

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestAccessWidths(t *testing.T) {
	p, err := Map(Page)
	if err != nil {
		t.Fatal(err)
	}
	const off = 24
	Store64(p, off, -1)
	if LoadI8(p, off) != -1 || LoadU8(p, off) != 0xff || LoadI16(p, off) != -1 || LoadU16(p, off) != 0xffff ||
		LoadI32(p, off) != -1 || LoadU32(p, off) != 0xffffffff || LoadI64(p, off) != -1 || LoadU64(p, off) != math.MaxUint64 {
		t.Error("widening of all ones")
	}
	Store64(p, off, 0)
	Store8(p, off, 0x1ff)
	if LoadU64(p, off) != 0xff {
		t.Errorf("Store8 wrote %#x", LoadU64(p, off))
	}
	Store16(p, off, 0x1ffff)
	if LoadU64(p, off) != 0xffff {
		t.Errorf("Store16 wrote %#x", LoadU64(p, off))
	}
	Store32(p, off, 0x1ffffffff)
	if LoadU64(p, off) != 0xffffffff {
		t.Errorf("Store32 wrote %#x", LoadU64(p, off))
	}
	StoreF32(p, off, 0.1)
	if LoadF32(p, off) != float64(float32(0.1)) {
		t.Error("float32")
	}
	StoreRef(p, off, p)
	if LoadRef(p, off) != p {
		t.Error("reference")
	}
	StoreU64(p, off, 7)
	if w := Words(p, 4); w[3] != 7 || w[2] != 0 {
		t.Errorf("words %v", w)
	}
	Copy(p+64, p, 64)
	if LoadU64(p+64, off) != 7 {
		t.Error("copy")
	}
	Zero(p, 64)
	if LoadU64(p, off) != 0 || LoadU64(p+64, off) != 7 {
		t.Error("zero")
	}
}

func TestReserveCommitRelease(t *testing.T) {
	p, err := Reserve(1 << 36)
	if err != nil {
		t.Fatal(err)
	}
	if err := Commit(p, 16*Page); err != nil {
		t.Fatal(err)
	}
	Store64(p, 5*Page, 42)
	if err := Release(p, 16*Page); err != nil {
		t.Fatal(err)
	}
	if LoadI64(p, 5*Page) != 0 {
		t.Error("released memory is not zero")
	}
	Store64(p, 0, 42)
	if err := Protect(p, Page); err != nil {
		t.Fatal(err)
	}
	mustFault(t, "protected page", func() { LoadI64(p, 0) })
	mustFault(t, "uncommitted page", func() { LoadI64(p, 16*Page) })
	if err := Commit(p, Page); err != nil {
		t.Fatal(err)
	}
	if LoadI64(p, 0) != 42 {
		t.Error("protection lost the contents")
	}
}

func TestGuardPages(t *testing.T) {
	p, err := MapGuarded(3 * Page)
	if err != nil {
		t.Fatal(err)
	}
	Store64(p, 0, 1)
	Store64(p, 3*Page-8, 1)
	mustFault(t, "before", func() { Store64(p-8, 0, 1) })
	mustFault(t, "after", func() { Store64(p, 3*Page, 1) })
}

func mustFault(t *testing.T, what string, f func()) {
	t.Helper()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no fault", what)
		}
	}()
	f()
}
