package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// In a, b = 1, x/y the specification wants x/y before all assignments. Go's compiler computes first what reads memory that an
// assignment before it may change, and anything else with its own assignment: if the division panics, a is 1
// (cmd/compile/internal/walk: ascompatee). Who recovers and looks at a sees the same in both worlds:
//
//	t1 = x / y                  *a = 1
//	*a = 1               =>     t1 = x / y
//	*b = t1                     *b = t1
//
// Indices on the left are treated likewise. Where calls are deferred, everything is computed before the first result is assigned.

// sinkFaults moves operations that may panic behind the assignments before their own, in all assignments of several values.
func (c *converter) sinkFaults(list []ssa.Instruction) {
	seen := map[*ast.AssignStmt]bool{}
	for k := range list {
		stmt, _ := c.assignmentOf(list[k])
		if stmt == nil || seen[stmt] {
			continue
		}
		seen[stmt] = true
		for part := 1; part < len(stmt.Lhs); part++ {
			if behind := c.lastBefore(list, stmt, part); behind >= 0 {
				c.sinkPart(list, stmt, part, behind)
			}
		}
	}
}

// assignmentOf is the assignment of several values that a store is one of, and which; nil for other instructions.
func (c *converter) assignmentOf(i ssa.Instruction) (stmt *ast.AssignStmt, part int) {
	if !isStore(i) {
		return nil, 0
	}
	stmt, ok := c.statements.of(i.Pos()).(*ast.AssignStmt)
	if !ok || len(stmt.Lhs) < 2 || len(stmt.Rhs) != len(stmt.Lhs) {
		return nil, 0
	}
	if part = slices.IndexFunc(stmt.Lhs, func(e ast.Expr) bool { return within(e, i.Pos()) }); part < 0 {
		return nil, 0 // fills a literal
	}
	return stmt, part
}

func isStore(i ssa.Instruction) bool {
	switch i.(type) {
	case *ssa.Store, *ssa.MapUpdate:
		return true
	}
	return false
}

func within(e ast.Expr, pos token.Pos) bool { return e.Pos() <= pos && pos < e.End() }

// lastBefore is where the last assignment before a part is stored, -1 if none is, or the part must be computed first all the same.
func (c *converter) lastBefore(list []ssa.Instruction, stmt *ast.AssignStmt, part int) int {
	last := -1
	for k, x := range list {
		if s, p := c.assignmentOf(x); s != stmt || p >= part {
			continue
		}
		last = k
		if store, ok := x.(*ssa.Store); ok && c.split1 != nil {
			if a, ok := store.Addr.(*ssa.Alloc); ok {
				if _, isResult := c.split1.named[a]; isResult {
					return -1
				}
			}
		}
	}
	return last
}

// sinkPart moves what one part of an assignment is computed by, as far as it may wait, behind the instruction given.
func (c *converter) sinkPart(list []ssa.Instruction, stmt *ast.AssignStmt, part, behind int) {
	s := &sink{c: c, stmt: stmt, at: positions(list[:behind+1]), moves: map[ssa.Instruction]bool{}}
	panics := false
	for i := behind - 1; i >= 0; i-- { // users first
		x, ok := list[i].(ssa.Value)
		if !ok || !c.inStatement(list[i], stmt) {
			continue
		}
		if pos := list[i].Pos(); pos.IsValid() && !within(stmt.Lhs[part], pos) && !within(stmt.Rhs[part], pos) {
			continue
		}
		early, last := s.usedBy(x)
		if early || !computes(x) || last && !c.mayWait(x, stmt) || addressTaken(x, s.at) || isMeasured(x, stmt) {
			continue
		}
		s.moves[list[i]] = true
		panics = panics || isLate(list[i])
	}
	if panics {
		s.move(list[:behind+1])
	}
}

// usedBy: is a value used by an instruction before the move that stays, and by none that moves?
func (s *sink) usedBy(v ssa.Value) (early, last bool) {
	last = true
	for _, u := range *v.Referrers() {
		if _, debug := u.(*ssa.DebugRef); debug {
			continue
		}
		early = early || s.holds(u)
		last = last && !s.moves[u]
	}
	return early, last
}

// computes: nothing but operators, which need no memory.
func computes(v ssa.Value) bool {
	switch x := v.(type) {
	case *ssa.BinOp:
		switch x.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return false
		}
		return !has(x.Type(), types.IsString)
	case *ssa.UnOp:
		return x.Op == token.SUB || x.Op == token.XOR
	case *ssa.Convert:
		return has(x.X.Type(), types.IsNumeric) && has(x.Type(), types.IsNumeric)
	case *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.Field:
		return true
	case *ssa.TypeAssert:
		return canMove(x)
	case *ssa.IndexAddr, *ssa.FieldAddr: // on the left
		return true
	}
	return false
}

// mayWait: what a part consists of reads no memory, but for what Go's compiler has read before all assignments: results of calls, slices,
// elements of maps.
func (c *converter) mayWait(v ssa.Value, stmt ast.Stmt) bool {
	i, ok := v.(ssa.Instruction)
	if !ok || !c.inStatement(i, stmt) {
		return true
	}
	switch x := v.(type) {
	case *ssa.Call:
		return isCall(x)
	case *ssa.Lookup:
		return isLoad(x)
	case *ssa.Extract, *ssa.Phi, *ssa.Slice, *ssa.MakeClosure, *ssa.MakeMap, *ssa.MakeSlice:
		return true
	case *ssa.TypeAssert:
		return !canMove(x) || c.mayWait(x.X, stmt)
	case *ssa.MakeInterface:
		return copiedAtOnce(x.X) || c.mayWait(x.X, stmt)
	case *ssa.IndexAddr:
		return c.mayWait(x.Index, stmt)
	case *ssa.FieldAddr:
		return true
	case *ssa.UnOp:
		if f, ok := x.X.(*ssa.FreeVar); ok && isLoad(x) {
			return capturedByValue(f)
		}
	}
	if !computes(v) {
		return false
	}
	for _, o := range i.Operands(nil) {
		if *o != nil && !c.mayWait(*o, stmt) {
			return false
		}
	}
	return true
}

// capturedByValue: the variable behind a free variable is not assigned after its declaration, so that closures have a copy of it.
func capturedByValue(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.FreeVar:
		f := v.Parent()
		for _, u := range *f.Referrers() {
			if m, ok := u.(*ssa.MakeClosure); ok {
				return capturedByValue(m.Bindings[slices.Index(f.FreeVars, v)])
			}
		}
	case *ssa.Alloc:
		stores := 0
		for _, u := range *v.Referrers() {
			switch u := u.(type) {
			case *ssa.Store:
				stores++
				if u.Val == v {
					return false
				}
			case *ssa.UnOp, *ssa.DebugRef:
			case *ssa.MakeClosure:
				if !onlyRead(u, v) {
					return false
				}
			default:
				return false
			}
		}
		return stores <= 1 && words.Sizeof(v.Type().Underlying().(*types.Pointer).Elem()) <= 128
	}
	return false
}

// onlyRead: a closure loads a variable that it captures, and does nothing else with it, nor do those that it makes.
func onlyRead(m *ssa.MakeClosure, variable ssa.Value) bool {
	captured := m.Fn.(*ssa.Function).FreeVars[slices.Index(m.Bindings, variable)]
	for _, u := range *captured.Referrers() {
		switch u := u.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.MakeClosure:
			if !onlyRead(u, captured) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
