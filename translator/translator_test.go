package translator

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kiln/jitgen/descr"
	"kiln/translator/flow"
	"time"
)

// countdown is a language in a module of its own: its program is a number, which it counts down from.
const countdown = `package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "countdown", Greens: []string{"pc"}})

func run(n int) int {
	pc, total := 0, 0
	for {
		driver.MergePoint(pc)
		switch pc {
		case 0:
			total += n
			n--
			pc = 1
		default:
			if n == 0 {
				return total
			}
			pc = 0
			driver.CanEnterJit(pc)
		}
	}
}

func main() {
	n, err := host.ParseInt(host.Args()[0])
	if err != nil {
		host.Eprint(err.Error() + "\n")
		host.Exit(3)
	}
	host.Print(host.FormatInt(run(n)) + "\n")
	host.Flush()
}
`

// module writes the language into a new folder.
func module(t *testing.T, source string) string {
	t.Helper()
	kiln, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "countdown")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/countdown\n\ngo 1.26.0\n\nrequire kiln v0.0.0\n\nreplace kiln => "+kiln+"\n")
	write(t, filepath.Join(dir, "main.go"), source)
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Two translations in two folders give the same bytes: nothing of the machine gets into them.
func TestTranslationIsDeterministic(t *testing.T) {
	var first map[string][]byte
	for range 2 {
		tr, err := Translate(Options{Dir: module(t, countdown), Package: "."}, "")
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = tr.Files
			continue
		}
		if len(first) != len(tr.Files) {
			t.Fatalf("%d files, then %d", len(first), len(tr.Files))
		}
		for name, text := range first {
			if !bytes.Equal(text, tr.Files[name]) {
				t.Errorf("%s differs between two translations", name)
			}
		}
	}
}

func TestBuildAndCache(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program")
	}
	dir, out := module(t, countdown), filepath.Join(t.TempDir(), "out")
	opts := Options{Dir: dir, Package: ".", CacheDir: t.TempDir(), Output: out}
	build := func(wantCached bool) *Binary {
		t.Helper()
		b, err := Build(opts)
		if err != nil {
			t.Fatal(err)
		}
		if b.Cached != wantCached {
			t.Fatalf("from the cache: %v, want %v", b.Cached, wantCached)
		}
		return b
	}
	run := func(want string, args ...string) {
		t.Helper()
		text, err := exec.Command(out, args...).Output()
		if err != nil || string(text) != want {
			t.Errorf("%v: %q, %v; want %q", args, text, err, want)
		}
	}
	build(false)
	run("5000050000\n", "100000")
	run("5000050000\n", "--jit", "off", "100000")
	err := exec.Command(out, "x").Run()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 3 {
		t.Errorf("exit status: %v, want 3", err)
	}
	os.Remove(out)
	build(true)
	run("5000050000\n", "100000")

	// The same contents at another time are no change; other contents are, and so is a new file.
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "main.go"), later, later); err != nil {
		t.Fatal(err)
	}
	build(true)
	write(t, filepath.Join(dir, "main.go"), strings.Replace(countdown, "total += n", "total += 2 * n", 1))
	build(false)
	run("10000100000\n", "100000")
	write(t, filepath.Join(dir, "more.go"), "package main\n")
	build(false)

	opts.NoJit = true
	build(false)
	run("10000100000\n", "100000")
}

func TestErrorsOfTheEnvironment(t *testing.T) {
	t.Setenv("PATH", "")
	_, err := Build(Options{Dir: ".", Package: ".", CacheDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "needs the go command") {
		t.Errorf("without a go command: %v", err)
	}
}

func TestNotAMainPackage(t *testing.T) {
	_, err := Build(Options{Package: "./flow", CacheDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "not a main package") {
		t.Errorf("a library: %v", err)
	}
}

func TestUnknownPass(t *testing.T) {
	_, err := Translate(Options{}, "frobnicate")
	if err == nil || !strings.Contains(err.Error(), "load, ") {
		t.Errorf("unknown pass: %v", err)
	}
}

func TestPassOrderIsChecked(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a table in the wrong order was accepted")
		}
	}()
	ordered([]pass{{name: "b", after: []string{"a"}}, {name: "a"}})
}

// Edges and calls once shared operand slices; edits of an edge changed the call, and
// programs that use strconv.Atoi crashed the translator.
func TestGraphsAfterInlining(t *testing.T) {
	dir := module(t, `package main

import (
	"strconv"

	"kiln/framework/host"
)

func main() {
	v, err := strconv.Atoi(host.Args()[0])
	if err != nil {
		host.Print(strconv.Quote(err.Error()))
	}
	host.Exit(v)
}
`)
	tr, err := Translate(Options{Dir: dir, Package: "."}, "inline")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range tr.Program.Funcs {
		if f.Graph == nil {
			continue
		}
		if err := flow.Verify(f.Graph, flow.Low); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if _, err := Translate(Options{Dir: dir, Package: "."}, ""); err != nil {
		t.Error(err)
	}
}

func TestInternalErrorNamesThePass(t *testing.T) {
	tr := &Translation{Options: Options{Package: "./lang"}}
	err := tr.runPass(pass{name: "broken", run: func(*Translation) error { panic("oops") }})
	if err == nil || !strings.Contains(err.Error(), `internal error of kiln in pass "broken" of ./lang: oops; this is a bug of Kiln`) {
		t.Errorf("got %v", err)
	}
	err = tr.runPass(pass{name: "broken", run: func(*Translation) error {
		defer flow.Locate(&flow.Func{Name: "main.f", Pos: descr.Pos{File: "a.go", Line: 3, Column: 6}})
		panic("oops")
	}})
	if want := `a.go:3:6: internal error of kiln in pass "broken" at function main.f: oops; this is a bug of Kiln`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	err = tr.runPass(pass{name: "broken", run: func(*Translation) (err error) {
		defer flow.Catch(&err)
		panic("oops")
	}})
	if want := `internal error of kiln in pass "broken" of ./lang: oops; this is a bug of Kiln`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	var internal *InternalError
	if !errors.As(tr.refusal(err), &internal) || !strings.Contains(string(internal.Stack), "TestInternalErrorNamesThePass") {
		t.Errorf("no stack in %v", err)
	}
}
