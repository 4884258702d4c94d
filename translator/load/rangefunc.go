package load

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// A range over a function becomes a call of that function with the loop's body as a closure (yield). go/ssa keeps a variable
// for each loop that says how the body ended, and refuses calls of the body out of turn by panics of its own; the texts here
// are Go's (runtime.panicrangestate), and the variable distinguishes what Go distinguishes:
//
//	ready, 0    the body may be called
//	busy, -1    it is running, or has panicked
//	done, -2    the iterator has returned
//	positive    the body has left the loop
//
// A defer statement in such a body defers to the function that contains the loop: its frame of deferred calls (defers.go) is
// what go/ssa calls the defer stack, a variable that the body captures.

const (
	loopBusy = -1
	loopDone = -2
)

const (
	rangeBusy    = "runtime error: range function continued iteration after loop body panic"
	rangeDone    = "runtime error: range function continued iteration after whole loop exit"
	rangeLeft    = "runtime error: range function continued iteration after function for loop body returned false"
	rangeMissing = "runtime error: range function recovered a loop body panic and did not resume panicking"
)

// isYield: f is the body of a range over a function.
func isYield(f *ssa.Function) bool { return f.Synthetic == "range-over-func yield" }

// rangeMisuse converts the panics of iterators that call the body out of turn, or that swallow its panic.
func (c *converter) rangeMisuse(i *ssa.Panic) bool {
	switch i.Block().Comment {
	case "rangefunc.resume.busy":
		c.message(rangeMissing)
		return true
	case "yield-invalid":
		if !isYield(c.ssa) {
			return false
		}
	default:
		return false
	}
	preds := i.Block().Preds
	if len(preds) != 1 {
		return false
	}
	test, ok := preds[0].Instrs[len(preds[0].Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	cmp, ok := test.Cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	at, state := c.cur, c.val(cmp.X)
	at.Term, at.Args, at.Pos = flow.Switch, []*flow.Value{state}, c.here()
	add := func(text string) {
		c.cur = c.g.NewBlock()
		at.Succs = append(at.Succs, flow.Edge{To: c.cur})
		c.message(text)
	}
	at.Cases = []int64{loopBusy, loopDone}
	add(rangeBusy)
	add(rangeDone)
	add(rangeLeft)
	c.cur = at
	return true
}

// message ends the block with a run-time error.
func (c *converter) message(text string) {
	c.cur.Term, c.cur.Trap, c.cur.Aux, c.cur.Pos = flow.Panic, flow.TrapMessage, text, c.here()
}

// loopEnds notes that the iterator has returned, right after its loop's variable has been read: go/ssa leaves it as it is if
// the body has left the loop.
func (c *converter) loopEnds(load *ssa.UnOp) {
	for _, u := range *load.Referrers() {
		cmp, ok := u.(*ssa.BinOp)
		if !ok || cmp.Op != token.EQL || len(*cmp.Referrers()) != 1 {
			continue
		}
		if test, ok := (*cmp.Referrers())[0].(*ssa.If); ok && test.Block().Succs[0].Comment == "rangefunc.resume.busy" {
			c.emit(flow.GoStore, nil, c.val(load.X), flow.GoConst(types.Typ[types.Int], constInt(loopDone)))
			return
		}
	}
}

// deferStack is the frame of deferred calls as a value of go/ssa's type.
func (c *converter) deferStack(i *ssa.Call) {
	if c.split1 == nil {
		c.values[i] = flow.GoConst(i.Type(), nil) // nothing is deferred
		return
	}
	c.result(i, flow.GoChangeType, nil, c.split1.frame)
}

// deferFrame is the frame that a defer statement adds to.
func (c *converter) deferFrame(i *ssa.Defer) *flow.Value {
	if i.DeferStack == nil || c.split1 != nil {
		return c.split1.frame
	}
	o := c.emit(flow.GoChangeType, nil, c.val(i.DeferStack))
	o.Results = []*flow.Value{c.g.NewValue(c.frameType())}
	return o.Results[0]
}
