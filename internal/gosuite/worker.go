package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// request is a line to a worker process.
type request struct {
	Program *program
	Dir     string // folder for the generated program
}

// translate has worker processes, one for each processor, load, check and translate the programs, and in modes interp and jit run them.
func (s *suite) translate(programs []*program, mode string) []*verdict {
	self, err := os.Executable()
	if err != nil {
		fatal(err)
	}
	version := hashOfFile(self)
	verdicts := make([]*verdict, len(programs))
	for i, p := range programs {
		verdicts[i] = &verdict{program: p, underTheJit: mode == jitMode}
	}
	var mu sync.Mutex
	var idle []*child
	parallel(verdicts, func(v *verdict) {
		key := hash("kiln", mode, version, fmt.Sprint(s.steps, s.seed), hashOfFile(v.program.File))
		if s.store.get(key, &v.reply) && s.stillThere(v.Files) {
			v.use()
			return
		}
		mu.Lock()
		var c *child
		if n := len(idle); n > 0 {
			c, idle = idle[n-1], idle[:n-1]
		}
		mu.Unlock()
		if c == nil {
			c = newChild(self, mode, s.steps, s.seed)
		}
		v.reply = reply{}
		v.reply, err = c.run(request{v.program, s.generated(key)})
		switch {
		case err != nil && mode == jitMode && (c.late.Load() || strings.Contains(err.Error(), "kiln: out of memory")):
			v.reply = reply{Accepted: true, TooLong: true} // or too large
		case err != nil:
			v.reply = reply{Crash: "the process died: " + err.Error()}
		case c.done >= 6 && mode == jitMode: // heaps are never given back
			c.in.Close()
			c.cmd.Wait()
		default:
			mu.Lock()
			idle = append(idle, c)
			mu.Unlock()
		}
		s.store.put(key, v.reply)
		v.use()
	}, func(done int) { s.progress("check and "+mode, done, len(programs)) })
	for _, c := range idle {
		c.in.Close()
		c.cmd.Wait()
	}
	return verdicts
}

// use takes over what the interpreter found.
func (v *verdict) use() {
	if v.Interpreted != nil {
		v.Outcome = *v.Interpreted
	}
	v.TooLong = v.reply.TooLong
}

// child is a worker process.
type child struct {
	mode string
	cmd  *exec.Cmd
	in   interface{ Close() error }
	enc  *json.Encoder
	out  *bufio.Reader
	errs *bytes.Buffer
	done int
	late atomic.Bool // killed for taking too long
}

func newChild(self, mode string, steps, seed int64) *child {
	c := &child{mode: mode, cmd: exec.Command(self, "-worker="+mode, fmt.Sprintf("-steps=%d", steps), fmt.Sprintf("-seed=%d", seed)), errs: &bytes.Buffer{}}
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

// workTime bounds the time for one program, jitTime that for all its runs under the JIT.
const workTime, jitTime = 2 * time.Minute, 5 * time.Minute

func (c *child) run(q request) (r reply, err error) {
	if err := c.enc.Encode(q); err != nil {
		return r, err
	}
	limit := workTime
	if c.mode == jitMode {
		limit = jitTime
	}
	c.done++
	timer := time.AfterFunc(limit, func() {
		c.late.Store(true)
		c.cmd.Process.Kill()
	})
	defer timer.Stop()
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		c.in.Close()
		c.cmd.Wait()
		first, _, _ := strings.Cut(c.errs.String(), "\n")
		return r, fmt.Errorf("%v %s", c.cmd.ProcessState, first)
	}
	return r, json.Unmarshal(line, &r)
}

// work is the life of a worker process.
func work(mode string, steps, seed int64) {
	debug.SetMaxStack(1 << 30)
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var q request
		if err := in.Decode(&q); err != nil {
			return
		}
		if err := out.Encode(try(q, mode, steps, seed)); err != nil {
			fatal(err)
		}
	}
}
