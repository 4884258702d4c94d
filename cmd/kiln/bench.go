package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"kiln/internal/bench"
	"kiln/translator"
)

var benchCommand = &command{
	name:    "bench",
	args:    "PKG [PROGRAM ...] [-- SWITCHES]",
	summary: "compare the speed of a language's variants",
	long: `Bench runs benchmark programs of the language in package PKG as plain Go, translated with the JIT off and
on, and with any other command given, in turns, and prints for each program the least time of each variant, its ratio to a
base variant, and the geometric mean of the ratios. Variants:

	plain  the package compiled by go build
	off    translated, --jit off
	jit    translated
	go     the program's own version in Go, if there is one
	NAME   of each -cmd NAME=COMMAND; in COMMAND {} is the program's file, {vm} the translated
	       binary, {plain} the plain one: -cmd 'clox=/opt/clox {}' -cmd 'eager={vm} --jit threshold=2 {}'

The programs are those named, else the files of PKG/bench: NAME.EXT is a program; beside it may lie NAME.args (arguments behind its
file, one a line), NAME.in (standard input), NAME.ignore (regular expressions of output lines that need not be
equal) and NAME.go (the same in straight Go, behind //go:build ignore). SWITCHES go before the program in plain, off and jit.

All variants must print the same; lines whose numbers differ from run to run, like the time a program took, are let pass.
The exit status is 1 if a program failed or printed something else.
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		b := &benchRun{translate: translationFlags(fs)}
		fs.IntVar(&b.opts.Count, "count", 3, "run each program `N` times in each variant")
		fs.DurationVar(&b.opts.Timeout, "timeout", 10*time.Minute, "give up on a run after this `TIME`, 0 never")
		fs.StringVar(&b.opts.Base, "base", "", "compare with this `VARIANT` (the first one)")
		fs.StringVar(&b.only, "variants", "", "run only these `VARIANTS`, separated by commas, in this order")
		fs.StringVar(&b.match, "run", "", "run only programs whose name matches the regular expression `RE`")
		fs.StringVar(&b.ignore, "ignore", "", "do not compare lines of output that match the regular expression `RE`")
		fs.StringVar((*string)(&b.opts.Clock), "clock", string(bench.UserTime), "what counts: user, cpu (user and system) or wall `CLOCK`")
		fs.Var(&b.commands, "cmd", "another variant, `NAME=COMMAND` with {} for the program's file; may be repeated")
		fs.BoolVar(&b.json, "json", false, "print JSON, with every sample, instead of a table")
		fs.StringVar(&b.html, "html", "", "write a page with bars to `FILE` too")
		return b.run
	},
}

// benchRun is one call of the command.
type benchRun struct {
	translate *translator.Options
	opts      bench.Options
	commands  commandList
	only      string
	match     string
	ignore    string
	json      bool
	html      string

	pkg      string
	switches []string
	tmp      string
}

// commandList collects -cmd switches.
type commandList []bench.Variant

func (l *commandList) String() string { return "" }

func (l *commandList) Set(s string) error {
	name, line, ok := strings.Cut(s, "=")
	words := strings.Fields(line)
	if !ok || name == "" || strings.ContainsAny(name, " ,{}") || len(words) == 0 {
		return errors.New("want NAME=COMMAND")
	}
	if !strings.Contains(line, "{}") {
		return errors.New("the command has no {} for the program's file")
	}
	if slices.Contains(ownVariants, name) {
		return fmt.Errorf("%s is a variant of kiln's own", name)
	}
	*l = append(*l, bench.Variant{Name: name, Command: words})
	return nil
}

var ownVariants = []string{"plain", "off", "jit", "go"}

func (b *benchRun) run(args []string) error {
	if len(args) == 0 {
		return usagef("want a package")
	}
	b.pkg = args[0]
	files := args[1:]
	if i := slices.Index(files, "--"); i >= 0 {
		files, b.switches = files[:i], files[i+1:]
	}
	if err := b.checkFlags(); err != nil {
		return err
	}
	programs, err := b.programs(files)
	if err != nil {
		return err
	}
	variants, err := b.chooseVariants(programs)
	if err != nil {
		return err
	}
	if b.tmp, err = os.MkdirTemp("", "kiln-bench-*"); err != nil {
		return err
	}
	defer os.RemoveAll(b.tmp)
	if variants, err = b.build(variants, programs); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	show, done := progressLine(os.Stderr)
	b.opts.Progress = show
	rep, err := bench.Run(ctx, programs, variants, b.opts)
	done()
	if err != nil {
		return fmt.Errorf("kiln bench: %w", err)
	}
	rep.Title = "Benchmarks of " + b.pkg
	return b.report(rep)
}

// checkFlags refuses what cannot be meant before anything is built.
func (b *benchRun) checkFlags() error {
	if b.opts.Count < 1 {
		return usagef("-count must be at least 1")
	}
	switch b.opts.Clock {
	case bench.UserTime, bench.CPUTime, bench.WallTime:
	default:
		return usagef("-clock is user, cpu or wall, not %q", b.opts.Clock)
	}
	if b.ignore != "" {
		re, err := regexp.Compile(b.ignore)
		if err != nil {
			return usagef("-ignore: %v", err)
		}
		b.opts.Ignore = re
	}
	return nil
}

// programs finds what to run.
func (b *benchRun) programs(files []string) (programs []bench.Program, err error) {
	from := ""
	if len(files) > 0 {
		programs, err = bench.Files(files)
	} else {
		dir, listErr := packageDir(b.pkg, b.translate.Tags)
		if listErr != nil {
			return nil, listErr
		}
		from = filepath.Join(dir, "bench")
		programs, err = bench.Find(from)
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("kiln bench: %w", err)
	}
	if len(programs) == 0 {
		return nil, fmt.Errorf("kiln bench: no programs in %s; put some there (NAME.EXT, see kiln help bench) or name them on the command line", from)
	}
	if b.match == "" {
		return programs, nil
	}
	re, err := regexp.Compile(b.match)
	if err != nil {
		return nil, usagef("-run: %v", err)
	}
	all := len(programs)
	programs = slices.DeleteFunc(programs, func(p bench.Program) bool { return !re.MatchString(p.Name) })
	if len(programs) == 0 {
		return nil, fmt.Errorf("kiln bench: -run %s matches none of %d programs", b.match, all)
	}
	return programs, nil
}

// packageDir is the folder of a package.
func packageDir(pkg, tags string) (string, error) {
	cmd := exec.Command("go", "list", "-tags="+tags, "-f", "{{.Dir}}", pkg)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return "", fmt.Errorf("kiln bench: %s", strings.TrimSpace(string(exit.Stderr)))
		}
		return "", fmt.Errorf("kiln bench: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// chooseVariants lists the variants to run, in order, their commands still with {vm} and {plain} in them.
func (b *benchRun) chooseVariants(programs []bench.Program) ([]bench.Variant, error) {
	own := func(words ...string) []string { return append(append(words, b.switches...), "{}") }
	all := []bench.Variant{
		{Name: "plain", Command: own("{plain}")},
		{Name: "off", Command: own("{vm}", "--jit", "off")},
	}
	if !b.translate.NoJit {
		all = append(all, bench.Variant{Name: "jit", Command: own("{vm}")})
	}
	if slices.ContainsFunc(programs, func(p bench.Program) bool { return p.GoSource != "" }) {
		all = append(all, bench.Variant{Name: "go"})
	}
	all = append(all, b.commands...)
	find := func(name string) int {
		return slices.IndexFunc(all, func(v bench.Variant) bool { return v.Name == name })
	}
	for i, v := range all {
		if find(v.Name) != i {
			return nil, usagef("two variants are called %q", v.Name)
		}
	}
	if b.only != "" {
		var chosen []bench.Variant
		for _, name := range strings.Split(b.only, ",") {
			at := find(name)
			if at < 0 {
				return nil, usagef("-variants: there is no variant %q; there are %s", name, variantNames(all))
			}
			chosen = append(chosen, all[at])
		}
		all = chosen
	}
	if b.opts.Base == "" {
		b.opts.Base = all[0].Name
	}
	if find(b.opts.Base) < 0 {
		return nil, usagef("-base: there is no variant %q; there are %s", b.opts.Base, variantNames(all))
	}
	return all, nil
}

func variantNames(vs []bench.Variant) string {
	var names []string
	for _, v := range vs {
		names = append(names, v.Name)
	}
	return strings.Join(names, ", ")
}

// build makes the binaries that the variants name, and fills their places in.
func (b *benchRun) build(variants []bench.Variant, programs []bench.Program) ([]bench.Variant, error) {
	needs := func(place string) bool {
		return slices.ContainsFunc(variants, func(v bench.Variant) bool {
			return slices.ContainsFunc(v.Command, func(w string) bool { return strings.Contains(w, place) })
		})
	}
	var plain, vm string
	if needs("{plain}") {
		plain = filepath.Join(b.tmp, "plain")
		if err := b.goBuild(plain, b.pkg); err != nil {
			return nil, err
		}
	}
	if needs("{vm}") {
		b.translate.Package = b.pkg
		built, err := translator.BuildCached(*b.translate)
		if err != nil {
			return nil, err
		}
		vm = built.Path
	}
	if slices.ContainsFunc(variants, func(v bench.Variant) bool { return v.Command == nil }) {
		for i, p := range programs {
			if p.GoSource != "" {
				programs[i].Straight = filepath.Join(b.tmp, "go-"+p.Name)
				if err := b.goBuild(programs[i].Straight, p.GoSource); err != nil {
					return nil, err
				}
			}
		}
	}
	fill := strings.NewReplacer("{plain}", plain, "{vm}", vm)
	var out []bench.Variant
	for _, v := range variants {
		words := slices.Clone(v.Command)
		for i := range words {
			words[i] = fill.Replace(words[i])
		}
		out = append(out, bench.Variant{Name: v.Name, Command: words})
	}
	return out, nil
}

func (b *benchRun) goBuild(out, what string) error {
	text, err := exec.Command("go", "build", "-tags="+b.translate.Tags, "-o", out, what).CombinedOutput()
	if err != nil {
		return fmt.Errorf("kiln bench: go build %s: %w\n%s", what, err, text)
	}
	return nil
}

// progressLine shows what runs: on a terminal in one line that goes again, elsewhere a line for each program.
func progressLine(w *os.File) (show func(bench.Step), done func()) {
	const clear = "\r\x1b[K"
	if info, err := w.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return func(s bench.Step) {
			fmt.Fprintf(w, "%s[%d/%d] %s, %s", clear, s.Done+1, s.Total, s.Program, s.Variant)
		}, func() { fmt.Fprint(w, clear) }
	}
	last := ""
	return func(s bench.Step) {
		if s.Program != last {
			last = s.Program
			fmt.Fprintf(w, "kiln: [%d/%d] %s\n", s.Done+1, s.Total, s.Program)
		}
	}, func() {}
}

// report writes the results where they are wanted.
func (b *benchRun) report(rep *bench.Report) error {
	write := rep.WriteTable
	if b.json {
		write = rep.WriteJSON
	}
	if err := write(os.Stdout); err != nil {
		return err
	}
	if b.html != "" {
		if err := writeTo(b.html, rep.WriteHTML); err != nil {
			return fmt.Errorf("kiln bench: %w", err)
		}
	}
	if failures := rep.Failures(); len(failures) > 0 {
		return fmt.Errorf("kiln bench: %s", strings.Join(failures, "\nkiln bench: "))
	}
	return nil
}

// writeTo writes a file.
func writeTo(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
