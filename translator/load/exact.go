package load

import (
	"go/ast"
	"go/token"
	"regexp"
)

// place is a position as messages have it.
type place struct {
	file         string
	line, column int
}

func placeOf(p token.Position) place { return place{p.Filename, p.Line, p.Column} }

// Exact moves problems to the words that they are about. What is found in graphs has the positions of go/ssa: a call is at its
// parenthesis, the address of an element at the bracket. Readers look for the name of the callee, and for the &.
func (r *Result) Exact(ps Problems) Problems {
	wanted := map[string]bool{}
	for _, p := range ps {
		wanted[p.Pos.Filename] = true
	}
	calls, addresses := map[place]token.Pos{}, map[place]token.Pos{}
	names := map[place][]*ast.Ident{} // by line
	for _, p := range r.Packages {
		if !p.Dialect() {
			continue
		}
		for _, f := range p.Files {
			if !wanted[r.Position(f.Package).Filename] {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if name := calleeName(n.Fun); name.IsValid() {
						calls[placeOf(r.Position(n.Lparen))] = name
					}
				case *ast.TypeSwitchStmt: // a case is at the word
					for _, s := range n.Body.List {
						if s := s.(*ast.CaseClause); len(s.List) == 1 {
							calls[placeOf(r.Position(s.Case))] = s.List[0].Pos()
						}
					}
				case *ast.Ident:
					at := r.Position(n.Pos())
					line := place{at.Filename, at.Line, 0}
					names[line] = append(names[line], n)
				case *ast.UnaryExpr:
					if n.Op == token.AND {
						if at := partPos(n.X); at.IsValid() {
							addresses[placeOf(r.Position(at))] = n.Pos()
						}
					}
				}
				return true
			})
		}
	}
	named := func(p Problem) *ast.Ident { // found in an initialiser, it is at the variable
		m := aboutName.FindStringSubmatch(p.Msg)
		for _, id := range names[place{p.Pos.Filename, p.Pos.Line, 0}] {
			if m != nil && id.Name == m[1]+m[2] && r.Position(id.Pos()).Column > p.Pos.Column {
				return id
			}
		}
		return nil
	}
	for i, p := range ps {
		at := placeOf(p.Pos)
		if id := named(p); id != nil {
			ps[i].Pos = r.Position(id.Pos())
		} else if name, ok := calls[at]; ok {
			ps[i].Pos = r.Position(name)
		} else if and, ok := addresses[at]; ok && p.Rule == "interior-pointer" {
			ps[i].Pos = r.Position(and)
		}
	}
	return ps.Sort()
}

// calleeName is where the name of a called function stands; of a function literal there is none.
func calleeName(fun ast.Expr) token.Pos {
	switch f := ast.Unparen(fun).(type) {
	case *ast.SelectorExpr:
		return f.Sel.Pos()
	case *ast.IndexExpr:
		return calleeName(f.X)
	case *ast.IndexListExpr:
		return calleeName(f.X)
	case *ast.FuncLit:
		return token.NoPos
	default:
		return f.Pos()
	}
}

// partPos is where go/ssa has the address of a field or element.
func partPos(x ast.Expr) token.Pos {
	switch x := ast.Unparen(x).(type) {
	case *ast.SelectorExpr:
		return x.Sel.Pos()
	case *ast.IndexExpr:
		return x.Lbrack
	}
	return token.NoPos
}

// aboutName matches messages about the use of a name.
var aboutName = regexp.MustCompile(`^driver (\w+) is used as a value|^\w+\.(\w+) of the standard library cannot be translated`)

// callAt is the call whose parenthesis is at a position.
func (r *Result) callAt(pos token.Pos) (call *ast.CallExpr) {
	r.around(pos, func(n ast.Node) {
		if c, ok := n.(*ast.CallExpr); ok && c.Lparen == pos {
			call = c
		}
	})
	return call
}

// firstDefer is the first defer statement of the function around a position, NoPos if it has none.
func (r *Result) firstDefer(pos token.Pos) (at token.Pos) {
	var body *ast.BlockStmt
	r.around(pos, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.FuncDecl:
			body = n.Body
		case *ast.FuncLit:
			body = n.Body
		}
	})
	if body == nil {
		return token.NoPos
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			if !at.IsValid() {
				at = n.Pos()
			}
		case *ast.FuncLit:
			return false
		}
		return true
	})
	return at
}

// around visits the nodes that contain a position, from the outside in.
func (r *Result) around(pos token.Pos, visit func(ast.Node)) {
	for _, p := range r.Packages {
		for _, f := range p.Files {
			if pos < f.FileStart || pos > f.FileEnd {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if n == nil || pos < n.Pos() || pos >= n.End() {
					return false
				}
				visit(n)
				return true
			})
		}
	}
}

// ArgPos is where argument i of a hint stands, the call itself if it is not listed there.
func (r *Result) ArgPos(call token.Pos, i int) token.Pos {
	if c := r.callAt(call); c != nil && i < len(c.Args) {
		return c.Args[i].Pos()
	}
	return call
}
