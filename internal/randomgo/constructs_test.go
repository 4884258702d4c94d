package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os/exec"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"kiln/internal/randomgo/generate"
)

// constructs are what random programs must have, as said of one node.
var constructs = map[string]func(f *finder, n ast.Node) bool{
	"range over a function written out": func(f *finder, n ast.Node) bool {
		r, ok := n.(*ast.RangeStmt)
		if !ok {
			return false
		}
		_, ok = r.X.(*ast.FuncLit)
		return ok
	},
	"range over a method value": func(f *finder, n ast.Node) bool {
		r, ok := n.(*ast.RangeStmt)
		if !ok || !f.isFunc(r.X) {
			return false
		}
		_, ok = r.X.(*ast.SelectorExpr)
		return ok
	},
	"range over an integer": func(f *finder, n ast.Node) bool {
		return ranges(f, n, func(t types.Type) bool { return basic(t, types.IsInteger) })
	},
	"range over a string": func(f *finder, n ast.Node) bool {
		return ranges(f, n, func(t types.Type) bool { return basic(t, types.IsString) })
	},
	"range over a map":                 func(f *finder, n ast.Node) bool { return ranges(f, n, isA[*types.Map]) },
	"range over a slice":               func(f *finder, n ast.Node) bool { return ranges(f, n, isA[*types.Slice]) },
	"range over an array":              func(f *finder, n ast.Node) bool { return ranges(f, n, isA[*types.Array]) },
	"range over a pointer to an array": func(f *finder, n ast.Node) bool { return ranges(f, n, isA[*types.Pointer]) },
	"continue or break of an outer loop in a range over a function": func(f *finder, n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		r := f.inRangeFunc()
		if !ok || b.Label == nil || b.Tok == token.GOTO || r == nil {
			return false
		}
		inside := false
		f.around(func(n ast.Node) bool {
			l, ok := n.(*ast.LabeledStmt)
			inside = inside || ok && l.Label.Name == b.Label.Name && l.Pos() > r.Pos()
			return n == r
		})
		own := false
		f.around(func(n ast.Node) bool {
			l, ok := n.(*ast.LabeledStmt)
			own = own || ok && l.Stmt == r && l.Label.Name == b.Label.Name
			return own
		})
		return !inside && !own
	},
	"return in a range over a function": func(f *finder, n ast.Node) bool {
		_, ok := n.(*ast.ReturnStmt)
		return ok && f.inRangeFunc() != nil
	},
	"labelled continue": func(f *finder, n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		return ok && b.Label != nil && b.Tok == token.CONTINUE
	},
	"break of a labelled switch": func(f *finder, n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		return ok && b.Label != nil && b.Tok == token.BREAK && strings.HasPrefix(b.Label.Name, "W")
	},
	"goto out of loops": func(f *finder, n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		return ok && b.Tok == token.GOTO && f.inLoop() && strings.HasPrefix(b.Label.Name, "O")
	},
	"fallthrough": func(f *finder, n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		return ok && b.Tok == token.FALLTHROUGH
	},
	"type switch":     func(f *finder, n ast.Node) bool { _, ok := n.(*ast.TypeSwitchStmt); return ok },
	"defer in a loop": func(f *finder, n ast.Node) bool { _, ok := n.(*ast.DeferStmt); return ok && f.inLoop() },
	"panic with what was recovered": func(f *finder, n ast.Node) bool {
		c := builtin(f, n, "panic")
		if c == nil {
			return false
		}
		id, ok := c.Args[0].(*ast.Ident)
		return ok && id.Name == "r"
	},
	"deferred function that sets a result": func(f *finder, n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 {
			return false
		}
		id, ok := a.Lhs[0].(*ast.Ident)
		if !ok {
			return false
		}
		deferred, result := false, false
		f.around(func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				deferred = true
			case *ast.FuncLit:
				if deferred && n.Type.Results != nil {
					for _, r := range n.Type.Results.List {
						result = result || len(r.Names) == 1 && f.info.Defs[r.Names[0]] == f.info.Uses[id] && f.info.Uses[id] != nil
					}
				}
			}
			return result
		})
		return result
	},
	"method expression": func(f *finder, n ast.Node) bool {
		return selection(f, n, func(s *types.Selection) bool { return s.Kind() == types.MethodExpr })
	},
	"method value": func(f *finder, n ast.Node) bool {
		return selection(f, n, func(s *types.Selection) bool { return s.Kind() == types.MethodVal && !f.called() })
	},
	"method promoted through an embedded interface": func(f *finder, n ast.Node) bool {
		return selection(f, n, func(s *types.Selection) bool { return s.Kind() == types.MethodVal && through(s, types.IsInterface) })
	},
	"method promoted through an embedded pointer": func(f *finder, n ast.Node) bool {
		return selection(f, n, func(s *types.Selection) bool {
			return s.Kind() == types.MethodVal && through(s, func(t types.Type) bool { return isA[*types.Pointer](t) })
		})
	},
	"method through a type parameter": func(f *finder, n ast.Node) bool {
		return selection(f, n, func(s *types.Selection) bool {
			return s.Kind() == types.MethodVal && isA[*types.TypeParam](types.Unalias(s.Recv()))
		})
	},
	"method of a generic type": func(f *finder, n ast.Node) bool {
		return selection(f, n, func(s *types.Selection) bool {
			t := s.Recv()
			if p, ok := t.(*types.Pointer); ok {
				t = p.Elem()
			}
			named, ok := t.(*types.Named)
			return ok && s.Kind() == types.MethodVal && named.TypeArgs().Len() > 0
		})
	},
	"three-index slice": func(f *finder, n ast.Node) bool { s, ok := n.(*ast.SliceExpr); return ok && s.Slice3 },
	"slice of an array": func(f *finder, n ast.Node) bool {
		s, ok := n.(*ast.SliceExpr)
		return ok && isA[*types.Array](f.under(s.X))
	},
	"append to a part": func(f *finder, n ast.Node) bool {
		c := builtin(f, n, "append")
		if c == nil {
			return false
		}
		s, ok := c.Args[0].(*ast.SliceExpr)
		return ok && !s.Slice3
	},
	"copy within a slice": func(f *finder, n ast.Node) bool {
		c := builtin(f, n, "copy")
		return c != nil && (types.ExprString(c.Args[0]) == types.ExprString(c.Args[1])+"[1:]" || types.ExprString(c.Args[1]) == types.ExprString(c.Args[0])+"[1:]")
	},
	"conversion of a slice to an array": func(f *finder, n ast.Node) bool {
		return converts(f, n, func(to, from types.Type) bool { return isA[*types.Array](to) && isA[*types.Slice](from) })
	},
	"min":   func(f *finder, n ast.Node) bool { return builtin(f, n, "min") != nil },
	"max":   func(f *finder, n ast.Node) bool { return builtin(f, n, "max") != nil },
	"clear": func(f *finder, n ast.Node) bool { return builtin(f, n, "clear") != nil },
	"complex division": func(f *finder, n ast.Node) bool {
		return binary(f, n, func(b *ast.BinaryExpr, t types.Type) bool { return b.Op == token.QUO && basic(t, types.IsComplex) })
	},
	"complex64": func(f *finder, n ast.Node) bool {
		return binary(f, n, func(b *ast.BinaryExpr, t types.Type) bool { return t == types.Typ[types.Complex64] })
	},
	"conversion of a float to uint64": func(f *finder, n ast.Node) bool {
		return converts(f, n, func(to, from types.Type) bool {
			return to == types.Typ[types.Uint64] && basic(from, types.IsFloat)
		})
	},
	"conversion of a float to a narrower integer": func(f *finder, n ast.Node) bool {
		return converts(f, n, func(to, from types.Type) bool {
			return (to == types.Typ[types.Int32] || to == types.Typ[types.Uint32]) && basic(from, types.IsFloat)
		})
	},
	"conversion of an integer to float32": func(f *finder, n ast.Node) bool {
		return converts(f, n, func(to, from types.Type) bool {
			return to == types.Typ[types.Float32] && basic(from, types.IsInteger)
		})
	},
	"conversion between numbers of different signs": func(f *finder, n ast.Node) bool {
		return converts(f, n, func(to, from types.Type) bool {
			return basic(to, types.IsUnsigned) && basic(from, types.IsInteger) && !basic(from, types.IsUnsigned)
		})
	},
	"string of a rune": func(f *finder, n ast.Node) bool {
		return converts(f, n, func(to, from types.Type) bool { return basic(to, types.IsString) && basic(from, types.IsInteger) })
	},
	"NaN": func(f *finder, n ast.Node) bool {
		e, ok := n.(ast.Expr)
		return ok && types.ExprString(e) == "math.NaN()"
	},
	"negative zero": func(f *finder, n ast.Node) bool {
		e, ok := n.(ast.Expr)
		return ok && types.ExprString(e) == "math.Copysign(0, -1)"
	},
	"shift by more than all bits": func(f *finder, n ast.Node) bool {
		return binary(f, n, func(b *ast.BinaryExpr, t types.Type) bool {
			if v := f.info.Types[b.Y].Value; (b.Op == token.SHL || b.Op == token.SHR) && v != nil {
				count, _ := constant.Int64Val(v)
				return count >= 64
			}
			return false
		})
	},
	"shift in place": func(f *finder, n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		return ok && (a.Tok == token.SHL_ASSIGN || a.Tok == token.SHR_ASSIGN)
	},
	"element of a map changed in place": func(f *finder, n ast.Node) bool {
		var target ast.Expr
		switch n := n.(type) {
		case *ast.IncDecStmt:
			target = n.X
		case *ast.AssignStmt:
			if n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
				target = n.Lhs[0]
			}
		}
		x, ok := target.(*ast.IndexExpr)
		return ok && isA[*types.Map](f.under(x.X))
	},
	"delete in a range over the map": func(f *finder, n ast.Node) bool {
		c := builtin(f, n, "delete")
		return c != nil && f.around(func(n ast.Node) bool {
			r, ok := n.(*ast.RangeStmt)
			return ok && types.ExprString(r.X) == types.ExprString(c.Args[0])
		})
	},
	"array in a map": func(f *finder, n ast.Node) bool {
		x, ok := n.(*ast.IndexExpr)
		if !ok {
			return false
		}
		m, ok := f.under(x.X).(*types.Map)
		return ok && isA[*types.Array](m.Elem().Underlying())
	},
	"struct as a key": func(f *finder, n ast.Node) bool {
		x, ok := n.(*ast.IndexExpr)
		return ok && isA[*types.Map](f.under(x.X)) && isA[*types.Struct](f.under(x.X).(*types.Map).Key().Underlying())
	},
	"comparison of structs": func(f *finder, n ast.Node) bool {
		return binary(f, n, func(b *ast.BinaryExpr, t types.Type) bool { return isA[*types.Struct](t) })
	},
	"comparison of arrays": func(f *finder, n ast.Node) bool {
		return binary(f, n, func(b *ast.BinaryExpr, t types.Type) bool { return isA[*types.Array](t) })
	},
	"iota": func(f *finder, n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return false
		}
		c, ok := f.info.Uses[id].(*types.Const)
		return ok && c.Parent() == c.Pkg().Scope() && strings.Contains(c.Name(), "c")
	},
	"variable that hides another": func(f *finder, n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return false
		}
		v, ok := f.info.Defs[id].(*types.Var)
		if !ok || v.Parent() == nil || v.Parent().Parent() == nil {
			return false
		}
		_, other := v.Parent().Parent().LookupParent(id.Name, id.Pos())
		return other != nil && other.Pkg() != nil && id.Name != "_"
	},
	"closure that calls itself": func(f *finder, n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := c.Fun.(*ast.Ident)
		if !ok {
			return false
		}
		v, ok := f.info.Uses[id].(*types.Var)
		return ok && f.around(func(n ast.Node) bool {
			a, ok := n.(*ast.AssignStmt)
			if !ok {
				return false
			}
			to, ok := a.Lhs[0].(*ast.Ident)
			return ok && f.info.Uses[to] == v
		})
	},
	"variadic call with a slice": func(f *finder, n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		return ok && c.Ellipsis.IsValid() && !f.info.Types[c.Fun].IsBuiltin()
	},
	"text that is not UTF-8": func(f *finder, n ast.Node) bool {
		l, ok := n.(*ast.BasicLit)
		return ok && l.Kind == token.STRING && f.info.Types[l].Value != nil && !utf8.ValidString(constant.StringVal(f.info.Types[l].Value))
	},
	"anonymous struct": func(f *finder, n ast.Node) bool {
		c, ok := n.(*ast.CompositeLit)
		if !ok {
			return false
		}
		_, ok = c.Type.(*ast.StructType)
		return ok
	},
}

// TestConstructs holds that random programs have every construct of the list, and run it.
func TestConstructs(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles programs")
	}
	var programs []*generate.Program
	for seed := range uint64(120) {
		programs = append(programs, generate.New(7000+seed, generate.Caught))
	}
	b := newBatch(generate.Caught, programs)
	set := token.NewFileSet()
	parsed := map[string]*ast.File{}
	var list []*ast.File
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		f, err := parser.ParseFile(set, name, b.files[name], parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed[name] = f
		list = append(list, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(set, "source", nil)}
	if _, err := config.Check("main", set, list, info); err != nil {
		t.Fatal(err)
	}
	blocks := 0
	made := map[string]int{}
	where := map[string]map[int]bool{} // the blocks that have a construct
	files := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(parsed)) {
		counted := &counting{text: b.files[name], offset: func(p token.Pos) int { return set.Position(p).Offset }, blocks: &blocks}
		find := &finder{info: info}
		ast.Inspect(parsed[name], func(n ast.Node) bool {
			if n == nil {
				counted.leave(find.stack[len(find.stack)-1])
				find.stack = find.stack[:len(find.stack)-1]
				return true
			}
			find.stack = append(find.stack, n)
			counted.enter(n, find.stack)
			for construct, is := range constructs {
				if is(find, n) {
					made[construct]++
					if where[construct] == nil {
						where[construct] = map[int]bool{}
					}
					where[construct][counted.current()] = true
				}
			}
			return true
		})
		files[name] = counted.result()
	}
	files["main.go"] = bytes.Replace(files["main.go"], []byte("\thost.Flush()\n}"), []byte("\thost.Flush()\n\tfor i, yes := range passed {\n\t\tif yes {\n\t\t\tprint(i, \" \")\n\t\t}\n\t}\n}"), 1)
	files["passed.go"] = fmt.Appendf(nil, "package main\n\nvar passed [%d]bool\n", blocks)
	bin, err := build(t.TempDir(), "counted", files, "-gcflags=-N -l -dwarf=false", "-ldflags=-s -w")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin)
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Run(); err != nil {
		t.Fatal(err, errs.String())
	}
	ran := map[int]bool{}
	for _, word := range strings.Fields(errs.String()) {
		var n int
		fmt.Sscan(word, &n)
		ran[n] = true
	}
	var lines []string
	for construct := range constructs {
		executed := 0
		for block := range where[construct] {
			if ran[block] {
				executed++
			}
		}
		if made[construct] == 0 || executed == 0 {
			t.Errorf("%s: %d in %d programs, executed in %d places", construct, made[construct], len(programs), executed)
		}
		lines = append(lines, fmt.Sprintf("%6d, in %5d blocks that ran: %s", made[construct], executed, construct))
	}
	sort.Strings(lines)
	t.Logf("%d blocks, %d ran\n%s", blocks, len(ran), strings.Join(lines, "\n"))
}
