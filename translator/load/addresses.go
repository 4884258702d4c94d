package load

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// The address of a field or an element is no value in translated code, but the operator & evaluates its operand all the
// same: a nil pointer or an index out of range panics there, not where the pointer is used first. Lowering checks
// at the first load or store, which is right for x.f = g(), where g is called first; behind an & it is told to check at once.

// addressed lists where the selectors and index expressions stand whose address the function takes with &.
func (c *converter) addressed() map[token.Pos]bool {
	if c.ssa.Syntax() == nil {
		return nil
	}
	at := map[token.Pos]bool{}
	ast.Inspect(c.ssa.Syntax(), func(n ast.Node) bool {
		if u, ok := n.(*ast.UnaryExpr); ok && u.Op == token.AND {
			switch x := ast.Unparen(u.X).(type) {
			case *ast.SelectorExpr:
				at[x.Sel.Pos()] = true
			case *ast.IndexExpr:
				at[x.Lbrack] = true
			}
		}
		return true
	})
	return at
}

// checkAddress makes an address taken with & check what it goes through.
func (c *converter) checkAddress(i ssa.Value) {
	if c.ampersands == nil {
		if c.ampersands = c.addressed(); c.ampersands == nil {
			c.ampersands = map[token.Pos]bool{}
		}
	}
	if c.ampersands[i.Pos()] && mayFail(i) {
		c.emit(flow.GoBuiltin, flow.CheckPlace, c.val(i))
	}
}

// mayFail: the address goes through a pointer or an index that may be wrong. Variables are there.
func mayFail(addr ssa.Value) bool {
	for {
		switch x := addr.(type) {
		case *ssa.FieldAddr:
			addr = x.X
		case *ssa.IndexAddr:
			if _, isConst := x.Index.(*ssa.Const); !isConst {
				return true
			}
			addr = x.X
		case *ssa.Alloc, *ssa.Global, *ssa.FreeVar:
			return false
		default:
			return true
		}
	}
}
