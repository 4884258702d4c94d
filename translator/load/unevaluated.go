package load

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A range over an array, or over a pointer to one, that needs no elements does not evaluate the array: the length is in the
// type (Go specification, For statements with range clause). So a nil pointer in it is never followed:
//
//	for i := range *p { ... }
//
// go/ssa evaluates it all the same; what only that needs is left out. An array expression that contains calls
// is evaluated.

// span is a part of the source.
type span struct{ from, to token.Pos }

// unevaluatedRanges lists the array expressions in a function that are not evaluated.
func (c *converter) unevaluatedRanges() (list []span) {
	p := c.b.packageOf(c.ssa)
	if p == nil || p.Info == nil || c.ssa.Syntax() == nil {
		return nil
	}
	ast.Inspect(c.ssa.Syntax(), func(n ast.Node) bool {
		r, ok := n.(*ast.RangeStmt)
		if ok && isArrayOrPointer(p.Info.TypeOf(r.X)) && (r.Value == nil || isBlank(r.Key) && isBlank(r.Value)) && !evaluates(p.Info, r.X) {
			list = append(list, span{r.X.Pos(), r.X.End()})
		}
		return true
	})
	return list
}

func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}

func isArrayOrPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	_, ok := t.Underlying().(*types.Array)
	return ok
}

// evaluates: the expression contains a call (not a conversion) or a receive.
func evaluates(info *types.Info, x ast.Expr) (found bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = found || !info.Types[n.Fun].IsType() && info.Types[n].Value == nil
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.FuncLit:
			return false
		}
		return true
	})
	return found
}

// skipUnevaluated marks what a block computes for such expressions only.
func (c *converter) skipUnevaluated(sb *ssa.BasicBlock, spans []span) {
	inside := func(pos token.Pos) bool {
		for _, s := range spans {
			if s.from <= pos && pos < s.to {
				return true
			}
		}
		return false
	}
	// Users come after what they use.
	for i := len(sb.Instrs) - 1; i >= 0; i-- {
		switch x := sb.Instrs[i].(type) {
		case *ssa.UnOp:
			if x.Op != token.MUL {
				continue
			}
		case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Field, *ssa.Index:
		default:
			continue
		}
		used, wanted := false, inside(sb.Instrs[i].Pos())
		for _, u := range *sb.Instrs[i].(ssa.Value).Referrers() {
			switch d, debug := u.(*ssa.DebugRef); {
			case debug:
				wanted = wanted || inside(d.Pos())
			case c.skip[u]:
				wanted = wanted || !sb.Instrs[i].Pos().IsValid()
			default:
				used = true
			}
		}
		if wanted && !used {
			c.skip[sb.Instrs[i]] = true
		}
	}
}
