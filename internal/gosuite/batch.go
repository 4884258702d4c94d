package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"kiln/internal/batch"
)

// generated is the folder of a generated program.
func (s *suite) generated(key string) string { return filepath.Join(s.store.dir, "generated", key) }

// stillThere says whether a folder of a generated program is; "" needs none.
func (s *suite) stillThere(dir string) bool {
	if dir == "" {
		return true
	}
	_, err := os.Stat(filepath.Join(dir, "main.go"))
	return err == nil
}

// binaries builds and runs the translated programs whose outcome is not known from an earlier run.
func (s *suite) binaries(accepted []*verdict) {
	module := moduleDir()
	runtimeHash := hashOfRuntime(module)
	key := func(v *verdict) string {
		return hash("run", runtime.Version(), v.Hash, runtimeHash, strings.Join(v.program.Args, " "), s.timeout.String())
	}
	var missing []*verdict
	for _, v := range accepted {
		if !s.store.get(key(v), &v.Outcome) {
			missing = append(missing, v)
		}
	}
	for from := 0; from < len(missing); from += s.batch {
		part := missing[from:min(from+s.batch, len(missing))]
		s.runBatch(module, part, func(v *verdict) { s.store.put(key(v), v.Outcome) })
		s.progress("build and run", from+len(part), len(missing))
	}
}

// runBatch builds programs into one binary and runs each. What Go's compiler refuses is a failure of the translator.
func (s *suite) runBatch(module string, part []*verdict, done func(*verdict)) {
	dir, err := os.MkdirTemp("", "gosuite")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	var programs []batch.Program
	seen := map[string]bool{}
	for _, v := range part {
		if !seen[v.Hash] {
			seen[v.Hash] = true
			programs = append(programs, batch.Program{Name: v.Hash, Dir: v.Files})
		}
	}
	bin := filepath.Join(dir, "batch")
	broken, err := batch.Build(module, dir, bin, programs)
	if err != nil {
		fatal(err)
	}
	parallel(part, func(v *verdict) {
		if text, bad := broken[v.Hash]; bad {
			v.Crash = "the generated Go does not compile: " + cut(text)
			return
		}
		own, err := os.MkdirTemp(dir, "run")
		if err != nil {
			fatal(err)
		}
		v.Outcome = runCommand(batch.Command(bin, v.Hash, v.program.Args...), own, s.timeout)
		done(v)
	}, func(int) {})
}

// moduleDir is the folder of Kiln's module.
func moduleDir() string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "kiln").Output()
	if err != nil {
		fatal(fmt.Errorf("gosuite must run in Kiln's module: %w", err))
	}
	return strings.TrimSpace(string(out))
}
