package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"kiln/translator/check"
	"kiln/translator/load"
)

var checkCommand = &command{
	name:    "check",
	args:    "PKG",
	summary: "check that an interpreter keeps to the dialect",
	long: `Check lists everything about the interpreter in package PKG that Kiln cannot translate, each
with its position, the reason, and what to write instead. The exit status is 0 if there is nothing, 1 if there is,
and 2 if the command line is wrong. With -json each problem is one line of JSON: file, line, column, rule, message, remedy.
docs/dialect.md describes the dialect.
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		tags := fs.String("tags", "", "build `TAGS` for the language's packages, separated by commas")
		asJSON := fs.Bool("json", false, "print problems as JSON, one a line")
		return func(args []string) error {
			if len(args) != 1 {
				return usagef("want one package, got %d", len(args))
			}
			r, err := load.NewSession(".", *tags).Load(args[0])
			if err != nil {
				return fmt.Errorf("kiln check: %w", err)
			}
			problems := check.Program(r)
			if len(problems) == 0 {
				return nil
			}
			if *asJSON {
				if err := writeJSON(os.Stdout, problems); err != nil {
					return err
				}
				return fmt.Errorf("kiln check: %s", count(len(problems)))
			}
			return problems
		}
	},
}

func count(n int) string {
	if n == 1 {
		return "1 problem"
	}
	return fmt.Sprintf("%d problems", n)
}

// writeJSON writes problems in a form for editors.
func writeJSON(w io.Writer, problems load.Problems) error {
	enc := json.NewEncoder(w)
	for _, p := range problems {
		err := enc.Encode(struct {
			File    string `json:"file"`
			Line    int    `json:"line"`
			Column  int    `json:"column"`
			Rule    string `json:"rule"`
			Message string `json:"message"`
			Remedy  string `json:"remedy,omitempty"`
		}{p.Pos.Filename, p.Pos.Line, p.Pos.Column, p.Rule, p.Msg, p.Remedy})
		if err != nil {
			return err
		}
	}
	return nil
}
