package codewriter

import (
	"kiln/jitgen/jitcode"
	"kiln/translator/flow"
)

// Register allocation: greedy colouring of SSA values in reverse postorder. A value's definition
// dominates its uses and reverse postorder visits dominators first, so when a value is defined all
// values live there have their registers; taking any free one is correct, and (interference graphs of
// SSA form being chordal) uses no more registers than values live at once. Moves on edges then bring
// arguments into parameters; hints make source and destination agree where they can.

// walk visits the operations of a block in order with the set of values live before each. visit is
// called with i == len(b.Ops) for the terminator. Dead values leave the set behind their last use. last is
// lastUses of the block.
func (p *function) walk(b *flow.Block, last map[int]int, enter func(live bitset), visit func(i int, live bitset, dies []int)) {
	live := append(bitset(nil), p.liveIn[b.ID]...)
	for _, v := range b.Params {
		if p.liveParam(b, v, last) {
			live.add(v.ID)
		}
	}
	enter(live)
	dies := map[int][]int{}
	live.each(func(id int) {
		if n, ok := last[id]; ok {
			dies[n] = append(dies[n], id)
		}
	})
	for i, o := range b.Ops {
		visit(i, live, dies[i])
		for _, id := range dies[i] {
			live.del(id)
		}
		if p.skip[o] {
			continue
		}
		for _, v := range o.Results {
			if p.alias[v] != nil {
				continue
			}
			n, used := last[v.ID]
			if used && n < stays {
				dies[n] = append(dies[n], v.ID)
			}
			if used {
				live.add(v.ID)
			}
		}
	}
	visit(len(b.Ops), live, nil)
}

// stays marks values that are live behind the block.
const stays = 1 << 30

// lastUses maps the values used in a block or live behind it to the index of the operation of the last use.
func (p *function) lastUses(b *flow.Block) map[int]int {
	last := map[int]int{}
	p.liveOut[b.ID].each(func(id int) { last[id] = stays })
	p.termUses(b, func(v *flow.Value) { last[v.ID] = stays })
	for i := len(b.Ops) - 1; i >= 0; i-- {
		if p.skip[b.Ops[i]] {
			continue
		}
		p.uses(b.Ops[i], func(v *flow.Value) {
			if _, ok := last[v.ID]; !ok {
				last[v.ID] = i
			}
		})
	}
	return last
}

func (p *function) liveParam(b *flow.Block, v *flow.Value, last map[int]int) bool {
	_, used := last[v.ID]
	return used || b == p.g.Entry()
}

type allocator struct {
	*function
	busy  [4][]bool
	hints map[int][]*flow.Value // value id -> values it would like to share a register with
}

// allocate gives every value that needs one a register.
func (p *function) allocate() {
	p.reg = make([]int, p.g.NumValues())
	for i := range p.reg {
		p.reg[i] = -1
	}
	a := &allocator{function: p, hints: map[int][]*flow.Value{}}
	for _, b := range p.order {
		for i := range b.Succs {
			e := &b.Succs[i]
			for n, v := range e.Args {
				if v = p.val(v); v.Const == nil {
					param := e.To.Params[n]
					a.hints[v.ID] = append(a.hints[v.ID], param)
					a.hints[param.ID] = append(a.hints[param.ID], v)
				}
			}
		}
	}
	for _, b := range p.order {
		a.block(b)
	}
}

func (a *allocator) block(b *flow.Block) {
	last := a.lastUses(b)
	enter := func(live bitset) {
		for k := range a.busy {
			clear(a.busy[k])
		}
		a.liveIn[b.ID].each(func(id int) { a.take(a.values[id], a.reg[id]) })
		if b == a.g.Entry() {
			for _, v := range b.Params {
				a.assign(v, nil)
			}
			return
		}
		for _, v := range b.Params {
			if live.has(v.ID) {
				a.assign(v, a.hints[v.ID])
			}
		}
	}
	visit := func(i int, live bitset, dies []int) {
		for _, id := range dies {
			a.busy[a.values[id].Kind][a.reg[id]] = false
		}
		if i == len(b.Ops) || a.skip[b.Ops[i]] {
			return
		}
		o := b.Ops[i]
		var unused []*flow.Value
		for _, v := range o.Results {
			if a.alias[v] != nil {
				continue
			}
			if _, used := last[v.ID]; !used {
				if o.Code >= flow.Call {
					continue // destination dropped
				}
				unused = append(unused, v)
			}
			a.assign(v, a.hints[v.ID])
		}
		for _, v := range unused {
			a.busy[v.Kind][a.reg[v.ID]] = false
		}
	}
	a.walk(b, last, enter, visit)
}

// assign takes a register for v: that of a hint if it is free, else the lowest free one.
func (a *allocator) assign(v *flow.Value, hints []*flow.Value) {
	busy := a.busy[v.Kind]
	for _, h := range hints {
		if r := a.reg[h.ID]; r >= 0 && (r >= len(busy) || !busy[r]) {
			a.take(v, r)
			return
		}
	}
	r := 0
	for r < len(busy) && busy[r] {
		r++
	}
	a.take(v, r)
}

func (a *allocator) take(v *flow.Value, r int) {
	for len(a.busy[v.Kind]) <= r {
		a.busy[v.Kind] = append(a.busy[v.Kind], false)
	}
	a.busy[v.Kind][r] = true
	a.reg[v.ID] = r
	a.numRegs[v.Kind] = max(a.numRegs[v.Kind], r+1)
}

// operand is the assembler's operand of a value.
func (p *function) operand(v *flow.Value) jitcode.Operand {
	v = p.val(v)
	if c := v.Const; c != nil {
		if c.Prebuilt != nil {
			return jitcode.ConstRef(int32(c.Prebuilt.Index) + 1)
		}
		if v.Kind == refKind {
			return jitcode.ConstRef(0)
		}
		return jitcode.Const(v.Kind, c.Bits)
	}
	if p.reg[v.ID] < 0 {
		return jitcode.Reg(v.Kind, jitcode.NoReg)
	}
	return jitcode.Reg(v.Kind, p.reg[v.ID])
}
