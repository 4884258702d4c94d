package main

import (
	"flag"
	"fmt"
	"os"

	"kiln/translator"
)

var checkCommand = &command{
	name:    "check",
	args:    "PKG",
	summary: "check that an interpreter keeps to the dialect",
	long: `Check lists everything about the interpreter in package PKG that Kiln cannot translate, each
with its position, the reason, and what to write instead. The exit status is 0 if there is nothing, 1 if there is,
and 2 if the command line is wrong. With -json each problem is one line of JSON on standard output: file, line, column,
severity, rule, message, remedy (docs/formats.md). What looks like a mistake and need not be one is a note, and so is,
with -hot, what hurts in code that the JIT traces; notes do not change the exit status. docs/dialect.md describes the dialect, docs/hints.md the hints.
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		var opts translator.Options
		var how reporting
		fs.StringVar(&opts.Tags, "tags", "", "build `TAGS` for the language's packages, separated by commas")
		hot := fs.Bool("hot", false, "note what hurts in traced code")
		how.flags(fs, true)
		return func(args []string) error {
			if err := onePackage(args); err != nil {
				return err
			}
			opts.Package = args[0]
			notes, moduleDir, err := translator.Check(opts, *hot)
			if err != nil {
				return how.failed(err)
			}
			if how.json {
				return writeJSON(os.Stdout, "note", notes, moduleDir)
			}
			for _, n := range forReader(notes, moduleDir) {
				n.Msg = "note: " + n.Msg
				fmt.Println(n.Error())
			}
			return nil
		}
	},
}
