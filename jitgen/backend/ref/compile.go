package ref

import (
	"fmt"

	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// code is one translated trace. Its environment has a word for each value, and after them one for each constant.
type code struct {
	name   string
	ops    []instruction
	inputs []int32
	words  int
	kinds  []op.Kind // of the words
	refs   []int32   // the words that hold references
	// values is the number of values; constants[i] is the initial word values+i.
	values    int
	constants []uint64
	constRefs []int // the constants that are references
	loop      *loopState
}

// instruction is one operation with its operands as indices into the environment.
type instruction struct {
	code op.Code
	f    exec.Func // nil for guards and control
	d    descr.Descr
	args []int32
	res  int32 // -1 if there is none
	fail []int32
}

// compile translates a trace. It refuses what the verifier refuses: the oracle must not guess.
func (b *Backend) compile(t *trace.Trace, loop *loopState) (*code, error) {
	if err := trace.Verify(t); err != nil {
		return nil, err
	}
	c := &code{name: t.Name, values: len(t.Kinds), loop: loop}
	c.kinds = append(c.kinds, t.Kinds...)
	c.inputs = c.operands(t.Inputs)
	for i := range t.Consts.Len() {
		k := t.Consts.Get(trace.Ref(-i - 1))
		if k.Kind == op.Ref && k.Bits != 0 {
			c.constRefs = append(c.constRefs, i)
		}
		c.kinds = append(c.kinds, k.Kind)
		c.constants = append(c.constants, k.Bits)
	}
	c.words = c.values + len(c.constants)
	for i, k := range t.Kinds {
		if k == op.Ref {
			c.refs = append(c.refs, int32(i))
		}
	}
	for _, i := range c.constRefs {
		c.refs = append(c.refs, int32(c.values+i))
	}
	c.ops = make([]instruction, len(t.Ops))
	for i := range t.Ops {
		o := &t.Ops[i]
		if info := o.Code.Info(); o.Descr == nil && (info.Descr == "guard" || info.Descr == "target") {
			return nil, fmt.Errorf("ref: %s of %s is not numbered: it was recorded, not optimised", o.Code, t.Name)
		}
		in := instruction{code: o.Code, d: o.Descr, args: c.operands(o.Args), fail: c.operands(o.FailArgs), res: -1}
		if _, rejected := exec.Rejected[o.Code]; !rejected {
			in.f = exec.Lookup(o.Code)
		}
		if o.Res != trace.None {
			in.res = int32(o.Res)
		}
		c.ops[i] = in
	}
	return c, nil
}

func (c *code) operands(refs []trace.Ref) []int32 {
	at := make([]int32, len(refs))
	for i, r := range refs {
		if at[i] = int32(r); r.IsConst() {
			at[i] = int32(c.values) + int32(-r) - 1
		}
	}
	return at
}

// walkConstants visits the reference constants; running environments have copies of their own.
func (c *code) walkConstants(visit func(*uintptr)) {
	for _, i := range c.constRefs {
		visitWord(visit, &c.constants[i])
	}
}
