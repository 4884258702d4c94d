package main

import (
	"go/ast"
	"go/types"
)

// finder looks for constructs in a type-checked program.
type finder struct {
	info  *types.Info
	stack []ast.Node // around the node, outermost first; it is the last
}

// around calls f for what stands around the node, innermost first, until it returns true.
func (f *finder) around(yes func(ast.Node) bool) bool {
	for i := len(f.stack) - 2; i >= 0; i-- {
		if yes(f.stack[i]) {
			return true
		}
	}
	return false
}

func (f *finder) under(e ast.Expr) types.Type {
	if t := f.info.TypeOf(e); t != nil {
		return t.Underlying()
	}
	return types.Typ[types.Invalid]
}

func (f *finder) isFunc(e ast.Expr) bool { _, ok := f.under(e).(*types.Signature); return ok }

// inRangeFunc says whether the node is in the body of a range over a function, within the same function.
func (f *finder) inRangeFunc() (found *ast.RangeStmt) {
	f.around(func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if f.isFunc(n.X) {
				found = n
			}
		case *ast.FuncLit, *ast.FuncDecl:
			return true
		}
		return found != nil
	})
	return found
}

func (f *finder) inLoop() bool {
	loop := false
	f.around(func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			loop = true
		case *ast.FuncLit, *ast.FuncDecl:
			return true
		}
		return loop
	})
	return loop
}

func builtin(f *finder, n ast.Node, name string) *ast.CallExpr {
	if c, ok := n.(*ast.CallExpr); ok && f.info.Types[c.Fun].IsBuiltin() {
		if id, ok := c.Fun.(*ast.Ident); ok && id.Name == name {
			return c
		}
	}
	return nil
}

// converts says whether a node is a conversion between types for which fits holds.
func converts(f *finder, n ast.Node, fits func(to, from types.Type) bool) bool {
	c, ok := n.(*ast.CallExpr)
	return ok && f.info.Types[c.Fun].IsType() && len(c.Args) == 1 && f.info.Types[c].Value == nil && fits(f.under(c.Fun), f.under(c.Args[0]))
}

func basic(t types.Type, info types.BasicInfo) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&info != 0
}

func ranges(f *finder, n ast.Node, fits func(types.Type) bool) bool {
	r, ok := n.(*ast.RangeStmt)
	return ok && fits(f.under(r.X))
}

func binary(f *finder, n ast.Node, fits func(b *ast.BinaryExpr, operand types.Type) bool) bool {
	b, ok := n.(*ast.BinaryExpr)
	return ok && f.info.Types[b].Value == nil && fits(b, f.under(b.X))
}

func isA[T any](x types.Type) bool { _, ok := x.(T); return ok }

func selection(f *finder, n ast.Node, fits func(s *types.Selection) bool) bool {
	e, ok := n.(*ast.SelectorExpr)
	return ok && f.info.Selections[e] != nil && fits(f.info.Selections[e])
}

// called says whether the node is what a call calls.
func (f *finder) called() bool {
	c, ok := f.stack[len(f.stack)-2].(*ast.CallExpr)
	return ok && c.Fun == f.stack[len(f.stack)-1]
}

// through says whether a selection goes through an embedded field of a kind.
func through(s *types.Selection, fits func(types.Type) bool) bool {
	t := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		t = t.Underlying().(*types.Struct).Field(i).Type()
		if fits(t) {
			return true
		}
	}
	return false
}
