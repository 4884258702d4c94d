package codewriter

import (
	"fmt"

	"kiln/jitgen/descr"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

type emitter struct {
	*function
	a      *jitcode.Assembler
	labels []jitcode.Label // by block id
	stubs  []stub
}

// stub is the code of an edge with moves that is not the fall-through of its block.
type stub struct {
	label jitcode.Label
	edge  *flow.Edge
	pos   descr.Pos
}

func (p *function) emit(files *jitcode.FileTable) (*jitcode.JitCode, error) {
	var args []op.Kind
	for _, v := range p.g.Entry().Params {
		args = append(args, v.Kind)
	}
	e := &emitter{function: p, a: jitcode.NewAssembler(p.f.Index, p.f.Name, args, p.g.Results, files)}
	for k, n := range p.numRegs {
		e.a.SetRegs(op.Kind(k), n)
	}
	e.labels = make([]jitcode.Label, p.g.NumBlocks())
	for _, b := range p.order {
		e.labels[b.ID] = e.a.NewLabel()
	}
	for i, b := range p.order {
		var next *flow.Block
		if i+1 < len(p.order) {
			next = p.order[i+1]
		}
		e.block(b, next)
	}
	for i := 0; i < len(e.stubs); i++ {
		s := e.stubs[i]
		e.a.Pos(s.pos)
		e.a.Bind(s.label)
		e.jump(s.edge, nil)
	}
	return e.a.Finish()
}

func (e *emitter) block(b *flow.Block, next *flow.Block) {
	e.a.Bind(e.labels[b.ID])
	behind := false // a call that may force
	e.walk(b, e.lastUses(b), func(bitset) {}, func(i int, live bitset, dies []int) {
		if behind {
			e.a.Live(e.regs(live))
			behind = false
		}
		if i == len(b.Ops) {
			e.a.Pos(b.Pos)
			e.term(b, next, live)
			return
		}
		if o := b.Ops[i]; !e.skip[o] {
			e.a.Pos(o.Pos)
			e.op(o, live, dies)
			behind = e.forces && mayForce(o)
		}
	})
}

// mayForce says whether an operation is a call that may force virtualizable objects.
func mayForce(o *flow.Op) bool {
	if o.Code != flow.Call && o.Code != flow.CallIndirect {
		return false
	}
	d, ok := o.Descr.(*descr.Call)
	return !ok || d.Effects.Forces || d.Effects.Arbitrary
}

// regs lists the registers of a set of values.
func (e *emitter) regs(live bitset) []jitcode.Operand {
	var out []jitcode.Operand
	live.each(func(id int) { out = append(out, e.operand(e.values[id])) })
	return out
}

func (e *emitter) operands(vs []*flow.Value) []jitcode.Operand {
	out := make([]jitcode.Operand, len(vs))
	for i, v := range vs {
		out[i] = e.operand(v)
	}
	return out
}

func (e *emitter) op(o *flow.Op, live bitset, dies []int) {
	switch o.Code {
	case op.SameAsI, op.SameAsR, op.SameAsF:
		return
	case flow.CanEnterJit:
		e.a.LoopHeader(o.Aux.(*flow.Driver).Index)
		return
	case flow.MergePoint:
		e.mergePoint(o, live)
		return
	case flow.Call, flow.CallIndirect:
		e.call(o, live, dies)
		return
	}
	if jitcode.InfoOf(o.Code).Resumes || e.recovers && o.Code.Has(op.Check) || readsQuasi(o) {
		e.a.Live(e.regs(live))
	}
	var result jitcode.Operand
	if len(o.Results) > 0 {
		result = e.operand(o.Results[0])
	}
	e.a.Op(o.Code, o.Descr, result, e.operands(o.Args)...)
}

// readsQuasi says whether an operation is a load of a quasi-immutable field, which may need a guard_not_invalidated.
func readsQuasi(o *flow.Op) bool {
	f, ok := o.Descr.(*descr.Field)
	return ok && f.Quasi && len(o.Results) > 0
}

func (e *emitter) mergePoint(o *flow.Op, live bitset) {
	d := o.Aux.(*flow.Driver)
	e.a.Live(e.regs(live))
	n := len(d.Desc.Greens)
	e.a.MergePoint(d.Index, e.operands(o.Args[:n]), e.operands(o.Args[n:]))
}

// call emits a call. Values that die at the call are live before it (an indirect call may resume
// there), not across it.
func (e *emitter) call(o *flow.Op, live bitset, dies []int) {
	across := append(bitset(nil), live...)
	for _, id := range dies {
		across.del(id)
	}
	d, ok := o.Descr.(*descr.Call)
	if !ok {
		d = o.Aux.(*flow.Func).Call // graphs in text form carry the function only
	}
	results := e.operands(o.Results)
	if o.Code == flow.Call {
		e.a.Across(e.regs(across))
		e.a.Call(nil, d, e.operands(o.Args), results)
		return
	}
	e.a.Live(e.regs(live))
	e.a.Across(e.regs(across))
	fn := e.operand(o.Args[0])
	e.a.Call(&fn, d, e.operands(o.Args[1:]), results)
}

func (e *emitter) term(b *flow.Block, next *flow.Block, live bitset) {
	switch b.Term {
	case flow.Jump:
		e.jump(&b.Succs[0], next)
	case flow.Branch:
		e.branch(b, next, live)
	case flow.Switch:
		targets := make([]jitcode.Label, len(b.Cases))
		for i := range b.Cases {
			targets[i] = e.target(&b.Succs[i], b.Pos)
		}
		def := e.target(&b.Succs[len(b.Succs)-1], b.Pos)
		e.a.Live(e.regs(live))
		e.a.Switch(e.operand(b.Args[0]), b.Cases, targets, def)
	case flow.Return:
		e.a.Return(e.operands(b.Args))
	case flow.Panic:
		value := jitcode.Reg(op.Ref, jitcode.NoReg)
		if len(b.Args) > 0 {
			value = e.operand(b.Args[0])
		}
		e.a.Panic(int(b.Trap), value, text(b.Aux))
	}
}

func text(aux any) string {
	if aux == nil {
		return ""
	}
	return fmt.Sprint(aux)
}

func (e *emitter) branch(b *flow.Block, next *flow.Block, live bitset) {
	no := e.target(&b.Succs[1], b.Pos)
	if cmp := e.fused[b]; cmp != nil {
		e.a.Live(e.regs(live))
		e.a.GotoIfNotCmp(cmp.Code, e.operands(cmp.Args), no)
	} else {
		e.a.Live(e.regs(live))
		e.a.GotoIfNot(e.operand(b.Args[0]), no)
	}
	e.jump(&b.Succs[0], next)
}

// jump does the moves of an edge and goes to its block, unless that comes next anyway.
func (e *emitter) jump(edge *flow.Edge, next *flow.Block) {
	scratch := func(k op.Kind) jitcode.Operand { return jitcode.Reg(k, e.numRegs[k]) }
	for _, m := range sequence(e.edgeMoves(edge), scratch) {
		e.a.Move(m.dst, m.src)
	}
	if edge.To != next {
		e.a.Goto(e.labels[edge.To.ID])
	}
}

// target is the label of an edge: that of its block, or of a stub with the edge's moves.
func (e *emitter) target(edge *flow.Edge, pos descr.Pos) jitcode.Label {
	if len(e.edgeMoves(edge)) == 0 {
		return e.labels[edge.To.ID]
	}
	s := stub{e.a.NewLabel(), edge, pos}
	e.stubs = append(e.stubs, s)
	return s.label
}
