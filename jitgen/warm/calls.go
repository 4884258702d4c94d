package warm

import "kiln/gc/thread"

// Calls of a portal are counted apart from passages: a function that is called often is hot even if it has no loop. Its
// threshold is higher than that of loops, because a loop that calls it has it inlined when it is recorded, and
// what is in a loop is not worth code of its own.

// callHash keeps the early counters of calls apart from those of passages.
const callHash = 0x5851F42D4C957F2D

// TickCall is Tick for the passage that follows a call of the portal.
func (t *Table) TickCall(th *thread.Thread) bool {
	h, young := t.hashNext(th)
	t.ticked, t.shared = nil, young
	n := &t.early[early(h^callHash)]
	if n.count < hasCell {
		if t.function == 0 {
			return false
		}
		hot, _ := n.pass(h^callHash, t.function, young)
		return hot
	}
	c := t.lookup(h, th)
	if t.ticked = c; c == nil {
		t.shared = true
		return t.function > 0
	}
	switch c.State {
	case Compiled:
		return true
	case Disabled:
		return false
	}
	c.Calls++
	return t.hotCalls(c)
}

func (t *Table) hotCalls(c *Cell) bool { return t.function > 0 && c.Calls >= t.function }

// Recursive makes calls of the portal at a cell be calls of code of its own, which is to be recorded soon; in that code itself
// a few more levels are traced through.
func (t *Table) Recursive(c *Cell) {
	c.Recursive = true
	c.Calls = max(c.Calls, t.config.Function)
}

// NeverInline makes calls of the portal at a cell be calls of code of its own, which is to be recorded soon.
func (t *Table) NeverInline(c *Cell) {
	c.NeverInline = true
	c.Calls = max(c.Calls, t.function)
}
