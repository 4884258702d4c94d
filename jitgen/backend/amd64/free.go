package amd64

import (
	"kiln/gc/mem"
	"kiln/jitgen/backend"
)

// Code is freed when it can neither be running nor be reached:
//
//   - roots are the loops that have not been released, the pieces that frames of any thread are in (each frame's site
//     says which), and what the words of tokens call;
//   - a piece reaches its bridges, the pieces it jumps to, and those whose literals it reads.
//
// All of this is looked at while the caller of Release, or of a compilation after it, has the program to itself: every
// other thread is in Go code, its frames of machine code chained from its Thread. What is still running is tried again
// with the next compilation. Rejected: counting references, because loops and bridges refer to each other.

// Release says that a loop is not wanted any more; see backend.Backend.
func (b *Backend) Release(loop *backend.Loop) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ls, ok := loop.State.(*loopState)
	if !ok || ls.released {
		return
	}
	ls.released = true
	b.released++
	b.sweep()
}

// sweepEvery is how many compilations pass before code that could not be freed is looked at again.
const sweepEvery = 16

func (b *Backend) sweepSometimes() {
	if b.compiled++; b.released > 0 && b.compiled%sweepEvery == 0 {
		b.sweep()
	}
}

// sweep frees the pieces that nothing reaches.
func (b *Backend) sweep() {
	for _, ls := range b.loops {
		if !ls.released {
			ls.mark()
		}
	}
	for _, st := range b.tokens {
		if st.loop != nil {
			st.loop.mark()
		}
	}
	sites := *b.sites.Load()
	for _, ts := range *b.threads.Load() {
		if ts == nil {
			continue
		}
		for f := ts.t.JitFrame; f != 0; f = *(*uintptr)(mem.Ptr(f - 8)) {
			if p := sites[siteOf(f)].piece; p != nil {
				p.mark()
			}
		}
	}
	kept := b.pieces[:0]
	for _, p := range b.pieces {
		if p.marked {
			p.marked = false
			kept = append(kept, p)
			continue
		}
		p.freed = true
		b.code.Free(p.base, p.size)
		for _, s := range p.sites {
			sites[s.id] = nil // of no frame
		}
		p.sites, p.pcs, p.refs, p.reaches, p.valid = nil, nil, nil, nil, nil
	}
	clear(b.pieces[len(kept):])
	b.pieces = kept
	b.forgetLoops()
}

// forgetLoops drops the loops of which nothing is left.
func (b *Backend) forgetLoops() {
	kept := b.loops[:0]
	b.released = 0
	for _, ls := range b.loops {
		left := ls.pieces[:0]
		for _, p := range ls.pieces {
			if !p.freed {
				left = append(left, p)
			}
		}
		ls.pieces = left
		if ls.released && len(left) == 0 {
			continue
		}
		if ls.released {
			b.released++
		}
		kept = append(kept, ls)
	}
	clear(b.loops[len(kept):])
	b.loops = kept
}

func (ls *loopState) mark() {
	for _, p := range ls.pieces {
		p.mark()
	}
}

func (p *piece) mark() {
	if p.marked || p.freed {
		return
	}
	p.marked = true
	for _, q := range p.reaches {
		q.mark()
	}
}
