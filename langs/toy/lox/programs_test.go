package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kiln/internal/vmtest"
)

// TestPrograms runs the programs of testdata in plain Go. What they print stands in their comments.
func TestPrograms(t *testing.T) {
	binary := vmtest.BuildPlain(t, "./langs/toy/lox")
	files, err := filepath.Glob("testdata/*.lox")
	if err != nil || len(files) < 7 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := vmtest.Run(binary, []string{file}, "")
		if err != nil {
			t.Fatal(err)
		}
		if e := expectations(string(source)); len(e.output) == 0 {
			t.Errorf("%s expects nothing", file)
		} else if problem := e.check(r); problem != "" {
			t.Errorf("%s: %s", file, problem)
		}
	}
}

// TestMistakes: messages, stack traces and exit statuses, exactly.
func TestMistakes(t *testing.T) {
	binary := vmtest.BuildPlain(t, "./langs/toy/lox")
	for _, m := range mistakes {
		file := m.write(t)
		r, err := vmtest.Run(binary, []string{file}, "")
		if err != nil {
			t.Fatal(err)
		}
		exit := exitRun
		if strings.HasPrefix(m.stderr, "[line") {
			exit = exitCompile
		}
		if r.Exit != exit || r.Stderr != m.stderr+"\n" || r.Stdout != m.stdout {
			t.Errorf("%s\nexit %d, want %d; stdout %q, want %q; stderr\n%swant\n%s", m.source, r.Exit, exit, r.Stdout, m.stdout, r.Stderr, m.stderr)
		}
	}
}

// TestStart: a program that ends before anything is hot makes neither backend nor optimiser, and one that does makes them.
func TestStart(t *testing.T) {
	binary := vmtest.BuildTranslated(t, "./langs/toy/lox")
	for source, backend := range map[string]string{"print 1;": "none yet", "for (var i = 0; i < 9; i = i + 1) print i;": "amd64"} {
		file := filepath.Join(t.TempDir(), "program.lox")
		if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := vmtest.Run(binary, []string{"--stats", "--jit", "threshold=2", file}, "")
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`(?m)^jit backend:\s+` + backend + `$`).MatchString(r.Stderr) {
			t.Errorf("%s: the backend is not %q:\n%s", source, backend, r.Stderr)
		}
	}
}

// TestWithout runs the programs of testdata without all optimisations of emitted Go, with the JIT off and at once.
func TestWithout(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the interpreter")
	}
	binary := vmtest.BuildTranslated(t, "./langs/toy/lox", "-without", "all")
	files, err := filepath.Glob("testdata/*.lox")
	if err != nil || len(files) < 7 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		e := expectations(string(source))
		for _, jit := range []string{"off", "threshold=2,bridge=2"} {
			r, err := vmtest.Run(binary, []string{"--jit", jit, file}, "")
			if err != nil {
				t.Fatal(err)
			}
			if problem := e.check(r); problem != "" {
				t.Errorf("%s --jit %s: %s", file, jit, problem)
			}
		}
	}
}

// TestMatrix runs the programs of testdata and the mistakes on all variants of the translated interpreter.
func TestMatrix(t *testing.T) {
	programs := vmtest.Programs(t, "testdata/*.lox")
	for i, m := range mistakes {
		programs = append(programs, vmtest.Program{
			Name: "mistake " + strconv.Itoa(i), Args: []string{m.write(t)}, Slow: len(m.source)+len(m.stderr) > 1000,
		})
	}
	programs = append(programs, sessions...)
	vmtest.Matrix(t, "./langs/toy/lox", programs)
}

// sessions are runs that are not a program in a file.
var sessions = []vmtest.Program{
	{Name: "session", Stdin: session},
	{Name: "empty session"},
	{Name: "usage", Args: []string{"a", "b"}},
	{Name: "no file", Args: []string{"no such file"}},
}

const session = `var a = 1;
fun f() { return a; }
a = a + 1; print f();
print undefined;
print 1 +;
class A { get() { return a; } }
for (var i = 0; i < 50; i = i + 1) { a = a + A().get() - i; } print a > 0;
{ print f() == a; }
print "no end`

// TestCommand: exit statuses and the interactive mode.
func TestCommand(t *testing.T) {
	binary := vmtest.BuildPlain(t, "./langs/toy/lox")
	want := []vmtest.Result{
		{Exit: 0, Stdout: "> > > 2\n> > > > true\n> true\n> > \n", Stderr: "Undefined variable 'undefined'.\n[line 1] in script\n" +
			"[line 1] Error at ';': Expect expression.\n[line 1] Error: Unterminated string.\n"},
		{Exit: 0, Stdout: "> \n"},
		{Exit: exitUsage, Stderr: "Usage: lox [path]\n"},
		{Exit: exitFile, Stderr: "Could not open file \"no such file\".\n"},
	}
	for i, s := range sessions {
		r, err := vmtest.Run(binary, s.Args, s.Stdin)
		if err != nil {
			t.Fatal(err)
		}
		r.Time = 0
		if r != want[i] {
			t.Errorf("%s:\n%+v, want\n%+v", s.Name, r, want[i])
		}
	}
}

func (m *mistake) write(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "m.lox")
	if err := os.WriteFile(file, []byte(m.source), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestBook compares with the book's own interpreter, if CLOX names its binary: all but programs beyond its limits of 64 nested calls and
// 256 constants in a function.
func TestBook(t *testing.T) {
	clox := os.Getenv("CLOX")
	if clox == "" {
		t.Skip("CLOX is not set")
	}
	binary := vmtest.BuildPlain(t, "./langs/toy/lox")
	files, err := filepath.Glob("testdata/*.lox")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mistakes {
		files = append(files, m.write(t))
	}
	for _, file := range files {
		want, err := vmtest.Run(clox, []string{file}, "")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(want.Stderr, "Stack overflow.") || strings.Contains(want.Stderr, "Too many constants") {
			continue
		}
		got, err := vmtest.Run(binary, []string{file}, "")
		if err != nil {
			t.Fatal(err)
		}
		want.Time, got.Time = 0, 0
		if got != want {
			source, _ := os.ReadFile(file)
			t.Errorf("%.500s\n%+v, the book's:\n%+v", source, got, want)
		}
	}
}
