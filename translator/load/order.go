package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"

	"golang.org/x/tools/go/ssa"
)

// Go leaves open when a variable is read in a statement that also calls functions: in a[f()] = 1, is it the a before or after
// the call of f? Plain Go reads after all calls of the statement, go/ssa where the variable stands, before. Programs run in
// both worlds, so loads move behind the calls of their statement, with what is computed from them:
//
//	t1 = &c.code                t2 = emit(c)
//	t2 = *t1             =>     t1 = &c.code
//	t3 = emit(c)                t2 = *t1
//	t4 = &t2[t3]                t4 = &t2[t3]
//
// Operations that may panic move as well, whatever they are computed from: f() / g() beside h() is divided after the call of h. A few
// operations Go's compiler does where they stand, before the calls: order_copied.go. A literal moves with the loads
// that it is made of, and the stores that fill it. A load stays where it is if something that cannot move uses it before the
// call or is the call: a store, a literal of a struct that becomes an interface. && and ||
// divide a statement into blocks: what is used behind them alone moves there first. Only whole chains move; whatever the order, it is one
// that the language allows.

// ordered lists the instructions of a block with loads moved behind calls.
func (c *converter) ordered(sb *ssa.BasicBlock) []ssa.Instruction {
	carried := c.carried[sb]
	to := continuation(sb)
	if len(carried) == 0 && (!slices.ContainsFunc(sb.Instrs, isLate) || to == nil && !slices.ContainsFunc(sb.Instrs, isCall) && !slices.ContainsFunc(sb.Instrs, isStore)) {
		return sb.Instrs
	}
	if c.statements == nil {
		c.statements = newStatements(c.ssa.Syntax())
	}
	phis := slices.IndexFunc(sb.Instrs, func(i ssa.Instruction) bool { _, isPhi := i.(*ssa.Phi); return !isPhi })
	out := slices.Insert(slices.Clone(sb.Instrs), phis, carried...)
	for k := 0; k < len(out); k++ {
		if isCall(out[k]) {
			k = c.sinkLoads(out, k)
		}
	}
	c.sinkFaults(out)
	if to != nil {
		out = c.carry(out, to)
	}
	return out
}

// continuation is where a statement goes on that evaluates && or || behind a block, nil if none does.
func continuation(sb *ssa.BasicBlock) *ssa.BasicBlock {
	if _, ok := sb.Instrs[len(sb.Instrs)-1].(*ssa.If); ok {
		for _, d := range sb.Dominees() {
			if d.Comment == "binop.done" {
				return d
			}
		}
	}
	return nil
}

// carry leaves out what moves to a block behind && or ||, where it may move on behind calls.
func (c *converter) carry(list []ssa.Instruction, to *ssa.BasicBlock) []ssa.Instruction {
	k := len(list) - 1
	s := c.newSink(list, k, c.statements.of(operandPos(list[k].(*ssa.If))), to)
	if s == nil || !s.find(list, k) {
		return list
	}
	stay, moved := s.divide(list)
	if c.carried == nil {
		c.carried = map[*ssa.BasicBlock][]ssa.Instruction{}
	}
	c.carried[to] = moved
	return stay
}

// operandPos is a position in the right operand of the && or || that a block branches for.
func operandPos(i *ssa.If) token.Pos {
	for _, b := range i.Block().Succs {
		for _, x := range b.Instrs {
			if x.Pos().IsValid() && b.Comment != "binop.done" {
				return x.Pos()
			}
		}
	}
	return token.NoPos
}

// sinkLoads moves loads behind the call at index k and returns where the call is then.
func (c *converter) sinkLoads(list []ssa.Instruction, k int) int {
	s := c.newSink(list, k, c.statements.of(list[k].Pos()), nil)
	if s == nil || !s.find(list, k) {
		return k
	}
	return s.move(list[:k+1]) - 1
}

// inStatement: loads of local variables have the position of a DebugRef; other operations without one belong to those
// that use them.
func (c *converter) inStatement(i ssa.Instruction, stmt ast.Stmt) bool {
	pos := i.Pos()
	if !pos.IsValid() && !isLoad(i) {
		return true
	}
	if !pos.IsValid() {
		for _, u := range *i.(ssa.Value).Referrers() {
			if d, ok := u.(*ssa.DebugRef); ok && !d.IsAddr {
				pos = d.Pos()
				break // the variable itself; others are assigned the value later
			}
		}
		if receiver := implicitReceiver(i.(ssa.Value)); !pos.IsValid() && receiver != nil {
			pos = receiver.Pos()
		}
	}
	return c.statements.of(pos) == stmt
}

// implicitReceiver is the call whose receiver a load leads to, and to nothing else: loads of *p in p.method(), and of embedded
// pointers on the way, are not written.
func implicitReceiver(load ssa.Value) *ssa.Call {
	var user ssa.Instruction
	for _, u := range *load.Referrers() {
		if user != nil {
			return nil
		}
		user = u
	}
	switch u := user.(type) {
	case *ssa.Call:
		if !u.Call.IsInvoke() && u.Call.Signature().Recv() != nil && u.Call.Args[0] == load {
			return u
		}
	case *ssa.UnOp:
		if isLoad(u) {
			return implicitReceiver(u)
		}
	case *ssa.FieldAddr:
		return implicitReceiver(u)
	}
	return nil
}

func isLoad(i ssa.Instruction) bool {
	if l, ok := i.(*ssa.Lookup); ok {
		_, isMap := l.X.Type().Underlying().(*types.Map)
		return isMap && !l.CommaOk
	}
	u, ok := i.(*ssa.UnOp)
	return ok && u.Op == token.MUL
}

func isCall(i ssa.Instruction) bool {
	call, ok := i.(*ssa.Call)
	if !ok {
		return false
	}
	_, builtin := call.Call.Value.(*ssa.Builtin)
	return !builtin
}

// isLate: it makes a difference whether it comes before a call or after it.
func isLate(i ssa.Instruction) bool {
	switch x := i.(type) {
	case *ssa.BinOp:
		return binopPanics(x)
	case *ssa.Index, *ssa.Lookup, *ssa.SliceToArrayPointer, *ssa.TypeAssert:
		return true
	}
	return isLoad(i)
}

// binopPanics: a division by zero, a negative shift, or a comparison of what cannot be compared is possible.
func binopPanics(i *ssa.BinOp) bool {
	_, isConst := i.Y.(*ssa.Const)
	switch i.Op {
	case token.QUO, token.REM:
		return !isConst && has(i.Y.Type(), types.IsInteger)
	case token.SHL, token.SHR:
		return !isConst && !has(i.Y.Type(), types.IsUnsigned)
	case token.EQL, token.NEQ:
		return !isConst && !has(i.X.Type(), types.IsOrdered|types.IsBoolean|types.IsComplex)
	}
	return false
}

// has says whether a type is a basic one of a kind.
func has(t types.Type, info types.BasicInfo) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&info != 0
}

// canMove: it computes something from its operands and memory, and does nothing else.
func canMove(i ssa.Instruction) bool {
	switch i := i.(type) {
	case *ssa.UnOp:
		return i.Op != token.ARROW
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Field, *ssa.Index, *ssa.BinOp, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface,
		*ssa.SliceToArrayPointer:
		return true
	case *ssa.TypeAssert: // to others it copies the value
		return !i.CommaOk && isPointerShaped(i.AssertedType)
	case *ssa.Convert:
		_, allocates := i.Type().Underlying().(*types.Slice) // []byte(s) is computed where it stands
		return !allocates
	case *ssa.Lookup:
		key, _ := i.Index.(*ssa.Convert) // m[string(bytes)] does not copy the bytes
		return !i.CommaOk && (key == nil || has(key.X.Type(), types.IsNumeric))
	case *ssa.Slice:
		_, literal := i.X.(*ssa.Alloc)
		return literal && i.Low == nil && i.High == nil && i.Max == nil
	}
	return false
}

// statements finds the innermost statement at a position.
type statements struct {
	list   []ast.Stmt // by position, outer ones first
	parent []int
}

func newStatements(n ast.Node) *statements {
	s := &statements{}
	if n == nil {
		return s
	}
	var stack []int
	ast.Inspect(n, func(n ast.Node) bool {
		stmt, ok := n.(ast.Stmt)
		if !ok {
			return true
		}
		for len(stack) > 0 && s.list[stack[len(stack)-1]].End() <= stmt.Pos() {
			stack = stack[:len(stack)-1]
		}
		parent := -1
		if len(stack) > 0 {
			parent = stack[len(stack)-1]
		}
		stack = append(stack, len(s.list))
		s.list = append(s.list, stmt)
		s.parent = append(s.parent, parent)
		return true
	})
	return s
}

func (s *statements) of(pos token.Pos) ast.Stmt {
	if !pos.IsValid() {
		return nil
	}
	i := sort.Search(len(s.list), func(i int) bool { return s.list[i].Pos() > pos }) - 1
	for i >= 0 && s.list[i].End() <= pos {
		i = s.parent[i]
	}
	if i < 0 {
		return nil
	}
	return s.list[i]
}
