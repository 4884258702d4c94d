package spec

import (
	"flag"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"kiln/internal/batch"
	"kiln/internal/jittest"
	"kiln/internal/portals"
	"kiln/jitgen/jitlog"
)

var allWays = flag.Bool("all", false, "run the rules under the JIT in every way")

// form is a way to have the rules traced. Each makes a program of an area, which is plain Go, too.
type form struct {
	name string
	// inCaught repeats what common.go's caught calls in a merge point loop of its own. That is inside a function that defers, so
	// run-time checks in traces are guards, and panics leave traces, recordings and code behind guards.
	inCaught bool
	// everything traces through functions with loops, those of the run time and of the standard library, too.
	everything bool
	// hide has constants come out of a function that is not traced through (hide_test.go).
	hide bool
	// loops has merge points in loops of the rules themselves, in place of that around them (package portals).
	loops bool
}

var forms = []form{
	{name: "rules"},
	{name: "everything", everything: true},
	{name: "hidden constants", hide: true},
	{name: "everything, hidden constants", everything: true, hide: true},
	{name: "loops", loops: true},
	{name: "loops, everything, hidden constants", loops: true, everything: true, hide: true},
	{name: "caught", inCaught: true},
	{name: "caught, everything, hidden constants", inCaught: true, everything: true, hide: true},
}

// times is how often a rule runs in its loop, and caughtTimes what caught calls.
const times, caughtTimes = 9, 5

// traced makes the program of an area whose rules run in merge point loops. The loop has the rule as green.
func (a *area) traced(f form) (map[string]string, error) {
	var names, calls strings.Builder
	for i, rule := range a.rules {
		fmt.Fprintf(&names, "%q, ", rule)
		fmt.Fprintf(&calls, "\tcase %d:\n\t\trule%s()\n", i, rule)
	}
	text := fmt.Sprintf(`// Runs the rules in loops with a merge point.
package main

import "kiln/framework"

var jitNames = []string{%s}

func jitLocation(number int) string { return jitNames[number] }

var jitRules = framework.NewJitDriver(framework.DriverOptions{Name: "rules", Greens: []string{"number"}, Location: jitLocation})

func main() {
	for number, name := range jitNames {
		println("== " + name)
		jitRepeat(number, %d)
	}
}

func jitRepeat(number, n int) {
	for n > 0 {
		jitRules.MergePoint(number)
		jitRule(number)
		n--
		jitRules.CanEnterJit(number)
	}
}

func jitRule(number int) {
	switch number {
%s	}
}
`, names.String(), times, calls.String())
	files := map[string]string{a.name + ".go": a.files[a.name+".go"], "common.go": a.files["common.go"]}
	if f.inCaught {
		files["common.go"] = strings.Replace(files["common.go"], "\tf()\n}", fmt.Sprintf("\tjitAgain(f, %d)\n}", caughtTimes), 1)
		text += `
var jitCaught = framework.NewJitDriver(framework.DriverOptions{Name: "caught", Greens: []string{"place"}})

func jitAgain(f func(), n int) {
	for place := 0; n > 0; {
		jitCaught.MergePoint(place)
		f()
		n--
		jitCaught.CanEnterJit(place)
	}
}
`
	}
	if f.loops {
		text = withoutLoop.ReplaceAllString(text, "")
	}
	files["run.go"] = text
	if f.hide {
		files["run.go"] += hider + aliases()
		if n, err := hide(files, a.name+".go"); err != nil || n < 5 {
			return nil, fmt.Errorf("%d constants hidden; %v", n, err)
		}
	}
	return files, nil
}

// withoutLoop is what the merge point around the rules needs.
var withoutLoop = regexp.MustCompile(`(?m)^(import .*|var jitRules .*|func jitLocation.*|\s*jitRules\..*)$`)

// build makes jitcode of an area in a form.
func (a *area) build(f form) (*jittest.Program, error) {
	files, err := a.traced(f)
	if err != nil {
		return nil, err
	}
	if !f.loops {
		return jittest.Translate(files, f.everything)
	}
	var p *jittest.Program
	_, err = portals.Loops(files, 1, func(files map[string]string) (err error) {
		p, err = jittest.Translate(files, f.everything)
		return err
	})
	return p, err
}

// ways are settings for the runs of each form. The first is the one of which all rules must get code.
var ways = []struct{ jit, gc string }{
	{"threshold=2,bridge=1,tracelimit=20000", "nursery=64K"},
	{"threshold=2,bridge=2,guardfail=6,seed=1", "nursery=16K"},
	{"threshold=3,bridge=1,guardfail=20,seed=2", "nursery=64K,stress=41,verify=on"},
	{"threshold=2,bridge=1000000,guardfail=3,seed=3,opt=none", "nursery=16K"},
	{"threshold=2,bridge=1,tracelimit=60", "nursery=64K,stress=7"},
	{"threshold=2,function=2,bridge=1,guardfail=9,seed=4,unroll=1", "nursery=16K,stress=97,verify=on"},
}

// TestUnderJit runs every rule in merge point loops, on both backends, with guards that fail at random and a collector under
// stress, and compares with the same program as plain Go. No rule is left out: what they leave behind in package variables is the same in plain
// Go, and none ends the program. With -all it takes every form in every way, else each in some.
func TestUnderJit(t *testing.T) {
	var jobs []*job
	known := map[string]bool{}
	programs := collect(t)
	for _, a := range areas(t) {
		for _, f := range forms {
			if reason := a.not(f); reason != "" {
				continue
			}
			j := &job{area: a, form: f, plain: fmt.Sprintf("%s_%t_%t", a.name, f.inCaught, f.hide), number: len(jobs)}
			jobs = append(jobs, j)
			if known[j.plain] {
				continue
			}
			known[j.plain] = true
			texts, err := a.traced(f)
			if err != nil {
				t.Fatal(a.name, err)
			}
			files := map[string][]byte{}
			for name, text := range texts {
				files[name] = []byte(text)
			}
			programs.add(j.plain, files)
		}
	}
	bin := programs.build()
	queue := make(chan *job)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for j := range queue {
				j.run(t, strings.ReplaceAll(run(bin, j.plain), batch.Package+".", "main."))
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	wg.Wait()
}

// not says why an area does without a form; "" if it has it.
func (a *area) not(f form) string {
	switch {
	case f.inCaught && !strings.Contains(a.files[a.name+".go"], "caught("):
		return "calls caught nowhere"
	case a.name == "initialization" && f.hide:
		return "its packages are initialised once in the binary of all plain programs, and its rules show only what that left"
	}
	return ""
}

// job is an area in a form.
type job struct {
	*area
	form   form
	plain  string // name of the program that plain Go runs
	number int
}

// run runs a program in all ways, or the first and a few of the others in turn.
func (j *job) run(t *testing.T, want string) {
	p, err := j.build(j.form)
	if err != nil {
		t.Errorf("%s, %s: %v", j.name, j.form.name, err)
		return
	}
	for i, w := range ways {
		for k, backend := range jittest.Backends {
			if !*allWays && i > 0 && (j.number+i+k)%len(ways) > 0 {
				continue
			}
			var log strings.Builder
			c := jittest.Config{Jit: w.jit + ",backend=" + backend, GC: w.gc}
			if i == 0 {
				c.Log, c.Sections = &log, []string{jitlog.Optimised, jitlog.Aborts}
			}
			r, err := p.Execute(c)
			if err != nil {
				t.Error(err)
				return
			}
			how := fmt.Sprintf("%s, --jit %s --gc %s", j.form.name, c.Jit, c.GC)
			got := r.Stderr + r.Stdout
			if r.Panic != "" || r.Status != 0 {
				got += fmt.Sprintf("\nstatus %d %s", r.Status, r.Panic)
			}
			compare(t, j.area, how, want, got)
			if i == 0 && !j.form.loops {
				j.compiled(t, log.String())
			}
		}
	}
}

var (
	ofRule = regexp.MustCompile(`(?m)^(?:# )?optimised \w+ rules\(number=(\d+)\)`)
	aborts = regexp.MustCompile(`(?m)^# abort.*$`)
)

// withoutCode are the rules that get no code in the forms that trace through everything, with the reason.
var withoutCode = map[string]string{
	"maps/Growth":         "a recording of a thousand insertions is too long",
	"floats/ComplexEdges": "a recording of all pairs is too long",
}

// compiled holds that there is code for all rules.
func (j *job) compiled(t *testing.T, log string) {
	seen := map[string]bool{}
	for _, m := range ofRule.FindAllStringSubmatch(log, -1) {
		seen[m[1]] = true
	}
	for i, rule := range j.rules {
		if j.form.everything && withoutCode[j.name+"/"+rule] != "" {
			continue
		}
		if !seen[fmt.Sprint(i)] {
			t.Errorf("%s/%s, %s: no code\n%s", j.name, rule, j.form.name, strings.Join(aborts.FindAllString(log, -1), "\n"))
		}
	}
}
