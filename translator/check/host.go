package check

import (
	"go/ast"
	"go/types"
	"strings"

	"kiln/translator/flow"
	"kiln/translator/load"
)

// hostPackage checks what stands in the source of a host package: its directives, and that it has no part in the
// translated world.
func (c *checker) hostPackage() {
	if c.pkg.Path == load.HostPath {
		return
	}
	c.directives()
	for _, f := range c.pkg.Files {
		for _, spec := range f.Imports {
			path := strings.Trim(spec.Path.Value, "\"`")
			if dialect := c.r.LeadsToDialect(path); dialect != "" {
				via := ""
				if dialect != path {
					via = " by way of " + path
				}
				c.add(spec.Pos(), "host", "host package "+c.pkg.Path+" imports "+dialect+via+", which is translated: in each of the two worlds it would have variables of its own",
					"pass what the host code needs as arguments, or move what both need into a package that only one of them imports")
			}
		}
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok {
				c.hostDirectives(fd)
			}
		}
	}
}

// hostDirectives checks that a function's directives mean something for host functions.
func (c *checker) hostDirectives(fd *ast.FuncDecl) {
	for _, d := range load.Directives(fd.Doc) {
		if info, ok := knownDirectives[d.Name]; ok && info.on == onFunc && !info.host {
			c.add(d.Pos, "directive", "//kiln:"+d.Name+" is about translated functions; "+fd.Name.Name+" is a host function, which is compiled by Go", "remove it")
		}
		if d.Name == "borrow" && !hasBorrowable(fd.Type.Params) {
			c.add(d.Pos, "directive", "//kiln:borrow is about parameters that are strings or slices; "+fd.Name.Name+" has none", "remove it")
		}
	}
}

// hasBorrowable says whether a parameter may be a string or a slice, as far as the syntax shows.
func hasBorrowable(params *ast.FieldList) bool {
	for _, f := range params.List {
		if id, ok := f.Type.(*ast.Ident); !ok || id.Name == "string" || !isBasic(id.Name) {
			return true
		}
	}
	return false
}

func isBasic(name string) bool {
	t, ok := types.Universe.Lookup(name).(*types.TypeName)
	return ok && t != nil
}

// host checks the signatures of the host functions that the program calls.
func (c *checker) host() {
	for _, f := range c.r.Program.Funcs {
		if !f.Host {
			continue
		}
		if f.Sig.Recv() != nil {
			c.add(c.r.FirstUse(f), "host", "call of method "+f.HostName+" of host package "+f.HostPkg+": handles are not supported yet",
				"write a function that takes a number for the object")
			continue
		}
		if f.Sig.Variadic() {
			c.add(c.r.FirstUse(f), "host", "host function "+f.Name+" is variadic", "give it a slice parameter")
		}
		for v := range f.Sig.Params().Variables() {
			c.boundary(f, v.Type(), "parameter")
		}
		for v := range f.Sig.Results().Variables() {
			c.boundary(f, v.Type(), "result")
		}
	}
}

// boundary checks a type that crosses between translated and host code.
func (c *checker) boundary(f *flow.Func, t types.Type, what string) {
	if crosses(t) || what == "result" && isError(t) {
		return
	}
	c.add(c.r.FirstUse(f), "host", "host function "+f.Name+" has a "+what+" of type "+typeString(t)+", which cannot cross the boundary between translated and host code",
		"use numbers, bools, strings and slices of those"+map[bool]string{true: ", and error as result"}[what == "result"])
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

func crosses(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat|types.IsString) != 0 && t.Info()&types.IsUntyped == 0
	case *types.Slice:
		b, ok := t.Elem().Underlying().(*types.Basic)
		return ok && crosses(b)
	}
	return false
}
