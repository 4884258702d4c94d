package tracegen

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"kiln/gc"
	"kiln/jitgen/backend"
	"kiln/jitgen/trace"
)

// Case is a test: traces to compile and runs, in order. Its text is the items' texts one after the other:
//
//	trace loop0              # a loop: runs enter it by its index
//	[i0, p1] ...
//	run 0 12 node0           # enter loop 0; integers, floats, names of objects, null
//	trace "bridge 3 of 0"    # the bridge of Guard3, of loop 0
//	[i0] ...
//	invalidate 0             # loop 0
type Case struct {
	Seed  uint64 // of the world's contents
	GC    string // configuration of the heap, as --gc takes it
	Items []string
}

// String is the text that ParseCase reads.
func (c *Case) String() string {
	return fmt.Sprintf("case %d %s\n%s", c.Seed, c.GC, strings.Join(c.Items, ""))
}

// ParseCase reads the text of a case.
func ParseCase(text string) (*Case, error) {
	c := &Case{}
	for i, line := range strings.SplitAfter(text, "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case word == "case":
			if n, _ := fmt.Sscanf(rest, "%d %s", &c.Seed, &c.GC); n < 1 {
				return nil, fmt.Errorf("tracegen: line %d: case SEED GC", i+1)
			}
		case word == "run" || word == "invalidate" || word == "trace":
			c.Items = append(c.Items, line)
		case strings.TrimSpace(line) == "" || word[0] == '#':
		case len(c.Items) == 0:
			return nil, fmt.Errorf("tracegen: line %d: %q before any trace", i+1, line)
		default:
			c.Items[len(c.Items)-1] += line
		}
	}
	return c, nil
}

// Config is the heap's configuration.
func (c *Case) Config() gc.Config {
	config, err := gc.ParseConfig(c.GC)
	if err != nil {
		panic(err)
	}
	return config
}

func (s *Side) config(c *Case) gc.Config {
	config := c.Config()
	config.Collector = s.Collector
	return config
}

// Side is one way to execute a case.
type Side struct {
	Name string
	// New makes the backend.
	New func(rt backend.Runtime) (backend.Backend, error)
	// Prepare, if not nil, turns each trace into the one that is compiled.
	Prepare func(w *World, t *trace.Trace) (*trace.Trace, error)
	// Recorded says that traces are recorded ones (recorded.go): exits are resumed, and after a panic, when
	// stores may be missing, nothing is compared any more.
	Recorded bool
	// Collector is the collector of the heap, the default one if empty.
	Collector string
	// peek, if not nil, sees each guard exit.
	peek func(x *backend.Exit)
}

// Play executes a case and returns what happened, one text for each item. An error is one of compilation.
func (w *World) Play(c *Case, side *Side) (outcomes []string, err error) {
	if w.be == nil {
		if w.be, err = side.New(w); err != nil {
			return nil, err
		}
	}
	w.Reset(c.Seed)
	for _, item := range c.Items {
		var out string
		switch word, rest, _ := strings.Cut(strings.TrimSpace(item), " "); word {
		case "trace":
			err = w.compile(item, side)
		case "invalidate":
			n, _ := strconv.Atoi(rest)
			w.be.Invalidate(w.loops[n])
			w.invalid = true
		case "run":
			out = w.run(rest, side)
		}
		if err != nil {
			return outcomes, fmt.Errorf("%s: %w", side.Name, err)
		}
		outcomes = append(outcomes, out)
		if side.Recorded && strings.HasPrefix(out, "panic") {
			break
		}
	}
	return outcomes, nil
}

func (w *World) compile(text string, side *Side) error {
	t, err := trace.Parse(text, w.Names)
	if err != nil {
		return err
	}
	if side.Recorded {
		// Prepare may change the trace it gets.
		if w.recorded, err = trace.Parse(text, w.Names); err != nil {
			return err
		}
	}
	if side.Prepare != nil {
		if t, err = side.Prepare(w, t); err != nil {
			return err
		}
		if err := trace.Verify(t); err != nil {
			return err
		}
	}
	var guard, loop int
	if n, _ := fmt.Sscanf(t.Name, "bridge %d of %d", &guard, &loop); n == 2 {
		return w.be.CompileBridge(w.Names.Guard(guard), w.loops[loop], t)
	}
	entry := t.Ops[0].Descr.(*trace.Target)
	l := &backend.Loop{ID: len(w.loops), Name: t.Name, Entry: entry, Kinds: entry.Kinds}
	if err := w.be.CompileLoop(l, t); err != nil {
		return err
	}
	w.loops = append(w.loops, l)
	return nil
}

// parseArgs reads the arguments of a run. Does not collect.
func (w *World) parseArgs(words []string) (args []uint64) {
	for _, s := range words {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			args = append(args, uint64(n))
		} else if f, err := strconv.ParseFloat(s, 64); err == nil {
			args = append(args, math.Float64bits(f))
		} else {
			args = append(args, w.object(s))
		}
	}
	return args
}

func (w *World) object(name string) uint64 {
	if name == "null" {
		return 0
	}
	for i, f := range fixtures {
		if f.name == name {
			return w.named[i]
		}
	}
	panic("tracegen: no object " + name)
}

// run enters a loop and says how it ended.
func (w *World) run(text string, side *Side) (outcome string) {
	words := strings.Fields(text)
	n, _ := strconv.Atoi(words[0])
	if w.again == nil && n == 0 && len(words) > 1 {
		again := append([]string{"3"}, words[2:]...)
		w.again = func() []uint64 { return w.parseArgs(again) }
	}
	defer func() {
		if r := recover(); r != nil {
			w.saved, w.depth = w.saved[:0], 0
			if outcome = fmt.Sprintf("panic: %v\n", r); !side.Recorded {
				outcome += w.Dump(nil, nil)
			}
		}
	}()
	x := w.be.Execute(w.Thread, w.loops[n], w.parseArgs(words[1:]))
	where, kinds, values := "finish", x.Kinds, x.Values
	if x.Kind == backend.ExitGuard {
		where = x.Guard.String()
		if side.peek != nil {
			side.peek(x)
		}
		if side.Recorded {
			where, kinds, values = w.resume(x)
		}
	}
	return where + w.Dump(kinds, values)
}
