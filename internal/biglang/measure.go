package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Targets of the measurement, on two cores that have nothing else to do.
const (
	checkTarget = 5 * time.Second
	coldTarget  = 60 * time.Second
	editTarget  = 15 * time.Second
	memoryLimit = 3 << 30
)

// measurement times kiln on a generated interpreter.
type measurement struct {
	root, lang, kiln, tmp string
	env                   []string
}

// measure generates an interpreter of that many lines below tmp and prints how long kiln takes for it.
func measure(root, tmp string, lines int, seed int64) error {
	m := &measurement{root: root, tmp: tmp, lang: filepath.Join(tmp, "biglang"), kiln: filepath.Join(tmp, "kiln")}
	files := generate(lines, seed, root)
	if err := write(m.lang, files); err != nil {
		return err
	}
	if out, err := command(root, nil, "go", "build", "-o", m.kiln, "./cmd/kiln").CombinedOutput(); err != nil {
		return fmt.Errorf("building kiln: %w\n%s", err, out)
	}
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%d lines of Go, %d packages; load of the machine %s\n", countLines(files), packages(files), strings.Join(strings.Fields(string(load))[:3], " "))
	fmt.Printf("%-52s %8s %8s %10s %10s   %s\n", "", "wall s", "CPU s", "tree MB", "largest MB", "target")
	m.caches("")
	if err := m.run("kiln check", checkTarget, "check", "."); err != nil {
		return err
	}
	if err := m.build("build, KILNCACHE and GOCACHE empty", coldTarget); err != nil {
		return err
	}
	// Another language fills GOCACHE with what does not depend on the program.
	m.caches("2")
	warm := command(root, m.env, m.kiln, "build", "-o", filepath.Join(tmp, "warm"), "./langs/toy/bf")
	if out, err := warm.CombinedOutput(); err != nil {
		return fmt.Errorf("building bf: %w\n%s", err, out)
	}
	if err := m.build("build, KILNCACHE empty, GOCACHE has the run time", coldTarget); err != nil {
		return err
	}
	if err := m.build("build again, nothing changed", editTarget); err != nil {
		return err
	}
	for _, e := range edits {
		if err := m.edit(e); err != nil {
			return err
		}
	}
	return m.compare()
}

// edit is a change of one line.
type edit struct{ name, file, from, to string }

var edits = []edit{
	{"after an edit in a function at the bottom", "text/text.go", "return int(s[(i&0x7fffffff)%len(s)])", "return int(s[(i&0x7fffffff)%len(s)]) ^ 1"},
	{"after an edit in the dispatch loop", "machine/run.go", "r[regA(w)] = kernel.NewInt(r[regB(w)].Hash() & 0xffffff)", "r[regA(w)] = kernel.NewInt(r[regB(w)].Hash() & 0x7fffff)"},
	{"after an edit in a domain package", "account/account1.go", "0xffffffff", "0xfffffffe"},
	{"after an edit that adds a line and a string", "machine/code.go", "c := u.Find(name)\n", "c := u.Find(name)\n\tname = name + \" (edited)\"\n"},
	{"after an edit of a comment", "kernel/values.go", "// Int is an integer.", "// Int is a whole number."},
}

func (m *measurement) edit(e edit) error {
	name := filepath.Join(m.lang, e.file)
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	changed := strings.Replace(string(text), e.from, e.to, 1)
	if changed == string(text) {
		return fmt.Errorf("%s: nothing to edit", e.file)
	}
	if err := os.WriteFile(name, []byte(changed), 0o644); err != nil {
		return err
	}
	return m.build(e.name, editTarget)
}

// caches points to empty caches.
func (m *measurement) caches(suffix string) {
	m.env = []string{"KILNCACHE=" + filepath.Join(m.tmp, "kilncache"+suffix), "GOCACHE=" + filepath.Join(m.tmp, "gocache"+suffix)}
	for _, v := range m.env {
		_, dir, _ := strings.Cut(v, "=")
		os.RemoveAll(dir)
	}
}

func (m *measurement) build(name string, target time.Duration) error {
	return m.run(name, target, "build", "-o", filepath.Join(m.tmp, "biglang.bin"), ".")
}

// run runs kiln in the language's folder and prints a line.
func (m *measurement) run(name string, target time.Duration, args ...string) error {
	cmd := command(m.lang, m.env, m.kiln, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	var before, after syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_CHILDREN, &before)
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	stop, peak := watch(cmd.Process.Pid)
	err := cmd.Wait()
	wall := time.Since(start)
	stop()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out.Bytes())
	}
	syscall.Getrusage(syscall.RUSAGE_CHILDREN, &after)
	cpu := seconds(after.Utime) + seconds(after.Stime) - seconds(before.Utime) - seconds(before.Stime)
	verdict := ""
	if wall > target {
		verdict = " missed"
	}
	tree, largest := peak()
	if tree > memoryLimit {
		verdict += " too much memory"
	}
	fmt.Printf("%-52s %8.1f %8.1f %10d %10d   %v%s\n", name, wall.Seconds(), cpu, tree>>20, largest>>20, target, verdict)
	return nil
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

// watch samples the memory of a process and all that come from it.
func watch(pid int) (stop func(), peak func() (tree, largest int)) {
	done := make(chan bool)
	var wg sync.WaitGroup
	most, one := 0, 0
	wg.Go(func() {
		for {
			tree, largest := treeMemory(pid)
			most, one = max(most, tree), max(one, largest)
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	return func() { close(done); wg.Wait() }, func() (int, int) { return most, one }
}

// treeMemory is the resident memory of a process and its descendants, in bytes.
func treeMemory(root int) (tree, largest int) {
	parent, resident := map[int]int{}, map[int]int{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		// pid (name) state ppid ... rss is the 24th field; the name may contain anything.
		f := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		parent[pid], _ = strconv.Atoi(f[1])
		pages, _ := strconv.Atoi(f[21])
		resident[pid] = pages * os.Getpagesize()
	}
	for pid, bytes := range resident {
		for p := pid; p > 1; p = parent[p] {
			if p == root {
				tree += bytes
				largest = max(largest, bytes)
				break
			}
		}
	}
	return tree, largest
}

// compare runs the last binary and plain Go on the program, which must print the same.
func (m *measurement) compare() error {
	var texts []string
	plain := command(m.lang, nil, "go", "build", "-o", filepath.Join(m.tmp, "plain"), ".")
	if out, err := plain.CombinedOutput(); err != nil {
		return fmt.Errorf("plain Go: %w\n%s", err, out)
	}
	for _, args := range [][]string{{"plain"}, {"biglang.bin", "--jit", "off"}, {"biglang.bin"}} {
		args[0] = filepath.Join(m.tmp, args[0])
		out, err := command(m.lang, nil, args[0], append(args[1:], "demo.big", "1000")...).Output()
		if err != nil {
			return fmt.Errorf("%v: %w", args, err)
		}
		texts = append(texts, string(out))
	}
	if texts[0] != texts[1] || texts[0] != texts[2] {
		return errors.New("translated output differs from plain Go's")
	}
	fmt.Printf("output of the last binary, JIT off and on, as in plain Go: %d lines\n", strings.Count(texts[0], "\n"))
	return nil
}

func command(dir string, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin = io.NopCloser(strings.NewReader(""))
	return cmd
}

func packages(files map[string]string) int {
	dirs := map[string]bool{}
	for name := range files {
		if strings.HasSuffix(name, ".go") {
			dirs[filepath.Dir(name)] = true
		}
	}
	return len(dirs)
}
