package spec

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"sync"
)

// The rules are full of constants, which a recording folds, and the optimiser with it, so that little is left to be executed. So
// there is a form of each program in which values come out of a function that no trace goes through.

const hider = `
// jitHide returns its argument, which no trace knows.
//
//kiln:dont_look_inside
func jitHide[T any](x T) T { return x }

`

// aliases are names of the predeclared types that the areas do not declare.
func aliases() (text string) {
	for _, t := range types.Typ {
		if t.Info()&types.IsUntyped == 0 && t.Kind() != types.Invalid && t.Kind() != types.UnsafePointer {
			text += fmt.Sprintf("type jit_%s = %s\n\n", t, t)
		}
	}
	return text + "type jit_byte = byte\n\ntype jit_rune = rune\n"
}

// standard reads the packages that the areas import, once; it is not safe for several goroutines.
var standard = struct {
	sync.Mutex
	fset *token.FileSet
	from types.Importer
}{fset: token.NewFileSet()}

// hide passes constants of the predeclared types through jitHide where Go wants no constants: what is assigned, passed to functions,
// returned, or put into composite literals.
func hide(files map[string]string, name string) (n int, err error) {
	standard.Lock()
	defer standard.Unlock()
	if standard.from == nil {
		standard.from = importer.ForCompiler(standard.fset, "source", nil)
	}
	var parsed []*ast.File
	var main *ast.File
	for file, text := range files {
		f, err := parser.ParseFile(standard.fset, file, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return 0, err
		}
		parsed = append(parsed, f)
		if file == name {
			main = f
		}
	}
	h := &hiding{info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}}
	config := types.Config{Importer: standard.from, Error: func(err error) {}}
	if _, err := config.Check("main", standard.fset, parsed, h.info); err != nil {
		return 0, err
	}
	for _, d := range main.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			ast.Inspect(f.Body, h.visit)
		}
	}
	var out bytes.Buffer
	if err := format.Node(&out, standard.fset, main); err != nil {
		return 0, err
	}
	files[name] = out.String()
	return h.n, nil
}

type hiding struct {
	info *types.Info
	n    int
}

// visit hides the operands of a statement or an expression.
func (h *hiding) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		h.list(n.Rhs)
	case *ast.ReturnStmt:
		h.list(n.Results)
	case *ast.DeclStmt:
		if d := n.Decl.(*ast.GenDecl); d.Tok == token.VAR {
			for _, s := range d.Specs {
				h.list(s.(*ast.ValueSpec).Values)
			}
		}
	case *ast.CompositeLit:
		for i, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				h.one(&kv.Value)
			} else {
				h.one(&n.Elts[i])
			}
		}
	case *ast.CallExpr:
		if _, ok := h.info.Types[n.Fun].Type.(*types.Signature); ok && !h.info.Types[n.Fun].IsBuiltin() {
			h.list(n.Args)
		}
	}
	return true
}

func (h *hiding) list(list []ast.Expr) {
	for i := range list {
		h.one(&list[i])
	}
}

func (h *hiding) one(e *ast.Expr) {
	known := h.info.Types[*e]
	basic, ok := known.Type.(*types.Basic)
	if !ok || known.Value == nil || basic.Info()&types.IsUntyped != 0 {
		return
	}
	h.n++
	*e = &ast.CallExpr{Fun: &ast.IndexExpr{X: ast.NewIdent("jitHide"), Index: ast.NewIdent("jit_" + basic.Name())}, Args: []ast.Expr{*e}}
}
