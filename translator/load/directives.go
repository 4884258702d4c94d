package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"kiln/translator/flow"
)

// Directive is a //kiln:... comment.
type Directive struct {
	Name string // "elidable"
	Args string // what follows
	Pos  token.Pos
}

// Directives lists the //kiln: lines of a comment group.
func Directives(groups ...*ast.CommentGroup) []Directive {
	var out []Directive
	for _, g := range groups {
		if g == nil {
			continue
		}
		for _, c := range g.List {
			text, ok := strings.CutPrefix(c.Text, "//kiln:")
			if !ok {
				continue
			}
			name, args, _ := strings.Cut(text, " ")
			out = append(out, Directive{Name: name, Args: strings.TrimSpace(args), Pos: c.Pos()})
		}
	}
	return out
}

// hasDirective says whether the package comment of one of the files carries //kiln:<name>.
func hasDirective(files []*ast.File, name string) bool {
	for _, f := range files {
		for _, d := range Directives(f.Doc) {
			if d.Name == name {
				return true
			}
		}
	}
	return false
}

// hints reads the directives of a function's doc comment.
func hints(doc *ast.CommentGroup) flow.Hints {
	var h flow.Hints
	for _, d := range Directives(doc) {
		switch d.Name {
		case "elidable":
			h.Elidable = true
			h.ElidablePromote = d.Args == "promote"
		case "unroll_safe":
			h.UnrollSafe = true
		case "dont_look_inside":
			h.DontLookInside = true
		case "loop_invariant":
			h.LoopInvariant = true
		case "not_in_trace":
			h.NotInTrace = true
		}
	}
	return h
}

// typeDirectives calls f for each directive on the declarations of a package's types.
func (p *Package) typeDirectives(f func(name *types.TypeName, dir Directive)) {
	for _, file := range p.Files {
		for _, d := range file.Decls {
			gd, ok := d.(*ast.GenDecl)
			if !ok || gd.Tok != token.TYPE {
				continue
			}
			for _, spec := range gd.Specs {
				ts := spec.(*ast.TypeSpec)
				name, ok := p.Types.Scope().Lookup(ts.Name.Name).(*types.TypeName)
				if !ok {
					continue
				}
				for _, dir := range Directives(gd.Doc, ts.Doc) {
					f(name, dir)
				}
			}
		}
	}
}
