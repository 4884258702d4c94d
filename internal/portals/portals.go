// Package portals puts merge points into programs that have none, so that their own loops are traced by the JIT. What the programs
// do stays the same; edits keep the numbers of lines, so that messages with positions do, too.
//
// Input and output: the files of a package main as texts, by name. For tests; imports the standard library only.
package portals

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// added is the file that the program gets.
const added = "zz_portals.go"

// edit is a text to insert in place of some bytes.
type edit struct {
	at, length int
	text       string
}

func apply(text string, edits []edit) string {
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].at < edits[j].at })
	var sb strings.Builder
	from := 0
	for _, e := range edits {
		sb.WriteString(text[from:e.at])
		sb.WriteString(e.text)
		from = e.at + e.length
	}
	sb.WriteString(text[from:])
	return sb.String()
}

// parse reads the files in the order of their names.
func parse(files map[string]string, each func(name string, f *ast.File, set *token.File)) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		each(name, f, set.File(f.Pos()))
	}
	return nil
}

// Repeat makes the program run its main function times times, in a loop with a merge point, or without one.
func Repeat(files map[string]string, times int, mergePoint bool) (map[string]string, error) {
	out := maps.Clone(files)
	err := parse(files, func(name string, f *ast.File, set *token.File) {
		var edits []edit
		rename := func(id *ast.Ident) { edits = append(edits, edit{set.Offset(id.Pos()), len("main"), "portalsMain"}) }
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "main" {
					rename(n.Name)
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "main" {
					rename(id)
				}
			}
			return true
		})
		out[name] = apply(files[name], edits)
	})
	loop := "\tfor place := 0; n > 0; n-- {\n\t\tportalsDriver.MergePoint(place)\n\t\tportalsMain()\n\t}\n"
	head := driver("portalsDriver", "place")
	if !mergePoint {
		loop, head = "\tfor ; n > 0; n-- {\n\t\tportalsMain()\n\t}\n", ""
	} else {
		head = importing + head
	}
	out[added] = fmt.Sprintf("package main\n\n%sfunc main() { portalsRepeat(%d) }\n\nfunc portalsRepeat(n int) {\n%s}\n", head, times, loop)
	return out, err
}

// Initialises says whether something of the program runs before main that may be seen: init functions, calls.
func Initialises(files map[string]string) (yes bool) {
	err := parse(files, func(name string, f *ast.File, set *token.File) {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				yes = yes || d.Recv == nil && d.Name.Name == "init"
			case *ast.GenDecl:
				ast.Inspect(d, func(n ast.Node) bool {
					switch n.(type) {
					case *ast.CallExpr:
						yes = yes || d.Tok == token.VAR
					case *ast.FuncLit:
						return false
					}
					return true
				})
			}
		}
	})
	return yes || err != nil
}

const importing = "import portalsframework \"kiln/framework\"\n\n"

func driver(name, green string) string {
	return fmt.Sprintf("var %s = portalsframework.NewJitDriver(portalsframework.DriverOptions{Name: %q, Greens: []string{%q}})\n\n", name, name, green)
}

// Loops puts a merge point into a loop of each function and function literal, at random. Functions that defer have none, since a portal may not. It hands the
// program to accept, and where that is an error about merge points (of functions that are never called, with too many variables, ranges over
// functions) it tries without these. It returns the number of merge points in the end; with none accept may never have been called.
func Loops(files map[string]string, seed uint64, accept func(map[string]string) error) (int, error) {
	without := map[string]bool{}
	for {
		out, drivers, err := loops(files, without, rand.New(rand.NewPCG(seed, 2)))
		if err != nil || len(drivers) == 0 {
			return 0, err
		}
		if err = accept(out); err == nil {
			return len(drivers), nil
		}
		before := len(without)
		for _, d := range drivers {
			if d.named(err.Error()) {
				without[d.name] = true
			}
		}
		if len(without) == before {
			return len(drivers), err
		}
	}
}

func loops(files map[string]string, without map[string]bool, rng *rand.Rand) (out map[string]string, drivers []merge, err error) {
	out = maps.Clone(files)
	number := 0
	text := "package main\n\n" + importing
	err = parse(files, func(file string, f *ast.File, set *token.File) {
		var edits []edit
		each := func(fn *ast.BlockStmt) {
			loops := loopsOf(fn)
			if len(loops) == 0 {
				return
			}
			body := loops[rng.IntN(len(loops))]
			number++
			name := fmt.Sprintf("portals%d", number)
			if without[name] {
				return
			}
			drivers = append(drivers, merge{name, file, set.Line(body.Lbrace)})
			text += driver(name, "place"+name)
			edits = append(edits, edit{at: set.Offset(fn.Lbrace) + 1, text: " place" + name + " := 0; "},
				edit{at: set.Offset(body.Lbrace) + 1, text: " " + name + ".MergePoint(place" + name + "); "})
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Body == nil || n.Type.TypeParams != nil || generic(n.Recv) {
					return false
				}
				each(n.Body)
			case *ast.FuncLit:
				each(n.Body)
			}
			return true
		})
		out[file] = apply(files[file], edits)
	})
	out[added] = text
	return out, drivers, err
}

// generic says whether a receiver has type parameters.
func generic(recv *ast.FieldList) (yes bool) {
	if recv != nil {
		ast.Inspect(recv, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.IndexExpr, *ast.IndexListExpr:
				yes = true
			}
			return true
		})
	}
	return yes
}

// loopsOf lists the bodies of a function's own loops; none if it defers.
func loopsOf(body *ast.BlockStmt) (loops []*ast.BlockStmt) {
	defers := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			defers = true
		case *ast.ForStmt:
			loops = append(loops, n.Body)
		case *ast.RangeStmt:
			loops = append(loops, n.Body)
		}
		return true
	})
	if defers {
		return nil
	}
	return loops
}

// merge is a merge point, which stands in a line of a file.
type merge struct {
	name, file string
	line       int
}

// named says whether a message of Kiln's is about it, by the name of its driver or by the position.
func (m merge) named(message string) bool {
	return regexp.MustCompile(fmt.Sprintf(`\b(%s|%s:%d)\b`, m.name, regexp.QuoteMeta(m.file), m.line)).MatchString(message)
}
