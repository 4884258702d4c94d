package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"kiln/translator"
	"kiln/translator/flow"
)

// graphStages are the passes after which a function has a flow graph worth looking at.
var graphStages = []string{"load", "lower", "portal", "inline", "gcxform"}

var graphCommand = &command{
	name:    "graph",
	args:    "PKG FUNC [STAGE]",
	summary: "show the flow graph of a function",
	long: `Graph prints the flow graph of one function of the interpreter in package PKG, as it is after
STAGE: load, lower, portal, inline or gcxform (load if none is given). FUNC is the function's name as in main.run
or (*main.Frame).push; the last part is enough if it is unique. With -html all stages are written side
by side into one page. docs/formats.md describes the text form.
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		opts := &translator.Options{}
		fs.StringVar(&opts.Tags, "tags", "", "build `TAGS` for the language's packages, separated by commas")
		html := fs.String("html", "", "write a page with all stages to `FILE`")
		return func(args []string) error {
			if len(args) < 2 || len(args) > 3 || *html != "" && len(args) == 3 {
				return usagef("want a package and a function, and perhaps a stage")
			}
			opts.Package = args[0]
			if *html != "" {
				return writeGraphPage(*opts, args[1], *html)
			}
			stage := "load"
			if len(args) == 3 {
				stage = args[2]
			}
			g, err := graphAt(*opts, args[1], stage)
			if err != nil {
				return err
			}
			_, err = io.WriteString(os.Stdout, g.String())
			return err
		}
	},
}

// graphAt translates up to a stage and finds the graph of a function.
func graphAt(opts translator.Options, name, stage string) (*flow.Graph, error) {
	ok := false
	for _, s := range graphStages {
		ok = ok || s == stage
	}
	if !ok {
		return nil, usagef("no stage is called %q; there are %s", stage, strings.Join(graphStages, ", "))
	}
	t, err := translator.Translate(opts, stage)
	if err != nil {
		return nil, err
	}
	if t.Program == nil {
		return nil, t.Loaded.Err()
	}
	f, err := findFunc(t.Program, name)
	if err != nil {
		return nil, err
	}
	if f.Graph == nil {
		return nil, fmt.Errorf("kiln graph: function %s has no graph: it is a host function or stands for an operation", f.Name)
	}
	return f.Graph, nil
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
		return nil, fmt.Errorf("kiln graph: the program reaches no function %s", name)
	case 1:
		return found[0], nil
	}
	var names []string
	for _, f := range found {
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("kiln graph: %s may be %s", name, strings.Join(names, ", "))
}

// writeGraphPage writes a page with a column for each stage. Graphs change in place from stage to stage, so each column
// is a translation of its own.
func writeGraphPage(opts translator.Options, name, file string) error {
	var columns []flow.Column
	title := name
	for _, stage := range graphStages {
		g, err := graphAt(opts, name, stage)
		if err != nil {
			if len(columns) == 0 {
				return err
			}
			columns = append(columns, flow.Column{Stage: stage, Note: err.Error()})
			break
		}
		title = g.Func.Name
		columns = append(columns, flow.Column{Stage: stage, Graph: g})
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := flow.WriteHTML(f, title, columns); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
