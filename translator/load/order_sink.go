package load

import (
	"go/ast"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// sink is a move of instructions behind one of them, or to another block.
type sink struct {
	c         *converter
	stmt      ast.Stmt
	at        map[ssa.Instruction]int // up to where it moves
	moves     map[ssa.Instruction]bool
	converted map[ssa.Value]bool
	to        *ssa.BasicBlock // nil: the same
}

func (c *converter) newSink(list []ssa.Instruction, k int, stmt ast.Stmt, to *ssa.BasicBlock) *sink {
	if stmt == nil {
		return nil
	}
	s := &sink{c: c, stmt: stmt, at: positions(list[:k+1]), moves: map[ssa.Instruction]bool{}, to: to}
	all := list
	if to != nil {
		all = append(slices.Clone(list[:k]), to.Instrs...)
	}
	s.converted = c.converted(all, k, stmt)
	return s
}

// positions says where instructions are in a list.
func positions(list []ssa.Instruction) map[ssa.Instruction]int {
	at := make(map[ssa.Instruction]int, len(list))
	for i, x := range list {
		at[x] = i
	}
	return at
}

// find finds what moves, and says whether it matters. It goes backward, so that the users of a value are known before it.
func (s *sink) find(list []ssa.Instruction, k int) (late bool) {
	for i := k - 1; i >= 0; i-- {
		free := s.c.inStatement(list[i], s.stmt)
		switch x := list[i].(type) {
		case *ssa.DebugRef:
			continue
		case *ssa.Store:
			free = free && s.fillsLiteral(x)
		case ssa.Value:
			free = free && canMove(list[i]) && !(s.converted[x] && copiedAtOnce(x)) && !addressTaken(x, s.at)
			used := false
			for _, u := range *x.Referrers() {
				if _, debug := u.(*ssa.DebugRef); debug {
					continue
				}
				used = true
				free = free && (s.at[u] < i && s.to == nil || !s.holds(u))
			}
			free = free && (used || !isMeasured(x, s.stmt))
		default:
			free = false
		}
		if free {
			s.moves[list[i]] = true
			late = late || isLate(list[i])
		}
	}
	return late
}

// holds: a user that does not move, and comes before where the move goes.
func (s *sink) holds(u ssa.Instruction) bool {
	if _, before := s.at[u]; before || s.to == nil {
		return before && !s.moves[u]
	}
	_, isPhi := u.(*ssa.Phi)
	return !s.to.Dominates(u.Block()) || isPhi && u.Block() == s.to
}

func (s *sink) divide(list []ssa.Instruction) (stay, moved []ssa.Instruction) {
	for _, x := range list {
		if s.moves[x] {
			moved = append(moved, x)
		} else {
			stay = append(stay, x)
		}
	}
	return stay, moved
}

// move puts what moves to the end of a list, and returns how many stay.
func (s *sink) move(list []ssa.Instruction) int {
	stay, moved := s.divide(list)
	copy(list, append(stay, moved...))
	return len(stay)
}

// isMeasured: a value that nothing uses is computed for the length of an array, a constant, as in len([2]int(f())). Go's compiler does
// so where it stands.
func isMeasured(v ssa.Value, stmt ast.Stmt) (measured bool) {
	for !v.Pos().IsValid() {
		x, ok := v.(*ssa.UnOp)
		if !ok {
			return false
		}
		v = x.X
	}
	ast.Inspect(stmt, func(n ast.Node) bool {
		if e, ok := n.(*ast.CallExpr); ok && within(e, v.Pos()) {
			f, ok := ast.Unparen(e.Fun).(*ast.Ident)
			measured = measured || ok && (f.Name == "len" || f.Name == "cap")
		}
		return true
	})
	return measured
}

// converted are the values that the statement of the call at index k converts to interfaces, before the call or after it.
func (c *converter) converted(list []ssa.Instruction, k int, stmt ast.Stmt) map[ssa.Value]bool {
	values := map[ssa.Value]bool{}
	for i, x := range list {
		if i > k && !c.inStatement(x, stmt) {
			break
		}
		if m, ok := x.(*ssa.MakeInterface); ok {
			values[m.X] = true
		}
	}
	return values
}

// fillsLiteral: the store fills in a composite literal that nothing has used yet but for what moves as well. A pointer to a literal that
// becomes an interface does so at once.
func (s *sink) fillsLiteral(store *ssa.Store) bool {
	var alloc *ssa.Alloc
	for v := store.Addr; alloc == nil; {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.Alloc:
			alloc = x
		default:
			return false
		}
	}
	return alloc != store.Addr && !s.converted[alloc] && s.unusedLiteral(alloc)
}

func (s *sink) unusedLiteral(v ssa.Value) bool {
	for _, u := range *v.Referrers() {
		_, debug := u.(*ssa.DebugRef)
		if debug || !s.holds(u) {
			continue
		}
		switch x := u.(type) {
		case *ssa.FieldAddr:
			if !s.unusedLiteral(x) {
				return false
			}
		case *ssa.IndexAddr:
			if !s.unusedLiteral(x) {
				return false
			}
		case *ssa.Store: // a pointer to it may be part of another literal
			if x.Val == v {
				return false
			}
		default: // the value of it, a slice of the array behind it
			return false
		}
	}
	return true
}
