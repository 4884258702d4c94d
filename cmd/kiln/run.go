package main

import (
	"flag"
	"fmt"
	"os"
	"syscall"

	"kiln/translator"
)

var runCommand = &command{
	name:    "run",
	args:    "PKG [-- ARGS]",
	summary: "translate a language and run it",
	long: `Run translates the interpreter whose main package is PKG into the cache, unless it is there
already, and runs it with ARGS. Standard input and output and the exit status are the program's. Switches of
the translated program (--jit, --gc, --stats) go before its own arguments:

	kiln run ./langs/toy/bf -- --stats FILE.b
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		opts := translationFlags(fs)
		var how reporting
		how.flags(fs, false)
		return func(args []string) error {
			if len(args) == 0 {
				return usagef("want a package")
			}
			opts.Package = args[0]
			rest := args[1:]
			if len(rest) > 0 && rest[0] == "--" {
				rest = rest[1:]
			}
			b, err := translator.BuildCached(*opts)
			if err != nil {
				return how.failed(err)
			}
			if opts.Keep {
				fmt.Fprintf(os.Stderr, "kiln: generated source is in %s\n", b.Source)
			}
			// The program takes this process over: signals, status and all.
			err = syscall.Exec(b.Path, append([]string{b.Path}, rest...), os.Environ())
			return fmt.Errorf("kiln: cannot run %s: %w", b.Path, err)
		}
	},
}
