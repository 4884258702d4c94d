package trace

import "kiln/jitgen/op"

// Pool interns the constants of one trace. Floats are compared by bits. The pool is a root array: its
// owner registers WalkRoots with the collector for as long as the pool lives.
type Pool struct {
	list  []Const
	index map[Const]Ref
	refs  []int // positions of reference constants in list
}

// NewPool returns an empty pool.
func NewPool() *Pool { return &Pool{index: map[Const]Ref{}} }

// Intern returns the operand of a constant.
func (p *Pool) Intern(c Const) Ref {
	if r, ok := p.index[c]; ok {
		return r
	}
	p.list = append(p.list, c)
	r := Ref(-len(p.list))
	p.index[c] = r
	if c.Kind == op.Ref {
		p.refs = append(p.refs, len(p.list)-1)
	}
	return r
}

// Get is the constant behind an operand that IsConst.
func (p *Pool) Get(r Ref) Const { return p.list[-int(r)-1] }

// Len is the number of constants; the constant with operand r is at position -r-1.
func (p *Pool) Len() int { return len(p.list) }

// WalkRoots visits the reference constants; the collector may change them in place.
func (p *Pool) WalkRoots(visit func(*uintptr)) {
	for _, i := range p.refs {
		old := p.list[i]
		at := uintptr(old.Bits)
		visit(&at)
		if uint64(at) != old.Bits {
			p.list[i].Bits = uint64(at)
			defer func(i int) { p.index[p.list[i]] = Ref(-i - 1) }(i)
			delete(p.index, old)
		}
	}
}
