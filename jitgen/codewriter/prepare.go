package codewriter

import (
	"fmt"
	"math/bits"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// function is one graph on its way to jitcode. The graph itself is never changed: emit translates it
// too.
type function struct {
	f *flow.Func
	// recovers: checks resume as guards, see descr.Program.Recovers.
	recovers bool
	// forces: behind calls that may force there may be a guard, see descr.Program.Force.
	forces bool

	g     *flow.Graph
	order []*flow.Block
	// alias maps results of operations that do nothing in jitcode to what they are.
	alias map[*flow.Value]*flow.Value
	// skip holds operations that produce no instruction: fused comparisons, dead pure operations.
	skip map[*flow.Op]bool
	// fused is the comparison done by the branch at the end of a block.
	fused map[*flow.Block]*flow.Op

	values  []*flow.Value // by id
	liveIn  []bitset      // by block id; own parameters excluded
	liveOut []bitset
	reg     []int // by value id: register in its bank, -1 if none
	numRegs [4]int
}

type bitset []uint64

func (s bitset) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s bitset) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s bitset) del(i int)      { s[i/64] &^= 1 << (i % 64) }

func (s bitset) each(visit func(i int)) {
	for w, b := range s {
		for ; b != 0; b &= b - 1 {
			visit(w*64 + bits.TrailingZeros64(b))
		}
	}
}

func prepare(f *flow.Func) (*function, error) {
	p := &function{
		f: f, g: f.Graph, order: flow.ReversePostorder(f.Graph),
		alias: map[*flow.Value]*flow.Value{}, skip: map[*flow.Op]bool{}, fused: map[*flow.Block]*flow.Op{},
	}
	p.values = make([]*flow.Value, p.g.NumValues())
	for _, b := range p.order {
		for _, v := range b.Params {
			p.values[v.ID] = v
		}
		for _, o := range b.Ops {
			if err := p.checkOp(o); err != nil {
				return nil, err
			}
			for _, v := range o.Results {
				p.values[v.ID] = v
			}
			p.findAlias(o)
		}
	}
	p.dropAndFuse()
	p.liveness()
	return p, p.checkMergePoints()
}

func (p *function) checkOp(o *flow.Op) error {
	switch o.Code {
	case flow.Call, flow.CallIndirect, flow.MergePoint, flow.CanEnterJit:
		return nil
	}
	if int(o.Code) < op.NumOps() && !o.Code.Has(op.TraceOnly) && !o.Code.Has(op.Barrier) && !o.Code.Has(op.Call) {
		return nil
	}
	return fmt.Errorf("%s: %s: operation %d cannot become jitcode: lowering has left it over (please report)", o.Pos, p.f.Name, o.Code)
}

func (p *function) findAlias(o *flow.Op) {
	switch o.Code {
	case op.SameAsI, op.SameAsR, op.SameAsF:
		p.alias[o.Results[0]] = o.Args[0]
	case flow.CanEnterJit:
		for i, v := range o.Results {
			p.alias[v] = o.Args[i]
		}
	}
}

// val follows aliases.
func (p *function) val(v *flow.Value) *flow.Value {
	for {
		a, ok := p.alias[v]
		if !ok {
			return v
		}
		v = a
	}
}

// uses are the values an operation reads in jitcode.
func (p *function) uses(o *flow.Op, visit func(v *flow.Value)) {
	switch o.Code {
	case flow.CanEnterJit, op.SameAsI, op.SameAsR, op.SameAsF:
		return
	}
	for _, a := range o.Args {
		p.use(a, visit)
	}
}

func (p *function) use(v *flow.Value, visit func(v *flow.Value)) {
	if v == nil {
		return
	}
	if v = p.val(v); v.Const == nil {
		visit(v)
	}
}

// termUses are the values read by a block's terminator and by its edges.
func (p *function) termUses(b *flow.Block, visit func(v *flow.Value)) {
	if cmp := p.fused[b]; cmp != nil {
		for _, a := range cmp.Args {
			p.use(a, visit)
		}
	} else {
		for _, a := range b.Args {
			p.use(a, visit)
		}
	}
	for i := range b.Succs {
		for _, a := range b.Succs[i].Args {
			p.use(a, visit)
		}
	}
}

// dropAndFuse removes pure operations without uses, and hands a comparison whose only use is the
// branch that ends its block to that branch. Counting starts from all uses, so it goes backward
// through the blocks: dropping an operation lets those before it die too.
func (p *function) dropAndFuse() {
	count := make([]int, p.g.NumValues())
	inc := func(v *flow.Value) { count[v.ID]++ }
	for _, b := range p.order {
		for _, o := range b.Ops {
			p.uses(o, inc)
		}
		p.termUses(b, inc)
	}
	for i := len(p.order) - 1; i >= 0; i-- {
		b := p.order[i]
		if b.Term == flow.Branch {
			p.fuse(b, count)
		}
		for j := len(b.Ops) - 1; j >= 0; j-- {
			o := b.Ops[j]
			if droppable(o.Code) && count[o.Results[0].ID] == 0 {
				p.skip[o] = true
				p.uses(o, func(v *flow.Value) { count[v.ID]-- })
			}
		}
	}
}

func (p *function) fuse(b *flow.Block, count []int) {
	cond := p.val(b.Args[0])
	if cond.Const != nil || count[cond.ID] != 1 {
		return
	}
	for _, o := range b.Ops {
		if len(o.Results) == 1 && o.Results[0] == cond && o.Code.Has(op.Compare) {
			p.fused[b] = o
			p.skip[o] = true
			return
		}
	}
}

// droppable operations have no effect but their one result.
func droppable(c op.Code) bool {
	if c >= op.FirstPrivate || c.Info().Result == op.Void {
		return false
	}
	switch c {
	case op.IsConstantI, op.IsConstantR, op.IsConstantF, op.IsVirtual, op.WeAreJitted:
		return true
	}
	return c.Has(op.Pure) || c.Has(op.ReadsHeap) && !c.Has(op.WritesHeap)
}

// liveness computes live-in and live-out sets by backward data flow.
func (p *function) liveness() {
	words := (p.g.NumValues() + 63) / 64
	p.liveIn, p.liveOut = make([]bitset, p.g.NumBlocks()), make([]bitset, p.g.NumBlocks())
	for _, b := range p.order {
		p.liveIn[b.ID], p.liveOut[b.ID] = make(bitset, words), make(bitset, words)
	}
	now := make(bitset, words)
	for changed := true; changed; {
		changed = false
		for i := len(p.order) - 1; i >= 0; i-- {
			changed = p.flowBack(p.order[i], now) || changed
		}
	}
}

func (p *function) flowBack(b *flow.Block, now bitset) (changed bool) {
	out, in := p.liveOut[b.ID], p.liveIn[b.ID]
	for i := range b.Succs {
		for w, x := range p.liveIn[b.Succs[i].To.ID] {
			out[w] |= x
		}
	}
	copy(now, out)
	add := func(v *flow.Value) { now.add(v.ID) }
	p.termUses(b, add)
	for i := len(b.Ops) - 1; i >= 0; i-- {
		o := b.Ops[i]
		for _, v := range o.Results {
			now.del(v.ID)
		}
		if !p.skip[o] {
			p.uses(o, add)
		}
	}
	for _, v := range b.Params {
		now.del(v.ID)
	}
	for w := range now {
		if in[w] != now[w] {
			in[w] = now[w]
			changed = true
		}
	}
	return changed
}

// checkMergePoints holds the contract of the portal pass: nothing but greens and reds is live at a
// merge point. Traces start there with those only.
func (p *function) checkMergePoints() error {
	for _, b := range p.order {
		for i, o := range b.Ops {
			if o.Code != flow.MergePoint {
				continue
			}
			given := map[*flow.Value]bool{}
			p.uses(o, func(v *flow.Value) { given[v] = true })
			var lost *flow.Value
			p.liveIn[b.ID].each(func(id int) {
				if !given[p.values[id]] {
					lost = p.values[id]
				}
			})
			if lost != nil || i != 0 {
				return fmt.Errorf("%s: %s: merge point misses a live variable %q (please report)", o.Pos, p.f.Name, nameOf(lost))
			}
		}
	}
	return nil
}

func nameOf(v *flow.Value) string {
	if v == nil {
		return ""
	}
	return v.Name
}
