package load

import (
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
	"kiln/translator/modules"
)

// Session keeps what programs have in common: parsed, type-checked and SSA-built packages. It may be used
// by several goroutines; loading is done by one at a time.
type Session struct {
	mu     sync.Mutex
	dir    string
	tags   string
	goroot string
	fset   *token.FileSet
	meta   map[string]*packages.Package // by import path; what the go command said
	pkgs   map[string]*Package          // loaded
	// exported holds the packages read from export data, complete or as far as referred to.
	exported map[string]*types.Package
	// Raw, if not nil, sees each function's graph before it is simplified.
	Raw   func(*flow.Func)
	files map[string]string // export data file by import path
	// outlines holds the packages read by declare; fromExports says that export data have been read.
	outlines    map[string]*types.Package
	fromExports bool
	prog        *ssa.Program
	// how the go command is run; nil until it is first
	setting *modules.Setting
	// declared holds the names that patches of standard packages declare, by package.
	declared map[*types.Package]map[string]bool
}

// NewSession starts a session in a folder inside the module of the programs to come. tags is a
// comma-separated list of build tags.
func NewSession(dir, tags string) *Session {
	s := &Session{
		dir: dir, tags: tags, goroot: filepath.Clean(build.Default.GOROOT),
		fset: token.NewFileSet(),
		meta: map[string]*packages.Package{}, pkgs: map[string]*Package{},
		exported: map[string]*types.Package{}, outlines: map[string]*types.Package{}, files: map[string]string{},
		declared: map[*types.Package]map[string]bool{},
	}
	s.prog = ssa.NewProgram(s.fset, ssa.InstantiateGenerics|ssa.BareInits)
	return s
}

// ask runs the go command.
func (s *Session) ask(mode packages.LoadMode, patterns ...string) ([]*packages.Package, error) {
	if s.setting == nil {
		var err error
		if s.setting, err = modules.ForSource(s.dir); err != nil {
			return nil, err
		}
	}
	cfg := &packages.Config{Mode: mode, Dir: s.dir, Fset: s.fset, Env: s.setting.Env, BuildFlags: s.setting.Flags}
	if s.tags != "" {
		cfg.BuildFlags = append([]string{"-tags=" + s.tags}, cfg.BuildFlags...)
	}
	return packages.Load(cfg, patterns...)
}

// list asks the go command about packages and all they import. Standard packages are asked for once.
func (s *Session) list(patterns ...string) ([]*packages.Package, error) {
	roots, err := s.ask(packages.NeedName|packages.NeedFiles|packages.NeedImports|packages.NeedDeps|packages.NeedModule, patterns...)
	if err != nil {
		return nil, err
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		if s.meta[p.PkgPath] == nil {
			s.meta[p.PkgPath] = p
			if s.inGoroot(p) && strings.HasPrefix(p.GoFiles[0], s.goroot+"/") == false {
				// A go command of another GOROOT (toolchain switching): believe it.
				if i := strings.Index(p.GoFiles[0], "/src/"+p.PkgPath+"/"); i >= 0 {
					s.goroot = p.GoFiles[0][:i]
				}
			}
		}
	})
	return roots, nil
}

// inGoroot says whether a listed package belongs to the standard library.
func (s *Session) inGoroot(p *packages.Package) bool {
	return p.Module == nil && len(p.GoFiles) > 0 && !strings.Contains(strings.SplitN(p.PkgPath, "/", 2)[0], ".") && p.Name != "main"
}

// load makes one package and what it imports ready: from source if its functions may be translated.
func (s *Session) load(path string, sink *Result) *Package {
	if p := s.pkgs[path]; p != nil {
		return p
	}
	m := s.meta[path]
	if m == nil || path == "unsafe" || len(m.GoFiles) == 0 {
		return nil
	}
	p := &Package{Path: path, Name: m.Name, Std: s.inGoroot(m), FileNames: m.GoFiles}
	s.pkgs[path] = p
	if len(m.GoFiles) > 0 {
		p.Dir = filepath.Dir(m.GoFiles[0])
	}
	if p.Std && !translatable(path) {
		return p // by export data, see exports
	}
	if !patchedWhole(path) {
		p.Files = s.parse(m.GoFiles, sink)
	}
	if p.Std || path == FrameworkPath {
		p.Files = s.patch(path, p.Files, sink)
	}
	p.Host = !p.Std && hasDirective(p.Files, "host")
	if p.Host {
		return p
	}
	p.Source = true
	for _, imp := range s.importPaths(p.Files) {
		if p.Dialect() && internalToKiln(imp) {
			s.refuseImport(p, imp, "package "+imp+" is a part of Kiln, not for interpreters", "use package framework", sink)
			continue
		}
		if p.Dialect() && s.setting.Lent && strings.HasPrefix(imp, modules.Path+"/") {
			s.refuseImport(p, imp, "the module does not require kiln, so there is no package "+imp+" under go run", requireRemedy, sink)
			continue
		}
		if dep := s.load(imp, sink); dep != nil {
			p.Imports = append(p.Imports, dep)
		}
	}
	return p
}

// requireRemedy is what go.mod should say.
const requireRemedy = "require kiln v0.0.0 and replace it by the folder of Kiln in go.mod; kiln new writes one that works"

// refuseImport reports the imports of a package of Kiln's that may not be imported, which is then not loaded.
func (s *Session) refuseImport(p *Package, path, msg, remedy string, sink *Result) {
	for _, f := range p.Files {
		for _, spec := range f.Imports {
			if strings.Trim(spec.Path.Value, "\"`") == path {
				sink.Add(spec.Pos(), "import", msg, remedy)
			}
		}
	}
}

// internalToKiln says whether a package belongs to Kiln and is nothing for interpreters.
func internalToKiln(path string) bool {
	for _, prefix := range []string{"kiln/jitgen", "kiln/gc", "kiln/stm", "kiln/translator", "kiln/internal", "kiln/cmd", "kiln/framework/plain", "kiln/framework/args"} {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return !strings.Contains(path, "/testdata/")
		}
	}
	return false
}

func (s *Session) importPaths(files []*ast.File) []string {
	var paths []string
	for _, f := range files {
		for _, spec := range f.Imports {
			paths = append(paths, strings.Trim(spec.Path.Value, "\"`"))
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// parse reads files; syntax errors become problems.
func (s *Session) parse(names []string, sink *Result) (files []*ast.File) {
	parsed := make([]*ast.File, len(names))
	errs := make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() {
			parsed[i], errs[i] = s.parseFile(name, nil)
		})
	}
	wg.Wait()
	for i, f := range parsed {
		if errs[i] != nil {
			sink.syntaxErrors(names[i], "", errs[i])
		}
		if f != nil {
			files = append(files, f)
		}
	}
	return files
}

func (s *Session) parseFile(name string, src any) (*ast.File, error) {
	return parser.ParseFile(s.fset, name, src, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
}

const (
	noExportData  = "no export data for package "
	noSuchPackage = "no such package"
)

// check type-checks a package whose imports are ready, and creates its SSA package. It says whether the
// package is free of errors.
func (s *Session) check(p *Package, sink *Result) bool {
	if p.Types != nil {
		return true
	}
	if !p.Source {
		t, err := s.readExport(p.Path)
		if err != nil {
			sink.Problems = append(sink.Problems, Problem{Rule: "import", Msg: err.Error()})
			return false
		}
		p.Types = t
		// Complete by now; the packages it refers to may be known in part only, and go/ssa does without them.
		p.SSA = s.prog.CreatePackage(t, nil, nil, true)
		return true
	}
	before := len(sink.Problems)
	p.Info = newInfo()
	conf := types.Config{
		Importer: s, Sizes: words, GoVersion: s.goVersion(p),
		Error: func(err error) {
			var te types.Error
			if (p.Std || p.Path == FrameworkPath) && errors.As(err, &te) && te.Soft {
				return // an import that a patched package no longer needs
			}
			sink.typeError(p, err)
		},
		FakeImportC: true,
	}
	t, _ := conf.Check(p.Path, s.fset, p.Files, p.Info)
	s.foreignUses(p, sink)
	if len(sink.Problems) > before {
		return false
	}
	p.Types = t
	s.exported[p.Path] = t
	if p.Std && patched(p.Path) {
		s.declared[t] = map[string]bool{}
		for _, name := range t.Scope().Names() {
			s.declared[t][name] = true
		}
	}
	dropDriverInits(p.Info)
	p.SSA = s.prog.CreatePackage(t, p.Files, p.Info, p.Name != "main")
	p.SSA.SetDebugMode(p.Dialect()) // positions of loads, see order.go
	return true
}

func (s *Session) goVersion(p *Package) string {
	m := s.meta[p.Path]
	switch {
	case m == nil || m.Module == nil:
		return ""
	case m.Module.GoVersion == "":
		return "go1.16" // what the go command assumes if go.mod does not say
	}
	return "go" + m.Module.GoVersion
}

func newInfo() *types.Info {
	return &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Instances:    make(map[*ast.Ident]types.Instance),
		Scopes:       make(map[ast.Node]*types.Scope),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		FileVersions: make(map[*ast.File]string),
	}
}

// closure lists a package and everything it imports as loaded, dependencies first.
func closure(root *Package) []*Package {
	var out []*Package
	seen := map[*Package]bool{}
	var visit func(p *Package)
	visit = func(p *Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		for _, d := range p.Imports {
			visit(d)
		}
		out = append(out, p)
	}
	visit(root)
	return out
}
