package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kiln/internal/filetest"
	"kiln/internal/jittest"
	"kiln/internal/vmtest"
)

// TestTraces runs Lox programs under the JIT and shows the traces that were compiled, optimised. The section "rules" of
// a case says what the traces must be like; -update does not rewrite it, so a trace that got worse cannot be accepted by
// accident. Each of its lines is about the operations of one part:
//
//	body: no new new_array            no operation with one of these names
//	body: at most 3 guard_*           * stands for any rest of a name
//	before: 1 guard_value_r           exactly one
//	all: some call_assembler_*        at least one
//
// body is the repeated part of the loop, between the second label and the jump to it; before is what stands in front of
// it; all is every trace of the run. The section "settings" is the value of --jit.
func TestTraces(t *testing.T) {
	root, err := vmtest.Root()
	if err != nil {
		t.Fatal(err)
	}
	program := jittest.BuildDir(t, root, "./langs/toy/lox")
	types := program.Image.Prog.Types
	class := func(id string) string {
		n, _ := strconv.Atoi(id)
		return types[n].Name
	}
	filetest.Run(t, "testdata/traces/*.txtar", func(t *testing.T, c *filetest.Case) string {
		file := filepath.Join(t.TempDir(), "program.lox")
		if err := os.WriteFile(file, []byte(c.Input), 0o666); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		settings := strings.TrimSpace(c.Section("settings"))
		r := program.Run(t, jittest.Config{Jit: settings, Args: []string{file}, Log: &log, Sections: []string{"jit-optimised"}})
		if r.Status != 0 || r.Panic != "" {
			t.Fatal(r.Output())
		}
		traces := compiledTraces(log.String(), class)
		for _, rule := range strings.Split(strings.TrimSpace(c.Section("rules")), "\n") {
			if problem := checkRule(rule, traces); problem != "" {
				t.Errorf("%s: %s", rule, problem)
			}
		}
		return "prints " + strings.ReplaceAll(strings.TrimSuffix(r.Stdout, "\n"), "\n", " ") + "\n\n" + strings.Join(traces, "\n")
	})
}

var (
	comment    = regexp.MustCompile(` +# .*`)
	failArgs   = regexp.MustCompile(`(guard_.*\)) \[.*\]`)
	callNumber = regexp.MustCompile(`(call_[irfn]\()\d+(?:, )?`)
	testsType  = regexp.MustCompile(`(guard_(?:nonnull_)?class\(\w+, )(\d+)`)
)

// compiledTraces are the traces in a log, without what has numbers that any change of the interpreter changes: positions, resume data,
// numbers of types and functions.
func compiledTraces(log string, class func(id string) string) []string {
	var traces []string
	for _, entry := range strings.Split(log, "# optimised ")[1:] {
		name, text, _ := strings.Cut(entry, "\n")
		lines := []string{name}
		for _, line := range strings.Split(text, "\n") {
			if line == "" || strings.HasPrefix(line, "debug_merge_point") || strings.HasPrefix(line, "trace ") {
				continue
			}
			line = comment.ReplaceAllString(line, "")
			line = failArgs.ReplaceAllString(line, "$1")
			line = callNumber.ReplaceAllString(line, "$1")
			line = testsType.ReplaceAllStringFunc(line, func(s string) string {
				m := testsType.FindStringSubmatch(s)
				return m[1] + class(m[2])
			})
			lines = append(lines, line)
		}
		traces = append(traces, strings.Join(lines, "\n")+"\n")
	}
	return traces
}

var (
	ruleForm  = regexp.MustCompile(`^(body|before|all): (no|some|\d+|at most (\d+)) (.+)$`)
	operation = regexp.MustCompile(`^(?:\w+ = )?(\w+)\(`)
)

// checkRule says what is wrong, "" if a rule holds.
func checkRule(rule string, traces []string) string {
	m := ruleForm.FindStringSubmatch(rule)
	if m == nil {
		return "not a rule"
	}
	lines, problem := part(m[1], traces)
	if problem != "" {
		return problem
	}
	names := strings.Fields(m[4])
	var found []string
	for _, line := range lines {
		o := operation.FindStringSubmatch(line)
		if o != nil && slices.ContainsFunc(names, func(n string) bool {
			rest, any := strings.CutSuffix(n, "*")
			return o[1] == n || any && strings.HasPrefix(o[1], rest)
		}) {
			found = append(found, line)
		}
	}
	ok := false
	switch n, _ := strconv.Atoi(m[2]); {
	case m[2] == "no":
		ok = len(found) == 0
	case m[2] == "some":
		ok = len(found) > 0
	case m[3] != "":
		most, _ := strconv.Atoi(m[3])
		ok = len(found) <= most
	default:
		ok = len(found) == n
	}
	if ok {
		return ""
	}
	return strconv.Itoa(len(found)) + " found\n" + strings.Join(found, "\n")
}

// part is the lines of a part: of the first loop that was peeled, or of all traces.
func part(name string, traces []string) (lines []string, problem string) {
	if name == "all" {
		return strings.Split(strings.Join(traces, "\n"), "\n"), ""
	}
	for _, text := range traces {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		var labels []int
		for i, line := range lines {
			if strings.HasPrefix(line, "label(") {
				labels = append(labels, i)
			}
		}
		if len(labels) != 2 || !strings.HasPrefix(lines[len(lines)-1], "jump(") {
			continue
		}
		if name == "before" {
			return lines[:labels[1]], ""
		}
		return lines[labels[1]+1:], ""
	}
	return nil, "no loop was peeled"
}

// TestRules: rules that do not hold are noticed.
func TestRules(t *testing.T) {
	loop := "loop\nlabel(p0, descr=Target1)\np1 = new(descr=A)\nguard_true(i2, descr=Guard1)\nlabel(p0, descr=Target2)\n" +
		"guard_true(i3, descr=Guard2)\nguard_class(p0, A, descr=Guard3)\njump(p0, descr=Target2)\n"
	for rule, holds := range map[string]bool{
		"body: no new": true, "before: no new": false, "before: 1 new": true, "all: some new": true, "all: some new_array": false,
		"body: at most 2 guard_*": true, "body: at most 1 guard_*": false, "all: 3 guard_*": true, "all: 2 guard_*": false,
		"body: 1 guard_true guard_false": true, "body: few guards": false, "": false,
	} {
		if problem := checkRule(rule, []string{loop}); (problem == "") != holds {
			t.Errorf("%q: %q", rule, problem)
		}
	}
	if checkRule("body: no new", []string{"loop\nlabel(p0, descr=Target1)\njump(p0, descr=Target1)\n"}) == "" {
		t.Error("there is no body")
	}
}
