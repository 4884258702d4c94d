package codewriter

import (
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

const refKind = op.Ref

// move copies a register or constant into a register of the same bank.
type move struct{ dst, src jitcode.Operand }

// edgeMoves are the parallel moves of an edge: arguments into parameters, all at once.
func (p *function) edgeMoves(e *flow.Edge) []move {
	var out []move
	for i, param := range e.To.Params {
		if p.reg[param.ID] < 0 {
			continue // nobody reads the parameter
		}
		m := move{p.operand(param), p.operand(e.Args[i])}
		if m.dst != m.src {
			out = append(out, m)
		}
	}
	return out
}

// sequence orders parallel moves so that no source is overwritten before it is read. What is left when
// every destination is still to be read is a set of cycles; one value of a cycle waits in a scratch
// register of its bank, which makes the rest a chain.
func sequence(moves []move, scratch func(k op.Kind) jitcode.Operand) []move {
	pending := append([]move(nil), moves...)
	var out []move
	for len(pending) > 0 {
		progress := false
		for i := 0; i < len(pending); i++ {
			if read(pending, i) {
				continue
			}
			out = append(out, pending[i])
			pending = append(pending[:i], pending[i+1:]...)
			progress = true
			i--
		}
		if progress {
			continue
		}
		// pending[0].dst is read by others: save it, and let them read the copy.
		old := pending[0].dst
		tmp := scratch(old.Kind)
		out = append(out, move{tmp, old})
		for i := range pending {
			if pending[i].src == old {
				pending[i].src = tmp
			}
		}
	}
	return out
}

// read says whether the destination of moves[i] is the source of another move.
func read(moves []move, i int) bool {
	for j := range moves {
		if j != i && moves[j].src == moves[i].dst {
			return true
		}
	}
	return false
}
