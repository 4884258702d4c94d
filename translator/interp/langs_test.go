package interp

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kiln/translator/flow"
	"kiln/translator/load"
	"kiln/translator/lower"
	"kiln/translator/portal"
)

// module is the root of this module.
const module = "../.."

func language(t *testing.T, pkg string) *flow.Program {
	t.Helper()
	r, err := load.NewSession(module, "").Load(pkg)
	if err != nil {
		t.Fatal(err)
	}
	if err := lower.Program(r.Program); err != nil {
		t.Fatal(err)
	}
	if err := portal.Program(r.Program); err != nil {
		t.Fatal(err)
	}
	return r.Program
}

// The toy languages' own programs print here what they print in plain Go (their .out files).
func TestLanguages(t *testing.T) {
	for _, lang := range []struct {
		pkg, pattern string
		slow         []string
	}{
		{"./langs/toy/bf", "langs/toy/bf/testdata/*.b", []string{"mandelbrot", "self", "primes", "hanoi", "sierpinski", "sort", "fibonacci", "squares"}},
	} {
		p := language(t, lang.pkg)
		files, err := filepath.Glob(filepath.Join(module, lang.pattern))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			base := strings.TrimSuffix(file, filepath.Ext(file))
			want, err := os.ReadFile(base + ".out")
			slow := false
			for _, s := range lang.slow {
				slow = slow || strings.HasSuffix(base, s)
			}
			if err != nil || slow {
				continue
			}
			in, _ := os.ReadFile(base + ".in")
			t.Run(filepath.Base(file), func(t *testing.T) {
				var out, errs bytes.Buffer
				m := New(p, Options{Stdout: &out, Stderr: &errs, Stdin: bytes.NewReader(in), Args: []string{file}})
				if status, err := m.RunMain(); status != 0 || err != nil || out.String() != string(want) {
					t.Errorf("status %d, %v\n%s\n%s", status, err, out.String(), errs.String())
				}
			})
		}
	}
}
