package warm

import (
	"testing"

	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// emitted counts a passage as emitted code does, and says whether that made the merge point hot.
func emitted(table *Table, th *thread.Thread, calls *int) bool {
	key := (uint64(table.driver.Index)+1)*thread.LeaseFactor ^ uint64(th.ArgI[0])
	key = key*thread.LeaseFactor ^ uint64(th.ArgR[0])
	if th.Lease != 0 && th.LeaseKey == key {
		th.Lease--
		return false
	}
	*calls++
	return table.Tick(th)
}

// Passages are counted exactly, whoever comes by in between, and mostly without a call.
func TestLease(t *testing.T) {
	d := &descr.Driver{Index: 1, Name: "d", Greens: []descr.Var{{Name: "pc", Kind: op.Int}, {Name: "code", Kind: op.Ref}}}
	lease := &Lease{}
	table := NewTable(d, Config{Threshold: 500}, heap{}, lease)
	other := NewTable(&descr.Driver{Index: 2, Greens: d.Greens}, Config{Threshold: 100000}, heap{}, lease)
	th := slots(7, 16, 0)
	for round := range 3 {
		calls, n := 0, 1
		for ; !emitted(table, th, &calls); n++ {
			if n%70 == 0 { // another loop, of this driver or the other one
				th.ArgI[0]++
				if n%140 == 0 {
					emitted(table, th, new(int))
				} else {
					emitted(other, th, new(int))
				}
				th.ArgI[0]--
			}
			if n > 1000 {
				t.Fatal("never hot")
			}
		}
		if n != 500 || calls > 20 {
			t.Errorf("round %d: hot after %d passages, %d of them calls", round, n, calls)
		}
		c, _ := table.At(th) // from the second round on there is a cell
		c.Count = 0
	}
}

// Cold merge points that share a counter do not make each other hot, and one that is hot still becomes so.
func TestSharedCounter(t *testing.T) {
	var n counter
	pass := func(h uint64) bool { hot, _ := n.pass(h<<48, 100, false); return hot }
	for cold := range uint64(50) {
		for range 90 {
			if pass(cold) {
				t.Fatal("a cold one is hot")
			}
		}
	}
	for i := 1; ; i++ {
		if i%3 == 0 {
			pass(1)
		}
		if pass(2) {
			break
		}
		if i > 500 {
			t.Fatal("never hot")
		}
	}
}
