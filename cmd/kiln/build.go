package main

import (
	"flag"
	"fmt"
	"os"

	"kiln/translator"
)

var buildCommand = &command{
	name:    "build",
	args:    "PKG",
	summary: "translate a language into an executable",
	long: `Build translates the interpreter whose main package is PKG, a folder (./langs/toy/bf) or an
import path, and writes an executable named after the package's folder into the current one. What was
built before and has not changed comes from the cache ($KILNCACHE, else kiln in the user's cache folder).
The exit status is 0 if there is an executable, 1 if the program cannot be translated (every reason is listed, with -json as
kiln check -json does) or the work failed, and 2 if the command line is wrong.
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		opts := translationFlags(fs)
		var how reporting
		how.flags(fs, true)
		fs.StringVar(&opts.Output, "o", "", "write the executable to `FILE`, or into it if it is a folder")
		return func(args []string) error {
			if err := onePackage(args); err != nil {
				return err
			}
			opts.Package = args[0]
			b, err := translator.Build(*opts)
			if err != nil {
				return how.failed(err)
			}
			if opts.Keep {
				fmt.Fprintf(os.Stderr, "kiln: generated source is in %s\n", b.Source)
			}
			return nil
		}
	},
}

// translationFlags declares the switches that build and run share.
func translationFlags(fs *flag.FlagSet) *translator.Options {
	opts := &translator.Options{Progress: os.Stderr}
	fs.StringVar(&opts.Tags, "tags", "", "build `TAGS` for the language's packages, separated by commas")
	fs.BoolVar(&opts.NoJit, "nojit", false, "leave the JIT out")
	fs.BoolVar(&opts.Keep, "keep", false, "format the generated Go and say where it is")
	fs.StringVar(&opts.Without, "without", "", "leave out these optimisations of generated Go, `NAMES` separated by commas or all, to measure them")
	fs.BoolFunc("time", "print how long each pass took", func(string) error {
		opts.Times = os.Stderr
		return nil
	})
	return opts
}
