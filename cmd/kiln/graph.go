package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kiln/translator"
	"kiln/translator/flow"
)

// graphStages are the passes after which a function has a flow graph worth looking at.
var graphStages = []string{"load", "lower", "portal", "inline", "gcxform"}

var graphCommand = &command{
	name:    "graph",
	args:    "PKG [FUNC [STAGE]]",
	summary: "show what becomes of a function",
	long: `Graph prints the flow graph of one function of the interpreter in package PKG, as it is after
STAGE: load, lower, portal, inline or gcxform (load if none is given). FUNC is the function's name as in main.run
or (*main.Frame).push; the last part is enough if it is unique. Without FUNC it lists the functions.

With -html it writes a page for the function, with a column for the source and for each stage: the graphs, what is known about
calls, jitcode, emitted Go. Values and source lines are marked in all columns at once, by mouse or keyboard. Without FUNC
it writes a page for each function of the language into a folder, and a list of them, index.html.
docs/formats.md describes the text of graphs.
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		opts := &translator.Options{}
		var how reporting
		how.flags(fs, false)
		fs.StringVar(&opts.Tags, "tags", "", "build `TAGS` for the language's packages, separated by commas")
		html := fs.String("html", "", "write a page with all stages to `FILE`, or pages of all functions to a folder")
		return func(args []string) error {
			if len(args) < 1 || len(args) > 3 || *html != "" && len(args) == 3 {
				return usagef("want a package, and perhaps a function and a stage")
			}
			opts.Package = args[0]
			switch {
			case *html != "" && len(args) == 1:
				return how.failed(writePages(*opts, *html))
			case *html != "":
				return how.failed(writeGraphPage(*opts, args[1], *html))
			case len(args) == 1:
				return how.failed(listFunctions(*opts, os.Stdout))
			}
			stage := "load"
			if len(args) == 3 {
				stage = args[2]
			}
			return how.failed(printGraph(*opts, args[1], stage, os.Stdout))
		}
	},
}

// lastToRefuse is the last pass that finds anything wrong with a program.
const lastToRefuse = "portal"

// until translates a program as far as a pass, and says what the program is then; at least so far that all that is wrong with it is
// found, which is the error.
func until(opts translator.Options, pass string, look func(*translator.Translation) error) error {
	var seen error
	done := false
	opts.After = func(name string, t *translator.Translation) {
		if name == pass {
			done, seen = true, look(t)
		}
	}
	last := lastToRefuse
	for _, stage := range graphStages[slices.Index(graphStages, lastToRefuse):] {
		if stage == pass {
			last = pass
		}
	}
	if _, err := translator.Translate(opts, last); err != nil {
		return err
	}
	if !done {
		panic("kiln graph: no pass " + pass)
	}
	return seen
}

// listFunctions prints the functions of the language, with their positions.
func listFunctions(opts translator.Options, w io.Writer) error {
	return until(opts, "check", func(t *translator.Translation) error {
		for _, f := range ownFunctions(t) {
			if _, err := fmt.Fprintf(w, "%-40s %s\n", f.Name, f.Pos); err != nil {
				return err
			}
		}
		return nil
	})
}

// ownFunctions are the functions of interpreter code that have a graph.
func ownFunctions(t *translator.Translation) []*flow.Func {
	own := map[string]bool{}
	for _, p := range t.Loaded.Packages {
		if p.Dialect() {
			for _, name := range p.FileNames {
				own[t.Loaded.FileName(name)] = true
			}
		}
	}
	var out []*flow.Func
	for _, f := range t.Program.Funcs {
		if f.Graph != nil && own[f.Pos.File] {
			out = append(out, f)
		}
	}
	return out
}

// printGraph prints the graph of a function as it is after a stage. If a later pass refuses the program, that comes behind it as the error.
func printGraph(opts translator.Options, name, stage string, w io.Writer) error {
	if !slices.Contains(graphStages, stage) {
		return usagef("no stage is called %q; there are %s", stage, strings.Join(graphStages, ", "))
	}
	pass := stage
	if stage == "load" {
		pass = "check" // which leaves graphs alone
	}
	return until(opts, pass, func(t *translator.Translation) error {
		f, err := findFunc(t.Program, name)
		if err != nil {
			return err
		}
		if f.Graph == nil {
			return fmt.Errorf("kiln graph: function %s has no graph: it is a host function or stands for an operation", f.Name)
		}
		_, err = io.WriteString(w, f.Graph.String())
		return err
	})
}

// findFunc finds a function by its name, or by the end of it behind a dot.
func findFunc(p *flow.Program, name string) (*flow.Func, error) {
	var found []*flow.Func
	for _, f := range p.Funcs {
		if f.Name == name {
			return f, nil
		}
		plain := strings.NewReplacer("(", "", ")", "", "*", "").Replace(f.Name)
		if plain == name || strings.HasSuffix(plain, "."+name) || strings.HasSuffix(plain, "/"+name) {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("kiln graph: the program reaches no function %s; kiln graph PKG lists them", name)
	case 1:
		return found[0], nil
	}
	var names []string
	for _, f := range found {
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("kiln graph: %s may be %s", name, strings.Join(names, ", "))
}

// writeGraphPage writes the page of one function.
func writeGraphPage(opts translator.Options, name, file string) error {
	h := newHistory(func(t *translator.Translation) ([]*flow.Func, error) {
		f, err := findFunc(t.Program, name)
		if err != nil {
			return nil, err
		}
		if f.Graph == nil {
			return nil, fmt.Errorf("kiln graph: function %s has no graph: it is a host function or stands for an operation", f.Name)
		}
		return []*flow.Func{f}, nil
	})
	if err := h.translate(opts); err != nil {
		return err
	}
	return writeTo(file, h.page(h.funcs[0], "").WriteHTML)
}

// writePages writes the pages of all functions of the language into a folder, and a list of them.
func writePages(opts translator.Options, dir string) error {
	h := newHistory(func(t *translator.Translation) ([]*flow.Func, error) { return ownFunctions(t), nil })
	if err := h.translate(opts); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("kiln graph: %w", err)
	}
	const index = "index.html"
	used := map[string]int{}
	var pages []indexEntry
	for _, f := range h.funcs {
		name := pageName(f.Name, used)
		page := h.page(f, index)
		pages = append(pages, indexEntry{f.Name, f.Pos.String(), name})
		if err := writeTo(filepath.Join(dir, name), page.WriteHTML); err != nil {
			return err
		}
	}
	return writeTo(filepath.Join(dir, index), func(w io.Writer) error { return writeIndex(w, opts.Package, pages) })
}
