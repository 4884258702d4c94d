package bench

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// folder writes files, executable ones if they start with #!.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFind(t *testing.T) {
	dir := folder(t, map[string]string{
		"b.lang": "", "b.in": "x", "b.args": "one two\n\nthree\n", "a.x": "", "a.go": "package main", "a.ignore": "t",
		"README.md": "", ".hidden": "", "_old.x": "",
	})
	ps, err := Find(dir)
	if err != nil || len(ps) != 2 {
		t.Fatalf("%v %v", ps, err)
	}
	a, b := ps[0], ps[1]
	if a.Name != "a" || a.GoSource == "" || a.Ignore == "" || a.Stdin != "" || filepath.Base(a.File) != "a.x" {
		t.Errorf("%+v", a)
	}
	if b.Name != "b" || b.Stdin == "" || strings.Join(b.Args, "|") != "one two|three" || b.GoSource != "" {
		t.Errorf("%+v", b)
	}
	if _, err := Files([]string{dir + "/a.x", dir + "/a.go"}); err == nil || !strings.Contains(err.Error(), "two programs called a") {
		t.Errorf("%v", err)
	}
	if _, err := Find(dir + "/nosuch"); !os.IsNotExist(err) {
		t.Errorf("%v", err)
	}
}

// measureIn runs the given variants (name, shell text) on one program.
func measureIn(t *testing.T, opts Options, files map[string]string, shells ...string) *Report {
	t.Helper()
	dir := folder(t, files)
	ps, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	var vs []Variant
	for i, s := range shells {
		vs = append(vs, Variant{Name: string(rune('a' + i)), Command: []string{"sh", "-c", s, "sh", "{}"}})
	}
	if opts.Count == 0 {
		opts.Count = 1
	}
	opts.Base, opts.Clock = "a", WallTime
	r, err := Run(context.Background(), ps, vs, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOutputs(t *testing.T) {
	clock := "; date +took=%N" // never the same twice
	for _, c := range []struct {
		name    string
		opts    Options
		shells  []string
		ignore  string
		failure string // of the second variant
	}{
		{"equal", Options{}, []string{"echo 1", "echo 1"}, "", ""},
		{"a time at the end, one run", Options{}, []string{"echo 1" + clock, "echo 1" + clock}, "", ""},
		{"a time at the end, two runs", Options{Count: 2}, []string{"echo 1" + clock, "echo 1" + clock}, "", ""},
		{"differences of times may be negative", Options{}, []string{"date +%N", "date +-%N"}, "", ""},
		// The result is wrong every time, in a line that only holds a number.
		{"wrong number", Options{Count: 2}, []string{"echo 1" + clock, "echo 2" + clock}, "", `line 1 is "2" instead of "1"`},
		{"wrong number, one run", Options{}, []string{"echo 1", "echo 2"}, "", `line 1 is "2" instead of "1"`},
		{"wrong text beside a time", Options{Count: 2}, []string{"date +x%N", "date +y%N"}, "", "line 1 is"},
		{"missing line", Options{}, []string{"echo 1; echo 2", "echo 1"}, "", `line 2 is "" instead of "2"`},
		{"one line more", Options{}, []string{"echo 1", "echo 1; echo"}, "", "2 lines instead of 1"},
		{"ignored", Options{}, []string{"echo took 1", "echo took two"}, "^took", ""},
		{"ignored by switch", Options{Ignore: regexp.MustCompile("^took")}, []string{"echo took 1", "echo took two"}, "", ""},
		{"ignored in one only", Options{}, []string{"echo took 1", "echo 1"}, "^took", "line 1 is"},
		{"bad expression", Options{}, []string{"echo 1", "echo 1"}, "(", "missing closing )"},
		{"status", Options{}, []string{"echo 1", "echo oh >&2; exit 3"}, "", "exit status 3: oh"},
		{"timeout", Options{Timeout: 50 * time.Millisecond}, []string{"echo 1", "exec sleep 60"}, "", "took more than 50ms"},
		{"killed", Options{}, []string{"echo 1", "kill -9 $$"}, "", "signal: killed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{"p.x": "x"}
			if c.ignore != "" {
				files["p.ignore"] = c.ignore
			}
			r := measureIn(t, c.opts, files, c.shells...)
			got := ""
			for _, x := range r.Results {
				got += x.Error
			}
			if c.failure == "" && got != "" || !strings.Contains(got, c.failure) {
				t.Errorf("got %q, want %q", got, c.failure)
			}
		})
	}
}

// The file, the arguments behind it, and the standard input reach the program.
func TestInputs(t *testing.T) {
	r := measureIn(t, Options{}, map[string]string{"p.x": "text\n", "p.in": "input\n", "p.args": "one\ntwo\n"},
		`cat "$1"; cat; echo "$2 $3"`, "echo text; echo input; echo one two")
	if f := r.Failures(); f != nil {
		t.Error(f)
	}
}

func TestRatios(t *testing.T) {
	r := &Report{Base: "a", Clock: UserTime, Count: 2, Programs: []string{"p", "q"}, Variants: []string{"a", "b", "go"}, Results: []*Result{
		{Program: "p", Variant: "a", Seconds: []float64{3, 2}},
		{Program: "p", Variant: "b", Seconds: []float64{8, 9}},
		{Program: "p", Variant: "go", Seconds: []float64{1, 0.02}},
		{Program: "q", Variant: "a", Seconds: []float64{1, 1}},
		{Program: "q", Variant: "b", Seconds: []float64{1, 2}},
		{Program: "q", Variant: "go"},
	}}
	r.compute()
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	const want = `                     a (base)              b             go
p               2.000s  1.00x  8.000s  4.00x  0.020s 0.010x
q               1.000s  1.00x  1.000s  1.00x
geometric mean          1.00x          2.00x  (of 1) 0.010x
user time, minimum of 2, and its ratio to a: below 1 is faster
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	b.Reset()
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), `<div class="bar"`); n != 8 { // five results, three means
		t.Errorf("%d bars:\n%s", n, b.String())
	}
}

// A variant without a straight Go version skips the program; each round starts with another variant.
func TestTurns(t *testing.T) {
	dir := folder(t, map[string]string{"p.x": "", "q.x": "", "straight": "#!/bin/sh\n"})
	ps, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	ps = ps[:2]
	ps[0].Straight = filepath.Join(dir, "straight")
	var order []string
	opts := Options{Count: 2, Base: "a", Clock: UserTime, Progress: func(s Step) { order = append(order, s.Program+s.Variant) }}
	if _, err := Run(context.Background(), ps, []Variant{{"a", []string{"true"}}, {"go", nil}}, opts); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, " "); got != "pa pgo pgo pa qa qa" {
		t.Error(got)
	}
}
