package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kiln/internal/randomgo/generate"
)

// batch is a package of many programs.
type batch struct {
	kind     generate.Kind
	programs []*generate.Program
	files    map[string]string // by name
}

func newBatch(kind generate.Kind, programs []*generate.Program) *batch {
	b := &batch{kind: kind, programs: programs, files: map[string]string{"support.go": generate.Support(kind)}}
	var prefixes []string
	for i, p := range programs {
		prefix := fmt.Sprintf("p%d", i)
		prefixes = append(prefixes, prefix)
		b.files[fileOf(i)] = p.Source(prefix)
	}
	b.files["main.go"] = generate.Main(kind, prefixes)
	return b
}

func fileOf(i int) string { return fmt.Sprintf("p%04d.go", i) }

// args are the arguments of the runs that show what all programs do: one run, unless a panic ends it.
func (b *batch) args() [][]string {
	if b.kind.Recovers() {
		return [][]string{nil}
	}
	var list [][]string
	for i := range b.programs {
		list = append(list, []string{fmt.Sprint(i)})
	}
	return list
}

// outputs are what each program printed; one that ended with a panic has its text as the last line.
type outputs []string

// collect distributes what the runs of a batch printed.
func (b *batch) collect(run func(args []string) (string, error)) (outputs, error) {
	got := make(outputs, len(b.programs))
	for _, args := range b.args() {
		text, err := run(args)
		if err != nil {
			return nil, err
		}
		for i := range got {
			if from := strings.Index("\n"+text, "\n"+generate.Mark(i)); from >= 0 {
				got[i] = text[from+len(generate.Mark(i)):]
				if to := strings.Index(got[i], "\n== "); to >= 0 {
					got[i] = got[i][:to+1]
				}
			} else if len(args) == 0 || args[0] == fmt.Sprint(i) {
				got[i] = notBegun + lastLine(text)
			}
		}
	}
	return got, nil
}

// notBegun is what a program printed that was not reached: package initialisation failed, for one.
const notBegun = "not begun: "

// programTime bounds one run of a binary.
const programTime = 60 * time.Second

// runBinary runs a batch in a binary.
func (b *batch) runBinary(bin string, switches ...string) (outputs, error) {
	return b.collect(func(args []string) (string, error) {
		cmd := exec.Command(bin, append(switches, args...)...)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		timer := time.AfterFunc(programTime, func() { cmd.Process.Kill() })
		err := cmd.Run()
		if !timer.Stop() {
			return out.String() + "\ntook too long\n", nil
		}
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			return "", err
		}
		if err == nil {
			return out.String(), nil
		}
		text := panics(errs.String())
		if text == "" {
			text = fmt.Sprintf("%v: %s\n", err, errs.String())
		}
		return out.String() + text, nil
	})
}

// panics are the lines about panics, the ones that were replaced first, as the interpreter has them.
func panics(errs string) (text string) {
	for line := range strings.Lines(errs) {
		line = strings.TrimPrefix(line, "\t")
		if !strings.HasPrefix(line, "panic: ") {
			break
		}
		text += line
	}
	return text
}

// tree is where the module is, found once.
var tree = sync.OnceValue(func() string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "kiln").Output()
	if err != nil {
		fatal(fmt.Errorf("this is to be run inside the module: %w", err))
	}
	return strings.TrimSpace(string(out))
})

// folder is where batches pretend to be, in Kiln's module: generated programs import packages of Kiln.
const folder = "internal/randomgo/zz_batch"

// build compiles files as a package inside the module, which exists in an overlay only.
func build(dir, name string, files map[string][]byte, flags ...string) (bin string, err error) {
	replace := map[string]string{}
	for file, text := range files {
		at := filepath.Join(dir, name+"-"+file)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			return "", err
		}
		if err := os.WriteFile(at, text, 0o666); err != nil {
			return "", err
		}
		replace[filepath.Join(tree(), folder, file)] = at
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, name+"-overlay.json")
	if err := os.WriteFile(overlay, list, 0o666); err != nil {
		return "", err
	}
	bin = filepath.Join(dir, name)
	cmd := exec.Command("go", append(append([]string{"build", "-buildvcs=false", "-overlay", overlay, "-o", bin}, flags...), "./"+folder)...)
	cmd.Dir = tree()
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build of %s: %w\n%s", name, err, firstLines(string(out), 20))
	}
	return bin, nil
}

func lastLine(s string) string {
	s = strings.TrimSuffix(s, "\n")
	return s[strings.LastIndexByte(s, '\n')+1:]
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(s, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

// plain runs a batch as ordinary Go, compiled without optimisations: go1.26.8 miscompiles some random programs with
// them (it mixes up int32(x) and uint16(x) of one variable).
func (b *batch) plain(dir string) (outputs, error) {
	files := map[string][]byte{}
	for name, text := range b.files {
		files[name] = []byte(text)
	}
	bin, err := build(dir, "plain", files, "-gcflags=-N -l -dwarf=false", "-ldflags=-s -w")
	if err != nil {
		return nil, err
	}
	return b.runBinary(bin)
}
