package translator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"kiln/translator/modules"
)

// generatedDir is the folder, below the language's main package, that the generated program pretends to
// be in, so that the language's internal and host packages resolve. It exists in an overlay only.
const generatedDir = "zz_kiln_gen"

// Binary is a built program.
type Binary struct {
	// Path is the executable: Options.Output for Build, in the cache for BuildCached.
	Path string
	// Source is the folder with the generated Go and the program file.
	Source string
	// Cached says that nothing had to be done.
	Cached bool
}

// Build translates and compiles, and writes the executable to Options.Output.
func Build(opts Options) (*Binary, error) {
	b, err := BuildCached(opts)
	if err != nil {
		return nil, err
	}
	out := opts.Output
	if out == "" {
		out = filepath.Base(b.Path)
	}
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		out = filepath.Join(out, filepath.Base(b.Path))
	}
	if err := copyFile(b.Path, out); err != nil {
		return nil, err
	}
	b.Path = out
	return b, nil
}

// BuildCached translates and compiles into the cache, or finds what an earlier call left there.
func BuildCached(opts Options) (*Binary, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return nil, errors.New("kiln needs the go command to compile what it generates, and there is none in PATH; install Go from https://go.dev/dl")
	}
	c, err := openCache(&opts)
	if err != nil {
		return nil, err
	}
	if b := c.lookup(); b != nil {
		if opts.Times != nil {
			fmt.Fprintln(opts.Times, "nothing has changed: the executable is in the cache")
		}
		return b, nil
	}
	opts.progress("translating %s", opts.Package)
	defer opts.progressDone()
	t, err := Translate(opts, "")
	if err != nil {
		return nil, err
	}
	source, err := c.writeSource(t.Files)
	if err != nil {
		return nil, err
	}
	total := t.goPackages()
	opts.progress("compiling %d KB of generated Go in %d packages", t.goSize()/1024, total)
	start := time.Now()
	compiled := 0
	b, err := compile(c, t, source, func(pkg string) {
		compiled++
		opts.step("compiling %s (%d of %d)", pkg, compiled, total)
	})
	t.timed("go build", time.Since(start))
	t.note("%d of %d packages compiled, the others were in Go's cache", compiled, total)
	if opts.Times != nil {
		t.WriteTimes(opts.Times)
	}
	return b, err
}

func (t *Translation) goSize() (n int) {
	for name, text := range t.Files {
		if strings.HasSuffix(name, ".go") {
			n += len(text)
		}
	}
	return n
}

// goPackages is the number of generated packages.
func (t *Translation) goPackages() int {
	dirs := map[string]bool{}
	for name := range t.Files {
		if strings.HasSuffix(name, ".go") {
			dirs[filepath.Dir(name)] = true
		}
	}
	return len(dirs)
}

// compile runs go build on generated source in the cache, and records the result. It tells the names of the generated packages
// that are compiled.
func compile(c *cache, t *Translation, source string, compiling func(pkg string)) (*Binary, error) {
	tmp, err := os.MkdirTemp(c.dir, "tmp-build-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	g, err := newGoBuild(t, source, tmp)
	if err != nil {
		return nil, err
	}
	// What the binary is made of is asked for while it is being made.
	deps := make(chan error, 1)
	var inputs []string
	go func() {
		var err error
		inputs, err = g.inputs()
		deps <- err
	}()
	name := binaryName(t.Loaded.Dir)
	built := filepath.Join(tmp, name)
	err = g.build(built, compiling)
	if listErr := <-deps; err == nil {
		err = listErr
	}
	if err != nil {
		return nil, err
	}
	return c.record(t, inputs, built, source)
}

// binaryName is the default name of the executable.
func binaryName(dir string) string { return filepath.Base(dir) }

// goBuild is a call of the go command on a generated program.
type goBuild struct {
	dir     string // where the command runs: the language's folder
	env     []string
	flags   []string
	pattern string
}

// newGoBuild writes the overlay.
func newGoBuild(t *Translation, source, tmp string) (*goBuild, error) {
	g := &goBuild{dir: t.Loaded.Dir, pattern: "./" + generatedDir}
	replace := map[string]string{}
	for name := range t.Files {
		replace[filepath.Join(g.dir, generatedDir, name)] = filepath.Join(source, name)
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	overlay := filepath.Join(tmp, "overlay.json")
	if err := os.WriteFile(overlay, text, 0o644); err != nil {
		return nil, err
	}
	g.flags = []string{"-overlay=" + overlay, "-buildvcs=false"}
	if t.Options.Tags != "" {
		g.flags = append(g.flags, "-tags="+t.Options.Tags)
	}
	setting, err := modules.ForBuild(g.dir)
	if err != nil {
		return nil, err
	}
	g.env, g.flags = setting.Env, append(g.flags, setting.Flags...)
	return g, nil
}

func (g *goBuild) command(verb string, args ...string) *exec.Cmd {
	all := append([]string{verb}, g.flags...)
	all = append(append(all, args...), g.pattern)
	cmd := exec.Command("go", all...)
	cmd.Dir, cmd.Env = g.dir, g.env
	return cmd
}

// build makes the executable. With -v the go command names each package when it compiles it: those are all the lines that begin with
// an import path and nothing else.
func (g *goBuild) build(out string, compiling func(pkg string)) error {
	cmd := g.command("build", "-v", "-o", out)
	if os.Getenv("GOGC") == "" { // compilers live for a second or two: collecting less saves 6 % of what they take
		if cmd.Env == nil {
			cmd.Env = os.Environ()
		}
		cmd.Env = append(cmd.Env, "GOGC=400")
	}
	pipe, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var messages bytes.Buffer
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		line := lines.Text()
		at := strings.Index(line, "/"+generatedDir)
		switch {
		case strings.ContainsAny(line, " :\t"):
			fmt.Fprintln(&messages, line)
		case at >= 0:
			compiling(strings.TrimPrefix(line[at+1+len(generatedDir):], "/"))
		}
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("go build of the generated program failed (please report it): %w\n%s", err, messages.Bytes())
	}
	return nil
}

// inputs lists the source files, outside GOROOT, of all packages that the generated program is made of.
func (g *goBuild) inputs() ([]string, error) {
	cmd := g.command("list", "-deps", "-json=Dir,Standard,GoFiles,CgoFiles,CFiles,HFiles,SFiles,EmbedFiles,Module")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing what the generated program is made of: %w", withStderr(err))
	}
	set := map[string]bool{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Dir                                                   string
			Standard                                              bool
			GoFiles, CgoFiles, CFiles, HFiles, SFiles, EmbedFiles []string
			Module                                                *struct{ GoMod string }
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if p.Standard || strings.Contains(p.Dir+string(filepath.Separator), string(filepath.Separator)+generatedDir+string(filepath.Separator)) {
			continue
		}
		for _, list := range [][]string{p.GoFiles, p.CgoFiles, p.CFiles, p.HFiles, p.SFiles, p.EmbedFiles} {
			for _, f := range list {
				set[filepath.Join(p.Dir, f)] = true
			}
		}
		if p.Module != nil && p.Module.GoMod != "" {
			set[p.Module.GoMod] = true
			set[strings.TrimSuffix(p.Module.GoMod, "mod")+"sum"] = true
		}
	}
	var files []string
	for f := range set {
		files = append(files, f)
	}
	sort.Strings(files)
	return files, nil
}

// withStderr adds what a command wrote to its error.
func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w\n%s", err, bytes.TrimSpace(exit.Stderr))
	}
	return err
}

// copyFile replaces to by a copy of from, in one step.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	tmp, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := io.Copy(tmp, in); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(0o755); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), to)
}
