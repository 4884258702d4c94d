package load

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestGoPrograms loads programs of Go's own test suite: what the dialect lacks must be a problem with a position, and
// nothing may be an internal error. Every sixteenth program; all of them with -count=1 -run GoPrograms -args all.
func TestGoPrograms(t *testing.T) {
	root := filepath.Join(runtime.GOROOT(), "test")
	files, _ := filepath.Glob(filepath.Join(root, "*.go"))
	more, _ := filepath.Glob(filepath.Join(root, "*", "*.go"))
	files = append(files, more...)
	if len(files) == 0 {
		t.Skip("this GOROOT has no test folder")
	}
	step := 16
	if len(os.Args) > 0 && os.Args[len(os.Args)-1] == "all" {
		step = 1
	}
	loaded, refused := 0, map[string]int{}
	for i := 0; i < len(files); i += step {
		text, err := os.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "// run") {
			continue
		}
		r, err := Source(map[string]string{filepath.Base(files[i]): string(text)})
		if err != nil {
			t.Errorf("%s: %v", files[i], err)
			continue
		}
		if len(r.Problems) == 0 {
			loaded++
			continue
		}
		refused[r.Problems[0].Rule]++
		for _, p := range r.Problems {
			if p.Rule == "internal" {
				t.Errorf("%s: %v", files[i], p)
			}
			if p.Rule != "main" && p.Rule != "import" && p.Pos.Line == 0 {
				t.Errorf("%s: no position: %v", files[i], p)
			}
		}
	}
	if loaded == 0 {
		t.Error("no program was accepted")
	}
	t.Logf("%d loaded; refused, by first reason: %v", loaded, refused)
}
