package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// Linking takes longer than compiling a small program, so many translated programs share a binary: each is a package of an
// overlay, under a main function that starts the one that the environment names. Go compiles the packages in
// parallel and keeps them in its cache.

// batchVariable names the program that a batch starts.
const batchVariable = "GOSUITE_PROGRAM"

// batchDir is the folder, in Kiln's module, that batches pretend to be in.
const batchDir = "internal/gosuite/zz_batch"

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
		b := &batch{suite: s, module: module}
		bin, good := b.build(part)
		parallel(good, func(v *verdict) {
			v.Outcome = b.run(bin, v)
			s.store.put(key(v), v.Outcome)
		}, func(int) {})
		b.remove()
		s.progress("build and run", from+len(part), len(missing))
	}
}

// moduleDir is the folder of Kiln's module.
func moduleDir() string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "kiln").Output()
	if err != nil {
		fatal(fmt.Errorf("gosuite must run in Kiln's module: %w", err))
	}
	return strings.TrimSpace(string(out))
}

// batch is one binary.
type batch struct {
	suite  *suite
	module string
	dir    string
}

func (b *batch) remove() { os.RemoveAll(b.dir) }

var brokenPackage = regexp.MustCompile(`(?m)^# kiln/` + batchDir + `/p(\w+)\n((?:[^#].*\n)*)`)

// build compiles a binary, and returns it with the programs that are in it: those that Go's compiler refuses are a
// failure of the translator, and are left out.
func (b *batch) build(list []*verdict) (bin string, good []*verdict) {
	dir, err := os.MkdirTemp("", "gosuite")
	if err != nil {
		fatal(err)
	}
	b.dir = dir
	bin = filepath.Join(dir, "batch")
	for {
		cmd := exec.Command("go", "build", "-overlay="+b.overlay(list), "-o", bin, "./"+batchDir)
		cmd.Dir = b.module
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if cmd.Run() == nil {
			return bin, list
		}
		broken := map[string]string{}
		for _, m := range brokenPackage.FindAllStringSubmatch(out.String()+"\n", -1) {
			broken[m[1]] = m[2]
		}
		if len(broken) == 0 {
			fatal(fmt.Errorf("go build fails:\n%s", out.String()))
		}
		good = nil
		for _, v := range list {
			if text, ok := broken[v.Hash]; ok {
				v.Crash = "the generated Go does not compile: " + cut(text)
			} else {
				good = append(good, v)
			}
		}
		list = good
	}
}

// overlay writes the file that maps the folders of the batch to the generated programs.
func (b *batch) overlay(list []*verdict) string {
	root := filepath.Join(b.module, batchDir)
	replace := map[string]string{}
	var imports, cases strings.Builder
	done := map[string]bool{}
	for _, v := range list {
		if done[v.Hash] {
			continue
		}
		done[v.Hash] = true
		names, err := os.ReadDir(v.Files)
		if err != nil {
			fatal(err)
		}
		for _, n := range names {
			replace[filepath.Join(root, "p"+v.Hash, n.Name())] = filepath.Join(v.Files, n.Name())
		}
		fmt.Fprintf(&imports, "p%s %q\n", v.Hash, "kiln/"+batchDir+"/p"+v.Hash)
		fmt.Fprintf(&cases, "case %q:\np%s.Main()\n", v.Hash, v.Hash)
	}
	main := filepath.Join(b.dir, "main.go")
	text := fmt.Sprintf("package main\n\nimport (\n\"os\"\n%s)\n\nfunc main() {\nswitch os.Getenv(%q) {\n%s}\n}\n", imports.String(), batchVariable, cases.String())
	if err := os.WriteFile(main, []byte(text), 0o666); err != nil {
		fatal(err)
	}
	replace[filepath.Join(root, "main.go")] = main
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		fatal(err)
	}
	file := filepath.Join(b.dir, "overlay.json")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		fatal(err)
	}
	return file
}

func (b *batch) run(bin string, v *verdict) outcome {
	dir, err := os.MkdirTemp(b.dir, "run")
	if err != nil {
		fatal(err)
	}
	return runProgram(bin, v.program.Args, []string{batchVariable + "=" + v.Hash}, dir, b.suite.timeout)
}
