// Package vmtest runs a language's programs on everything Kiln offers and requires the same output
// everywhere: plain Go is the oracle for the translated binary without JIT, with tiny thresholds on both
// backends, with guards failing at random, and collecting at every allocation.
//
// Used by tests only; it runs the go command and cmd/kiln.
package vmtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kiln/internal/textdiff"
)

// Program is one run of the language: arguments, standard input.
type Program struct {
	Name  string
	Args  []string
	Stdin string
	// Slow programs run without collection at every allocation, which multiplies their time.
	Slow bool
}

// Variant is one way of running a translated binary.
type Variant struct {
	Name   string
	Switch []string
	// Stress variants are skipped for slow programs.
	Stress bool
	// Want names counters of --stats that must be above zero in sum over all programs.
	Want []string
}

// Variants is the testing matrix of a translated binary.
var Variants = []Variant{
	{Name: "off", Switch: []string{"--jit", "off"}},
	{Name: "default", Switch: []string{}},
	{Name: "tiny", Switch: []string{"--jit", "threshold=2,bridge=2"}, Want: []string{"jit loops", "jit bridges", "jit guard failures"}},
	{Name: "ref", Switch: []string{"--jit", "backend=ref,threshold=2,bridge=2"}, Stress: true, Want: []string{"jit loops"}},
	{Name: "guardfail", Switch: []string{"--jit", "threshold=2,guardfail=50,seed=7,chain=2"}, Want: []string{"jit forced failures"}},
	{Name: "gcstress", Switch: []string{"--jit", "threshold=2", "--gc", "stress=1,verify=on"}, Stress: true},
	{Name: "nursery", Switch: []string{"--jit", "threshold=2,bridge=2", "--gc", "nursery=64K"}},
	{Name: "gcoff", Switch: []string{"--jit", "off", "--gc", "stress=3"}, Stress: true},
}

// Result is what a run left behind.
type Result struct {
	Stdout, Stderr string
	Exit           int
	Time           time.Duration
}

// Run executes a command with a limit of five minutes.
func Run(binary string, args []string, stdin string) (Result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	r := Result{Stdout: stdout.String(), Stderr: stderr.String(), Time: time.Since(start)}
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		r.Exit, err = exit.ExitCode(), nil
	}
	return r, err
}

// Root is the folder of the module that holds this package.
func Root() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	return strings.TrimSpace(string(out)), err
}

// BuildPlain compiles a language's package with the go command and returns the binary.
func BuildPlain(tb testing.TB, pkg string) string {
	tb.Helper()
	return build(tb, "plain", "go", "build", "-o", "OUT", pkg)
}

// BuildTranslated translates a language's package and returns the binary.
func BuildTranslated(tb testing.TB, pkg string, flags ...string) string {
	tb.Helper()
	args := append([]string{"go", "run", "./cmd/kiln", "build", "-o", "OUT"}, flags...)
	return build(tb, "translated", append(args, pkg)...)
}

func build(tb testing.TB, name string, command ...string) string {
	tb.Helper()
	root, err := Root()
	if err != nil {
		tb.Fatal(err)
	}
	out := filepath.Join(tb.TempDir(), name)
	for i, arg := range command {
		if arg == "OUT" {
			command[i] = out
		}
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = root
	if text, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, text)
	}
	if _, err := os.Stat(out); err != nil {
		tb.Fatal(err)
	}
	return out
}

// Programs are the files that match a pattern below the test's folder, each the one argument of the language. NAME.in is the standard
// input of NAME.EXT. Those whose name starts with "slow-", and those named, skip the stress variants.
func Programs(tb testing.TB, pattern string, slow ...string) []Program {
	tb.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		tb.Fatalf("no programs %s (%v)", pattern, err)
	}
	var programs []Program
	for _, file := range files {
		abs, err := filepath.Abs(file)
		if err != nil {
			tb.Fatal(err)
		}
		stdin, _ := os.ReadFile(strings.TrimSuffix(abs, filepath.Ext(abs)) + ".in")
		name := filepath.Base(file)
		programs = append(programs, Program{
			Name: name, Args: []string{abs}, Stdin: string(stdin),
			Slow: strings.HasPrefix(name, "slow-") || slices.Contains(slow, name),
		})
	}
	return programs
}

// Matrix runs every program on every variant and compares it with plain Go.
func Matrix(t *testing.T, pkg string, programs []Program) {
	if len(programs) == 0 {
		t.Fatal("no programs")
	}
	plain, vm := BuildPlain(t, pkg), BuildTranslated(t, pkg)
	want := make([]Result, len(programs))
	for i, p := range programs {
		r, err := Run(plain, p.Args, p.Stdin)
		if err != nil {
			t.Fatalf("%s in plain Go: %v", p.Name, err)
		}
		want[i] = r
	}
	for _, v := range Variants {
		t.Run(v.Name, func(t *testing.T) {
			sums := map[string]int64{}
			for i, p := range programs {
				if p.Slow && v.Stress {
					continue
				}
				args := append(append([]string{"--stats"}, v.Switch...), p.Args...)
				got, err := Run(vm, args, p.Stdin)
				if err != nil {
					t.Errorf("%s: %v", p.Name, err)
					continue
				}
				if diff := compare(want[i], got); diff != "" {
					t.Errorf("%s %s: %s", p.Name, strings.Join(v.Switch, " "), diff)
				}
				for name, n := range Counters(got.Stderr) {
					sums[name] += n
				}
			}
			for _, name := range v.Want {
				if sums[name] == 0 {
					t.Errorf("--stats: %s is 0 over all programs", name)
				}
			}
		})
	}
}

func compare(want, got Result) string {
	if want.Stdout != got.Stdout {
		return "stdout differs: " + textdiff.First(want.Stdout, got.Stdout) + "\nstderr: " + got.Stderr
	}
	if want.Exit != got.Exit {
		return fmt.Sprintf("exit status %d, want %d\nstderr: %s", got.Exit, want.Exit, got.Stderr)
	}
	if want.Exit != 2 && !strings.HasPrefix(got.Stderr, want.Stderr) { // statistics follow
		return fmt.Sprintf("stderr %q, want %q", got.Stderr, want.Stderr)
	}
	return ""
}

var counter = regexp.MustCompile(`(?m)^\s*([a-z][a-z ]*[a-z]):?\s+(\d+)\b`)

// Counters reads the lines "name: number" or "name number" of --stats.
func Counters(stats string) map[string]int64 {
	m := map[string]int64{}
	for _, match := range counter.FindAllStringSubmatch(stats, -1) {
		n, _ := strconv.ParseInt(match[2], 10, 64)
		m[match[1]] = n
	}
	return m
}
