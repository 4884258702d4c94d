package load

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
)

// exports makes the types of packages known that loaded packages import but that are not loaded from source: by declare,
// or it finds their export data.
func (s *Session) exports(pkgs []*Package, sink *Result) {
	var want []string
	for _, p := range pkgs {
		if !p.Source && s.files[p.Path] == "" && s.outlines[p.Path] == nil && p.Path != "unsafe" {
			want = append(want, p.Path)
		}
	}
	if len(want) == 0 {
		return
	}
	slices.Sort(want)
	if s.declare(want) {
		sink.Types = fmt.Sprintf("types of %d packages from declarations", len(want))
		return
	}
	sink.Types = fmt.Sprintf("types of %d packages from Go's compiler", len(want))
	s.fromExports = true
	roots, err := s.ask(packages.NeedName|packages.NeedExportFile, want...)
	if err != nil {
		sink.Problems = append(sink.Problems, *s.goCommand(sink, err))
		return
	}
	for _, p := range roots {
		if p.ExportFile != "" {
			s.files[p.PkgPath] = p.ExportFile
			continue
		}
		for _, e := range p.Errors {
			if strings.HasPrefix(e.Msg, "#") { // the compiler's output, below a headline
				s.compileErrors(e.Msg, sink)
			} else {
				sink.listError(e)
			}
		}
	}
}

// compileErrors records what the compiler says about a package that is compiled, not translated.
func (s *Session) compileErrors(output string, sink *Result) {
	for line := range strings.Lines(output) {
		if m := compilerLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			name := m[1]
			if !filepath.IsAbs(name) {
				if dir, err := filepath.Abs(s.dir); err == nil {
					name = filepath.Join(dir, name)
				}
			}
			sink.Problems = append(sink.Problems, Problem{
				Pos: token.Position{Filename: sink.FileName(name), Line: atoi(m[2]), Column: atoi(m[3])}, Rule: "type", Msg: m[4],
			})
		}
	}
}

var compilerLine = regexp.MustCompile(`^(\S+):([0-9]+):([0-9]+): (.*)$`)

// readExport reads the types of a package from its export data.
func (s *Session) readExport(path string) (*types.Package, error) {
	if p := s.exported[path]; p != nil && p.Complete() {
		return p, nil
	}
	name := s.files[path]
	if name == "" {
		return nil, errors.New(noExportData + path)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(strings.NewReader(string(data)), s.fset, s.exported, path)
}

// Import implements types.Importer over the loaded packages.
func (s *Session) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	p := s.pkgs[path]
	if p == nil {
		if m := s.meta[path]; m != nil && len(m.Errors) > 0 {
			return nil, errors.New(strings.TrimSpace(m.Errors[0].Msg))
		}
		return nil, errors.New(noSuchPackage)
	}
	if p.Types == nil {
		// With its real name, which the path need not end in: so the checker does not complain of each use, too.
		return types.NewPackage(path, p.Name), fmt.Errorf("package %s has errors", path)
	}
	return p.Types, nil
}
