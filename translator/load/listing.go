package load

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"kiln/translator/modules"
)

// patternProblem says what is wrong with what the user named, as far as that can be seen before the go command is
// asked: it is about folders, so it has no line.
func (s *Session) patternProblem(pattern string) *Problem {
	if pattern == "" {
		return &Problem{Rule: "package", Msg: "the name of the package is empty", Remedy: "name the folder of a main package, for example ."}
	}
	if strings.HasPrefix(pattern, "-") {
		return &Problem{Rule: "package", Msg: pattern + " looks like a switch", Remedy: "name the folder of a main package, for example ."}
	}
	name := pattern
	if !filepath.IsAbs(name) {
		name = filepath.Join(s.dir, name)
	}
	info, err := os.Stat(name)
	local := filepath.IsAbs(pattern) || strings.HasPrefix(pattern, ".")
	switch {
	case err == nil && !info.IsDir():
		return &Problem{Rule: "package", Msg: pattern + " is a file: a language is a package, all Go files of a folder",
			Remedy: "name its folder, " + folderOf(pattern)}
	case strings.Contains(pattern, "..."):
		return nil
	case err != nil && local:
		return &Problem{Rule: "package", Msg: pattern + ": there is no such folder", Remedy: "name the folder of a main package"}
	case err == nil && local && !hasGo(name):
		return &Problem{Rule: "package", Msg: "there are no Go files in " + pattern, Remedy: "name the folder of a main package"}
	}
	return nil
}

func folderOf(file string) string {
	dir := filepath.Dir(file)
	if !filepath.IsAbs(dir) && !strings.HasPrefix(dir, ".") {
		dir = "./" + dir
	}
	return dir
}

// hasGo says whether a folder has Go files that are not tests.
func hasGo(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return true // the go command will say what is wrong
	}
	for _, e := range entries {
		if n := e.Name(); strings.HasSuffix(n, ".go") && !strings.HasSuffix(n, "_test.go") && !e.IsDir() {
			return true
		}
	}
	return false
}

var (
	goModLine    = regexp.MustCompile(`go\.mod:([0-9]+): (.*)`)
	goModNeedsGo = regexp.MustCompile(`go\.mod requires go >= (\S+) \(running go (\S+);`)
)

// goCommand makes a problem of the error of a go command that could not even list packages: mostly, go.mod is wrong.
func (s *Session) goCommand(r *Result, err error) *Problem {
	msg := err.Error()
	if i := strings.Index(msg, "stderr: go: "); i >= 0 {
		msg = msg[i+len("stderr: go: "):]
	}
	msg = strings.TrimPrefix(msg, "err: ")
	p := &Problem{Rule: "module", Msg: oneLine(msg)}
	switch {
	case errors.Is(err, modules.ErrNoFolder):
		p.Msg, p.Remedy = "the module does not require kiln, and where Kiln is, this kiln does not know", "set KILNROOT to the folder of Kiln's source"
	case strings.Contains(msg, "go.mod file not found"):
		p.Rule = "package" // it is about a folder
		p.Msg = "there is no go.mod in this folder or above it: a language is part of a module"
		p.Remedy = "kiln new NAME makes a module with everything a language needs"
		return p
	case strings.Contains(msg, "inconsistent vendoring"):
		p.Msg, p.Remedy = "the folder vendor does not agree with go.mod", "run go mod vendor, or remove the folder"
	case strings.Contains(msg, "updates to go.mod needed"):
		p.Msg, p.Remedy = "go.mod does not say all that the go command needs", "run go mod tidy"
	case strings.Contains(msg, "executable file not found"):
		p.Msg, p.Remedy = "there is no go command in PATH", "install Go from https://go.dev/dl"
		return p
	}
	line := 1
	if m := goModLine.FindStringSubmatch(msg); m != nil {
		line, p.Msg = atoi(m[1]), m[2]
		p.Remedy = "correct this line; go help go.mod describes the file"
	} else if m := goModNeedsGo.FindStringSubmatch(msg); m != nil {
		line = s.goModFind("go ")
		p.Msg, p.Remedy = "the module wants Go "+m[1]+", and the go command is "+m[2], "lower the line, or install that Go"
	}
	s.atGoMod(r, p, line)
	return p
}

// atGoMod positions a problem in the go.mod above the session's folder.
func (s *Session) atGoMod(r *Result, p *Problem, line int) {
	if name := s.goMod(); name != "" {
		p.Pos = token.Position{Filename: name, Line: line, Column: 1}
		if r.ModuleDir != "" {
			p.Pos.Filename = r.FileName(name)
		} else if dir, err := filepath.Abs(s.dir); err == nil {
			if rel, err := filepath.Rel(dir, name); err == nil {
				p.Pos.Filename = rel
			}
		}
	}
}

// goMod finds the go.mod that counts in the session's folder, "" if there is none.
func (s *Session) goMod() string {
	dir, err := filepath.Abs(s.dir)
	if err != nil {
		return ""
	}
	for {
		name := filepath.Join(dir, "go.mod")
		if info, err := os.Stat(name); err == nil && !info.IsDir() {
			return name
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// goModFind is the first line of go.mod that begins with one of some texts, the earlier ones preferred, else 1.
func (s *Session) goModFind(prefixes ...string) int {
	text, err := os.ReadFile(s.goMod())
	if err != nil {
		return 1
	}
	for _, p := range prefixes {
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			if strings.HasPrefix(strings.TrimSpace(line), p) {
				return n
			}
		}
	}
	return 1
}

// helperMissing is the problem that the module does not have Kiln.
func (s *Session) helperMissing(r *Result, path, why string) Problem {
	p := Problem{Rule: "module", Msg: "package " + path + ", which every program needs, is not there: " + oneLine(why),
		Remedy: requireRemedy}
	line := s.goModFind("replace kiln", "kiln =>", "require kiln", "kiln v", "module ")
	s.atGoMod(r, &p, line)
	return p
}

// positions gives the problems of the go command that have none a place in the source, as far as it is known.
func (s *Session) positionListed(r *Result, root *packages.Package) {
	for i := range r.Problems {
		p := &r.Problems[i]
		if p.Pos.Line > 0 || p.Rule != "import" {
			continue
		}
		switch {
		case strings.HasPrefix(p.Msg, "import cycle not allowed"):
			s.importCycle(r, p)
		case strings.HasPrefix(p.Msg, "build constraints exclude all"):
			if len(root.IgnoredFiles) > 0 {
				name := root.IgnoredFiles[0]
				p.Msg, p.Remedy = "build constraints exclude all Go files of the package", "set the build tags they want with -tags, or remove the constraints"
				p.Pos = token.Position{Filename: r.FileName(name), Line: constraintLine(name), Column: 1}
			}
		case strings.HasPrefix(p.Msg, "found packages "):
			s.twoPackages(r, p, root)
		}
	}
}

// importCycle puts a cycle at the import that closes it.
func (s *Session) importCycle(r *Result, p *Problem) {
	_, list, ok := strings.Cut(p.Msg, "import stack: [")
	stack := strings.Fields(strings.TrimSuffix(list, "]"))
	if !ok || len(stack) < 2 {
		return
	}
	from, to := stack[len(stack)-2], stack[len(stack)-1]
	first := 0
	for first < len(stack) && stack[first] != to {
		first++
	}
	p.Msg = "import cycle: " + strings.Join(stack[first:], " imports ")
	m := s.meta[from]
	if m == nil {
		return
	}
	for _, name := range m.GoFiles {
		f, err := parser.ParseFile(s.fset, name, nil, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, spec := range f.Imports {
			if strings.Trim(spec.Path.Value, "\"`") == to {
				p.Pos = r.Position(spec.Pos())
				return
			}
		}
	}
}

// constraintLine is the line of a file's //go:build, else 1: its name is the constraint.
func constraintLine(name string) int {
	text, _ := os.ReadFile(name)
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if strings.HasPrefix(line, "//go:build") {
			return n
		}
	}
	return 1
}

// twoPackages puts "found packages" at the clause of the first file that is not of the main package.
func (s *Session) twoPackages(r *Result, p *Problem, root *packages.Package) {
	var clauses []*ast.File
	for _, name := range root.GoFiles {
		if f, err := parser.ParseFile(s.fset, name, nil, parser.PackageClauseOnly); err == nil {
			clauses = append(clauses, f)
		}
	}
	for _, f := range clauses {
		if f.Name.Name != "main" {
			p.Pos = r.Position(f.Name.Pos())
			p.Msg = fmt.Sprintf("this file is of package %s, others of the folder are of another package", f.Name.Name)
			p.Remedy = "one folder is one package: write package main, or move the file into a folder of its own"
			return
		}
	}
}

// declaredElsewhere says in which of the files that build constraints exclude a name is declared, "" if in none.
func (s *Session) declaredElsewhere(p *Package, name string) string {
	m := s.meta[p.Path]
	if m == nil {
		return ""
	}
	files := m.IgnoredFiles
	if tests, err := filepath.Glob(filepath.Join(p.Dir, "*_test.go")); err == nil && p.Dir != "" {
		files = append(slices.Clone(files), tests...)
	}
	for _, file := range files {
		if !strings.HasSuffix(file, ".go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err == nil && declaredNames(f)[name] {
			return filepath.Base(file)
		}
	}
	return ""
}
