package translator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"time"

	"kiln/translator/load"
	"kiln/translator/modules"
)

// The cache. Its folder holds
//
//	ask/ID.json      what a question (package, switches, kiln itself, Go) was answered with: the inputs that were
//	                 read, with their sizes, times and hashes, and the answer's key
//	bin/KEY/NAME     executables
//	src/KEY/         generated Go and program file, by their contents
//	work/KEY/        workspaces for the go command, see package modules
//
// A question is answered from the cache if every input is as it was: same size and time, else same
// contents; and no file has come to or gone from the folders the inputs lie in. Neither needs the go
// command. Entries are written to a temporary place and renamed, so that builds may run concurrently.
type cache struct {
	dir   string
	id    string
	begun time.Time
}

// answer is the contents of ask/ID.json.
type answer struct {
	Key    string
	Name   string // of the executable
	Source string // folder below src
	Files  []inputFile
	Dirs   []inputDir
}

type inputFile struct {
	Path  string
	Size  int64
	Mtime int64 // nanoseconds
	Hash  string
}

// inputDir is a folder with source files: which there are decides what the go command compiles.
type inputDir struct {
	Path  string
	Names string
}

// openCache finds the cache folder and the identity of the question.
func openCache(o *Options) (*cache, error) {
	dir, err := modules.CacheDir(o.CacheDir)
	if err != nil {
		return nil, err
	}
	for _, sub := range []string{"ask", "bin", "src"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, fmt.Errorf("the cache: %w; set KILNCACHE to a folder that can be written", err)
		}
	}
	id, err := question(o)
	if err != nil {
		return nil, err
	}
	return &cache{dir: dir, id: id, begun: time.Now()}, nil
}

// environment lists the variables that change what the go command makes of the same files.
var environment = []string{"GOFLAGS", "GOOS", "GOARCH", "GOAMD64", "GOEXPERIMENT", "GOTOOLCHAIN", "GOWORK", "GOROOT", "GO111MODULE", "CGO_ENABLED", "GODEBUG"}

// question identifies what is asked for: package, switches, the kiln that is asked and the Go it uses.
func question(o *Options) (string, error) {
	at, err := filepath.Abs(o.Dir)
	if err != nil {
		return "", err
	}
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	self, err := hashFile(exe)
	if err != nil {
		return "", err
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return "", err
	}
	if goCommand, err = filepath.EvalSymlinks(goCommand); err != nil {
		return "", err
	}
	info, err := os.Stat(goCommand)
	if err != nil {
		return "", err
	}
	var env strings.Builder
	for _, name := range environment {
		fmt.Fprintf(&env, "%s=%s\n", name, os.Getenv(name))
	}
	return modules.HashOf([]byte(at), []byte(o.Package), []byte(o.Tags), []byte(o.leftOut()), fmt.Append(nil, o.NoJit, o.Keep), []byte(self),
		fmt.Append(nil, goCommand, info.Size(), info.ModTime().UnixNano(), runtime.GOOS, runtime.GOARCH), []byte(env.String())), nil
}

func (c *cache) askFile() string { return filepath.Join(c.dir, "ask", c.id+".json") }

// lookup answers the question from the cache, or returns nil.
func (c *cache) lookup() *Binary {
	text, err := os.ReadFile(c.askFile())
	if err != nil {
		return nil
	}
	var a answer
	if json.Unmarshal(text, &a) != nil {
		return nil
	}
	b := &Binary{Path: filepath.Join(c.dir, "bin", a.Key, a.Name), Source: filepath.Join(c.dir, "src", a.Source), Cached: true}
	if _, err := os.Stat(b.Path); err != nil {
		return nil
	}
	if _, err := os.Stat(b.Source); err != nil {
		return nil
	}
	for _, d := range a.Dirs {
		if names, err := sourceNames(d.Path); err != nil || names != d.Names {
			return nil
		}
	}
	touched := false
	for i := range a.Files {
		same, changed := a.Files[i].unchanged()
		if !same {
			return nil
		}
		touched = touched || changed
	}
	if touched { // same contents, other times: remember them
		if text, err := json.Marshal(&a); err == nil {
			modules.ReplaceFile(c.askFile(), text)
		}
	}
	return b
}

// unchanged says whether the file is as it was; refreshed, that only its time differed.
func (f *inputFile) unchanged() (same, refreshed bool) {
	info, err := os.Stat(f.Path)
	if err != nil {
		return f.Hash == "", false
	}
	if f.Hash == "" || info.Size() != f.Size {
		return false, false
	}
	if info.ModTime().UnixNano() == f.Mtime {
		return true, false
	}
	hash, err := hashFile(f.Path)
	if err != nil || hash != f.Hash {
		return false, false
	}
	f.Mtime = info.ModTime().UnixNano()
	return true, true
}

// fingerprint describes a file; one that does not exist has no hash.
func fingerprint(path string) (inputFile, error) {
	f := inputFile{Path: path}
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f.Size, f.Mtime = info.Size(), info.ModTime().UnixNano()
	f.Hash, err = hashFile(path)
	return f, err
}

// sourceNames lists what the go command may look at in a folder.
func sourceNames(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var names []string
	for _, e := range entries {
		n := e.Name()
		if e.IsDir() || strings.HasSuffix(n, "_test.go") {
			continue
		}
		switch filepath.Ext(n) {
		case ".go", ".s", ".S", ".c", ".h", ".cc", ".cpp", ".syso":
			names = append(names, n)
		}
	}
	return strings.Join(names, "/"), nil
}

// writeSource stores generated files under their contents and returns the folder.
func (c *cache) writeSource(files map[string][]byte) (string, error) {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	var parts [][]byte
	for _, name := range names {
		parts = append(parts, []byte(name), files[name])
	}
	dir := filepath.Join(c.dir, "src", modules.HashOf(parts...))
	return dir, c.publish(dir, func(tmp string) error {
		for _, name := range names {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(tmp, name)), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(tmp, name), files[name], 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}

// publish makes a folder of the cache, unless it is there, by filling a temporary one and renaming it.
func (c *cache) publish(dir string, fill func(tmp string) error) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	tmp, err := os.MkdirTemp(c.dir, "tmp-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := fill(tmp); err != nil {
		return err
	}
	if err := os.Rename(tmp, dir); err != nil {
		if _, there := os.Stat(dir); there == nil {
			return nil // somebody else was faster, with the same contents
		}
		return err
	}
	return nil
}

// record stores an executable and answers the question with it.
func (c *cache) record(t *Translation, inputs []string, built, source string) (*Binary, error) {
	a := answer{Name: filepath.Base(built), Source: filepath.Base(source)}
	dirs := map[string]bool{}
	for _, path := range allInputs(t.Loaded, inputs) {
		f, err := fingerprint(path)
		if err != nil {
			return nil, err
		}
		a.Files = append(a.Files, f)
		if strings.HasSuffix(path, ".go") {
			dirs[filepath.Dir(path)] = true
		}
	}
	for dir := range dirs {
		names, err := sourceNames(dir)
		if err != nil {
			return nil, err
		}
		a.Dirs = append(a.Dirs, inputDir{dir, names})
	}
	sort.Slice(a.Dirs, func(i, j int) bool { return a.Dirs[i].Path < a.Dirs[j].Path })

	hash, err := hashFile(built)
	if err != nil {
		return nil, err
	}
	a.Key = hash
	dir := filepath.Join(c.dir, "bin", a.Key)
	if err := c.publish(dir, func(tmp string) error { return os.Rename(built, filepath.Join(tmp, a.Name)) }); err != nil {
		return nil, err
	}
	b := &Binary{Path: filepath.Join(dir, a.Name), Source: source}
	if _, err := os.Stat(b.Path); err != nil { // the same executable under another name
		if err := copyFile(built, b.Path); err != nil {
			return nil, err
		}
	}
	for _, f := range a.Files {
		if m := f.Mtime; m >= c.begun.UnixNano() && m <= time.Now().UnixNano() {
			return b, nil // edited meanwhile: nobody knows which contents were built
		}
	}
	text, err := json.Marshal(&a)
	if err != nil {
		return nil, err
	}
	return b, modules.ReplaceFile(c.askFile(), text)
}

// allInputs are the files a binary depends on: those of the generated program's packages, and those that
// were translated.
func allInputs(r *load.Result, linked []string) []string {
	set := map[string]bool{}
	for _, f := range linked {
		set[f] = true
	}
	for _, p := range r.Packages {
		if !p.Std {
			for _, f := range p.FileNames {
				set[f] = true
			}
		}
	}
	var files []string
	for f := range set {
		files = append(files, f)
	}
	sort.Strings(files)
	return files
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil))[:32], nil
}
