package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kiln/internal/bench"
	"kiln/internal/vmtest"
)

// The JIT's targets for Lox, each a ratio of times measured in one run, and whether they are reached:
//
//	TARGETS=3 CLOX=/path/to/clox go test ./langs/toy/lox -run TestTargets -v -timeout 0
//
// TARGETS is how often each program runs. Without CLOX, the book's own interpreter, what is compared with it is left out.

// published are the benchmarks of the book that the targets are about.
var published = []string{"binary_trees", "equality", "fib", "instantiation", "invocation", "method_call", "properties", "trees", "zoo"}

type targets struct {
	t       *testing.T
	dir     string
	vm      string
	count   int
	seconds map[[2]string]float64 // by program and variant
}

func TestTargets(t *testing.T) {
	count := 0
	if fmt.Sscan(os.Getenv("TARGETS"), &count); count == 0 {
		t.Skip("TARGETS is not set")
	}
	m := &targets{t: t, dir: t.TempDir(), vm: vmtest.BuildTranslated(t, "./langs/toy/lox"), count: count, seconds: map[[2]string]float64{}}
	programs, err := bench.Find("bench")
	if err != nil {
		t.Fatal(err)
	}
	variants := []bench.Variant{{Name: "jit", Command: []string{m.vm, "{}"}}, {Name: "off", Command: []string{m.vm, "--jit", "off", "{}"}}, {Name: "go"}}
	if clox := os.Getenv("CLOX"); clox != "" {
		variants = append(variants, bench.Variant{Name: "clox", Command: []string{clox, "{}"}})
	}
	for i := range programs {
		if p := &programs[i]; p.GoSource != "" {
			p.Straight = filepath.Join(m.dir, p.Name)
			if text, err := exec.Command("go", "build", "-o", p.Straight, p.GoSource).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
		}
	}
	m.measure(programs, variants)
	m.compare(variants)
	m.coldFunctions(variants[:2])
	m.pauses(programs)
}

// measure notes the least time of each program in each variant.
func (m *targets) measure(programs []bench.Program, variants []bench.Variant) {
	rep, err := bench.Run(context.Background(), programs, variants, bench.Options{Count: m.count, Timeout: 5 * time.Minute, Clock: bench.UserTime, Base: "jit"})
	if err != nil {
		m.t.Fatal(err)
	}
	for _, failure := range rep.Failures() {
		m.t.Error(failure)
	}
	for _, r := range rep.Results {
		if len(r.Seconds) > 0 {
			m.seconds[[2]string{r.Program, r.Variant}] = max(r.Min, 0.001)
		}
	}
}

// ratio is by how much a variant is slower than the JIT; 0 if it was not measured.
func (m *targets) ratio(program, variant string) float64 {
	return m.seconds[[2]string{program, variant}] / m.seconds[[2]string{program, "jit"}]
}

func (m *targets) geometric(programs []string, variant string) float64 {
	sum := 0.0
	for _, p := range programs {
		sum += math.Log(m.ratio(p, variant))
	}
	return math.Exp(sum / float64(len(programs)))
}

// check reports a target: what must be at least, or with atMost at most, want.
func (m *targets) check(what string, got, want float64, atMost bool) {
	word, ok := "at least", got >= want
	if atMost {
		word, ok = "at most", got <= want
	}
	line := fmt.Sprintf("%-66s %6.2f  (%s %.2f)", what, got, word, want)
	if ok {
		m.t.Log(line)
	} else {
		m.t.Errorf("%s: missed", line)
	}
}

func (m *targets) compare(variants []bench.Variant) {
	m.check("nine published: JIT against --jit off, geometric mean", m.geometric(published, "off"), 5, false)
	slowest := slices.MinFunc(published, func(a, b string) int { return int(1e6 * (m.ratio(a, "off") - m.ratio(b, "off"))) })
	m.check("nine published: the least of these ratios ("+slowest+")", m.ratio(slowest, "off"), 0.95, false)
	if variants[len(variants)-1].Name == "clox" {
		m.check("nine published: JIT against clox, geometric mean", m.geometric(published, "clox"), 2.5, false)
		for _, p := range []string{"fib", "trees", "binary_trees"} {
			m.check(p+": JIT against clox", m.ratio(p, "clox"), 1.5, false)
		}
	}
	numeric := []string{"nested_sums", "mandelbrot", "nbody", "collatz", "spectral_norm"}
	for _, p := range numeric {
		m.t.Logf("%s: %.2f times the time of straight Go", p, 1/m.ratio(p, "go"))
	}
	m.check("five numeric loops: times straight Go, geometric mean", 1/m.geometric(numeric, "go"), 3, true)
}

// coldFunctions measures warming up in vain: a loop over 20,000 functions, each different, none of which is called often.
func (m *targets) coldFunctions(variants []bench.Variant) {
	var files []string
	for _, c := range []struct {
		name, body   string
		calls, times int
	}{
		{"cold_functions", "var a = n + %d; if (a > 3) a = a - 2; return a * 2;", 3, 40},
		{"cold_loops", "var s = 0; for (var i = 0; i < n; i = i + 1) s = s + i * %d; return s;", 900, 1},
	} {
		var b strings.Builder
		b.WriteString("class Cell { init(f, next) { this.f = f; this.next = next; } }\nvar list = nil;\n")
		for i := range 20000 {
			fmt.Fprintf(&b, "{ fun f(n) { "+c.body+" } list = Cell(f, list); }\n", i)
		}
		b.WriteString("fun run(n) { var s = 0; for (var c = list; c != nil; c = c.next) s = s + c.f(n); return s; }\n")
		fmt.Fprintf(&b, "for (var k = 0; k < %d; k = k + 1) print run(%d);\n", c.times, c.calls)
		file := filepath.Join(m.dir, c.name+".lox")
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			m.t.Fatal(err)
		}
		files = append(files, file)
	}
	programs, err := bench.Files(files)
	if err != nil {
		m.t.Fatal(err)
	}
	m.measure(programs, variants)
	m.check("20,000 cold functions: times --jit off", 1/m.ratio("cold_functions", "off"), 1.15, true)
	m.t.Logf("20,000 loops of 900 iterations each: %.2f times --jit off", 1/m.ratio("cold_loops", "off"))
}

var perOperation = regexp.MustCompile(`(?m)^jit time per operation: +(\S+)$`)

// pauses checks what --stats says about recordings.
func (m *targets) pauses(programs []bench.Program) {
	worst, where := time.Duration(0), ""
	for _, p := range programs {
		r, err := vmtest.Run(m.vm, []string{"--stats", p.File}, "")
		if err != nil || !strings.Contains(r.Stderr, "jit pause median:") {
			m.t.Fatalf("%s: %v\n%s", p.Name, err, r.Stderr)
		}
		d, err := time.ParseDuration(perOperation.FindStringSubmatch(r.Stderr)[1])
		if err != nil {
			m.t.Fatal(err)
		}
		if d > worst {
			worst, where = d, p.Name
		}
	}
	m.check("longest time for a recorded operation, in µs ("+where+")", worst.Seconds()*1e6, 15, true)
}
