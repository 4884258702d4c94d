// Command kiln translates interpreters written in annotated Go into virtual machines with a garbage
// collector and a tracing JIT.
//
//	kiln build ./langs/toy/bf        make an executable
//	kiln run ./langs/toy/bf -- FILE  make it in the cache, and run it
//
// Run kiln help for all commands, kiln help COMMAND for one.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"kiln/translator/flow"
	"kiln/translator/load"
)

// command is one of kiln's commands.
type command struct {
	name    string
	args    string // of the usage line, switches apart
	summary string // one line
	long    string // the rest of the help text
	// flags declares the switches; the function it returns runs the command with the arguments behind them.
	flags func(fs *flag.FlagSet) func(args []string) error
}

// commands are listed in the order of the help text.
var commands = []*command{newCommand, buildCommand, runCommand, checkCommand, graphCommand, jitlogCommand, benchCommand}

// usageError is a wrong command line: the message is followed by the usage of the command.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

func main() {
	// Translation keeps most of what it allocates until it is done: collect seldom, until there is much.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(2 << 30)
	}
	os.Exit(kiln(os.Args[1:], os.Stdout, os.Stderr))
}

// kiln runs one command line and returns the exit status: 1 if the work failed, 2 for a wrong command line.
func kiln(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return 2
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		if len(args) > 1 {
			if c := find(args[1]); c != nil {
				c.help(stdout)
				return 0
			}
			return unknown(args[1], stderr)
		}
		usage(stdout)
		return 0
	}
	c := find(args[0])
	if c == nil {
		return unknown(args[0], stderr)
	}
	return c.run(args[1:], stdout, stderr)
}

func (c *command) run(args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	work := c.flags(fs)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			c.help(stdout)
			return 0
		}
		fmt.Fprintf(stderr, "kiln %s: %v%s\nusage: kiln %s %s\n", c.name, err, flagSuggestion(err, fs), c.name, c.usage(fs))
		return 2
	}
	err := guarded(work, fs.Args())
	var wrong *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "kiln %s: %v\nusage: kiln %s %s\n", c.name, err, c.name, c.usage(fs))
		return 2
	}
	report(err, stdout, stderr)
	return 1
}

// guarded runs a command's work; a panic that nobody has turned into a message becomes one.
func guarded(work func([]string) error, args []string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("internal error of kiln: %v; %s\n%s", v, flow.ReportRemedy, debug.Stack())
		}
	}()
	return work(args)
}

func find(name string) *command {
	for _, c := range commands {
		if c.name == name {
			return c
		}
	}
	return nil
}

func unknown(name string, stderr io.Writer) int {
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	if best := load.Nearest(name, names); best != "" {
		fmt.Fprintf(stderr, "kiln: there is no command %q; did you mean %s? kiln help lists all\n", name, best)
	} else {
		fmt.Fprintf(stderr, "kiln: there is no command %q; kiln help lists them\n", name)
	}
	return 2
}

// flagSuggestion goes on after the message about an unknown switch.
func flagSuggestion(err error, fs *flag.FlagSet) string {
	name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !ok {
		return ""
	}
	var names []string
	fs.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if best := load.Nearest(name, names); best != "" {
		return "; did you mean -" + best + "?"
	}
	return "; kiln help " + fs.Name() + " lists the switches"
}

// onePackage checks the arguments of commands about one package.
func onePackage(args []string) error {
	switch {
	case len(args) == 1:
		return nil
	case len(args) > 1 && strings.HasPrefix(args[1], "-"):
		return usagef("switches go before the package: %s", strings.Join(append(args[1:], args[0]), " "))
	}
	return usagef("want one package, got %d", len(args))
}

func usage(w io.Writer) {
	fmt.Fprint(w, "kiln translates interpreters written in annotated Go into JIT-compiling virtual machines.\n\nusage: kiln COMMAND [switches] ARGUMENTS\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nkiln help COMMAND says more about one.\n")
}

// usage is the command's synopsis.
func (c *command) usage(fs *flag.FlagSet) string {
	var parts []string
	fs.VisitAll(func(f *flag.Flag) {
		if value, _ := flag.UnquoteUsage(f); value != "" {
			parts = append(parts, fmt.Sprintf("[-%s %s]", f.Name, value))
		} else {
			parts = append(parts, "[-"+f.Name+"]")
		}
	})
	return strings.Join(append(parts, c.args), " ")
}

func (c *command) help(w io.Writer) {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	c.flags(fs)
	fmt.Fprintf(w, "usage: kiln %s %s\n\n%s\n", c.name, c.usage(fs), c.long)
	fs.SetOutput(w)
	fs.PrintDefaults()
}
