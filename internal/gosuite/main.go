// Command gosuite runs the programs of Go's own test suite ($(go env GOROOT)/test, those that begin with "// run") as plain
// Go and through Kiln's flow interpreter, and counts: accepted and the same; refused, with the reasons; accepted and wrong;
// crashes of the translator. The last two must be empty.
//
//	go run ./internal/gosuite [-v] [-cache FILE] [-match REGEXP] [-steps N]
//	go run ./internal/gosuite -run FILE
//
// Output and exit status must be the same; of what goes to standard error the first line of a panic is compared. What plain Go
// does is kept in the cache file, so that only the first run takes minutes. Programs run in child processes: one
// that overflows the stack takes nothing else with it.
//
// For development and continuous integration; nothing imports it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/build/constraint"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strings"
	"sync"
)

// outcome is what a program did.
type outcome struct {
	Out    string
	Err    string // first line of a panic
	Status int
}

// verdict is what Kiln made of a program.
type verdict struct {
	File     string
	Refused  []string // rules, then messages, of the problems found
	Crash    string   // a panic of the translator
	TooLong  bool     // out of steps
	Outcome  outcome
	Accepted bool
}

func main() {
	verbose := flag.Bool("v", false, "print one line for each program")
	cache := flag.String("cache", filepath.Join(os.TempDir(), "gosuite.json"), "what plain Go does")
	match := flag.String("match", "", "only programs whose name matches")
	steps := flag.Int64("steps", 30e6, "blocks executed before a program is given up")
	worker := flag.Bool("worker", false, "internal: read file names, print verdicts")
	one := flag.String("run", "", "run this one program in the flow interpreter")
	flag.Parse()
	if *one != "" {
		v := try(*one, *steps)
		fmt.Print(v.Outcome.Out)
		for _, line := range append(v.Refused, v.Crash, v.Outcome.Err) {
			if line != "" {
				fmt.Fprintln(os.Stderr, line)
			}
		}
		os.Exit(v.Outcome.Status)
	}
	if *worker {
		work(*steps)
		return
	}
	root := filepath.Join(goroot(), "test")
	files := programs(root, regexp.MustCompile(*match))
	native := plain(files, *cache)
	report(root, files, native, translated(files, *steps), *verbose)
}

func goroot() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "gosuite:", err)
	os.Exit(1)
}

// programs lists the runnable programs of one file.
func programs(root string, match *regexp.Regexp) []string {
	var files []string
	filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && match.MatchString(path) {
			if text, err := os.ReadFile(path); err == nil && runnable(string(text)) {
				files = append(files, path)
			}
		}
		return nil
	})
	sort.Strings(files)
	return files
}

// runnable: the first line is "// run", without flags, and the build constraint holds here.
func runnable(text string) bool {
	first, rest, _ := strings.Cut(text, "\n")
	if strings.TrimSpace(first) != "// run" {
		return false
	}
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "package ") {
			return true
		}
		if !constraint.IsGoBuild(line) {
			continue
		}
		x, err := constraint.Parse(line)
		if err != nil || !x.Eval(func(tag string) bool {
			return tag == "linux" || tag == "amd64" || tag == "unix" || tag == "gc" || tag == "cgo" || strings.HasPrefix(tag, "go1.")
		}) {
			return false
		}
	}
	return true
}

// plain runs the programs as ordinary Go, those that the cache does not know.
func plain(files []string, cache string) map[string]outcome {
	known := map[string]outcome{}
	if data, err := os.ReadFile(cache); err == nil {
		if err := json.Unmarshal(data, &known); err != nil {
			fatal(err)
		}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan bool, runtime.NumCPU())
	missing := 0
	for _, f := range files {
		if _, ok := known[f]; ok {
			continue
		}
		missing++
		slots <- true
		wg.Go(func() {
			defer func() { <-slots }()
			o := runPlain(f)
			mu.Lock()
			known[f] = o
			mu.Unlock()
		})
	}
	wg.Wait()
	if missing > 0 {
		data, err := json.Marshal(known)
		if err == nil {
			err = os.WriteFile(cache, data, 0o666)
		}
		if err != nil {
			fatal(err)
		}
	}
	return known
}

func runPlain(file string) outcome {
	dir, err := os.MkdirTemp("", "gosuite")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "program")
	if out, err := exec.Command("go", "build", "-o", bin, file).CombinedOutput(); err != nil {
		return outcome{Out: string(out), Status: -1}
	}
	cmd := exec.Command("timeout", "60", bin)
	cmd.Dir = filepath.Dir(file)
	return outcomeOf(cmd)
}

func outcomeOf(cmd *exec.Cmd) outcome {
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Run()
	return outcome{out.String(), panicLine(errs.String()), cmd.ProcessState.ExitCode()}
}

// panicLine is the first line of a panic in what a program wrote to standard error.
func panicLine(errs string) string {
	for line := range strings.Lines(errs) {
		if strings.HasPrefix(line, "panic: ") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// report prints the counts and the lists.
func report(root string, files []string, native map[string]outcome, got map[string]verdict, verbose bool) {
	same, tooLong := 0, 0
	var wrong, crashed []string
	reasons := map[string]int{}
	for _, f := range files {
		v, n := got[f], native[f]
		name, _ := filepath.Rel(root, f)
		line := "same"
		switch {
		case n.Status < 0:
			line = "plain Go does not build it"
		case v.Crash != "":
			line = "CRASH: " + v.Crash
			crashed = append(crashed, name+": "+v.Crash)
		case len(v.Refused) > 0:
			line = "refused: " + v.Refused[0]
			rule, _, _ := strings.Cut(v.Refused[0], ":")
			reasons[rule]++
			if rule == "internal" {
				crashed = append(crashed, name+": "+v.Refused[0])
			}
		case v.TooLong:
			line = "too long for the interpreter"
			tooLong++
		case strings.Contains(v.Outcome.Err, "a translated interface cannot hold a nil pointer"):
			line = "refused at run time: " + v.Outcome.Err
			reasons["nil-interface, at run time"]++
		case v.Outcome != n:
			line = "WRONG: " + difference(n, v.Outcome)
			wrong = append(wrong, name+": "+difference(n, v.Outcome))
		default:
			same++
		}
		if verbose {
			fmt.Println(name+":", line)
		}
	}
	fmt.Printf("%d programs: %d the same, %d too long for the interpreter, %d wrong, %d crashes\n", len(files), same, tooLong, len(wrong), len(crashed))
	rules := make([]string, 0, len(reasons))
	for r := range reasons {
		rules = append(rules, r)
	}
	sort.Slice(rules, func(i, j int) bool { return reasons[rules[i]] > reasons[rules[j]] })
	for _, r := range rules {
		fmt.Printf("  refused %4d  %s\n", reasons[r], r)
	}
	for _, w := range append(wrong, crashed...) {
		fmt.Println(w)
	}
	if len(wrong)+len(crashed) > 0 {
		os.Exit(1)
	}
}

// difference says in a line how two outcomes differ.
func difference(want, got outcome) string {
	if want.Status != got.Status {
		return fmt.Sprintf("status %d, plain Go's is %d (%q, plain %q)", got.Status, want.Status, cut(got.Err+got.Out), cut(want.Err+want.Out))
	}
	if want.Out != got.Out {
		return fmt.Sprintf("output %q, plain Go's is %q", cut(got.Out), cut(want.Out))
	}
	return fmt.Sprintf("panic %q, plain Go's is %q", got.Err, want.Err)
}

func cut(s string) string {
	if len(s) > 160 {
		return s[:160] + "..."
	}
	return s
}
