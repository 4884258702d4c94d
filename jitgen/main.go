package jitgen

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/pprof"

	"kiln/framework/args"
	"kiln/framework/host"
	"kiln/gc"
	"kiln/gc/threads"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/jitlog"
)

// exitUsage is the status of a binary started with switches it does not understand.
const exitUsage = 2

// Main runs a translated program: it reads Kiln's switches, makes the run time, runs the package initialisers
// and the main function. It returns when main does; the process then ends with status 0.
func Main(c Config) {
	switches, _, err := args.Split(os.Args, os.Getenv)
	if err == nil {
		err = start(c, switches)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v\n", err)
		os.Exit(exitUsage)
	}
}

// start runs the program. Its errors are those of the switches and of the program file: the program has
// not run then.
func start(c Config, switches args.Switches) error {
	heapConfig, err := gc.ParseConfig(switches.GC)
	if err != nil {
		return err
	}
	interval, err := threads.ParseInterval(switches.Threads)
	if err != nil {
		return err
	}
	s, err := ParseSettings(switches.Jit)
	if err != nil {
		return err
	}
	log, err := jitlog.Open(os.Getenv("KILNLOG"))
	if err != nil {
		return err
	}
	im, err := jitcode.Decode(c.Program)
	if err != nil {
		return err
	}
	rt := NewRuntime(im, c.Adapters, heapConfig)
	rt.log = log
	s.Places = switches.Stats
	rt.threads.SetInterval(interval)
	if !s.Off && len(im.Prog.Drivers) > 0 {
		if err := rt.enableJIT(s); err != nil {
			return err
		}
	}
	stop, err := profile(os.Getenv("KILNPROFILE"))
	if err != nil {
		return err
	}
	args.AtExit(func() {
		stop()
		rt.finish(switches.Stats, os.Stderr)
	})
	rt.run(c)
	return nil
}

// profile writes a CPU profile of the process to a file, for work on Kiln itself. Machine code shows as external code.
func profile(file string) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("KILNPROFILE: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, fmt.Errorf("KILNPROFILE: %w", err)
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, nil
}

// goGCPercent makes Go's own collector rarer: the program's objects are not on Go's heap, which holds little but
// what the JIT needs for a moment. GOGC wins.
const goGCPercent = 400

func (rt *Runtime) run(c Config) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(goGCPercent)
	}
	c.Start(rt)
	rt.heap.SetInit(true)
	c.Init(rt.t)
	rt.heap.SetInit(false)
	if rt.jit != nil {
		rt.t.JitOn, rt.jitOn = 1, 1
	}
	c.Main(rt.t)
	host.Flush()
	args.RunAtExit()
}

// enableJIT makes the JIT.
func (rt *Runtime) enableJIT(s Settings) (err error) {
	rt.jit, err = NewJIT(rt, rt.t, rt.im, s, rt.log)
	return err
}

// finish reports at the end of the program.
func (rt *Runtime) finish(stats bool, w io.Writer) {
	if rt.jit != nil {
		rt.jit.Counters.Lines(func(name, value string) { rt.log.Printf(jitlog.Final, "%s: %s", name, value) })
	}
	rt.log.Close()
	if !stats {
		return
	}
	s := rt.heap.Stats()
	fmt.Fprintf(w, "%-22s %s\n", "gc:", s)
	s.Lines(func(name string, value uint64) { fmt.Fprintf(w, "%-22s %d\n", "gc "+name+":", value) })
	if n, passed := rt.threads.Stats(); n > 1 {
		fmt.Fprintf(w, "%-22s %d\n%-22s %d\n", "threads:", n, "turns passed on:", passed)
	}
	if rt.jit != nil {
		fmt.Fprintf(w, "%-22s %s\n", "jit backend:", rt.jit.backendName())
		rt.jit.Counters.Print(w)
	}
}
