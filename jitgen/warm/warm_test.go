package warm

import (
	"testing"

	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

var driver = &descr.Driver{Name: "d", Greens: []descr.Var{{Name: "pc", Kind: op.Int}, {Name: "code", Kind: op.Ref}, {Name: "x", Kind: op.Float}}}

// heap: addresses below 2000 do not move.
type heap struct{}

func (heap) Young(p uintptr) bool { return p >= 2000 }

func slots(pc int64, code uintptr, x float64) *thread.Thread {
	t := new(thread.Thread)
	t.ArgI[0], t.ArgR[0], t.ArgF[0] = pc, code, x
	return t
}

func ticks(table *Table, th *thread.Thread, limit int) int {
	for n := 1; n <= limit; n++ {
		if table.Tick(th) {
			return n
		}
	}
	return 0
}

func TestThreshold(t *testing.T) {
	table := NewTable(driver, Config{Threshold: 50, Bridge: 10, Retries: 2}, heap{}, &Lease{})
	th := slots(7, 16, 0.5)
	if n := ticks(table, th, 100); n != 50 {
		t.Errorf("hot after %d passages", n)
	}
	c, isNew := table.At(th)
	if !isNew || table.Hot(c) || len(c.Greens) != 3 || c.Greens[0] != 7 {
		t.Errorf("cell %+v", c)
	}
	if n := ticks(table, th, 100); n != 50 || !table.Hot(c) {
		t.Errorf("the cell is hot after %d passages", n)
	}
	if again, isNew := table.At(th); again != c || isNew || table.Find(c.Greens) != c || table.Make(c.Greens) != c {
		t.Error("found another cell")
	}
	table.Aborted(c)
	if n := ticks(table, th, 1000); n != 150 {
		t.Errorf("after an abort hot after %d more", n)
	}
	table.Aborted(c)
	if c.State != Disabled || ticks(table, th, 10000) != 0 {
		t.Error("not disabled")
	}
	c.State = Compiled
	if !table.Tick(th) {
		t.Error("compiled code is not entered")
	}
}

// Greens that move get their cell early: until then they are counted without the object.
func TestMovingGreens(t *testing.T) {
	table := NewTable(driver, Config{Threshold: 1000}, heap{}, &Lease{})
	for i := range earlyLimit - 1 {
		if table.Tick(slots(7, uintptr(5000+16*i), 0)) {
			t.Fatalf("hot after %d", i+1)
		}
	}
	if !table.Tick(slots(7, 9000, 0)) {
		t.Error("no cell after the limit")
	}
	defer func() {
		if recover() == nil {
			t.Error("a cell for an object that moves")
		}
	}()
	table.At(slots(7, 9000, 0))
}

// Greens that do not move are counted one by one, but get no cell before they are hot: a program with many cold functions
// neither keeps them alive nor looks them up.
func TestOldGreens(t *testing.T) {
	table := NewTable(driver, Config{Threshold: 100, Function: 150}, heap{}, &Lease{})
	for i := range 99 {
		for code := uintptr(1008); code < 1200; code += 16 {
			if table.Tick(slots(7, code, 0)) || table.TickCall(slots(7, code, 0)) {
				t.Fatalf("%d is hot after %d", code, i+1)
			}
		}
	}
	if th := slots(7, 1024, 0); !table.Tick(th) || table.Ticked() != nil || table.Shared() || table.TickCall(th) {
		t.Error("not hot at the threshold, or before")
	}
}

func TestManyCells(t *testing.T) {
	table := NewTable(driver, DefaultConfig, heap{}, &Lease{})
	for i := range 5000 {
		table.At(slots(int64(i), uintptr(i%60)*16, float64(i%3)))
	}
	for i := range 5000 {
		c, isNew := table.At(slots(int64(i), uintptr(i%60)*16, float64(i%3)))
		if isNew || c.Greens[0] != uint64(i) {
			t.Fatalf("cell %d: %+v", i, c)
		}
	}
}

func TestBridges(t *testing.T) {
	c := Config{Bridge: 10, Retries: 2}
	g := &Guard{}
	if c.WantsBridge(g, 9) || !c.WantsBridge(g, 10) {
		t.Error("threshold")
	}
	c.Aborted(g, 10)
	if c.WantsBridge(g, 29) || !c.WantsBridge(g, 30) {
		t.Error("threshold after an abort")
	}
	c.Aborted(g, 30)
	if c.WantsBridge(g, 1<<30) {
		t.Error("retried too often")
	}
	if c.WantsBridge(&Guard{Bridge: true}, 100) {
		t.Error("a second bridge")
	}
}

func TestTickDoesNotAllocate(t *testing.T) {
	table := NewTable(driver, DefaultConfig, heap{}, &Lease{})
	th := slots(1, 16, 1)
	table.At(th)
	if n := testing.AllocsPerRun(100, func() { table.Tick(th) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
