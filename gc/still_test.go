package gc

import (
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
)

// What does not move, and what stays the same when the rest does.

func TestInitObjectsDoNotMove(t *testing.T) { both(t, testInitObjectsDoNotMove) }

func testInitObjectsDoNotMove(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",stress=1,verify=on")
	h.SetInit(true)
	pair := h.New(th, tPair)
	other := h.NewArray(th, tRefs, 40_000) // large
	set(th, pair, 8, other)
	h.Collect(th)
	h.SetInit(false)
	verify(t, h)
	if !h.IsImmortal(pair) || mem.LoadU64(pair, 0)&layout.FlagImmortal == 0 {
		t.Error("object of init is not immortal")
	}
	leaf := h.New(th, tLeaf)
	mem.Store64(leaf, 8, 9)
	set(th, other, 16, leaf) // the only reference to it
	h.Collect(th)
	if p := mem.LoadRef(other, 16); p == leaf || mem.LoadI64(p, 8) != 9 {
		t.Error("immortal objects are not roots")
	}
	if mem.LoadRef(pair, 8) != other {
		t.Error("immortal object moved")
	}
}

func TestMakeImmortal(t *testing.T) { both(t, testMakeImmortal) }

func testMakeImmortal(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",verify=on")
	pair, leaf := h.New(th, tPair), h.New(th, tLeaf)
	push(th, pair)
	set(th, pair, 8, leaf)
	mem.Store64(leaf, 8, 3)
	hash := h.IdentityHash(leaf)
	slot := leaf
	h.MakeImmortal(th, &slot)
	if slot == leaf || !h.IsImmortal(slot) || mem.LoadRef(root(th, 0), 8) != slot || mem.LoadI64(slot, 8) != 3 {
		t.Fatal("not promoted, or references not updated")
	}
	if h.IdentityHash(slot) != hash {
		t.Error("identity hash changed")
	}
	before, again := h.Stats().Collections, slot
	h.MakeImmortal(th, &again)
	none := uintptr(0)
	h.MakeImmortal(th, &none)
	if again != slot || h.Stats().Collections != before {
		t.Error("promoting an immortal object did something")
	}
	set(th, root(th, 0), 8, 0)
	h.Collect(th)
	if mem.LoadI64(slot, 8) != 3 {
		t.Error("promoted object is gone")
	}
}

func TestIdentityHash(t *testing.T) { both(t, testIdentityHash) }

func testIdentityHash(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",verify=on")
	a := h.New(th, tLeaf)
	push(th, a)
	push(th, h.New(th, tLeaf))
	dead := h.New(th, tLeaf)
	still := h.NewImmortal(tLeaf, 0)
	if h.IdentityHash(root(th, 1)) != 1 || h.IdentityHash(dead) != 2 || h.IdentityHash(still) != 3 || h.IdentityHash(a) != 4 {
		t.Error("numbers are not in order of asking")
	}
	if h.IdentityHash(0) != 0 {
		t.Error("nil")
	}
	for i := 0; i < 3; i++ {
		h.Collect(th)
		if h.IdentityHash(root(th, 0)) != 4 || h.IdentityHash(root(th, 1)) != 1 || h.IdentityHash(still) != 3 {
			t.Error("number changed by a move")
		}
	}
	if n := len(h.hashes.moving) + len(h.hashes.still); n != 3 {
		t.Errorf("%d entries for three objects", n)
	}
	if h.IdentityHash(h.New(th, tLeaf)) != 5 {
		t.Error("number reused")
	}
}

func TestStrings(t *testing.T) { both(t, testStrings) }

func testStrings(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",stress=1,verify=on")
	th.RefArgs = 3
	for i, s := range []string{"", "hello", strings.Repeat("日本", 100_000)} {
		th.ArgR[i] = h.NewString(th, s)
	}
	h.Collect(th)
	if h.GoString(th.ArgR[0]) != "" || GoString(th.ArgR[1]) != "hello" || h.GoString(th.ArgR[2]) != strings.Repeat("日本", 100_000) {
		t.Error("string changed")
	}
	if p := h.NewImmortalString("x"); GoString(p) != "x" || h.TypeOf(p).ID != layout.StringType {
		t.Error("immortal string")
	}
	if p := h.NewImmortalString(""); p == 0 || GoString(p) != "" {
		t.Error("immortal empty string")
	}
}
