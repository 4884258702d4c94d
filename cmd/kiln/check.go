package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"os"

	"kiln/translator/check"
	"kiln/translator/load"
	"kiln/translator/lower"
)

var checkCommand = &command{
	name:    "check",
	args:    "PKG",
	summary: "check that an interpreter keeps to the dialect",
	long: `Check lists everything about the interpreter in package PKG that Kiln cannot translate, each
with its position, the reason, and what to write instead. The exit status is 0 if there is nothing, 1 if there is,
and 2 if the command line is wrong. With -json each problem is one line of JSON: file, line, column, rule, message, remedy.
With -hot it also notes what hurts in code that the JIT traces; notes do not change the exit status. docs/dialect.md
describes the dialect, docs/hints.md the hints.
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		tags := fs.String("tags", "", "build `TAGS` for the language's packages, separated by commas")
		asJSON := fs.Bool("json", false, "print problems as JSON, one a line")
		hot := fs.Bool("hot", false, "note what hurts in traced code")
		return func(args []string) error {
			if len(args) != 1 {
				return usagef("want one package, got %d", len(args))
			}
			r, err := load.NewSession(".", *tags).Load(args[0])
			if err != nil {
				return fmt.Errorf("kiln check: %w", err)
			}
			problems := check.Program(r)
			var notes load.Problems
			if len(problems) == 0 {
				if *hot {
					notes = check.Hot(r)
				}
				// What lowering refuses is not translated either; the graphs are not needed afterwards.
				problems = lowerProblems(lower.Program(r.Program))
			}
			if len(problems) == 0 {
				if *asJSON {
					return writeJSON(os.Stdout, notes)
				}
				for _, n := range notes {
					fmt.Println(n.Error())
				}
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

// lowerProblems makes problems of what lowering refuses.
func lowerProblems(err error) load.Problems {
	if err == nil {
		return nil
	}
	var list lower.Errors
	if !errors.As(err, &list) {
		return load.Problems{{Rule: "lower", Msg: err.Error()}}
	}
	var ps load.Problems
	for _, e := range list {
		ps = append(ps, load.Problem{
			Pos:  token.Position{Filename: e.Pos.File, Line: e.Pos.Line},
			Rule: "lower", Msg: e.What, Remedy: e.Remedy,
		})
	}
	return ps.Sort()
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
