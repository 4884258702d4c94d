// Package gcrewrite turns allocations in optimised traces into what backends compile well, and inserts write barriers.
//
// Input: an optimised trace with New and NewArray. Output: a trace in which objects of constant size come from
// the nursery, neighbours in one bump allocation,
//
//	p1 = malloc_nursery(48)
//	init_header(p1, 7)
//	p2 = nursery_increment(p1, 32)
//	init_header(p2, 9)
//
// and other arrays from malloc_array. The length of an array of constant size is stored by a setfield with a
// descriptor made here. Where write barriers go is said in barrier.go.
//
// Invariant: between a malloc_nursery and the last init_header of its block there is nothing that could
// collect, leave the trace or be jumped to, so nobody ever sees memory without a header. Rejected: extending a block over
// guards, which would leave a hole of zeroes if the guard fails.
//
// Imports trace, op, descr, gc/layout and gc/barrier; linked into translated binaries.
package gcrewrite

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// maxBlock is the size in bytes up to which objects are allocated in the nursery, together in one block.
const maxBlock = 2048

// Rewriter rewrites traces of one program. It keeps the descriptors of array lengths.
type Rewriter struct {
	// Still, if set, says whether an object never moves and is never freed: storing it needs no write barrier.
	Still func(obj uintptr) bool

	lengths map[*layout.Type]*descr.Field
}

// New returns a rewriter.
func New() *Rewriter { return &Rewriter{lengths: map[*layout.Type]*descr.Field{}} }

// Rewrite returns the rewritten trace. Values keep their numbers; the pool is shared with t, which is not
// to be used any more (operand lists are shared, too).
func (w *Rewriter) Rewrite(t *trace.Trace) *trace.Trace {
	out := &trace.Trace{Name: t.Name, Inputs: t.Inputs, Kinds: t.Kinds, Consts: t.Consts}
	out.Ops = make([]trace.Op, 0, len(t.Ops)+8)
	p := &pass{w: w, t: out, block: -1}
	for i := range t.Ops {
		p.op(&t.Ops[i])
	}
	return out
}

// pass is the state while one trace is rewritten.
type pass struct {
	w *Rewriter
	t *trace.Trace

	block int       // position of the malloc_nursery that can be extended, or -1
	size  int       // of the block so far
	last  trace.Ref // the last object of the block
	step  int       // its size

	fresh []fresh     // objects whose memory nothing but a direct store can have changed
	clean []trace.Ref // objects that need no write barrier
	cards []card      // and items
}

// fresh is an object that nothing else refers to yet; written are the places stored to.
type fresh struct {
	ref     trace.Ref
	written []place
}

type place struct {
	loc   descr.Descr
	index trace.Ref
}

func (p *pass) op(o *trace.Op) {
	switch {
	case o.Code == op.New:
		p.allocate(o, o.Descr.(*descr.Size).Type, 0)
		return
	case o.Code == op.NewArray:
		p.newArray(o)
		return
	case p.isZeroStore(o):
		return
	case ends(o.Code):
		p.block = -1
	}
	p.escapes(o)
	p.barrier(o)
	p.t.Ops = append(p.t.Ops, *o)
}

// ends says whether a block cannot be extended over an operation.
func ends(c op.Code) bool {
	f := c.Info().Flags
	return f&(op.Allocates|op.Call|op.Guard|op.Check|op.Ends) != 0 || c == op.Label || c == op.IdentityHash
}

func (p *pass) add(code op.Code, d descr.Descr, res trace.Ref, pos descr.Pos, args ...trace.Ref) {
	p.t.Ops = append(p.t.Ops, trace.Op{Code: code, Descr: d, Res: res, Pos: pos, Args: args})
}

func (p *pass) newArray(o *trace.Op) {
	d := o.Descr.(*descr.Array)
	if n := o.Args[0]; n.IsConst() {
		length := int64(p.t.Consts.Get(n).Bits)
		if length >= 0 && length <= maxBlock && d.Type.ObjectSize(int(length)) <= maxBlock {
			p.allocate(o, d.Type, int(length))
			if length > 0 {
				p.add(op.SetField, p.w.length(d.Type), trace.None, o.Pos, o.Res, n)
			}
			return
		}
	}
	p.dirty()
	p.block, p.clean = -1, append(p.clean, o.Res)
	p.add(op.MallocArray, d, o.Res, o.Pos, o.Args...)
	p.fresh = append(p.fresh, fresh{ref: o.Res})
}

// allocate takes an object from the nursery, from the open block if there is one with room.
func (p *pass) allocate(o *trace.Op, t *layout.Type, length int) {
	size := t.ObjectSize(length)
	switch {
	case size > maxBlock: // a struct that large is rare: alone, and so in the slow path of malloc_nursery
		p.block = -1
		p.open(o, size)
	case p.block >= 0 && p.size+size <= maxBlock:
		p.add(op.NurseryIncrement, nil, o.Res, o.Pos, p.last, p.t.Int(int64(p.step)))
		p.size += size
		p.t.Ops[p.block].Args = []trace.Ref{p.t.Int(int64(p.size))}
	default:
		p.open(o, size)
	}
	p.last, p.step = o.Res, size
	p.clean = append(p.clean, o.Res)
	p.add(op.InitHeader, nil, trace.None, o.Pos, o.Res, p.t.Int(int64(t.ID)))
	p.fresh = append(p.fresh, fresh{ref: o.Res})
}

func (p *pass) open(o *trace.Op, size int) {
	p.dirty()
	p.block, p.size = len(p.t.Ops), size
	p.add(op.MallocNursery, nil, o.Res, o.Pos, p.t.Int(int64(size)))
}

// length is the descriptor of an array's length.
func (w *Rewriter) length(t *layout.Type) *descr.Field {
	f := w.lengths[t]
	if f == nil {
		f = &descr.Field{Loc: -1, Access: descr.Access{Kind: op.Int, Width: 8, Signed: true}, Owner: t, Name: "len", Offset: t.LenOffset}
		w.lengths[t] = f
	}
	return f
}

// isZeroStore recognises the first store to a place of a fresh object, of a zero. Other stores are noted.
func (p *pass) isZeroStore(o *trace.Op) bool {
	at := place{loc: o.Descr, index: trace.None}
	switch o.Code {
	case op.SetField:
	case op.SetArrayItem, op.SetInterior:
		if at.index = o.Args[1]; !at.index.IsConst() {
			at.index = anyIndex
		}
	default:
		return false
	}
	f := p.find(o.Args[0])
	if f == nil {
		return false
	}
	value := o.Args[len(o.Args)-1]
	zero := value.IsConst() && p.t.Consts.Get(value).Bits == 0
	if !zero {
		f.written = append(f.written, at)
		return false
	}
	for _, w := range f.written {
		if w.loc == at.loc && (w.index == at.index || w.index == anyIndex || at.index == anyIndex) {
			return false
		}
	}
	return true
}

// anyIndex is an index that is not a constant.
const anyIndex trace.Ref = 1 << 30

func (p *pass) find(r trace.Ref) *fresh {
	for i := range p.fresh {
		if p.fresh[i].ref == r {
			return &p.fresh[i]
		}
	}
	return nil
}

// escapes forgets fresh objects that an operation may make reachable or change: all but the object stored to or
// loaded from. A label forgets all.
func (p *pass) escapes(o *trace.Op) {
	if len(p.fresh) == 0 {
		return
	}
	if o.Code == op.Label {
		p.fresh = p.fresh[:0]
		return
	}
	args := o.Args
	switch o.Code {
	case op.SetField, op.SetArrayItem, op.SetInterior, op.InitHeader, op.ArrayLen, op.GetFieldI, op.GetFieldR, op.GetFieldF,
		op.GetArrayItemI, op.GetArrayItemR, op.GetArrayItemF, op.GetInteriorI, op.GetInteriorR, op.GetInteriorF:
		args = args[1:]
	}
	kept := p.fresh[:0]
	for _, f := range p.fresh {
		if !contains(args, f.ref) {
			kept = append(kept, f)
		}
	}
	p.fresh = kept
}

func contains(list []trace.Ref, r trace.Ref) bool {
	for _, x := range list {
		if x == r {
			return true
		}
	}
	return false
}
