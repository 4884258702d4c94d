package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"kiln/internal/randomgo/generate"
)

// campaign is a run of many batches.
type campaign struct {
	n, size, binaries, jit, full int
	seed                         uint64
	state, keep, kind, without   string
	shrink, worker               bool
	limit                        time.Duration
	began                        time.Time
}

// batchesOfWorker is how many batches a process does: the heaps of the runs are never given back.
const batchesOfWorker = 8

// statusPause is a worker's exit status if there is more to do.
const statusPause = 7

// supervise runs workers until all is done. A worker that dies leaves a batch begun and not done in the state.
func (c *campaign) supervise() {
	self, err := os.Executable()
	if err != nil {
		fatal(err)
	}
	for {
		args := append([]string{"-worker"}, os.Args[1:]...)
		if c.limit > 0 {
			left := c.limit - time.Since(c.began)
			if left <= 0 {
				fmt.Println("time is up")
				return
			}
			args = append(args, "-time="+left.String())
		}
		cmd := exec.Command(self, args...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		err := cmd.Run()
		switch status := cmd.ProcessState.ExitCode(); status {
		case statusPause:
		case 0:
			c.summary()
			return
		case 1:
			os.Exit(1)
		default:
			fmt.Println("a worker died:", err)
		}
	}
}

// kindOf spreads the kinds over the batches.
func (c *campaign) kindOf(b int) generate.Kind {
	for k := range generate.Kind(generate.Kinds) {
		if k.String() == c.kind {
			return k
		}
	}
	return []generate.Kind{generate.Caught, generate.Portal, generate.Caught, generate.Bare, generate.Portal, generate.Uncaught, generate.Caught, generate.Portal}[b%8]
}

// work does the batches that are not done.
func (c *campaign) work() {
	done, begun := c.progress()
	dir, err := os.MkdirTemp("", "randomgo")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	batches, worked, failed := (c.n+c.size-1)/c.size, 0, 0
	for b := range batches {
		if done[b] {
			continue
		}
		if begun[b] >= 2 {
			c.note("died %d", b)
			fmt.Printf("batch %d: the process died twice\n", b)
			failed++
			continue
		}
		if c.limit > 0 && time.Since(c.began) > c.limit || c.worker && worked == batchesOfWorker {
			os.RemoveAll(dir)
			os.Exit(statusPause)
		}
		worked++
		c.note("begin %d", b)
		n := c.batch(dir, b)
		failed += n
		c.note("done %d %d %d", b, min(c.size, c.n-b*c.size), n)
	}
	if c.state == "" {
		fmt.Printf("%d programs, %d with a difference\n", c.n, failed)
		if failed > 0 {
			os.RemoveAll(dir)
			os.Exit(1)
		}
	}
}

// batch does one batch and returns how many of its programs fail.
func (c *campaign) batch(dir string, number int) int {
	start := time.Now()
	kind := c.kindOf(number)
	var programs []*generate.Program
	for i := range min(c.size, c.n-number*c.size) {
		programs = append(programs, generate.New(c.seed+uint64(number*c.size+i), kind))
	}
	b := newBatch(kind, programs)
	o := options{jit: c.jit, binary: c.binaries > 0 && number%c.binaries == 0, quick: c.full > 0 && number%c.full != 0, without: c.without}
	found, err := b.check(dir, o, c.seed+uint64(number))
	if err != nil {
		fatal(fmt.Errorf("batch %d (%s from seed %d): %w", number, kind, programs[0].Seed, err))
	}
	for _, d := range found {
		c.report(dir, programs[d.program], d, o, c.seed+uint64(number))
	}
	count.mu.Lock()
	defer count.mu.Unlock()
	fmt.Printf("batch %d: %d %s programs from seed %d, %d lines, %d with a difference, %.1fs; so far %d loops, %d bridges, %d guard failures, %d fields removed\n",
		number, len(programs), kind, programs[0].Seed, b.lines(), len(found), time.Since(start).Seconds(), count.loops, count.bridges, count.failures, count.removed)
	return len(found)
}

func (b *batch) lines() (n int) {
	for _, text := range b.files {
		n += strings.Count(text, "\n")
	}
	return n
}

// one runs a single program.
func (c *campaign) one(kind generate.Kind, seed uint64) {
	dir, err := os.MkdirTemp("", "randomgo")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	p := generate.New(seed, kind)
	for try := range uint64(5) { // with several settings
		o := options{jit: max(c.jit, 8), binary: c.binaries > 0, without: c.without}
		found, err := newBatch(kind, []*generate.Program{p}).check(dir, o, try)
		if err != nil {
			fatal(err)
		}
		if len(found) > 0 {
			c.report(dir, p, found[0], o, try)
			return
		}
	}
	fmt.Println("no difference")
}

// report prints a difference and keeps the program, smaller if wanted.
func (c *campaign) report(dir string, p *generate.Program, d difference, o options, seed uint64) {
	fmt.Printf("%s:%d differs in %s\n", p.Kind, p.Seed, d)
	if c.shrink {
		if small, smaller := shrinkProgram(dir, p, d, o, seed); small != nil {
			p, d = small, smaller
			fmt.Printf("smaller, differs in %s\n", d)
		}
	}
	if c.keep == "" {
		if c.shrink {
			fmt.Print(p.Source("p0"))
		}
		return
	}
	folder := filepath.Join(c.keep, fmt.Sprintf("%s-%d", p.Kind, p.Seed))
	if err := os.MkdirAll(folder, 0o777); err != nil {
		fatal(err)
	}
	files := newBatch(p.Kind, []*generate.Program{p}).files
	files["difference.txt"] = d.String() + "\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			fatal(err)
		}
	}
}

// note adds a line to the state.
func (c *campaign) note(format string, args ...any) {
	if c.state == "" {
		return
	}
	f, err := os.OpenFile(c.state, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err == nil {
		_, err = fmt.Fprintf(f, format+"\n", args...)
		f.Close()
	}
	if err != nil {
		fatal(err)
	}
}

// progress reads the state: which batches are done, and how often others have been begun.
func (c *campaign) progress() (done map[int]bool, begun map[int]int) {
	done, begun = map[int]bool{}, map[int]int{}
	c.lines(func(word string, b, programs, failed int) {
		switch word {
		case "begin":
			begun[b]++
		default:
			done[b] = true
		}
	})
	return done, begun
}

func (c *campaign) lines(each func(word string, b, programs, failed int)) {
	if c.state == "" {
		return
	}
	f, err := os.Open(c.state)
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		fatal(err)
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		var word string
		var b, programs, failed int
		fmt.Sscan(in.Text(), &word, &b, &programs, &failed)
		each(word, b, programs, failed)
	}
}

// summary adds up the state.
func (c *campaign) summary() {
	sum := map[generate.Kind]int{}
	total, bad, died := 0, 0, 0
	c.lines(func(word string, b, programs, failed int) {
		switch word {
		case "done":
			sum[c.kindOf(b)] += programs
			total, bad = total+programs, bad+failed
		case "died":
			died++
		}
	})
	var parts []string
	for k, n := range sum {
		parts = append(parts, fmt.Sprintf("%d %s", n, k))
	}
	sort.Strings(parts)
	fmt.Printf("%d programs (%s), %d with a difference, %d batches that ended the process\n", total, strings.Join(parts, ", "), bad, died)
	if bad+died > 0 {
		os.Exit(1)
	}
}
