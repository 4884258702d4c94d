package load

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// declarations reads the types of packages that are not translated from their source, without the bodies of functions and
// without what only those import. Export data say the same, but the go command has to compile a package and all it
// imports to make them: with an empty build cache that is the run time of Go, and most of what kiln check takes.
//
// Standard packages and Kiln's own are read in this way. If a program has host packages of its own, Go compiles those:
// it is Go that says what is wrong in them, and all types come from export data then.
type declarations struct {
	s *Session
	// read holds packages that are complete, or nil while they are being read. Those that others import here need not be the
	// ones that the program sees under the same path, which may be patched.
	read map[string]*types.Package
}

// declare reads the packages want into s.outlines. It says no if one of them must come from export data.
func (s *Session) declare(want []string) bool {
	for _, path := range want {
		m := s.meta[path]
		if m == nil || !s.inGoroot(m) && !(m.Module != nil && m.Module.Path == "kiln" && strings.HasPrefix(path, FrameworkPath+"/")) {
			return false
		}
	}
	if s.fromExports {
		return false // an earlier program's host packages know some of these packages by their export data
	}
	d := declarations{s, map[string]*types.Package{}}
	for path, p := range s.outlines {
		d.read[path] = p
	}
	for _, path := range want {
		if _, err := d.load(path); err != nil {
			return false
		}
	}
	for _, path := range want {
		s.outlines[path] = d.read[path]
		s.exported[path] = d.read[path]
	}
	return true
}

// load reads one package and what its declarations need.
func (d *declarations) load(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p, ok := d.read[path]; ok {
		if p == nil {
			return nil, fmt.Errorf("package %s imports itself", path)
		}
		return p, nil
	}
	d.read[path] = nil
	m := d.s.meta[path]
	if m == nil || len(m.GoFiles) == 0 {
		return nil, fmt.Errorf("no source of package %s", path)
	}
	var files []*ast.File
	for _, name := range m.GoFiles {
		f, err := parser.ParseFile(d.s.fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	dropBodies(files)
	for _, f := range files {
		dropImports(f, m)
		f.Decls = slices.DeleteFunc(f.Decls, func(decl ast.Decl) bool {
			gd, ok := decl.(*ast.GenDecl)
			return ok && len(gd.Specs) == 0
		})
	}
	var first error
	conf := types.Config{
		Importer: imports{d, m}, Sizes: words, GoVersion: d.s.goVersion(&Package{Path: path}),
		IgnoreFuncBodies: true, FakeImportC: true,
		Error: func(err error) { first = errors.Join(first, err) },
	}
	p, _ := conf.Check(path, d.s.fset, files, nil)
	if first != nil {
		return nil, first
	}
	d.read[path] = p
	return p, nil
}

// imports finds what one package imports.
type imports struct {
	d *declarations
	m *packages.Package
}

func (i imports) Import(path string) (*types.Package, error) {
	if dep := i.m.Imports[path]; dep != nil {
		path = dep.PkgPath // vendored
	}
	return i.d.load(path)
}

// dropBodies removes the bodies of functions, and the variables that no declaration mentions then.
func dropBodies(files []*ast.File) {
	mentioned := map[string]bool{}
	for _, f := range files {
		for _, decl := range f.Decls {
			if fd, ok := decl.(*ast.FuncDecl); ok && fd.Body != nil {
				fd.Body = emptied(fd.Body)
			}
			if gd, ok := decl.(*ast.GenDecl); ok && gd.Tok == token.VAR {
				for _, spec := range gd.Specs {
					if vs := spec.(*ast.ValueSpec); vs.Type != nil {
						vs.Values = nil
					}
				}
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ValueSpec: // what it declares is no use of it
					for _, part := range append([]ast.Expr{n.Type}, n.Values...) {
						if part != nil {
							ast.Inspect(part, func(n ast.Node) bool { return mention(mentioned, n) })
						}
					}
					return false
				}
				return mention(mentioned, n)
			})
		}
	}
	for _, f := range files {
		for _, decl := range f.Decls {
			if gd, ok := decl.(*ast.GenDecl); ok && gd.Tok == token.VAR {
				gd.Specs = slices.DeleteFunc(gd.Specs, func(spec ast.Spec) bool {
					return !slices.ContainsFunc(spec.(*ast.ValueSpec).Names, func(name *ast.Ident) bool { return name.IsExported() || mentioned[name.Name] })
				})
			}
		}
	}
}

func emptied(b *ast.BlockStmt) *ast.BlockStmt {
	return &ast.BlockStmt{Lbrace: b.Lbrace, Rbrace: b.Rbrace}
}

// mention notes the identifiers outside of function literals.
func mention(mentioned map[string]bool, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit:
		n.Body = emptied(n.Body)
	case *ast.Ident:
		mentioned[n.Name] = true
	}
	return true
}

// dropImports removes the imports that nothing in a file mentions any more.
func dropImports(f *ast.File, m *packages.Package) {
	mentioned := map[string]bool{}
	for _, decl := range f.Decls {
		if gd, ok := decl.(*ast.GenDecl); ok && gd.Tok == token.IMPORT {
			continue
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok {
					mentioned[id.Name] = true
				}
			}
			return true
		})
	}
	used := func(spec *ast.ImportSpec) bool {
		path := strings.Trim(spec.Path.Value, "\"`")
		switch {
		case spec.Name != nil:
			return spec.Name.Name == "." || mentioned[spec.Name.Name]
		case path == "unsafe", path == "C":
			return mentioned[path]
		}
		dep := m.Imports[path]
		return dep != nil && mentioned[dep.Name]
	}
	f.Imports = slices.DeleteFunc(f.Imports, func(spec *ast.ImportSpec) bool { return !used(spec) })
	for _, decl := range f.Decls {
		if gd, ok := decl.(*ast.GenDecl); ok && gd.Tok == token.IMPORT {
			gd.Specs = slices.DeleteFunc(gd.Specs, func(spec ast.Spec) bool { return !used(spec.(*ast.ImportSpec)) })
		}
	}
}
