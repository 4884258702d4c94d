// Package modules says how the go command is to be run about a language, so that it finds Kiln.
//
// A language is part of a module, whose go.mod need not know Kiln: go mod tidy removes a requirement that nothing
// imports. The generated program needs Kiln's run time, and the requirements of that, all the same. So the go command is
// given a workspace, a file go.work in Kiln's cache, that uses the language's module and the one of Kiln. Nothing of the
// language's files changes, each module keeps its own Go version, and Kiln's requirements and checksums come from its
// own go.mod and go.sum.
//
// Rejected: a copy of go.mod with a requirement added, for -modfile. Requiring Kiln, which wants a new Go, raises the copy's
// go line and with it the meaning of the language's source, and go.sum has to be put together by hand.
//
// Build time only; it imports nothing of Kiln.
package modules

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// Path is Kiln's module path.
const Path = "kiln"

// Setting is how go commands about packages in one folder are run.
type Setting struct {
	// Env is the environment, nil for that of this process; Flags are switches of list and build.
	Env, Flags []string
	// Lent: the module does not know Kiln, so programs in it may not import its packages.
	Lent bool
}

// ForSource is the setting to load the source of a language with: the module as it is, if it knows Kiln.
func ForSource(dir string) (*Setting, error) {
	m, err := find(dir)
	if err != nil || m == nil || m.knowsKiln {
		return &Setting{}, err
	}
	return m.workspace()
}

// ForBuild is the setting to build the generated program with: it also knows what Kiln's run time requires.
func ForBuild(dir string) (*Setting, error) {
	m, err := find(dir)
	if err != nil || m == nil || m.isKiln {
		return &Setting{}, err
	}
	return m.workspace()
}

// module is what go.mod and go.work say about a folder.
type module struct {
	dir       string // where the go command is asked
	mod       string // go.mod
	work      string // go.work, "" without a workspace
	goVersion string
	isKiln    bool // a package of Kiln's own module
	knowsKiln bool
}

// find asks about a folder. It returns nil if there is no module, or go.mod cannot be read: the go command will say so where it
// is asked for packages.
func find(dir string) (*module, error) {
	cmd := exec.Command("go", "env", "-json", "GOMOD", "GOWORK")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return nil, nil
	}
	var env struct{ GOMOD, GOWORK string }
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("what go env says: %w", err)
	}
	m := &module{dir: dir, mod: env.GOMOD}
	if env.GOWORK != "off" {
		m.work = env.GOWORK
	}
	if m.mod == "" || m.mod == os.DevNull {
		return nil, nil
	}
	text, err := os.ReadFile(m.mod)
	if err != nil {
		return nil, nil
	}
	f, err := modfile.ParseLax(m.mod, text, nil)
	if err != nil || f.Module == nil {
		return nil, nil
	}
	m.isKiln = f.Module.Mod.Path == Path
	m.knowsKiln = m.isKiln
	if f.Go != nil {
		m.goVersion = f.Go.Version
	}
	for _, r := range f.Require {
		m.knowsKiln = m.knowsKiln || r.Mod.Path == Path
	}
	for _, r := range f.Replace { // required by what is required
		m.knowsKiln = m.knowsKiln || r.Old.Path == Path
	}
	if !m.knowsKiln && m.work != "" {
		m.knowsKiln = m.provided() != ""
	}
	return m, nil
}

// provided is the folder of the Kiln that the module or workspace knows, "" if none.
func (m *module) provided() string {
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", Path)
	cmd.Dir = m.dir
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// workspace writes the go.work that has Kiln too, into the cache.
func (m *module) workspace() (*Setting, error) {
	kiln := ""
	if m.knowsKiln {
		if kiln = m.provided(); kiln == "" {
			return nil, fmt.Errorf("%s requires module %s, but the go command does not find it; require kiln v0.0.0 and replace it by the folder of Kiln; kiln new writes a go.mod that works", m.mod, Path)
		}
	} else {
		var err error
		if kiln, err = Folder(); err != nil {
			return nil, err
		}
	}
	text, err := m.workText(kiln)
	if err != nil {
		return nil, err
	}
	file, err := keep(text, m.work)
	if err != nil {
		return nil, err
	}
	return &Setting{Env: append(os.Environ(), "GOWORK="+file), Flags: []string{"-mod=readonly"}, Lent: !m.knowsKiln}, nil
}

// workText is the text of a go.work: the one there is, with Kiln added and folders that are right from everywhere, or one for
// the module.
func (m *module) workText(kiln string) ([]byte, error) {
	f := &modfile.WorkFile{Syntax: &modfile.FileSyntax{}}
	if m.work != "" {
		text, err := os.ReadFile(m.work)
		if err != nil {
			return nil, err
		}
		if f, err = modfile.ParseWork(m.work, text, nil); err != nil {
			return nil, err
		}
		absolute(f, filepath.Dir(m.work))
	} else if err := f.AddUse(filepath.Dir(m.mod), ""); err != nil {
		return nil, err
	}
	used := false
	for _, u := range f.Use {
		used = used || u.Path == kiln
	}
	if !used {
		if err := f.AddUse(kiln, ""); err != nil {
			return nil, err
		}
	}
	for _, r := range append([]*modfile.Replace(nil), f.Replace...) {
		if r.Old.Path == Path { // the module itself is in the workspace now
			if err := f.DropReplace(r.Old.Path, r.Old.Version); err != nil {
				return nil, err
			}
		}
	}
	versions := []string{m.goVersion}
	if f.Go != nil {
		versions = append(versions, f.Go.Version)
	}
	for _, u := range f.Use {
		versions = append(versions, goLine(u.Path))
	}
	if err := f.AddGoStmt(newest(versions)); err != nil {
		return nil, err
	}
	f.Cleanup()
	return modfile.Format(f.Syntax), nil
}

// absolute makes folders of a go.work independent of where it lies.
func absolute(f *modfile.WorkFile, dir string) {
	fix := func(path string) string {
		if filepath.IsAbs(path) {
			return filepath.Clean(path)
		}
		return filepath.Join(dir, path)
	}
	var uses []*modfile.Use
	for _, u := range f.Use {
		uses = append(uses, &modfile.Use{Path: fix(u.Path)})
	}
	f.SetUse(uses)
	for _, r := range append([]*modfile.Replace(nil), f.Replace...) {
		if modfile.IsDirectoryPath(r.New.Path) {
			// The file has been parsed, so this is as valid as it was.
			_ = f.AddReplace(r.Old.Path, r.Old.Version, fix(r.New.Path), "")
		}
	}
}

// goLine is the Go version that the module in a folder wants, "" if unknown.
func goLine(dir string) string {
	name := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	f, err := modfile.ParseLax(name, text, nil)
	if err != nil || f.Go == nil {
		return ""
	}
	return f.Go.Version
}

// keep writes a go.work into the cache under its contents, beside a copy of the checksums of the one it was made from. The go
// command may add to those.
func keep(text []byte, from string) (string, error) {
	cache, err := CacheDir("")
	if err != nil {
		return "", err
	}
	var sums []byte
	if from != "" {
		if sums, err = os.ReadFile(from + ".sum"); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	dir := filepath.Join(cache, "work", HashOf(text, sums))
	file := filepath.Join(dir, "go.work")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("the cache: %w; set KILNCACHE to a folder that can be written", err)
	}
	if len(sums) > 0 {
		if err := ReplaceFile(file+".sum", sums); err != nil {
			return "", err
		}
	}
	return file, ReplaceFile(file, text)
}
