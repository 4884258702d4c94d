// Package load reads a language's Go source and makes high-level flow graphs of it.
//
// Input: the import path or folder of a main package (Session.Load), or the text of one (Session.Source).
// Output: a Result: the flow.Program of everything reachable from main.main and the package initialisers, as SSA
// with block parameters and Go types; the syntax and types of the packages, for package check; and a
// list of problems. Whatever is wrong with the program is a Problem with a position, never a panic.
//
// The stages are: list (the go command says which packages there are), parse and type-check (dialect and
// translatable standard packages from source; of others the declarations only, or export data if there are host packages of
// the program's own), go/ssa, reach
// (which functions the program needs), convert (ssa to flow), and the passes of passes.go.
//
// Build time only. Must not import anything downstream: check, lower, emit, jitgen packages other
// than op and descr.
package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// HostRemedy is what to do about code that cannot be translated.
const HostRemedy = "put the code that needs it into a host package: a package of its own whose comment has the line //kiln:host"

// FrameworkPath is the package of hints; its calls become GoHint operations.
const FrameworkPath = "kiln/framework"

// HostPath is the host package that standard packages print with.
const HostPath = FrameworkPath + "/host"

// Problem is something about the program that Kiln refuses: what, why, and what to write instead.
type Problem struct {
	Pos token.Position
	// Rule is the short name of the violated rule, for tests and -json ("goroutine", "type", "interior-pointer").
	Rule   string
	Msg    string // what is wrong
	Remedy string // what to write instead
	// Stack is that of a mistake of Kiln itself, where the message has no room for it.
	Stack string
}

func (p Problem) Error() string {
	s := p.Msg
	if p.Pos.IsValid() {
		s = p.Pos.String() + ": " + s
	}
	if p.Remedy != "" {
		s += "; " + p.Remedy
	}
	return s
}

// Problems is a sorted list of problems as one error.
type Problems []Problem

func (ps Problems) Error() string {
	var sb strings.Builder
	for i, p := range ps {
		if i > 0 {
			sb.WriteByte('\n')
		}
		sb.WriteString(p.Error())
	}
	return sb.String()
}

// Sort orders problems by position and drops duplicates.
func (ps Problems) Sort() Problems {
	slices.SortFunc(ps, func(a, b Problem) int {
		if c := strings.Compare(a.Pos.Filename, b.Pos.Filename); c != 0 {
			return c
		}
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		if a.Pos.Column != b.Pos.Column {
			return a.Pos.Column - b.Pos.Column
		}
		return strings.Compare(a.Rule+a.Msg, b.Rule+b.Msg)
	})
	return slices.Compact(ps)
}

// Package is one Go package of the program.
type Package struct {
	Path string
	Name string
	Dir  string
	// Std: of the standard library. Source: type-checked from source, so that its functions can be translated.
	// Host: its comment carries //kiln:host.
	Std, Source, Host bool
	Types             *types.Package
	Files             []*ast.File // syntax, with comments; Source packages, and Host ones for their directives
	FileNames         []string    // absolute
	Info              *types.Info // Source packages only
	SSA               *ssa.Package
	Imports           []*Package // in order of paths
}

// Dialect says whether the package is interpreter code, which must keep to the dialect everywhere: not only in
// what is reachable.
func (p *Package) Dialect() bool {
	return p.Source && !p.Std && p.Path != FrameworkPath && p.Path != RTPath && p.Path != TextPath && p.Path != UnwindPath
}

// Result is a loaded program. Program is nil if the problems do not allow one (syntax and type errors).
type Result struct {
	Program  *flow.Program
	Main     *Package
	Packages []*Package // Main and everything it imports as far as loaded, dependencies first
	Fset     *token.FileSet
	// Dir is the folder of the main package; ModuleDir that of its module ("" for Source).
	Dir       string
	ModuleDir string
	Module    string
	Problems  Problems
	// Types says where the types of packages come from that are not translated.
	Types string
	// Notes are places that look like a mistake and need not be one.
	Notes Problems

	followUps int // problems not listed because others of the same use are
	sess      *Session
	positions map[*flow.Op]token.Pos        // of hints
	uses      map[*flow.Func]token.Pos      // first use of functions without graph
	objects   map[*flow.Driver]types.Object // driver variables
	options   map[option]token.Pos          // values of driver options
}

// PosOf is the exact position of a hint in a graph.
func (r *Result) PosOf(o *flow.Op) token.Pos { return r.positions[o] }

// FirstUse is where a host function is first called.
func (r *Result) FirstUse(f *flow.Func) token.Pos { return r.uses[f] }

// LeadsToDialect is the package of the dialect that importing a package brings along, "" if none.
func (r *Result) LeadsToDialect(path string) string {
	dialect := map[string]bool{}
	for _, p := range r.Packages {
		if p.Dialect() {
			dialect[p.Path] = true
		}
	}
	seen := map[string]bool{}
	var visit func(path string) string
	visit = func(path string) string {
		if dialect[path] {
			return path
		}
		m := r.sess.meta[path]
		if seen[path] || m == nil || r.sess.inGoroot(m) || path == FrameworkPath || path == HostPath {
			return ""
		}
		seen[path] = true
		for _, imp := range sortedKeys(m.Imports) {
			if found := visit(imp); found != "" {
				return found
			}
		}
		return ""
	}
	return visit(path)
}

// DriverObject is the variable of a driver, DriverPos where it is declared.
func (r *Result) DriverObject(d *flow.Driver) types.Object { return r.objects[d] }

// DriverPos is where the variable of a driver is declared.
func (r *Result) DriverPos(d *flow.Driver) token.Pos { return r.objects[d].Pos() }

// Err is the list of problems as an error, or nil.
func (r *Result) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	return r.Problems
}

// Add records a problem.
func (r *Result) Add(pos token.Pos, rule, msg, remedy string) {
	r.Problems = append(r.Problems, Problem{Pos: r.Position(pos), Rule: rule, Msg: msg, Remedy: remedy})
}

// Position is a source position with the file's name as the user would write it: relative to the module
// of the program, or to GOROOT's src.
func (r *Result) Position(pos token.Pos) token.Position {
	p := r.Fset.Position(pos)
	p.Filename = r.FileName(p.Filename)
	return p
}

// FileName shortens a file name for messages and positions, so that they do not depend on where a
// module is checked out.
func (r *Result) FileName(name string) string {
	if r.ModuleDir != "" {
		if rest, ok := strings.CutPrefix(name, r.ModuleDir+"/"); ok {
			return rest
		}
	}
	if rest, ok := strings.CutPrefix(name, r.sess.goroot+"/src/"); ok {
		return "$GOROOT/src/" + rest
	}
	if cache := os.Getenv("GOMODCACHE"); cache != "" {
		if rest, ok := strings.CutPrefix(name, filepath.Clean(cache)+"/"); ok {
			return "$GOMODCACHE/" + rest
		}
	}
	if i := strings.Index(name, "/pkg/mod/"); i >= 0 {
		return "$GOMODCACHE/" + name[i+len("/pkg/mod/"):]
	}
	return name
}

// bug is a problem that is the translator's fault.
func (r *Result) bug(pos token.Pos, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{Pos: r.Position(pos), Rule: "internal",
		Msg: "internal error of kiln in pass \"load\": " + fmt.Sprintf(format, args...), Remedy: flow.ReportRemedy, Stack: string(debug.Stack())})
}
