package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

const channelMsg = "channels are not in the dialect"
const channelRemedy = "use a queue of your own, or a host package"

// syntax looks for constructs outside of the dialect in all code of the package, reachable or not. Of channels, the types
// are reported and select statements; what is done to them only if the channel comes from elsewhere.
func (c *checker) syntax() {
	c.chanTypes = false
	for _, f := range c.pkg.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			_, isChan := n.(*ast.ChanType)
			c.chanTypes = c.chanTypes || isChan
			return true
		})
	}
	for _, f := range c.pkg.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			c.node(n)
			return true
		})
	}
}

func (c *checker) channelUse(pos token.Pos) {
	if !c.chanTypes {
		c.add(pos, "channel", channelMsg, channelRemedy)
	}
}

func (c *checker) node(n ast.Node) {
	c.foreignNode(n)
	switch n := n.(type) {
	case *ast.GoStmt:
		c.add(n.Pos(), "goroutine", "goroutines are not in the dialect: translated code runs on threads that Kiln knows",
			"use framework.StartThread, or a host package")
	case *ast.ArrayType:
		c.arrayType(n)
	case *ast.SelectStmt:
		c.add(n.Pos(), "channel", "select is not in the dialect", channelRemedy)
	case *ast.SendStmt:
		c.channelUse(n.Pos())
	case *ast.ChanType:
		c.add(n.Pos(), "channel", channelMsg, channelRemedy)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			c.channelUse(n.Pos())
		}
	case *ast.RangeStmt:
		c.rangeStmt(n)
	case *ast.CallExpr:
		c.callExpr(n)
	case *ast.SliceExpr:
		c.fixedArray(n.Pos(), n.X, "re-slice")
	}
}

// arrayType refuses arrays that Go's compiler refuses; its type checker does not.
func (c *checker) arrayType(n *ast.ArrayType) {
	if n.Len == nil {
		return
	}
	if t := c.pkg.Info.TypeOf(n); t != nil && c.r.Program != nil && leastSize(t) >= addressSpace {
		c.add(n.Pos(), "type", "type "+typeString(t)+" is larger than the address space", "use a slice, which is as large as it is made")
	}
}

// addressSpace is Go's limit for the size of a type.
const addressSpace = 1 << 50

// leastSize is about how many bytes a value has, type parameters as small as they can be.
func leastSize(t types.Type) float64 {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return 0
	}
	switch t := t.Underlying().(type) {
	case *types.Array:
		return float64(t.Len()) * leastSize(t.Elem())
	case *types.Struct:
		sum := 0.0
		for f := range t.Fields() {
			sum += leastSize(f.Type())
		}
		return sum
	}
	return float64(sizes.Sizeof(t))
}

var sizes = types.SizesFor("gc", "amd64")

// rangeStmt refuses ranges over what the dialect does not have.
func (c *checker) rangeStmt(n *ast.RangeStmt) {
	t := c.pkg.Info.TypeOf(n.X)
	if t == nil {
		return
	}
	if _, ok := t.Underlying().(*types.Chan); ok {
		c.channelUse(n.X.Pos())
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
	if fromPointer && toPointer && types.ConvertibleTo(from, to) && !types.Identical(fp.Elem(), tp.Elem()) {
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
	if !ok || len(n.Args) == 0 { // without arguments: a type error
		return
	}
	switch b.Name() {
	case "close":
		c.channelUse(n.Pos())
	case "make":
		if t := c.pkg.Info.TypeOf(n.Args[0]); len(n.Args) == 3 && c.isFixed(t) {
			c.add(n.Args[2].Pos(), "fixed-array", "a value of type "+typeString(t)+" has no spare capacity: it is a //kiln:array, one pointer to an array of fixed length", "leave the capacity out")
		}
	case "append":
		c.fixedArray(n.Pos(), n.Args[0], "append to")
	}
}

func (c *checker) isFixed(t types.Type) bool {
	if t == nil || c.r.Program == nil {
		return false
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && c.r.Program.FixedArrays[n.Origin().Obj()]
}

// fixedArray refuses what cannot be done to values of a type marked //kiln:array.
func (c *checker) fixedArray(pos token.Pos, x ast.Expr, what string) {
	if t := c.pkg.Info.TypeOf(x); c.isFixed(t) {
		c.add(pos, "fixed-array", "cannot "+what+" a value of type "+typeString(t)+": it is a //kiln:array, one pointer to an array of fixed length",
			"make another one and copy the elements, or use an ordinary slice")
	}
}
