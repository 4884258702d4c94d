package load

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"kiln/translator/flow"
)

// Load loads the main package that a pattern names (import path or folder, as for the go command). The error is
// about the environment (no go command, no such folder); what is wrong with the program is in Result.Problems.
func (s *Session) Load(pattern string) (*Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.newResult()
	roots, err := s.list(append([]string{pattern}, helperPackages...)...)
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", pattern, err)
	}
	roots = slices.DeleteFunc(roots, func(p *packages.Package) bool { return slices.Contains(helperPackages, p.PkgPath) })
	if len(roots) == 0 {
		return nil, fmt.Errorf("%s is a package of Kiln's own that languages import; a language is a main package", pattern)
	}
	if len(roots) > 1 {
		return nil, fmt.Errorf("%s names %d packages; a language is one main package", pattern, len(roots))
	}
	root := roots[0]
	if root.Module != nil {
		r.ModuleDir, r.Module = root.Module.Dir, root.Module.Path
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			if e.Kind == packages.ListError || e.Kind == packages.UnknownError {
				r.listError(e)
			}
		}
	})
	if len(root.GoFiles) == 0 {
		if len(r.Problems) == 0 {
			r.Problems = append(r.Problems, Problem{Rule: "import", Msg: "no Go files in " + pattern})
		}
		return r, nil
	}
	r.Dir = filepath.Dir(root.GoFiles[0])
	if root.Name != "main" {
		r.Problems = append(r.Problems, Problem{Rule: "main", Msg: fmt.Sprintf("%s is package %s, not a main package", root.PkgPath, root.Name),
			Remedy: "name the folder of the language's main package"})
		return r, nil
	}
	r.Main = s.load(root.PkgPath, r)
	if r.Main != nil && r.Main.Host {
		r.Add(r.Main.Files[0].Package, "main", "the main package is marked //kiln:host: nothing of it would be translated", "move the host code into a package of its own")
		return r, nil
	}
	s.addHelpers(r)
	s.finish(r)
	return r, nil
}

func (s *Session) newResult() *Result {
	return &Result{Fset: s.fset, sess: s, positions: map[*flow.Op]token.Pos{}, uses: map[*flow.Func]token.Pos{}, objects: map[*flow.Driver]types.Object{}}
}

// Source loads a main package from source text: file name to contents. Imports are resolved in the module of
// the session's folder; imported packages are kept for the next call.
func (s *Session) Source(files map[string]string) (*Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.newResult()
	p := &Package{Path: "main", Name: "main", Source: true}
	for _, name := range sortedKeys(files) {
		f, err := s.parseFile(name, files[name])
		if err != nil {
			r.syntaxErrors(err)
		}
		if f == nil {
			continue
		}
		p.Files = append(p.Files, f)
		p.FileNames = append(p.FileNames, name)
		if f.Name.Name != "main" {
			r.Add(f.Name.Pos(), "main", "package "+f.Name.Name+" is not a main package", "")
		}
	}
	imports := s.importPaths(p.Files)
	var unknown []string
	for _, path := range append(imports, helperPackages...) {
		if s.meta[path] == nil && path != "unsafe" && path != "C" {
			unknown = append(unknown, path)
		}
	}
	if len(unknown) > 0 {
		if _, err := s.list(unknown...); err != nil {
			return nil, err
		}
	}
	for _, path := range imports {
		if dep := s.load(path, r); dep != nil {
			p.Imports = append(p.Imports, dep)
		}
	}
	r.Main = p
	s.addHelpers(r)
	s.finish(r)
	return r, nil
}

// helperPackages belong to every program, whether it imports them or not: lowering's helpers, and the framework,
// which has the type of errors that come from host packages.
var helperPackages = []string{FrameworkPath, RTPath, TextPath, UnwindPath, HostPath}

func (s *Session) addHelpers(r *Result) {
	if r.Main == nil {
		return
	}
	for _, path := range helperPackages {
		if m := s.meta[path]; m == nil || len(m.GoFiles) == 0 {
			why := "the go command does not know it"
			if m != nil && len(m.Errors) > 0 {
				why = strings.TrimSpace(m.Errors[0].Msg)
			}
			r.Problems = append(r.Problems, Problem{Rule: "import", Msg: "package " + path + ", which every program needs, is not there: " + why,
				Remedy: "require kiln in the module's go.mod; kiln new writes one"})
			return
		}
		if p := s.load(path, r); p != nil && !slices.Contains(r.Main.Imports, p) {
			r.Main.Imports = append(r.Main.Imports, p)
		}
	}
}

// finish type-checks, builds and converts what r.Main needs.
func (s *Session) finish(r *Result) {
	r.Packages = closure(r.Main)
	defer func() { r.Problems = r.Problems.Sort() }()
	if len(r.Problems) > 0 && hasRule(r.Problems, "syntax") {
		return
	}
	if err := s.exports(r.Packages); err != nil {
		r.Problems = append(r.Problems, Problem{Rule: "import", Msg: err.Error()})
		return
	}
	ok := true
	for _, p := range r.Packages {
		// Go on after an error: all errors of all packages at once. Importers of a broken package get a
		// "could not import" error, which is dropped below.
		ok = s.check(p, r) && ok
	}
	if !ok {
		r.dropFollowUps()
		return
	}
	if r.Main.SSA.Func("main") == nil {
		r.Problems = append(r.Problems, Problem{Rule: "main", Msg: "function main is undeclared in the main package"})
		return
	}
	if r.usesCgo() {
		return
	}
	if s.buildSSA(r) {
		r.Program = newBuilder(r).build()
	}
}

// usesCgo reports imports of "C" in what would be translated: go/ssa cannot build such packages.
func (r *Result) usesCgo() bool {
	found := false
	for _, p := range r.Packages {
		if !p.Source {
			continue
		}
		for _, f := range p.Files {
			for _, spec := range f.Imports {
				if spec.Path.Value == `"C"` {
					r.Add(spec.Pos(), "import", "cgo is not in the dialect", HostRemedy)
					found = true
				}
			}
		}
	}
	return found
}

// buildSSA builds the packages' functions. A panic of go/ssa is reported, not passed on.
func (s *Session) buildSSA(r *Result) (ok bool) {
	var now *Package
	defer func() {
		if e := recover(); e != nil {
			r.bug(now.Files[0].Package, "go/ssa fails on package %s: %v\n%s", now.Path, e, debug.Stack())
			ok = false
		}
	}()
	for _, p := range r.Packages {
		if p.Source {
			now = p
			p.SSA.Build()
		}
	}
	return true
}

func hasRule(ps Problems, rule string) bool {
	for _, p := range ps {
		if p.Rule == rule {
			return true
		}
	}
	return false
}

// dropFollowUps removes messages that only repeat others: "package x has errors" if the errors themselves are there, and
// the type checker's "could not import" where the go command has said why.
func (r *Result) dropFollowUps() {
	type line struct {
		file string
		line int
	}
	listed := map[line]bool{}
	for _, p := range r.Problems {
		if p.Rule == "import" && p.Pos.Line > 0 && !strings.HasPrefix(p.Msg, "could not import") {
			listed[line{p.Pos.Filename, p.Pos.Line}] = true
		}
	}
	var kept Problems
	for _, p := range r.Problems {
		again := p.Rule == "import" && strings.HasPrefix(p.Msg, "could not import") && listed[line{p.Pos.Filename, p.Pos.Line}]
		if !again && !strings.Contains(p.Msg, " has errors)") {
			kept = append(kept, p)
		}
	}
	if len(kept) > 0 {
		r.Problems = kept
	}
}

var shared struct {
	sync.Mutex
	session *Session
}

// Source loads a main package from source text in a session that the whole process shares, in the module
// that contains this package: for tests.
func Source(files map[string]string) (*Result, error) {
	shared.Lock()
	if shared.session == nil {
		_, file, _, _ := runtime.Caller(0)
		shared.session = NewSession(filepath.Dir(file), "")
	}
	s := shared.session
	shared.Unlock()
	return s.Source(files)
}

// Program loads a main package from the text of its only file, main.go, and returns the program, or the problems
// as error.
func Program(text string) (*flow.Program, error) {
	r, err := Source(map[string]string{"main.go": text})
	if err != nil {
		return nil, err
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return r.Program, nil
}
