package main

import (
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"kiln/translator/view"
)

var jitlogCommand = &command{
	name:    "jitlog",
	args:    "LOG DIR",
	summary: "make pages of a log of the JIT",
	long: `Jitlog makes pages of a log that a translated program has written with KILNLOG=jit:LOG: for each trace one that shows
it as recorded, as optimised and as machine code, side by side with the lines of the interpreter it comes from, and a list of
all, index.html, in the folder DIR. A guard with a bridge is a link to it, a jump one to the trace with its target. Run it in the language's
module, so that the interpreter's source is found. The keys and marks are those of kiln graph -html.
`,
	flags: func(*flag.FlagSet) func([]string) error {
		return func(args []string) error {
			if len(args) != 2 {
				return usagef("want a log and a folder, got %d arguments", len(args))
			}
			return writeJitlog(args[0], args[1])
		}
	},
}

// logged is one trace of a log.
type logged struct {
	name                         string // "loop bf(pc=3)", "bridge from Guard97 of loop ..."
	page                         string
	recorded, optimised, machine string
	size                         string // of the machine code, as the log says
}

var (
	logHead    = regexp.MustCompile(`^# (recorded|optimised|machine code of) (.*)$`)
	machineAt  = regexp.MustCompile(`^(.*) at 0x[0-9a-f]+, (.*)$`)
	bridgeFrom = regexp.MustCompile(`^bridge from (Guard[0-9]+) of `)
	targetAt   = regexp.MustCompile(`(?m)^label\(.*descr=(Target[0-9]+)`)
)

// readJitlog reads the traces of a log, in order.
func readJitlog(text string) []*logged {
	var all []*logged
	latest := map[string]*logged{}
	var into *string
	for line := range strings.Lines(text) {
		m := logHead.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			if into != nil {
				if strings.TrimSpace(line) == "" && !strings.HasPrefix(*into, "#") {
					into = nil
				} else {
					*into += line
				}
			}
			continue
		}
		kind, name, size := m[1], m[2], ""
		if kind == "machine code of" {
			if at := machineAt.FindStringSubmatch(name); at != nil {
				name, size = at[1], at[2]
			}
		}
		t := latest[name]
		if t == nil || kind == "recorded" || kind == "optimised" && t.optimised != "" {
			t = &logged{name: name, page: fmt.Sprintf("trace%d.html", len(all)+1)}
			latest[name] = t
			all = append(all, t)
		}
		switch kind {
		case "recorded":
			into = &t.recorded
		case "optimised":
			into = &t.optimised
		default:
			into, t.size = &t.machine, size
		}
	}
	return all
}

func writeJitlog(log, dir string) error {
	text, err := os.ReadFile(log)
	if err != nil {
		return fmt.Errorf("kiln jitlog: %w", err)
	}
	traces := readJitlog(string(text))
	if len(traces) == 0 {
		return errors.New("kiln jitlog: " + log + " has no traces: run the program with KILNLOG=jit:" + log)
	}
	// Where guards and targets lead.
	pages := map[string]string{}
	for _, t := range traces {
		if m := bridgeFrom.FindStringSubmatch(t.name); m != nil {
			pages[m[1]] = t.page
		}
		for _, m := range targetAt.FindAllStringSubmatch(t.optimised, -1) {
			pages[m[1]] = t.page
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("kiln jitlog: %w", err)
	}
	root := moduleRoot()
	for _, t := range traces {
		page := t.view(pages, root)
		if err := writeTo(filepath.Join(dir, t.page), page.WriteHTML); err != nil {
			return fmt.Errorf("kiln jitlog: %w", err)
		}
	}
	return writeTo(filepath.Join(dir, "index.html"), func(w io.Writer) error { return writeTraceIndex(w, log, traces) })
}

// moduleRoot is the folder that source positions are relative to, "" if unknown.
func moduleRoot() string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// view is the page of a trace.
func (t *logged) view(pages map[string]string, root string) *view.Page {
	link := func(name string) string {
		if p := pages[name]; p != t.page {
			return p
		}
		return ""
	}
	recorded := view.Column{Stage: "recorded", About: "what the tracer saw", Lines: view.Trace(t.recorded, "r", link)}
	optimised := view.Column{Stage: "optimised", About: "what is compiled", Lines: view.Trace(t.optimised, "o", link)}
	machine := view.Column{Stage: "machine code", About: t.size, Lines: view.Machine(t.machine, optimised.Lines)}
	for _, c := range []*view.Column{&recorded, &optimised, &machine} {
		if len(c.Lines) == 0 {
			c.Note = "not in the log"
		}
	}
	columns := []view.Column{recorded, optimised, machine}
	source := interpreterLines(columns, root)
	return &view.Page{Title: t.name, Columns: append([]view.Column{source}, columns...), Index: "index.html"}
}

// interpreterLines lists the lines of the interpreter that a trace comes from.
func interpreterLines(columns []view.Column, root string) view.Column {
	wanted := map[string]map[int]bool{}
	for _, c := range columns {
		for _, l := range c.Lines {
			if l.Number > 0 {
				if wanted[l.File] == nil {
					wanted[l.File] = map[int]bool{}
				}
				wanted[l.File][l.Number] = true
			}
		}
	}
	c := view.Column{Stage: "interpreter", About: "the lines that the trace went through"}
	var files []string
	for file := range wanted {
		files = append(files, file)
	}
	sort.Strings(files)
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			c.Note = "some of the source is not found from this folder"
			continue
		}
		var numbers []int
		for n := range wanted[file] {
			numbers = append(numbers, n)
		}
		sort.Ints(numbers)
		c.Lines = append(c.Lines, view.Line{Head: true, Spans: []view.Span{{Text: file, Class: "com"}}})
		lines := strings.Split(string(text), "\n")
		for _, n := range numbers {
			if n <= len(lines) {
				c.Lines = append(c.Lines, view.Source(file, n, []string{lines[n-1]}, nil)...)
			}
		}
	}
	return c
}

// operations counts the lines of a trace that are operations.
func operations(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		if strings.Contains(line, "(") && !strings.HasPrefix(line, "trace ") && !strings.HasPrefix(line, "debug_merge_point") {
			n++
		}
	}
	return n
}

func writeTraceIndex(w io.Writer, log string, traces []*logged) error {
	byGuard := map[string]bool{}
	for _, t := range traces {
		if m := bridgeFrom.FindStringSubmatch(t.name); m != nil {
			byGuard[m[1]] = true
		}
	}
	var sb strings.Builder
	fmt.Fprintf(&sb, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%[1]s</title><style>body{font:15px/1.6 system-ui,sans-serif;margin:2em;color-scheme:light dark}td,th{padding:.1em 1.5em .1em 0;text-align:left}td.n,th.n{text-align:right}a{font-family:ui-monospace,monospace;font-size:13px}</style></head>\n<body><h1>Traces of %[1]s</h1>\n<p>%[2]d traces, %[3]d guards with bridges.</p>\n<table>\n<tr><th>trace</th><th class=\"n\">recorded</th><th class=\"n\">optimised</th><th>machine code</th></tr>\n",
		html.EscapeString(log), len(traces), len(byGuard))
	for _, t := range traces {
		fmt.Fprintf(&sb, "<tr><td><a href=\"%s\">%s</a></td><td class=\"n\">%d</td><td class=\"n\">%d</td><td>%s</td></tr>\n", t.page, html.EscapeString(t.name), operations(t.recorded), operations(t.optimised), html.EscapeString(t.size))
	}
	sb.WriteString("</table></body></html>\n")
	_, err := io.WriteString(w, sb.String())
	return err
}
