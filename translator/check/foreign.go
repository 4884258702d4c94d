package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// What translated code must not do with types of host packages: it holds references to their values, and knows nothing of
// what these consist of.

// foreignNode refuses expressions that look into foreign values or make them.
func (c *checker) foreignNode(n ast.Node) {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		c.foreignSelector(n)
	case *ast.StarExpr:
		if tv := c.pkg.Info.Types[n]; !tv.IsType() && c.foreign(tv.Type) {
			c.add(n.Pos(), "host", "a value of type "+typeString(tv.Type)+" is copied: translated code knows nothing of what it consists of", "pass the pointer on")
		}
	case *ast.CompositeLit:
		if t := c.pkg.Info.TypeOf(n); c.foreign(t) {
			c.add(n.Pos(), "host", "a value of type "+typeString(t)+" is made here: translated code knows nothing of what it consists of", "call a function of the host package that returns a pointer")
		}
	case *ast.CallExpr:
		if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && len(n.Args) == 1 {
			if b, ok := c.pkg.Info.Uses[id].(*types.Builtin); ok && b.Name() == "new" && c.foreign(c.pkg.Info.TypeOf(n.Args[0])) {
				c.add(n.Pos(), "host", "a value of type "+typeString(c.pkg.Info.TypeOf(n.Args[0]))+" is made here: translated code knows nothing of what it consists of", "call a function of the host package that returns a pointer")
			}
		}
	case *ast.Ident:
		if v, ok := c.pkg.Info.Defs[n].(*types.Var); ok {
			c.foreignVariable(n.Pos(), v)
		}
	}
}

// foreignVariable refuses variables and fields that hold foreign values themselves.
func (c *checker) foreignVariable(pos token.Pos, v *types.Var) {
	if p := c.byValue(v.Type()); p != nil {
		c.add(pos, "host", "variable "+v.Name()+" holds a value of type "+typeString(p)+", not a pointer to it: translated code knows nothing of what it consists of",
			"use *"+typeString(p))
		return
	}
	if m, ok := v.Type().Underlying().(*types.Map); ok && types.IsInterface(m.Key()) && c.r.Program != nil && c.r.Program.Foreign(m.Key()) {
		c.add(pos, "host", "a map with keys of type "+typeString(m.Key())+", an interface of a host package, is not supported", "use pointers as keys")
	}
}

// byValue is the foreign type of which a value of type t holds one, nil if there is none.
func (c *checker) byValue(t types.Type) types.Type {
	if c.foreign(t) {
		return t
	}
	if _, named := types.Unalias(t).(*types.Named); named {
		return nil // its declaration is looked at
	}
	switch t := t.(type) {
	case *types.Array:
		return c.byValue(t.Elem())
	case *types.Slice:
		return c.byValue(t.Elem())
	case *types.Map:
		if k := c.byValue(t.Key()); k != nil {
			return k
		}
		return c.byValue(t.Elem())
	}
	return nil
}

// foreign: a type of a host package that is no reference. Those of packages that must not be imported are a problem already.
func (c *checker) foreign(t types.Type) bool {
	if t == nil || c.r.Program == nil || !c.r.Program.Foreign(t) || types.IsInterface(t) {
		return false
	}
	dep := c.dependency(types.Unalias(t).(*types.Named).Obj().Pkg().Path())
	return dep == nil || dep.Host
}

// foreignSelector refuses fields of foreign structs, and methods that they have from what is embedded in them.
func (c *checker) foreignSelector(n *ast.SelectorExpr) {
	s := c.pkg.Info.Selections[n]
	if s == nil {
		return
	}
	t := s.Recv()
	path := s.Index()
	if s.Kind() != types.FieldVal {
		path = path[:len(path)-1]
	}
	for _, i := range path {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		if c.foreign(t) {
			what, remedy := "field "+n.Sel.Name+" of "+typeString(t)+" is used", "let the host package have a method that returns it"
			if s.Kind() != types.FieldVal {
				what, remedy = "method "+n.Sel.Name+" of "+typeString(t)+" is that of an embedded type", "give "+typeString(t)+" a method of its own that calls it"
			}
			c.add(n.Sel.Pos(), "host", what+": translated code knows nothing of what a value of a host package consists of", remedy)
			return
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return
		}
		t = st.Field(i).Type()
	}
}
