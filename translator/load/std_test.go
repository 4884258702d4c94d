package load_test

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"testing"

	"kiln/internal/textdiff"
	"kiln/translator/flow"
	"kiln/translator/interp"
	"kiln/translator/load"
	"kiln/translator/lower"
)

// TestStandardLibrary runs testdata/std in Go and in the flow interpreter: the standard library as translated, patches
// included, must do what Go's does.
func TestStandardLibrary(t *testing.T) {
	want, err := exec.Command("go", "run", "./testdata/std").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/std/main.go")
	if err != nil {
		t.Fatal(err)
	}
	p, err := load.Program(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := lower.Program(p); err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Funcs {
		if f.Graph != nil {
			if err := flow.Verify(f.Graph, flow.Low); err != nil {
				t.Error(err)
			}
		}
	}
	var out bytes.Buffer
	m := interp.New(p, interp.Options{Stdout: &out, Stderr: &out, MaxSteps: 500e6, Host: map[string]any{
		"math.Exp": math.Exp, "math.Log": math.Log, "math.Hypot": math.Hypot, "math.Floor": math.Floor, "math.Ceil": math.Ceil,
		"math.Trunc": math.Trunc, "math.Max": math.Max, "math.Min": math.Min,
	}})
	if _, err := m.RunMain(); err != nil {
		t.Error(err)
	}
	if out.String() != string(want) {
		t.Errorf("translated code prints something else (- Go, + translated):\n%s", textdiff.All(string(want), out.String()))
	}
}
