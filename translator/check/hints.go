package check

import (
	"go/ast"
	"go/types"
	"reflect"
)

// quasiItems reports stores to items of a field tagged quasi[]: compiled code does not hear of them.
func (c *checker) quasiItems() {
	store := func(x ast.Expr) {
		item, ok := ast.Unparen(x).(*ast.IndexExpr)
		if !ok {
			return
		}
		field, ok := ast.Unparen(item.X).(*ast.SelectorExpr)
		if ok && c.fieldTag(field) == "quasi[]" {
			c.add(x.Pos(), "tag", "an item of "+field.Sel.Name+" is stored to, but its tag quasi[] says that items never change: compiled code goes on with the old one",
				"store a new slice with the change in it, or tag the field `kiln:\"quasi\"`")
		}
	}
	for _, f := range c.pkg.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, x := range n.Lhs {
					store(x)
				}
			case *ast.IncDecStmt:
				store(n.X)
			}
			return true
		})
	}
}

// fieldTag is the kiln tag of the field that a selector names.
func (c *checker) fieldTag(x *ast.SelectorExpr) string {
	sel := c.pkg.Info.Selections[x]
	if sel == nil || sel.Kind() != types.FieldVal {
		return ""
	}
	t, tag := sel.Recv(), ""
	for _, i := range sel.Index() {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return ""
		}
		t, tag = st.Field(i).Type(), st.Tag(i)
	}
	return reflect.StructTag(tag).Get("kiln")
}
