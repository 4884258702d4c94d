package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// plain runs programs as ordinary Go, with the flags of their run lines. Flags for all packages are given to the program alone,
// so that the standard library need not be compiled again.
func (s *suite) plain(list []*verdict) {
	parallel(list, func(v *verdict) {
		p := v.program
		key := hash("plain", runtime.Version(), hashOfFile(p.File), strings.Join(p.Flags, " "), strings.Join(p.Args, " "), s.timeout.String())
		if !s.store.get(key, &v.Plain) {
			v.Plain = s.runPlain(p)
			s.store.put(key, v.Plain)
		}
	}, func(done int) { s.progress("plain Go", done, len(list)) })
}

func (s *suite) runPlain(p *program) outcome {
	dir, err := os.MkdirTemp("", "gosuite")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "program")
	args := []string{"build", "-o", bin}
	for _, f := range p.Flags {
		args = append(args, strings.Replace(f, "-gcflags=all=", "-gcflags=", 1))
	}
	cmd := exec.Command("go", append(append(args, p.File), p.More...)...)
	cmd.Env = append(cmd.Environ(), p.Env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return outcome{Out: string(out), Status: -1}
	}
	return runCommand(exec.Command(bin, p.Args...), dir, s.timeout)
}

// parallel does something for each of a list, on all processors, and tells now and then how far it is.
func parallel[T any](list []T, do func(T), progress func(done int)) {
	var wg sync.WaitGroup
	var done atomic.Int32
	queue := make(chan T)
	for range runtime.NumCPU() {
		wg.Go(func() {
			for x := range queue {
				do(x)
				if n := int(done.Add(1)); n%50 == 0 || n == len(list) {
					progress(n)
				}
			}
		})
	}
	for _, x := range list {
		queue <- x
	}
	close(queue)
	wg.Wait()
}
