package main

import (
	"math/rand"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be its own worker process.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if mode, ok := strings.CutPrefix(os.Args[1], "-worker="); ok {
			work(mode, testSteps, 1)
			return
		}
	}
	os.Exit(m.Run())
}

const testSteps = 10e6

// sampleOf is n programs of Go's suite, chosen by a seed, or those named.
func sampleOf(t *testing.T, n int, seed int64, names string) []*program {
	t.Helper()
	programs := findPrograms(filepath.Join(goroot(), "test"), regexp.MustCompile(names))
	if len(programs) == 0 {
		t.Skip("there is no test directory in GOROOT")
	}
	rand.New(rand.NewSource(seed)).Shuffle(len(programs), func(i, j int) { programs[i], programs[j] = programs[j], programs[i] })
	return programs[:min(n, len(programs))]
}

func testSample(t *testing.T, mode string, programs []*program) {
	s := &suite{interp: mode == "interp", jit: mode == jitMode, steps: testSteps, batch: 40, timeout: time.Minute, root: filepath.Join(goroot(), "test"), store: openStore(t.TempDir()), start: time.Now()}
	r := newReport(s.run(programs))
	for _, v := range r.verdicts {
		if v.Class == wrong || v.Class == crashed || v.Class == atRunTime {
			t.Errorf("%s: %s: %s", v.program.Name, v.Class, v.Detail)
		}
	}
	if mode != "interp" && r.count[equal] == 0 {
		t.Error("no program was accepted")
	}
}

// TestSample runs a few programs of Go's suite in the flow interpreter, and fewer translated and under the JIT; the command runs them all.
func TestSample(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	testSample(t, "interp", sampleOf(t, 40, 2, ""))
	testSample(t, "translate", sampleOf(t, 6, 3, ""))
	testSample(t, jitMode, sampleOf(t, 12, 4, ""))
}

// TestRegressions runs programs that were wrong once, translated.
func TestRegressions(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	testSample(t, "translate", sampleOf(t, 100, 1, `^(ken/simpswitch|zerosize|range4|fixedbugs/(issue29190|issue6055|issue15975|issue72844|issue73476|issue71675|bug311))\.go$`))
}

func TestRecipes(t *testing.T) {
	for _, c := range []struct {
		text string
		run  bool
		want program
	}{
		{"// run\n\npackage main\n", true, program{}},
		{"//run\n\npackage main\n", true, program{}},
		{"// rundir\n\npackage main\n", false, program{}},
		{"// compile\n\n// run\n\npackage main\n", false, program{}},
		{"//go:build linux\n\n// run\n\npackage main\n", true, program{}},
		{"// run\n\n//go:build js\n\npackage main\n", true, program{Excluded: "//go:build js"}},
		{"// run -gcflags='all=-N -l' -race a1 a2\n\npackage main\n", true, program{Flags: []string{"-gcflags=all=-N -l", "-race"}, Args: []string{"a1", "a2"}}},
		{"// run -gcflags=-d=maymorestack=main.f\n\npackage main\n", true, program{Flags: []string{"-gcflags=-d=maymorestack=main.f"}, Foreign: "-gcflags=-d=maymorestack=main.f"}},
		{"// run -gcflags -l=4\n\npackage main\n", true, program{Flags: []string{"-gcflags=-l=4"}}},
		{"// run -goexperiment fieldtrack\n\n//go:build goexperiment.fieldtrack\n\npackage main\n", true, program{Env: []string{"GOEXPERIMENT=fieldtrack"}}},
		{"// run other.go x\n\npackage main\n", true, program{More: []string{"/root/other.go"}, Args: []string{"x"}}},
	} {
		var p program
		if run := p.recipe("/root", c.text); run != c.run {
			t.Errorf("%q: run %v", c.text, run)
			continue
		}
		same := func(a, b []string) bool { return strings.Join(a, "|") == strings.Join(b, "|") }
		if c.run && (!same(p.Flags, c.want.Flags) || !same(p.Args, c.want.Args) || !same(p.Env, c.want.Env) || !same(p.More, c.want.More) || p.Excluded != c.want.Excluded || p.Foreign != c.want.Foreign) {
			t.Errorf("%q: %+v, want %+v", c.text, p, c.want)
		}
	}
}

func TestSplitErrors(t *testing.T) {
	own, text := splitErrors("x 0xc000012\npanic: a [recovered]\n\tpanic: b\n[signal SIGSEGV]\n\ngoroutine 1 [running]:\nmain.main()\n")
	if own != "x 0x?\n" || text != "panic: a [recovered]\n\tpanic: b" {
		t.Errorf("%q, %q", own, text)
	}
}
