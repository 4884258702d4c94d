package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
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
			switch d := d.(type) {
			case *ast.FuncDecl:
				c.hostDirectives(d)
			case *ast.GenDecl:
				if d.Tok == token.TYPE {
					c.hostTypes(d)
				}
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

// hostTypes checks what the types of a host package say about their finalizers.
func (c *checker) hostTypes(d *ast.GenDecl) {
	for _, s := range d.Specs {
		for _, dir := range load.Directives(d.Doc, s.(*ast.TypeSpec).Doc) {
			if dir.Name == "finalizer" {
				c.finalizer(dir, s.(*ast.TypeSpec))
			}
		}
	}
}

// host checks the signatures of the host functions that the program calls.
func (c *checker) host() {
	for _, f := range c.r.Program.Funcs {
		if !f.Host || f.Sig == nil {
			continue
		}
		if r := f.Sig.Recv(); r != nil {
			c.boundary(f, r.Type(), receiver)
		}
		for v := range f.Sig.Params().Variables() {
			c.boundary(f, v.Type(), parameter)
		}
		for v := range f.Sig.Results().Variables() {
			c.boundary(f, v.Type(), result)
		}
	}
}

const (
	receiver  = "receiver"
	parameter = "parameter"
	result    = "result"
)

// boundary checks a type that crosses between translated and host code.
func (c *checker) boundary(f *flow.Func, t types.Type, what string) {
	bad := func(why, remedy string) {
		c.add(c.r.FirstUse(f), "host", "host function "+f.Name+" has a "+what+" of type "+typeString(t)+", "+why, remedy)
	}
	if name := unexported(t); name != "" {
		bad("whose name "+name+" only its own package can use", "export the type")
		return
	}
	crossing := c.r.Program.Crosses(t)
	if crossing == flow.NoCrossing || crossing == flow.FuncCrossing && what != parameter {
		why, remedy := c.whyNot(t, what)
		bad(why, remedy)
	}
}

// whyNot explains why a type does not cross, and what does.
func (c *checker) whyNot(t types.Type, what string) (why, remedy string) {
	p := c.r.Program
	const general = "which cannot cross the boundary between translated and host code"
	switch u := t.Underlying().(type) {
	case *types.Signature:
		if what == parameter {
			return "which the host cannot call: what it takes or returns cannot cross the boundary", "use numbers, bools, strings, slices of those, handles and errors"
		}
		return general, "return a handle with a method"
	case *types.Struct:
		if p.Foreign(t) {
			return general + ": translated code knows nothing of what it consists of", "use a pointer to it"
		}
		return general, "pass the fields one by one, or make it a type of the host package and use a pointer to it"
	case *types.Map, *types.Array, *types.Chan:
		return general, "use slices, or a handle: a pointer to a struct of the host package that holds it"
	case *types.Interface:
		return general, "use a type for each function, or an interface that the host package declares, whose values are handles"
	case *types.Pointer:
		if _, isStruct := u.Elem().Underlying().(*types.Struct); isStruct {
			return general + ": the host knows nothing of objects of translated code", "pass the fields one by one, or functions that get at them"
		}
	}
	return general, "use numbers, bools, strings, slices of those, handles (pointers to types of host packages)" +
		map[string]string{result: ", and error", parameter: ", error, and functions of such parameters and results"}[what]
}

// unexported is the name of the first unexported type in a type, "" if there is none.
func unexported(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj().Pkg() != nil && !t.Obj().Exported() {
			return t.Obj().Name()
		}
	case *types.Pointer:
		return unexported(t.Elem())
	case *types.Slice:
		return unexported(t.Elem())
	case *types.Signature:
		for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range tuple.Variables() {
				if name := unexported(v.Type()); name != "" {
					return name
				}
			}
		}
	}
	return ""
}

// finalizer checks that the method that closes a handle exists, and takes nothing.
func (c *checker) finalizer(d load.Directive, spec *ast.TypeSpec) {
	if c.pkg.Types == nil {
		return
	}
	obj := c.pkg.Types.Scope().Lookup(spec.Name.Name)
	if obj == nil {
		return
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, c.pkg.Types, d.Args)
	if f, ok := m.(*types.Func); !ok || f.Signature().Params().Len() > 0 || !f.Exported() {
		c.add(d.Pos, "directive", "//kiln:finalizer wants the name of a method of *"+spec.Name.Name+" without parameters that closes it, not "+strconv.Quote(d.Args),
			"write //kiln:finalizer Close, and the method")
	}
}
