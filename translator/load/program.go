package load

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"kiln/translator/flow"
)

// Load loads the main package that a pattern names (import path or folder, as for the go command). What is wrong is in
// Result.Problems: with the pattern, the module, or the program. The error is nil; it is for environments without them.
func (s *Session) Load(pattern string) (*Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.newResult()
	s.loadMain(r, pattern)
	r.settle()
	return r, nil
}

// settle completes and sorts the problems.
func (r *Result) settle() {
	r.dropFollowUps()
	r.Problems.complete()
	r.Problems = r.Problems.Sort()
}

func (s *Session) loadMain(r *Result, pattern string) {
	refuse := func(p Problem) { r.Problems = append(r.Problems, p) }
	if p := s.patternProblem(pattern); p != nil {
		refuse(*p)
		return
	}
	roots, err := s.list(append([]string{pattern}, helperPackages...)...)
	if err != nil {
		refuse(*s.goCommand(r, err))
		return
	}
	roots = slices.DeleteFunc(roots, func(p *packages.Package) bool { return slices.Contains(helperPackages, p.PkgPath) })
	switch {
	case len(roots) == 0 && strings.Contains(pattern, "..."):
		refuse(Problem{Rule: "package", Msg: pattern + " matches no package", Remedy: "name the folder of a main package"})
		return
	case len(roots) == 0:
		refuse(Problem{Rule: "package", Msg: pattern + " is a package of Kiln's own that languages import", Remedy: "name the folder of a main package"})
		return
	case len(roots) > 1:
		refuse(Problem{Rule: "package", Msg: fmt.Sprintf("%s names %d packages: a language is one main package", pattern, len(roots)), Remedy: "name one folder"})
		return
	}
	root := roots[0]
	if root.Module != nil {
		r.ModuleDir, r.Module = root.Module.Dir, root.Module.Path
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			if s.withinKiln(e.Pos, r) {
				continue // of what may not be imported, which is a problem of its own
			}
			if e.Kind == packages.ListError || e.Kind == packages.UnknownError {
				r.listError(e)
			}
		}
	})
	s.positionListed(r, root)
	if len(root.GoFiles) == 0 {
		if len(r.Problems) == 0 {
			refuse(Problem{Rule: "package", Msg: "there are no Go files in " + pattern, Remedy: "name the folder of a main package"})
		}
		return
	}
	r.Dir = filepath.Dir(root.GoFiles[0])
	if root.Name != "main" {
		s.notMain(r, root)
		return
	}
	r.Main = s.load(root.PkgPath, r)
	if r.Main != nil && r.Main.Host {
		r.Add(r.Main.Files[0].Package, "main", "the main package is marked //kiln:host: nothing of it would be translated", "move the host code into a package of its own")
		return
	}
	s.addHelpers(r)
	s.finish(r)
}

// withinKiln says whether a position is in Kiln's own source, seen from another module.
func (s *Session) withinKiln(pos string, r *Result) bool {
	m := s.meta[FrameworkPath]
	return m != nil && m.Module != nil && m.Module.Path != r.Module && strings.HasPrefix(pos, m.Module.Dir+"/")
}

// notMain reports a package of another name, or whose clause cannot be read.
func (s *Session) notMain(r *Result, root *packages.Package) {
	files := s.parse(root.GoFiles, r)
	if len(r.Problems) > 0 || len(files) == 0 {
		return
	}
	r.Add(files[0].Name.Pos(), "main", root.PkgPath+" is package "+root.Name+", not a main package", "name the folder of the language's main package, or write package main")
}

func (s *Session) newResult() *Result {
	return &Result{Fset: s.fset, sess: s, positions: map[*flow.Op]token.Pos{}, uses: map[*flow.Func]token.Pos{}, objects: map[*flow.Driver]types.Object{}, options: map[option]token.Pos{}}
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
			r.syntaxErrors(name, files[name], err)
		}
		if f == nil {
			continue
		}
		p.Files = append(p.Files, f)
		p.FileNames = append(p.FileNames, name)
		if name := f.Name.Name; name != "main" && name != "" && name != "_" {
			r.Add(f.Name.Pos(), "main", "package "+f.Name.Name+" is not a main package", "write package main")
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
		if internalToKiln(path) {
			s.refuseImport(p, path, "package "+path+" is a part of Kiln, not for interpreters", "use package framework", r)
		} else if dep := s.load(path, r); dep != nil {
			p.Imports = append(p.Imports, dep)
		}
	}
	r.Main = p
	s.addHelpers(r)
	s.finish(r)
	r.settle()
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
			r.Problems = append(r.Problems, s.helperMissing(r, path, why))
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
	if len(r.Problems) > 0 && hasRule(r.Problems, "syntax") {
		return
	}
	before := len(r.Problems)
	if s.exports(r.Packages, r); len(r.Problems) > before {
		return
	}
	ok := true
	for _, p := range r.Packages {
		// Go on after an error: all errors of all packages at once. Importers of a broken package get a
		// "could not import" error, which is dropped below.
		ok = s.check(p, r) && ok
	}
	if !ok {
		return
	}
	if hasRule(r.Problems, "main") {
		return // of another package
	}
	if r.Main.SSA.Func("main") == nil {
		remedy := "declare func main(): the program begins there"
		if file := s.declaredElsewhere(r.Main, "main"); file != "" {
			remedy = "it is declared in " + file + ", which build constraints exclude: set its tags with -tags, or remove them"
		}
		r.Add(r.Main.Files[0].Name.Pos(), "main", "the main package has no function main", remedy)
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
			r.bug(now.Files[0].Package, "go/ssa fails on package %s: %v", now.Path, e)
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
