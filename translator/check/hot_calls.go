package check

import (
	"strings"

	"kiln/translator/flow"
)

// What is noted about calls from traced code:
//
//   - of a function of the language that loops, or defers: it is called, not traced through (once for each function)
//   - of package fmt
//   - of a host function that every iteration of a dispatch loop makes

func (h *hot) call(b *body, blk *flow.Block, o *flow.Op) {
	if o.Code != flow.GoCall {
		return
	}
	callee := o.Aux.(*flow.Func)
	switch {
	case callee.Host:
		if callee.HostPkg != "math" && h.everyIteration(b, blk) {
			h.note(o, "hot-host", "host function "+callee.Name+" is called in each iteration of the dispatch loop: traces leave machine code for it",
				"call it less often, or keep in the interpreter what it tells")
		}
	case strings.HasPrefix(callee.Pos.File, "$GOROOT/src/fmt/"):
		h.note(o, "hot-fmt", callee.Name+" in traced code: it looks at the types of its arguments each time, and is never traced through", "build the text with strconv, or move the call into a function of its own that runs rarely")
	case !h.isOwn(callee.Pos.File) || isPortal(h.r, callee):
	case h.defers[callee.Name]:
		h.noteOnce(callee.Name, o, "hot-defer", callee.Name+" defers: it is called, and neither it nor what it calls is traced", "return errors as values in what runs often")
	case followed(callee) && loops(callee):
		h.noteOnce(callee.Name, o, "hot-call", callee.Name+" is called, not traced through: it loops", "mark it //kiln:unroll_safe if its loops run a few times only, else //kiln:dont_look_inside")
	}
}

// everyIteration says whether a block of a portal runs in every iteration of the loop with the merge point.
func (h *hot) everyIteration(b *body, blk *flow.Block) bool {
	l := b.dispatchLoop()
	if l == nil || !l.blocks[blk] {
		return false
	}
	for _, latch := range l.latches {
		if !b.dom.Dominates(blk, latch) {
			return false
		}
	}
	return true
}

// dispatchLoop is the innermost loop around the function's merge point, nil if it has none.
func (b *body) dispatchLoop() *loop {
	for _, blk := range b.f.Graph.Blocks {
		for _, o := range blk.Ops {
			if hint, ok := o.Aux.(flow.Hint); ok && hint.Name == "MergePoint" {
				var inner *loop
				for _, l := range b.around(blk) {
					if inner == nil || b.dom.Dominates(inner.head, l.head) {
						inner = l
					}
				}
				return inner
			}
		}
	}
	return nil
}
