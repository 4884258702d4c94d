package translator

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"kiln/translator/load"
)

var allGoTests = flag.Bool("gotests", false, "check all wrong programs of Go's own test suite instead of a sample")

// TestGoErrorChecks checks the programs with which Go tests its compiler's errors, and those it only compiles: whatever is wrong with
// a program, each problem has a position, a reason and a remedy, none is an internal error, and none is told twice.
func TestGoErrorChecks(t *testing.T) {
	root := filepath.Join(runtime.GOROOT(), "test")
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") {
			files = append(files, path)
		}
		return nil
	})
	if err != nil || len(files) == 0 {
		t.Skip("Go is installed without its tests")
	}
	checked, problems := 0, 0
	for i, file := range files {
		if !*allGoTests && i%40 != 0 {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(text), "// error") && !strings.HasPrefix(string(text), "// compile") {
			continue
		}
		checked++
		_, _, err = Check(Options{Package: ".", Files: map[string]string{"main.go": asMain(string(text))}}, true)
		if err == nil {
			continue
		}
		var refusal *Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("%s: %v", file, err)
			continue
		}
		seen := map[load.Problem]bool{}
		for _, p := range refusal.Problems {
			problems++
			if p.Pos.Filename != "main.go" {
				continue // of a comment //line, which may have no column
			}
			if missing(t, p) {
				t.Logf("in %s", file)
			}
			if seen[p] {
				t.Errorf("%s: told twice: %v", file, p)
			}
			seen[p] = true
		}
	}
	t.Logf("%d programs, %d problems", checked, problems)
}

var packageClause = regexp.MustCompile(`(?m)^package \w+`)

// asMain makes a main package of a program, and what needs no arguments part of what it does.
func asMain(text string) string {
	text = packageClause.ReplaceAllString(text, "package main")
	if strings.Contains(text, "func main()") {
		return text
	}
	calls := ""
	for _, m := range plainFunction.FindAllStringSubmatch(text, -1) {
		if m[1] != "init" && m[1] != "_" {
			calls += "\t" + m[1] + "()\n"
		}
	}
	return text + "\nfunc main() {\n" + calls + "}\n"
}

var plainFunction = regexp.MustCompile(`(?m)^func (\w+)\(\)`)
