package amd64

import (
	"errors"
	"fmt"

	"kiln/gc/mem"
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// compiler holds the state of compiling one trace, and its buffers between traces.
type compiler struct {
	b    *Backend
	a    asm.Asm
	ra   regalloc.Allocator
	tr   *trace.Trace
	loop *backend.Loop
	err  error

	pos      int       // index of the operation being compiled
	o        *trace.Op // that operation
	plan     plan
	banks    []regalloc.Bank
	piece    *piece
	sites    []*site
	fixes    []siteFix
	stubs    []stub
	guards   []guardFix
	exit     *guardExit // of the last guard
	labels   []labelFix
	refLits  map[trace.Ref]int // literal number by constant
	valid    []int             // offsets of the displacements of guards guard_not_invalidated
	from     *piece            // of the guard that a bridge is for
	zero     zeroFlag
	failed   []trace.Ref // buffer of failArgs
	frameFix []int       // offsets of displacements that hold minus the frame size
}

// siteFix is what a site needs once the code has an address.
type siteFix struct {
	site   *site
	resume asm.Label // or noLabel
}

const noLabel asm.Label = -1

// stub is out-of-line code of a dump exit.
type stub struct {
	label asm.Label
	site  *site
	warm  func() // or other code of the slow path of an operation
}

type guardFix struct {
	guard   *trace.Guard
	site    *site
	patches []int // offsets of displacements
}

type labelFix struct {
	target *trace.Target
	label  asm.Label
	body   asm.Label // behind its poll
	locs   []loc
}

// RejectError says that a trace cannot be compiled, and why.
type RejectError struct {
	Trace  string
	Pos    int
	Op     op.Code
	Reason string
}

func (e *RejectError) Error() string {
	return fmt.Sprintf("amd64: %s: operation %d (%v): %s", e.Trace, e.Pos, e.Op, e.Reason)
}

func (c *compiler) reject(format string, args ...any) {
	if c.err == nil {
		c.err = &RejectError{c.tr.Name, c.pos, c.o.Code, fmt.Sprintf(format, args...)}
	}
}

func (c *compiler) reset(b *Backend, loop *backend.Loop, t *trace.Trace) {
	c.b, c.loop, c.tr, c.err = b, loop, t, nil
	c.a.Reset()
	c.sites, c.fixes, c.stubs, c.guards, c.labels = nil, c.fixes[:0], c.stubs[:0], c.guards[:0], c.labels[:0]
	c.frameFix = c.frameFix[:0]
	c.valid, c.exit, c.zero = c.valid[:0], nil, zeroFlag{}
	if c.refLits == nil {
		c.refLits = map[trace.Ref]int{}
	}
	clear(c.refLits)
	c.piece = &piece{name: t.Name}
	c.banks = c.banks[:0]
	for _, k := range t.Kinds {
		bank := regalloc.GPR
		if k == op.Float {
			bank = regalloc.XMM
		}
		c.banks = append(c.banks, bank)
	}
	c.ra.Reset(regalloc.Config{Order: order}, c.banks, len(t.Ops), c)
	c.plan.make(c)
	c.ra.Seal()
}

// loopTrace compiles a loop.
//
//	call:    makes a frame for calls from machine code
//	entry:   switch to the machine stack done by stubs.enter; arguments are in slots 0..n-1
//	         moves to the places of the first label
//	label:   poll; body; jump
//	stubs
//	literals
func (c *compiler) loopTrace(b *Backend, loop *backend.Loop, t *trace.Trace) error {
	if len(t.Ops) == 0 || t.Ops[0].Code != op.Label {
		return fmt.Errorf("amd64: loop %s does not start with a label", t.Name)
	}
	c.reset(b, loop, t)
	c.emitCallEntry()
	entry := c.a.Len()
	args := values(t.Ops[0].Args)
	c.ra.Reserve(len(args))
	c.ra.PlaceArgs(args, 3)
	src := make([]loc, len(args))
	dst := make([]loc, len(args))
	for i, v := range args {
		if v < 0 {
			return fmt.Errorf("amd64: loop %s: argument %d of the first label is a constant", t.Name, i)
		}
		src[i] = regalloc.SlotLoc(i)
		if c.plan.last(v) > 0 {
			dst[i] = c.ra.Where(v)
		}
	}
	c.ra.Jump(dst, src, spare)
	return c.finish(func(p *piece) {
		ls := &loopState{main: p, entry: p.base + uintptr(entry), call: p.base, pieces: []*piece{p}}
		loop.State = ls
		b.loops = append(b.loops, ls)
		if loop.Entry == nil {
			loop.Entry, _ = t.Ops[0].Descr.(*trace.Target)
		}
		if loop.Kinds == nil {
			for _, a := range t.Ops[0].Args {
				loop.Kinds = append(loop.Kinds, t.Kind(a))
			}
		}
	})
}

// bridgeTrace compiles a bridge: its inputs are where the guard's fail arguments are.
func (c *compiler) bridgeTrace(b *Backend, gs *guardState, loop *backend.Loop, t *trace.Trace) error {
	if len(t.Inputs) != len(gs.site.places) {
		return fmt.Errorf("amd64: bridge %s has %d inputs, its guard %d fail arguments", t.Name, len(t.Inputs), len(gs.site.places))
	}
	c.reset(b, loop, t)
	c.frameFix = append(c.frameFix, c.leaRSP(0))
	c.from = gs.piece
	c.placeInputs(gs.site.places)
	return c.finish(func(p *piece) {
		if ls, ok := loop.State.(*loopState); ok {
			ls.pieces = append(ls.pieces, p)
			if ls.invalid {
				b.invalidate(p)
			}
		}
		gs.bridge = p.base
		gs.piece.reaches = append(gs.piece.reaches, p)
		for _, at := range gs.patches {
			b.code.Patch32(at, uint32(int64(p.base)-int64(at)-4))
		}
	})
}

// reaches notes that the code being made needs piece p.
func (c *compiler) reaches(p *piece) { c.piece.reaches = append(c.piece.reaches, p) }

// placeInputs gives the inputs of a bridge their places. Where two inputs come from one place, and for
// constants, all but the first are moved.
func (c *compiler) placeInputs(places []place) {
	var dst, src []loc
	var late []int
	for i, in := range c.tr.Inputs {
		if c.plan.last(int32(in)) < 0 {
			continue
		}
		if places[i].add != 0 || !c.ra.Place(int32(in), places[i].loc) {
			late = append(late, i)
		}
	}
	for _, i := range late {
		to := c.ra.PlaceAnywhere(int32(c.tr.Inputs[i]))
		if !places[i].loc.IsConst() {
			dst, src = append(dst, to), append(src, places[i].loc)
		}
	}
	c.ra.Jump(dst, src, spare)
	for _, i := range late {
		to := c.ra.Where(int32(c.tr.Inputs[i]))
		if p := places[i]; p.loc.IsConst() {
			c.loadPlace(to, p)
		} else if p.add != 0 {
			c.addTo(to, p.add)
		}
	}
}

// loadPlace loads a constant fail argument. The literal of a reference is in another piece, at an
// address that never changes, and is kept up to date there.
func (c *compiler) loadPlace(to loc, p place) {
	if to.IsReg() && to.Bank() == regalloc.GPR && p.lit == 0 {
		c.a.MovImm(asm.Reg(to.Reg()), int64(p.bits))
		return
	}
	m := c.a.Lit(p.bits)
	if p.lit != 0 {
		c.reaches(c.from)
		c.a.MovImm(scratch, int64(p.lit))
		m = asm.At(scratch, 0)
	}
	switch {
	case to.IsSlot():
		c.a.RM(asm.Mov, scratch, m)
		c.a.RM(asm.MovStore, scratch, slotMem(to))
	case to.Bank() == regalloc.XMM:
		c.a.RM(asm.Movsd, asm.Reg(to.Reg()), m)
	default:
		c.a.RM(asm.Mov, asm.Reg(to.Reg()), m)
	}
}

// finish compiles the operations, links the piece and publishes it; then done is called.
func (c *compiler) finish(done func(*piece)) error {
	if err := c.operations(); err != nil {
		return err
	}
	for i := 0; i < len(c.stubs); i++ {
		c.emitStub(&c.stubs[i])
	}
	p := c.piece
	p.frame = frameSize(c.ra.NumSlots())
	if p.frame > maxFrame {
		return fmt.Errorf("amd64: %s: frame of %d bytes is too large", c.tr.Name, p.frame)
	}
	for _, at := range c.frameFix {
		putInt32(c.a.Code[at:], -p.frame)
	}
	base, err := c.b.install(&c.a)
	if err != nil {
		return err
	}
	p.base, p.size = base, c.a.Size()
	c.publish(done)
	c.log()
	return nil
}

// publish sets everything that needs addresses.
func (c *compiler) publish(done func(*piece)) {
	p := c.piece
	for ref, lit := range c.refLits {
		at := c.b.code.Writable(p.base + uintptr(c.a.LitOffset(lit)))
		// The collector may not have run since the trace was made, but the pool is what it updates.
		*(*uint64)(mem.Ptr(at)) = c.tr.Consts.Get(ref).Bits
		p.refs = append(p.refs, at)
	}
	p.sites = c.sites
	for _, f := range c.fixes {
		f.site.piece = p
		if f.resume != noLabel {
			f.site.resume = p.base + uintptr(c.a.Offset(f.resume))
		}
		for i := range f.site.places {
			pl := &f.site.places[i]
			if lit, ok := c.refLits[trace.Ref(pl.loc)]; ok && pl.loc.IsConst() {
				pl.lit = c.b.code.Writable(p.base + uintptr(c.a.LitOffset(lit)))
			}
		}
	}
	for _, l := range c.labels {
		l.target.State = &targetState{p, p.base + uintptr(c.a.Offset(l.label)), l.locs}
	}
	for _, g := range c.guards {
		gs := &guardState{site: g.site, piece: p}
		for _, at := range g.patches {
			gs.patches = append(gs.patches, p.base+uintptr(at))
		}
		g.guard.State = gs
	}
	for _, at := range c.valid {
		p.valid = append(p.valid, p.base+uintptr(at))
	}
	c.b.addSites(c.sites)
	c.b.pieces = append(c.b.pieces, p)
	if len(p.refs) > 0 {
		c.b.young = append(c.b.young, p)
	}
	done(p)
}

func (c *compiler) operations() error {
	for i := range c.tr.Ops {
		c.pos, c.o = i, &c.tr.Ops[i]
		if c.plan.deferred[i] {
			continue
		}
		c.piece.pcs = append(c.piece.pcs, pcEntry{int32(c.a.Len()), int32(i), c.o.Code, c.o.Pos})
		c.ra.At(i)
		f := emitters[c.o.Code]
		if f == nil {
			c.reject("not supported in machine code")
		} else {
			f(c)
		}
		if c.err != nil {
			return c.err
		}
		c.ra.Done()
	}
	if n := len(c.tr.Ops); n == 0 || !c.tr.Ops[n-1].Code.Has(op.Ends) {
		return errors.New("amd64: " + c.tr.Name + " does not end with a jump or finish")
	}
	return nil
}

// log writes addresses and instructions of the piece, under the operations they were made for.
func (c *compiler) log() {
	if c.b.opts.Log == nil {
		return
	}
	p := c.piece
	c.b.opts.Log("machine code of %s at %#x, %d bytes, frame %d", p.name, p.base, p.size, p.frame)
	next := 0
	for _, l := range asm.Disassemble(c.a.Code) {
		for ; next < len(p.pcs) && int(p.pcs[next].Offset) <= l.Offset; next++ {
			c.b.opts.Log("%v", c.tr.Ops[p.pcs[next].Op].Code)
		}
		c.b.opts.Log("%6x  %-22x %s", l.Offset, l.Bytes, l.Text)
	}
}

// values are operands as allocator values: -1 for constants.
func values(refs []trace.Ref) []regalloc.Value {
	out := make([]regalloc.Value, len(refs))
	for i, r := range refs {
		out[i] = -1
		if r >= 0 {
			out[i] = int32(r)
		}
	}
	return out
}

func putInt32(b []byte, v int32) {
	b[0], b[1], b[2], b[3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
}
