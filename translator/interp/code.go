package interp

import (
	"fmt"
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// code is a graph in executable form. A frame of it has a word for each value id, and after them one for
// each distinct constant.
type code struct {
	fn      *flow.Func
	blocks  []block
	params  []int32 // of the entry
	words   int
	values  int
	consts  []uint64 // initial words from values on; references among them are immortal
	refs    []int32  // the words that hold references which may move
	results []op.Kind
	host    func(m *Machine, args []uint64) []uint64 // host functions: instead of blocks
}

type block struct {
	ops   []instruction
	term  flow.TermKind
	trap  flow.Trap
	aux   any
	args  []int32 // of the terminator
	succs []edge
	// Switches: the successor by case. Where cases lie close together, table holds those from low on.
	cases map[int64]int
	low   int64
	table []int32
}

// choose is the successor of a switch on v.
func (b *block) choose(v int64) int {
	if i := uint64(v - b.low); i < uint64(len(b.table)) {
		return int(b.table[i])
	}
	if i, ok := b.cases[v]; ok {
		return i
	}
	return len(b.succs) - 1
}

// fillTable makes the table if that is worth it.
func (b *block) fillTable(cases []int64) {
	if len(cases) == 0 {
		return
	}
	low, high := slices.Min(cases), slices.Max(cases)
	if n := uint64(high-low) + 1; n-1 < uint64(4*len(cases)) { // n is 0 if the range is all there is
		b.low, b.table = low, make([]int32, n)
		for i := range b.table {
			b.table[i] = int32(len(b.succs) - 1)
			if s, ok := b.cases[low+int64(i)]; ok {
				b.table[i] = int32(s)
			}
		}
	}
}

type edge struct {
	to       int
	from, at []int32 // parallel moves
}

type action uint8

const (
	doExec action = iota
	doCall
	doCallIndirect
	doEnterJit
	doEnterPortal
	doResumePortal
	doNothing // merge points: only the JIT sees them
)

type instruction struct {
	action action
	f      exec.Func
	d      descr.Descr
	args   []int32
	res    []int32
	callee int
	driver *descr.Driver
}

// code translates a function when it is called first.
func (m *Machine) code(index int) *code {
	if c := m.codes[index]; c != nil {
		return c
	}
	fn := m.Prog.Funcs[index]
	c := &code{fn: fn}
	switch {
	case fn.Host:
		c.host = m.hostFunction(fn)
	case fn.Runtime != "":
		c.host = m.runtimeFunction(fn)
	case fn.Graph == nil:
		panic(fmt.Sprintf("interp: %s has neither a graph nor a host function", fn.Name))
	default:
		b := &builder{m: m, c: c, index: map[*flow.Block]int{}, consts: map[constant]int32{}}
		b.graph(fn.Graph)
	}
	m.codes[index] = c
	return c
}

type constant struct {
	bits     uint64
	prebuilt *descr.Prebuilt
}

type builder struct {
	m      *Machine
	c      *code
	index  map[*flow.Block]int
	consts map[constant]int32
	kinds  map[int32]op.Kind
}

func (b *builder) graph(g *flow.Graph) {
	b.c.values = g.NumValues()
	b.c.results = g.Results
	for i, blk := range g.Blocks {
		b.index[blk] = i
	}
	isRef := make([]bool, b.c.values)
	note := func(vs []*flow.Value) {
		for _, v := range vs {
			isRef[v.ID] = isRef[v.ID] || v.Kind == op.Ref
		}
	}
	for _, blk := range g.Blocks {
		note(blk.Params)
		for _, o := range blk.Ops {
			note(o.Results)
		}
	}
	for id, is := range isRef {
		if is {
			b.c.refs = append(b.c.refs, int32(id))
		}
	}
	b.c.params = b.operands(g.Entry().Params)
	b.c.blocks = make([]block, len(g.Blocks))
	for i, blk := range g.Blocks {
		b.block(&b.c.blocks[i], blk)
	}
	b.c.words = b.c.values + len(b.c.consts)
}

func (b *builder) block(out *block, in *flow.Block) {
	for _, o := range in.Ops {
		out.ops = append(out.ops, b.operation(o))
	}
	out.term, out.trap, out.aux, out.args = in.Term, in.Trap, in.Aux, b.operands(in.Args)
	for _, s := range in.Succs {
		out.succs = append(out.succs, edge{b.index[s.To], b.operands(s.Args), b.operands(s.To.Params)})
	}
	if in.Term == flow.Switch {
		out.cases = make(map[int64]int, len(in.Cases))
		for i := len(in.Cases) - 1; i >= 0; i-- {
			out.cases[in.Cases[i]] = i
		}
		out.fillTable(in.Cases)
	}
}

// orElse is the operation of flow.OrElse, which graphs have that are prepared for emission.
func orElse(_ *exec.Machine, _ descr.Descr, args []uint64) uint64 {
	if args[0] != 0 {
		return args[0]
	}
	return args[1]
}

func (b *builder) operation(o *flow.Op) instruction {
	in := instruction{d: o.Descr, args: b.operands(o.Args), res: b.operands(o.Results)}
	switch o.Code {
	case flow.Call:
		in.action, in.callee = doCall, o.Aux.(*flow.Func).Index
	case flow.CallIndirect:
		in.action = doCallIndirect
	case flow.MergePoint:
		in.action = doNothing
	case flow.OrElse:
		in.f = orElse
	case flow.CanEnterJit:
		in.action, in.driver = doEnterJit, o.Aux.(*flow.Driver).Desc
	case flow.EnterPortal:
		in.action, in.driver = doEnterPortal, o.Aux.(*flow.Driver).Desc
	case flow.ResumePortal:
		in.action, in.driver = doResumePortal, o.Aux.(*flow.Driver).Desc
	default:
		if int(o.Code) >= op.NumOps() {
			panic(fmt.Sprintf("interp: %s holds %s, which is not a low-level operation", b.c.fn.Name, flow.OpName(o.Code)))
		}
		in.f = exec.Lookup(o.Code)
	}
	return in
}

func (b *builder) operands(vs []*flow.Value) []int32 {
	at := make([]int32, len(vs))
	for i, v := range vs {
		at[i] = b.operand(v)
	}
	return at
}

func (b *builder) operand(v *flow.Value) int32 {
	if v.Const == nil {
		return int32(v.ID)
	}
	key := constant{v.Const.Bits, v.Const.Prebuilt}
	at, ok := b.consts[key]
	if !ok {
		at = int32(b.c.values + len(b.c.consts))
		b.consts[key] = at
		bits := key.bits
		if key.prebuilt != nil {
			bits = uint64(b.m.prebuilt(key.prebuilt.Index))
		}
		b.c.consts = append(b.c.consts, bits)
	}
	return at
}
