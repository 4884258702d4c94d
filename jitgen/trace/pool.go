package trace

import "kiln/jitgen/op"

// Pool interns the constants of one trace. Floats are compared by bits. The pool is a root array: its
// owner registers WalkRoots with the collector for as long as the pool lives.
type Pool struct {
	list []Const
	// table finds constants: a hash table with open addressing of 1 + position in list, at most half full. Its
	// length is a power of two. Nil until it is needed (again).
	table []int32
	refs  []int // positions of reference constants in list
}

// NewPool returns an empty pool.
func NewPool() *Pool { return &Pool{} }

// Intern returns the operand of a constant.
func (p *Pool) Intern(c Const) Ref {
	if 2*len(p.list) >= len(p.table) {
		p.rehash()
	}
	at := p.find(c)
	if p.table[at] != 0 {
		return Ref(-p.table[at])
	}
	p.list = append(p.list, c)
	p.table[at] = int32(len(p.list))
	if c.Kind == op.Ref {
		p.refs = append(p.refs, len(p.list)-1)
	}
	return Ref(-len(p.list))
}

// find is the place of a constant in the table, or the free place where it belongs.
func (p *Pool) find(c Const) uint64 {
	mask := uint64(len(p.table) - 1)
	h := (c.Bits ^ uint64(c.Kind)<<60) * 0x9E3779B97F4A7C15
	for at := h >> 32 & mask; ; at = (at + 1) & mask {
		if i := p.table[at]; i == 0 || p.list[i-1] == c {
			return at
		}
	}
}

// minTable is the length of the first table.
const minTable = 64

func (p *Pool) rehash() {
	size := minTable
	for size <= 2*len(p.list) {
		size *= 2
	}
	p.table = make([]int32, size)
	for i, c := range p.list {
		p.table[p.find(c)] = int32(i + 1)
	}
}

// Get is the constant behind an operand that IsConst.
func (p *Pool) Get(r Ref) Const { return p.list[-int(r)-1] }

// Len is the number of constants; the constant with operand r is at position -r-1.
func (p *Pool) Len() int { return len(p.list) }

// Shrink gives back what only Intern needs, until Intern is called again.
func (p *Pool) Shrink() { p.table = nil }

// WalkRoots visits the reference constants; the collector may change them in place.
func (p *Pool) WalkRoots(visit func(*uintptr)) {
	for _, i := range p.refs {
		at := uintptr(p.list[i].Bits)
		visit(&at)
		if uint64(at) != p.list[i].Bits {
			p.list[i].Bits = uint64(at)
			p.table = nil // addresses are hashed
		}
	}
}
