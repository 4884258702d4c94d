package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

const channelMsg = "channels are not in the dialect"
const channelRemedy = "use a queue of your own, or a host package"

// syntax looks for constructs outside of the dialect in all code of the package, reachable or not.
func (c *checker) syntax() {
	for _, f := range c.pkg.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			c.node(n)
			return true
		})
	}
}

func (c *checker) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.GoStmt:
		c.add(n.Pos(), "goroutine", "goroutines are not in the dialect: translated code runs on threads that Kiln knows",
			"use framework.StartThread (not supported yet), or a host package")
	case *ast.SelectStmt:
		c.add(n.Pos(), "channel", "select is not in the dialect", channelRemedy)
	case *ast.SendStmt:
		c.add(n.Pos(), "channel", channelMsg, channelRemedy)
	case *ast.ChanType:
		c.add(n.Pos(), "channel", channelMsg, channelRemedy)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			c.add(n.Pos(), "channel", channelMsg, channelRemedy)
		}
	case *ast.RangeStmt:
		c.rangeStmt(n)
	case *ast.CallExpr:
		c.callExpr(n)
	}
}

// rangeStmt refuses ranges over what the dialect does not have.
func (c *checker) rangeStmt(n *ast.RangeStmt) {
	t := c.pkg.Info.TypeOf(n.X)
	if t == nil {
		return
	}
	if _, ok := t.Underlying().(*types.Chan); ok {
		c.add(n.X.Pos(), "channel", channelMsg, channelRemedy)
	}
}

// conversion refuses conversions that would make an object another kind of object.
func (c *checker) conversion(n *ast.CallExpr, to types.Type) {
	from := c.pkg.Info.TypeOf(n.Args[0])
	if from == nil {
		return
	}
	fp, fromPointer := from.Underlying().(*types.Pointer)
	tp, toPointer := to.Underlying().(*types.Pointer)
	if fromPointer && toPointer && !types.Identical(fp.Elem(), tp.Elem()) {
		c.add(n.Pos(), "pointer-conversion", "a pointer to "+typeString(fp.Elem())+" cannot become a pointer to "+typeString(tp.Elem())+": the object keeps its type",
			"convert the value, or use one type")
	}
}

func (c *checker) callExpr(n *ast.CallExpr) {
	if tv := c.pkg.Info.Types[n.Fun]; tv.IsType() && len(n.Args) == 1 {
		c.conversion(n, tv.Type)
		return
	}
	id, ok := ast.Unparen(n.Fun).(*ast.Ident)
	if !ok {
		return
	}
	b, ok := c.pkg.Info.Uses[id].(*types.Builtin)
	if !ok {
		return
	}
	switch b.Name() {
	case "close":
		c.add(n.Pos(), "channel", channelMsg, channelRemedy)
	}
}
