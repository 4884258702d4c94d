package langfuzz

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Result is what a run of a program shows.
type Result struct {
	Stdout string
	// Error is the first line of standard error, empty if there is none.
	Error string
	Exit  int
	// Rest is the whole of standard error, for messages.
	Rest string
	// Late says that the run was stopped after its time; nothing else is set.
	Late bool
}

// Same says whether two runs showed the same.
func (r Result) Same(q Result) bool {
	return r.Stdout == q.Stdout && r.Error == q.Error && r.Exit == q.Exit && r.Late == q.Late
}

// Variant is a setting of the switches of a translated binary.
type Variant struct {
	Jit, GC []string // parts of the values of --jit and --gc
}

// Args are the switches.
func (v Variant) Args() []string {
	var args []string
	if len(v.Jit) > 0 {
		args = append(args, "--jit", strings.Join(v.Jit, ","))
	}
	if len(v.GC) > 0 {
		args = append(args, "--gc", strings.Join(v.GC, ","))
	}
	return args
}

func (v Variant) String() string { return strings.Join(v.Args(), " ") }

// passes can be switched off one by one.
var passes = []string{"fold", "intbounds", "rewrite", "virtualize", "guards", "pure", "heap", "unroll", "strengthen", "dce"}

// RandomVariant chooses switches for a case: most with tiny thresholds, half with guards that fail at random.
func RandomVariant(rng *rand.Rand, c *Case) Variant {
	var v Variant
	one := func(percent int, parts ...string) {
		if rng.IntN(100) < percent {
			v.Jit = append(v.Jit, pick(rng, parts...))
		}
	}
	switch n := rng.IntN(20); n {
	case 0:
		v.Jit = []string{"off"}
	case 1:
		one(100, "on")
	default:
		one(90, "threshold=2", "threshold=2", "threshold=1", "threshold=3", "threshold=7")
		one(70, "bridge=1", "bridge=1", "bridge=2", "bridge=5")
		one(10, "tracelimit=20", "tracelimit=100", "tracelimit=400", "tracelimit=1000")
		one(10, "recursion=0", "recursion=1", "recursion=2", "recursion=20")
		one(40, "function=1", "function=2", "function=3", "function=10", "function=0")
		one(40, "unroll=0", "unroll=1", "unroll=2", "unroll=3", "unroll=20", "inline=0")
		one(20, "nested=0", "nested=1", "nested=2", "nested=9")
		one(5, "retries=1", "retries=10")
		one(30, "chain=1", "chain=1", "chain=2", "chain=3")
		if rng.IntN(12) == 0 { // slow, and slower if it fails often
			v.Jit = append(v.Jit, "backend=ref")
		} else if rng.IntN(2) == 0 {
			one(100, "guardfail=2", "guardfail=3", "guardfail=5", "guardfail=10", "guardfail=25", "guardfail=50", "guardfail=300")
			v.Jit = append(v.Jit, fmt.Sprintf("seed=%d", rng.IntN(1000)))
		}
		switch rng.IntN(8) {
		case 0:
			v.Jit = append(v.Jit, "opt=none")
		case 1, 2:
			v.Jit = append(v.Jit, "opt=all-"+pick(rng, passes...))
		case 3:
			v.Jit = append(v.Jit, "opt=none+"+pick(rng, passes...)+"+"+pick(rng, passes...))
		}
	}
	v.GC = randomGC(rng, c.Small)
	return v
}

func randomGC(rng *rand.Rand, small bool) []string {
	switch n := rng.IntN(8); {
	case n < 2 && small:
		parts := []string{pick(rng, "stress=1", "stress=1", "stress=2", "stress=3", "stress=7")}
		if rng.IntN(4) == 0 {
			parts = append(parts, pick(rng, "verify=on", "poison=protect"))
		}
		return parts
	case n < 2:
		return []string{pick(rng, "stress=50", "stress=100", "stress=333")}
	case n < 4:
		return []string{"nursery=16K"}
	}
	return nil
}

// fewer are the variants with one part less.
func (v Variant) fewer() []Variant {
	var list []Variant
	for i := range v.Jit {
		list = append(list, Variant{without(v.Jit, i), v.GC})
	}
	for i := range v.GC {
		list = append(list, Variant{v.Jit, without(v.GC, i)})
	}
	return list
}

func without(list []string, i int) []string {
	return append(append([]string{}, list[:i]...), list[i+1:]...)
}

// Runner runs cases of one language.
type Runner struct {
	Plain, Translated string // binaries
	Dir               string // for programs; nobody else uses it
	Extension         string
	// Limit is the processor time of plain Go, in whole seconds; translated binaries get ten times as much. What else the machine does
	// must not matter.
	Limit time.Duration
}

// Difference is a case on which a variant and plain Go disagree.
type Difference struct {
	Case      *Case
	Variant   Variant
	Want, Got Result
}

func (d *Difference) String() string {
	from := 0
	for from < min(len(d.Want.Stdout), len(d.Got.Stdout)) && d.Want.Stdout[from] == d.Got.Stdout[from] {
		from++
	}
	return fmt.Sprintf("switches: %s\n%s\n--- plain Go\n%s\n--- translated\n%s\n", d.Variant, d.Case, d.Want.text(from), d.Got.text(from))
}

// text shows the output around an offset.
func (r Result) text(from int) string {
	if r.Late {
		return "stopped: it took too long"
	}
	from = max(0, from-200)
	return fmt.Sprintf("%.600s\n(from byte %d of %d)\nstatus %d, standard error %.1500q", r.Stdout[from:], from, len(r.Stdout), r.Exit, r.Rest)
}

// Oracle runs a case in plain Go.
func (r *Runner) Oracle(c *Case) (Result, error) {
	if err := os.WriteFile(r.file(), []byte(c.Source()), 0o666); err != nil {
		return Result{}, err
	}
	return r.run(r.Plain, nil, c.Stdin, r.Limit)
}

// Check runs a case that Oracle has just run with a variant. The difference is nil if there is none.
func (r *Runner) Check(c *Case, want Result, v Variant) (*Difference, error) {
	return r.check(c, want, v, 10*r.Limit)
}

func (r *Runner) check(c *Case, want Result, v Variant, limit time.Duration) (*Difference, error) {
	got, err := r.run(r.Translated, v.Args(), c.Stdin, limit)
	if err != nil || want.Same(got) {
		return nil, err
	}
	return &Difference{c, v, want, got}, nil
}

func (r *Runner) file() string { return filepath.Join(r.Dir, "p"+r.Extension) }

// stuck is after how long a program that takes no processor time is stopped.
const stuck = 10 * time.Minute

func (r *Runner) run(binary string, switches []string, stdin string, limit time.Duration) (Result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), stuck) // what waits takes no processor time
	defer cancel()
	limited := fmt.Sprintf(`ulimit -t %d; exec "$0" "$@"`, int(limit.Seconds()))
	cmd := exec.CommandContext(ctx, "/bin/sh", append(append([]string{"-c", limited, binary}, switches...), "p"+r.Extension)...)
	cmd.Dir = r.Dir
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return Result{}, err
	}
	spent := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() // counted by the tick, the limit more exactly
	if ctx.Err() != nil || !cmd.ProcessState.Exited() && spent >= limit*9/10 {
		return Result{Late: true}, nil
	}
	result := Result{Stdout: stdout.String(), Rest: stderr.String()}
	result.Error, _, _ = strings.Cut(result.Rest, "\n")
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		result.Exit, err = exit.ExitCode(), nil
	}
	return result, err
}

// Shrink makes a difference small: fewer switches, a smaller program.
func (r *Runner) Shrink(d *Difference) *Difference {
	// What has become slow is no smaller, unless that is the difference.
	late := d.Got.Late
	limit := r.Limit
	if late {
		limit *= 10
	}
	fails := func(c *Case, v Variant) bool {
		want, err := r.Oracle(c)
		if err != nil || want.Late {
			return false
		}
		found, err := r.check(c, want, v, limit)
		if err != nil || found == nil || found.Got.Late != late {
			return false
		}
		d = found
		return true
	}
	drop := func() {
		for again := true; again; {
			again = false
			for _, v := range d.Variant.fewer() {
				if fails(d.Case, v) {
					again = true
					break
				}
			}
		}
	}
	drop()
	Shrink(d.Case, 3000, func(c *Case) bool { return fails(c, d.Variant) })
	drop()
	return d
}
