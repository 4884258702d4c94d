package opt

import (
	"math"

	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Chains of guards and checks on one base plus constants, as interpreters make them that move step by step: against
// constants, against lengths, to the left and to the right. Limits are close to what the place is now, so that in a
// later iteration the loop leaves in the middle of a chain. Numbers at the ends of their range wrap.

// chain is one under construction.
type chain struct {
	g       *generator
	base    trace.Ref
	at      trace.Ref // base + off
	off     int64
	limits  []trace.Ref // of places: lengths, numbers not negative
	forward bool
	far     bool // the base is close to an end of the numbers
	box     trace.Ref
	kind    int // of the tests: a small number is one of link's, others are mixed
}

func (g *generator) chain() {
	c := &chain{g: g, box: trace.None, forward: g.r.Intn(2) == 0, kind: g.r.Intn(14)}
	if c.base = g.chainBase(); g.r.Intn(4) == 0 {
		c.box = g.pick(tBox)
		c.base = g.emit(op.GetFieldI, g.w.field("Box.val"), c.box)
	}
	c.at = c.base
	now := int64(g.word(c.base))
	if c.far = now > math.MaxInt64-20 || now < math.MinInt64+20; c.far {
		c.forward = now > 0
	}
	for n := 1 + g.r.Intn(2); n > 0; n-- {
		c.limits = append(c.limits, g.chainLimit(c.base))
	}
	if g.r.Intn(3) == 0 {
		c.compare(op.IntGe, 0)
	}
	for n := 2 + g.r.Intn(6); n > 0; n-- {
		c.link()
		if g.r.Intn(6) == 0 {
			choose(g.r, []func(){g.boxes, g.frames, g.items, g.calls, g.nodes, g.newObject})()
		}
		if g.r.Intn(3) > 0 {
			c.move()
		}
	}
	c.leave()
}

// chainBase is a number that other iterations change: the counter, a variable, a field, a sum of them.
func (g *generator) chainBase() trace.Ref {
	switch g.r.Intn(6) {
	case 0:
		return g.counter
	case 1:
		return g.emit(op.IntAnd, nil, g.moving(), g.t.Int(choose(g.r, []int64{3, 7, 15})))
	case 2:
		return g.emit(op.IntSub, nil, g.t.Int(int64(4+g.r.Intn(12))), g.counter)
	case 3: // close to an end of the numbers
		far := choose(g.r, []int64{math.MaxInt64, math.MinInt64, math.MaxInt64 - 7, math.MaxInt64 - 3, math.MinInt64 + 7, math.MinInt64 + 3,
			1 << 40, -1 << 40, math.MaxInt64 / 4})
		return g.emit(op.IntXor, nil, g.moving(), g.t.Int(far))
	case 4:
		return g.emit(op.IntMul, nil, g.counter, g.t.Int(choose(g.r, []int64{2, -1, 3, math.MaxInt64/4 + 3, 1 << 60})))
	}
	return g.moving()
}

// moving is a number that is likely to be another one in each iteration.
func (g *generator) moving() trace.Ref {
	if g.r.Intn(2) == 0 {
		return g.counter
	}
	return g.pick(tInt)
}

// chainLimit is what a chain is measured by: the length of an array, or a number that is above the base now.
func (g *generator) chainLimit(base trace.Ref) trace.Ref {
	switch g.r.Intn(4) {
	case 0:
		return g.emit(op.ArrayLen, g.w.array("[]uint8"), g.pick(tBytes))
	case 1:
		return g.emit(op.ArrayLen, g.w.array("[]int"), g.pick(tInts))
	case 2:
		return g.emit(op.IntZext8, nil, g.moving())
	}
	now := int64(g.word(base))
	if now < 0 || now > math.MaxInt64/4-20 {
		now = 4
	}
	return g.t.Int(now + int64(g.r.Intn(8)))
}

// move goes one step on, most of the time from where the chain is, else anew from the base.
func (c *chain) move() {
	g := c.g
	by := int64(1 + g.r.Intn(3)/2)
	if c.forward == (g.r.Intn(8) == 0) {
		by = -by
	}
	if g.r.Intn(24) == 0 {
		by = choose(g.r, []int64{1 << 30, 1<<30 + 1, 1 << 41, math.MinInt64, math.MaxInt64, -1 << 31})
	}
	c.off += by
	switch g.r.Intn(3) {
	case 0:
		c.at = g.emit(op.IntAdd, nil, c.base, g.t.Int(c.off))
	case 1:
		c.at = g.emit(op.IntAdd, nil, c.at, g.t.Int(by))
	default:
		c.at = g.emit(op.IntSub, nil, c.at, g.t.Int(-by))
	}
	g.add(tInt, c.at)
}

// link tests the place where the chain is.
func (c *chain) link() {
	g := c.g
	now := int64(g.word(c.at))
	limit := choose(g.r, c.limits)
	if c.far && g.r.Intn(3) > 0 { // one step more and it may be at the other end
		code := op.IntGt
		if now < 0 {
			code = op.IntLt
		}
		c.compare(code, int64(g.r.Intn(8)-4))
		return
	}
	kind := c.kind
	if kind >= 10 {
		kind = g.r.Intn(10)
	}
	switch kind {
	case 0, 1:
		c.test(g.emit(op.UintLt, nil, c.at, limit))
	case 2:
		for _, limit := range c.limits {
			c.test(g.emit(op.UintLt, nil, c.at, limit))
		}
	case 3:
		if uint64(now) < g.word(limit) {
			g.emit(op.CheckIndex, nil, c.at, limit)
		}
	case 4:
		c.test(g.emit(choose(g.r, []op.Code{op.IntIsTrue, op.IntIsZero}), nil, c.at))
	case 5:
		c.test(g.emit(op.IntLt, nil, c.at, limit))
	case 6: // a limit that has room for some iterations, on either side
		c.compare(choose(g.r, compares[2:6]), now+int64(g.r.Intn(13)-6))
	case 7:
		c.compare(choose(g.r, compares[2:6]), choose(g.r, []int64{0, 1, 2, -1, 3, math.MaxInt64 - 1, math.MinInt64 + 2}))
	default:
		// stepping: what is asked for at each place is the same number
		if c.forward {
			c.compare(op.IntLt, int64(g.word(c.base))+8)
		} else {
			c.compare(op.IntGt, 0)
		}
	}
}

func (c *chain) compare(code op.Code, with int64) {
	args := []trace.Ref{c.at, c.g.t.Int(with)}
	if c.g.r.Intn(4) == 0 {
		code = op.Swapped(code)
		args[0], args[1] = args[1], args[0]
	}
	c.test(c.g.emit(code, nil, args...))
}

// test guards a truth value, nearly always.
func (c *chain) test(v trace.Ref) {
	code := op.GuardFalse
	if c.g.word(v) != 0 {
		code = op.GuardTrue
	}
	if c.g.r.Intn(12) > 0 {
		c.g.guard(code, v)
	}
}

// leave uses the place: as an index, as contents of a field that the next iteration starts from.
func (c *chain) leave() {
	g := c.g
	if c.box != trace.None && g.r.Intn(3) > 0 {
		g.emit(op.SetField, g.w.field("Box.val"), c.box, c.at)
		return
	}
	switch g.r.Intn(4) {
	case 0:
		g.emit(op.SetField, g.w.field("Box.val"), g.pick(tBox), c.at)
	case 1:
		g.emit(op.SetField, g.w.field("Frame.sum"), g.pick(tFrame), c.at)
	case 2:
		p := g.pick(tInts)
		if n := g.emit(op.ArrayLen, g.w.array("[]int"), p); g.word(c.at) < g.word(n) {
			g.emit(op.CheckIndex, nil, c.at, n)
			g.emit(op.SetArrayItem, g.w.array("[]int"), p, c.at, g.pick(tInt))
		}
	default:
		g.add(tInt, c.at)
	}
}

// farNumber is now and then a number close to the ends.
func (g *generator) farNumber(w *world, box uint64) {
	if g.r.Intn(6) == 0 {
		far := choose(g.r, []int64{math.MaxInt64 - 3, math.MaxInt64, math.MinInt64 + 2, 1<<40 - 2, math.MaxInt64/4 - 1})
		exec.StoreField(box, w.field("Box.val"), uint64(far))
	}
}
