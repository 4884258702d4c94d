package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"kiln/internal/batch"
	"kiln/internal/portals"
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
	return s.buildAndRun(p, append([]string{p.File}, p.More...))
}

// repeatedAlone runs a program that repeats main.
func (s *suite) repeatedAlone(p *program) outcome {
	dir, err := os.MkdirTemp("", "gosuite")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	texts, err := p.texts()
	if err == nil {
		texts, err = portals.Repeat(texts, repeats, false)
	}
	if err != nil {
		fatal(err)
	}
	var files []string
	for name, text := range texts {
		files = append(files, filepath.Join(dir, name))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			fatal(err)
		}
	}
	return s.buildAndRun(p, files)
}

func (s *suite) buildAndRun(p *program, files []string) outcome {
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
	cmd := exec.Command("go", append(args, files...)...)
	cmd.Env = append(cmd.Environ(), p.Env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return outcome{Out: string(out), Status: -1}
	}
	return runCommand(exec.Command(bin, p.Args...), dir, s.timeout)
}

// plainRepeated runs programs as ordinary Go that calls main several times, many in one binary.
func (s *suite) plainRepeated(list []*verdict) {
	key := func(v *verdict) string {
		return hash("repeated2", runtime.Version(), hashOfFile(v.program.File), strings.Join(v.program.Args, " "), s.timeout.String(), fmt.Sprint(repeats))
	}
	var missing []*verdict
	for _, v := range list {
		if !s.store.get(key(v), &v.Repeated) {
			missing = append(missing, v)
		}
	}
	// What runs before main would run in all programs of a binary.
	var alone []*verdict
	together := missing[:0:0]
	for _, v := range missing {
		texts, err := v.program.texts()
		if err != nil {
			fatal(err)
		}
		if portals.Initialises(texts) {
			alone = append(alone, v)
		} else {
			together = append(together, v)
		}
	}
	missing = together
	parallel(alone, func(v *verdict) {
		v.Repeated = s.repeatedAlone(v.program)
		s.store.put(key(v), v.Repeated)
	}, func(done int) { s.progress("plain Go that repeats main, alone,", done, len(alone)) })
	module := moduleDir()
	for from := 0; from < len(missing); from += s.batch {
		part := missing[from:min(from+s.batch, len(missing))]
		s.repeatedBatch(module, part)
		for _, v := range part {
			s.store.put(key(v), v.Repeated)
		}
		s.progress("plain Go that repeats main", from+len(part), len(missing))
	}
}

func (s *suite) repeatedBatch(module string, part []*verdict) {
	dir, err := os.MkdirTemp("", "gosuite")
	if err != nil {
		fatal(err)
	}
	defer os.RemoveAll(dir)
	var programs []batch.Program
	names := map[*verdict]string{}
	for i, v := range part {
		texts, err := v.program.texts()
		if err == nil {
			texts, err = portals.Repeat(texts, repeats, false)
		}
		if err != nil {
			fatal(err)
		}
		files := map[string][]byte{}
		for name, text := range texts {
			files[name] = []byte(text)
		}
		names[v] = fmt.Sprintf("r%d", i)
		p := batch.Program{Name: names[v], Dir: filepath.Join(dir, names[v])}
		if _, err := batch.Write(p.Dir, p.Name, files); err != nil {
			fatal(err)
		}
		programs = append(programs, p)
	}
	bin := filepath.Join(dir, "batch")
	broken, err := batch.Build(module, dir, bin, programs)
	if err != nil {
		fatal(err)
	}
	ofMain := strings.NewReplacer("kiln/"+batch.Package+".", "main.", batch.Package+".", "main.")
	parallel(part, func(v *verdict) {
		if text, bad := broken[names[v]]; bad {
			v.Repeated = outcome{Out: text, Status: -1}
			return
		}
		own, err := os.MkdirTemp(dir, "run")
		if err != nil {
			fatal(err)
		}
		o := runCommand(batch.Command(bin, names[v], v.program.Args...), own, s.timeout)
		o.Out, o.Err, o.Panic = ofMain.Replace(o.Out), ofMain.Replace(o.Err), ofMain.Replace(o.Panic)
		v.Repeated = o
	}, func(int) {})
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
