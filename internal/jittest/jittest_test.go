package jittest

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kiln/internal/filetest"
	"kiln/jitgen/jitlog"
)

const sum = `package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "sum", Greens: []string{"pc", "code"}})

// A register machine of four instructions: s += i; i--; if i != 0 goto 0; stop.
func run(code string, n int) int {
	s, i, pc := 0, n, 0
	for {
		driver.MergePoint(pc, code)
		switch code[pc] {
		case 'a':
			s += i
		case 'd':
			i--
		case 'l':
			if i != 0 {
				pc = 0
				driver.CanEnterJit(pc, code)
				continue
			}
		case 's':
			return s
		}
		pc++
	}
}

func main() {
	host.Print(host.FormatInt(run("adls", 100)) + "\n")
	host.Print(host.FormatInt(run("adls", 7)) + "\n")
}
`

// A panic that is not recovered has the program's text wherever it begins: in traced code it is the blackhole's.
func TestPanicTexts(t *testing.T) {
	for name, c := range map[string]struct{ statement, text string }{
		"string":    {`panic("s is negative")`, "s is negative"},
		"error":     {"panic(fault(s))", "fault"},
		"assertion": {"s = x.(int)", "interface conversion: interface {} is string, not int"},
		"division":  {"s /= i - i", "runtime error: integer divide by zero"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sum, "case 's':\n", "case 's':\n\t\t\tif s == 28 {\n"+c.statement+"\n}\n", 1)
			text = strings.Replace(text, "s, i, pc := 0, n, 0", "s, i, pc := 0, n, 0\n\tvar x any = code\n\t_ = x", 1)
			text += "\ntype fault int\n\nfunc (f fault) Error() string { return \"fault\" }\n"
			r := Build(t, map[string]string{"main.go": text}).Matrix(t, Config{})
			if r.Stdout != "5050\n" || !strings.Contains(r.Panic, c.text) {
				t.Errorf("printed %q, panic %q", r.Stdout, r.Panic)
			}
		})
	}
}

func TestSum(t *testing.T) {
	p := Build(t, map[string]string{"main.go": sum})
	r := p.Matrix(t, Config{})
	if r.Stdout != "5050\n28\n" {
		t.Errorf("printed %q", r.Stdout)
	}
	if r.Counters.Loops == 0 || r.Counters.GuardFailures == 0 {
		t.Errorf("counters: %+v", r.Counters)
	}
}

// The traces as recorded, or as optimised, of programs in text files: what the tracer folds, guards, inlines and leaves residual.
func TestRecorded(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		p := Build(t, map[string]string{"main.go": c.Input})
		want := p.Run(t, Config{Jit: "off"})
		var log strings.Builder
		section := jitlog.Recorded
		if c.Command == "optimised" {
			section = jitlog.Optimised
		}
		got := p.Run(t, Config{Jit: "threshold=3,unroll=1,bridge=1000000,backend=ref", Log: &log, Sections: []string{section, jitlog.Aborts}})
		if got.Output() != want.Output() {
			t.Errorf("printed %q, without JIT %q", got.Output(), want.Output())
		}
		return ours.ReplaceAllString(unnumbered.Replace(log.String()), "# translator/")
	})
}

// ours are positions in Kiln's own packages, which have the module's folder in them.
var ours = regexp.MustCompile(`# /\S*/translator/`)

// unnumbered hides numbers that change with every helper function and type of the run time, and with
// every improvement of lowering: function indices, type ids, positions in jitcode.
var unnumbered = numbers{
	regexp.MustCompile(`(call_[a-z_]+\()\d+`), regexp.MustCompile(`(guard_class\([a-z0-9]+, )\d+`), regexp.MustCompile(`([\[|] ?\d+:)\d+`), regexp.MustCompile(`(\[\d+@)\d+`),
}

type numbers []*regexp.Regexp

func (n numbers) Replace(s string) string {
	for _, r := range n {
		s = r.ReplaceAllString(s, "${1}N")
	}
	return s
}

func TestBF(t *testing.T) {
	p := BuildDir(t, "../..", "./langs/toy/bf")
	r := p.Matrix(t, Config{Args: []string{"testdata/squares.b"}})
	if !strings.HasSuffix(r.Stdout, "9801\n10000\n") {
		t.Errorf("printed %q", r.Output())
	}
	if r.Counters.Loops == 0 || r.Counters.Bridges == 0 || r.Counters.GuardFailures == 0 {
		t.Errorf("counters: %+v", r.Counters)
	}
}

// Boxed numbers behind an interface, frames with a stack, recursion through the portal, a list that grows.
func TestBoxes(t *testing.T) {
	text, err := os.ReadFile("testdata/boxes.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := Build(t, map[string]string{"main.go": string(text)})
	r := p.Matrix(t, Config{})
	if r.Counters.Loops == 0 || r.Counters.Bridges == 0 || r.Counters.GuardFailures == 0 {
		t.Errorf("counters: %+v", r.Counters)
	}
}

// Panics in compiled code are recovered around the portal: memory is as it has to be.
func TestRecovers(t *testing.T) {
	text, err := os.ReadFile("testdata/recovers.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := Build(t, map[string]string{"main.go": string(text)})
	r := p.Matrix(t, Config{Stress: 97})
	if r.Counters.Loops == 0 || r.Counters.GuardFailures == 0 {
		t.Errorf("nothing was compiled: %+v", r.Counters)
	}
}

func TestClay(t *testing.T) {
	p := BuildDir(t, "../..", "./langs/toy/clay")
	for _, name := range []string{"fib", "loops", "sieve", "error"} {
		t.Run(name, func(t *testing.T) {
			r := p.Matrix(t, Config{Args: []string{"../../langs/toy/clay/testdata/" + name + ".clay"}, Stress: 997})
			if looping := name == "loops" || name == "sieve"; looping && (r.Counters.Loops == 0 || r.Counters.GuardFailures == 0) {
				t.Errorf("nothing was compiled: %+v", r.Counters)
			}
		})
	}
}

// broken is a log that panics when a trace is written to it: an error inside the JIT.
type broken struct{}

func (broken) Write(b []byte) (int, error) {
	var list []int
	return list[len(b)], nil
}

// TestInternalError: a program that recovers run-time errors does not take an error inside the JIT for one of its own and go on.
func TestInternalError(t *testing.T) {
	text, err := os.ReadFile("testdata/recovers.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := Build(t, map[string]string{"main.go": string(text)})
	_, err = p.Execute(Config{Jit: "threshold=2", Log: broken{}, Sections: []string{"jit-optimised"}})
	if err == nil || !strings.Contains(err.Error(), "kiln: internal error of the JIT, compiling loop rec(pc=0): runtime error: index out of range") ||
		!strings.Contains(err.Error(), "Please report this") || !strings.Contains(err.Error(), "jittest_test.go") {
		t.Error(err)
	}
}

// Memory that is filled under one name and read under another, in one trace.
func TestRenamed(t *testing.T) {
	text, err := os.ReadFile("testdata/renamed.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, everything := range []bool{false, true} {
		p, err := Translate(map[string]string{"main.go": string(text)}, everything)
		if err != nil {
			t.Fatal(err)
		}
		if r := p.Matrix(t, Config{Stress: 31}); r.Counters.Loops == 0 || strings.Count(r.Stdout, "\n") != 9 {
			t.Errorf("printed %q; counters: %+v", r.Stdout, r.Counters)
		}
	}
}
