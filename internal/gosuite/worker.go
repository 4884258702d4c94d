package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"kiln/gc"
	"kiln/translator/check"
	"kiln/translator/flow"
	"kiln/translator/interp"
	"kiln/translator/load"
	"kiln/translator/lower"
)

// translated runs the programs through Kiln, in one child process for each processor; a child that dies is replaced.
func translated(files []string, steps int64) map[string]verdict {
	self, err := os.Executable()
	if err != nil {
		fatal(err)
	}
	got := map[string]verdict{}
	var mu sync.Mutex
	queue := make(chan string, len(files))
	for _, f := range files {
		queue <- f
	}
	close(queue)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			var c *child
			for f := range queue {
				if c == nil {
					c = newChild(self, steps)
				}
				v, err := c.run(f)
				if err != nil {
					v = verdict{File: f, Crash: "the process died: " + err.Error()}
					c = nil
				}
				mu.Lock()
				got[f] = v
				mu.Unlock()
			}
			if c != nil {
				c.in.Close()
				c.cmd.Wait()
			}
		})
	}
	wg.Wait()
	return got
}

// child is a worker process.
type child struct {
	cmd  *exec.Cmd
	in   interface{ Close() error }
	enc  *json.Encoder
	out  *bufio.Reader
	errs *bytes.Buffer
}

func newChild(self string, steps int64) *child {
	c := &child{cmd: exec.Command(self, "-worker", fmt.Sprintf("-steps=%d", steps)), errs: &bytes.Buffer{}}
	in, err := c.cmd.StdinPipe()
	if err != nil {
		fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		fatal(err)
	}
	c.cmd.Stderr = c.errs
	if err := c.cmd.Start(); err != nil {
		fatal(err)
	}
	c.in, c.enc, c.out = in, json.NewEncoder(in), bufio.NewReaderSize(out, 1<<20)
	return c
}

// programTime bounds the time for one program.
const programTime = 60 * time.Second

func (c *child) run(file string) (v verdict, err error) {
	if err := c.enc.Encode(file); err != nil {
		return v, err
	}
	timer := time.AfterFunc(programTime, func() { c.cmd.Process.Kill() })
	defer timer.Stop()
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		c.in.Close()
		c.cmd.Wait()
		first, _, _ := strings.Cut(c.errs.String(), "\n")
		return v, fmt.Errorf("%v %s", c.cmd.ProcessState, first)
	}
	return v, json.Unmarshal(line, &v)
}

// work is the life of a worker process.
func work(steps int64) {
	debug.SetMaxStack(1 << 30)
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var file string
		if err := in.Decode(&file); err != nil {
			return
		}
		if err := out.Encode(try(file, steps)); err != nil {
			fatal(err)
		}
	}
}

// try translates and interprets one program.
func try(file string, steps int64) (v verdict) {
	v.File = file
	defer func() {
		if r := recover(); r != nil {
			v.Crash = fmt.Sprintf("%v\n%s", r, debug.Stack())
		}
	}()
	text, err := os.ReadFile(file)
	if err != nil {
		v.Crash = err.Error()
		return v
	}
	r, err := load.Source(map[string]string{filepath.Base(file): string(text)})
	if err != nil {
		v.Crash = err.Error()
		return v
	}
	for _, p := range check.Program(r) {
		v.Refused = append(v.Refused, p.Rule+": "+p.Error())
	}
	if len(v.Refused) > 0 {
		return v
	}
	if err := lower.Program(r.Program); err != nil {
		v.Refused = []string{lowerRule(err) + ": " + err.Error()}
		return v
	}
	for _, f := range r.Program.Funcs {
		if f.Graph == nil {
			continue
		}
		if err := flow.Verify(f.Graph, flow.Low); err != nil {
			v.Crash = err.Error()
			return v
		}
	}
	v.Accepted = true
	os.Chdir(filepath.Dir(file))
	v.run(r.Program, steps)
	return v
}

func lowerRule(err error) string {
	if strings.Contains(err.Error(), "internal error") {
		return "internal"
	}
	return "lower"
}

// run interprets a program.
func (v *verdict) run(p *flow.Program, steps int64) {
	var out, errs bytes.Buffer
	m := interp.New(p, interp.Options{GC: gc.Config{}, Stdout: &out, Stderr: &errs, Stdin: strings.NewReader(""), MaxSteps: steps})
	status, err := m.RunMain()
	v.Outcome = outcome{Out: out.String(), Status: status}
	var pe *interp.PanicError
	if errors.As(err, &pe) {
		var se *interp.StepsError
		if e, ok := pe.Value.(error); ok && errors.As(e, &se) {
			v.TooLong = true
			return
		}
		if e, ok := pe.Value.(error); ok && strings.HasPrefix(e.Error(), "interp: stack overflow") {
			v.TooLong = true
			return
		}
		v.Outcome.Err = "panic: " + strings.SplitN(panicText(pe.Value), "\n", 2)[0]
	}
	if line := panicLine(errs.String()); line != "" {
		v.Outcome.Err = line
	}
}

func panicText(x any) string {
	if e, ok := x.(error); ok {
		return e.Error()
	}
	return fmt.Sprint(x)
}
