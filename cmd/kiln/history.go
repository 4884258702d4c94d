package main

import (
	"fmt"
	"go/ast"
	"html"
	"io"
	"os"
	"regexp"
	"sort"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/jitcode"
	"kiln/translator"
	"kiln/translator/emit"
	"kiln/translator/flow"
	"kiln/translator/load"
	"kiln/translator/view"
)

// history notes what functions look like after each pass of one translation: graphs change in place.
type history struct {
	choose  func(*translator.Translation) ([]*flow.Func, error)
	funcs   []*flow.Func
	raw     map[*flow.Func]string
	columns map[*flow.Func][]view.Column
	last    map[*flow.Func]string
	source  map[*flow.Func]view.Column
	t       *translator.Translation
	err     error
}

func newHistory(choose func(*translator.Translation) ([]*flow.Func, error)) *history {
	return &history{choose: choose, raw: map[*flow.Func]string{}, columns: map[*flow.Func][]view.Column{}, last: map[*flow.Func]string{}, source: map[*flow.Func]view.Column{}}
}

// stageNames are headings and descriptions of the columns of passes that change graphs.
var stageNames = map[string][2]string{
	"load":    {"simplified", "constant makes, switches, trivial joins"},
	"lower":   {"lowered", "words and low-level operations"},
	"hints":   {"hints", "virtualizables, quasi-immutables"},
	"portal":  {"portal split", "the dispatch loop at its merge point"},
	"entries": {"entries", "ways into the JIT"},
	"inline":  {"inlined", "calls replaced, values numbered, heads hoisted"},
	"gcxform": {"roots and barriers", "! marks references saved across a collection"},
}

func (h *history) translate(opts translator.Options) error {
	opts.Keep, opts.Lines = true, true // formatted, with positions
	opts.Raw = func(f *flow.Func) { h.raw[f] = f.Graph.String() }
	opts.After = func(pass string, t *translator.Translation) {
		if h.err == nil {
			h.err = h.after(pass, t)
		}
	}
	t, err := translator.Translate(opts, "")
	h.t = t
	if err != nil && (t == nil || len(h.funcs) == 0) {
		return err // what is wrong with the program comes before a function that is not there
	}
	if h.err != nil {
		return h.err
	}
	for _, f := range h.funcs {
		if err != nil { // the page shows how far translation came
			h.add(f, view.Column{Stage: "stopped", About: "here translation ended", Note: err.Error()})
		}
	}
	return nil
}

func (h *history) add(f *flow.Func, c view.Column) { h.columns[f] = append(h.columns[f], c) }

// after notes the columns of a pass.
func (h *history) after(pass string, t *translator.Translation) error {
	switch pass {
	case "load":
		if t.Program == nil {
			return nil // check reports why
		}
		var err error
		if h.funcs, err = h.choose(t); err != nil {
			return err
		}
		for _, f := range h.funcs {
			h.add(f, view.Column{Stage: "loaded", About: "Go's operations on Go's types", Lines: view.Flow(h.raw[f], "l")})
			h.source[f] = sourceOf(t.Loaded, f)
		}
		h.raw = nil
	case "check":
		return nil
	case "codewriter":
		im, err := jitcode.Decode(t.ProgramFile)
		if err != nil {
			return err
		}
		for _, f := range h.funcs {
			h.add(f, jitColumn(im, f))
		}
		return nil
	case "emit":
		names := emit.Names(t.Program)
		for _, f := range h.funcs {
			h.add(f, goColumn(t, names[f]))
		}
		return nil
	}
	name, known := stageNames[pass]
	if !known {
		name = [2]string{pass, ""}
	}
	family := "v"
	if pass == "load" {
		family = "h"
	}
	for _, f := range h.funcs {
		c := view.Column{Stage: name[0], About: name[1]}
		switch text := graphText(f); {
		case text == "":
			c.Note = "the function has no graph here"
		case text == h.last[f]:
			if pass == "entries" || !known {
				continue
			}
			c.Note = "nothing changed"
			c.Lines = view.Flow(text, family)
		default:
			h.last[f] = text
			c.Lines = view.Flow(text, family)
		}
		h.add(f, c)
		if pass == "portal" {
			h.add(f, effectsColumn(f))
		}
	}
	return nil
}

func graphText(f *flow.Func) string {
	if f.Graph == nil {
		return ""
	}
	return f.Graph.String()
}

// page puts the columns of a function together.
func (h *history) page(f *flow.Func, index string) *view.Page {
	columns := h.columns[f]
	source := h.source[f]
	source.Lines = append(source.Lines, h.elsewhere(f, source, columns)...)
	names := view.Names(columns)
	for i, l := range source.Lines { // cut into tokens only now that names are known
		if l.Number > 0 {
			source.Lines[i] = view.Source(l.File, l.Number, []string{l.Spans[0].Text}, names)[0]
		}
	}
	return &view.Page{Title: f.Name, Where: f.Pos.String(), Columns: append([]view.Column{source}, columns...), Index: index}
}

// elsewhere lists the source lines that the columns mention besides those of the function: of what is inlined.
func (h *history) elsewhere(f *flow.Func, source view.Column, columns []view.Column) []view.Line {
	type place struct {
		file string
		line int
	}
	have := map[place]bool{}
	for _, l := range source.Lines {
		have[place{l.File, l.Number}] = true
	}
	wanted := map[string][]int{}
	for _, c := range columns {
		for _, l := range c.Lines {
			if at := (place{l.File, l.Number}); l.Number > 0 && !have[at] {
				have[at] = true
				wanted[l.File] = append(wanted[l.File], l.Number)
			}
		}
	}
	var out []view.Line
	for _, p := range h.t.Loaded.Packages {
		for _, name := range p.FileNames {
			numbers := wanted[h.t.Loaded.FileName(name)]
			text, err := os.ReadFile(name)
			if len(numbers) == 0 || err != nil {
				continue
			}
			lines := strings.Split(string(text), "\n")
			sort.Ints(numbers)
			out = append(out, view.Line{Head: true, Spans: []view.Span{{Text: "from " + h.t.Loaded.FileName(name), Class: "com"}}})
			for _, n := range numbers {
				if n <= len(lines) {
					out = append(out, view.Line{File: h.t.Loaded.FileName(name), Number: n, Spans: []view.Span{{Text: lines[n-1]}}})
				}
			}
		}
	}
	return out
}

// sourceOf is the column with a function's source.
func sourceOf(r *load.Result, f *flow.Func) view.Column {
	c := view.Column{Stage: "source", About: f.Pos.File}
	for _, p := range r.Packages {
		for _, file := range p.Files {
			at := r.Fset.Position(file.Pos())
			if r.FileName(at.Filename) != f.Pos.File {
				continue
			}
			from, to := extent(r, file, f)
			text, err := os.ReadFile(at.Filename)
			if err != nil {
				c.Note = err.Error()
				return c
			}
			lines := strings.Split(string(text), "\n")
			for n := from; n <= min(to, len(lines)); n++ {
				c.Lines = append(c.Lines, view.Line{File: f.Pos.File, Number: n, Spans: []view.Span{{Text: lines[n-1]}}})
			}
			return c
		}
	}
	c.Note = "there is no source: Kiln has made the function"
	return c
}

// extent is the first and last line of a function, comment and all.
func extent(r *load.Result, file *ast.File, f *flow.Func) (from, to int) {
	from, to = f.Pos.Line, f.Pos.Line
	line := func(n ast.Node) (int, int) { return r.Fset.Position(n.Pos()).Line, r.Fset.Position(n.End()).Line }
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if p := r.Fset.Position(n.Name.Pos()); p.Line == f.Pos.Line && p.Column == f.Pos.Column {
				from, to = line(n)
				if n.Doc != nil {
					from, _ = line(n.Doc)
				}
			}
		case *ast.FuncLit:
			if p := r.Fset.Position(n.Pos()); p.Line == f.Pos.Line && p.Column == f.Pos.Column {
				from, to = line(n)
			}
		}
		return true
	})
	return from, to
}

// effectsColumn lists what is known about the function and about each call in it.
func effectsColumn(f *flow.Func) view.Column {
	c := view.Column{Stage: "effects", About: "what is known about calls"}
	if f.Call != nil {
		c.Note = "the function itself: " + effects(f.Call.Effects)
	}
	if f.Graph == nil {
		return c
	}
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			d, ok := o.Descr.(*descr.Call)
			if !ok {
				continue
			}
			name := d.Name
			if callee, ok := o.Aux.(*flow.Func); ok {
				name = callee.Name
			}
			l := view.Line{File: o.Pos.File, Number: o.Pos.Line}
			if len(o.Results) > 0 {
				r := o.Results[0]
				l.Spans = append(l.Spans, view.Span{Text: r.Kind.Letter() + fmt.Sprint(r.ID), Class: "val", Key: "v" + fmt.Sprint(r.ID)}, view.Span{Text: " = "})
			}
			l.Spans = append(l.Spans, view.Span{Text: name, Class: "op"}, view.Span{Text: "  " + effects(d.Effects), Class: "com"})
			c.Lines = append(c.Lines, l)
		}
	}
	if len(c.Lines) == 0 {
		c.Note += "; it calls nothing"
	}
	return c
}

// effects writes effects in words.
func effects(e descr.Effects) string {
	var parts []string
	for _, x := range []struct {
		yes  bool
		word string
	}{{e.Elidable, "elidable"}, {e.LoopInvariant, "loop invariant"}, {e.NotInTrace, "not in traces"}, {e.Collects, "may collect"}, {e.Panics, "may panic"},
		{e.EntersJit, "may enter a portal"}, {e.Invalidates, "may invalidate"}, {e.Arbitrary, "reads and writes anything"}} {
		if x.yes {
			parts = append(parts, x.word)
		}
	}
	if !e.Arbitrary {
		parts = append(parts, count2(len(e.Reads), "location")+" read", count2(len(e.Writes), "location")+" written")
	}
	return strings.Join(parts, ", ")
}

func count2(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// jitColumn is a function's jitcode.
func jitColumn(im *jitcode.Image, f *flow.Func) view.Column {
	c := view.Column{Stage: "jitcode", About: "what the tracer and the blackhole interpreter run"}
	if code := im.Of(f.Index); code != nil {
		c.Lines = view.Jitcode(code.String())
	} else {
		c.Note = "none: traces call the function, or never come here"
	}
	return c
}

// goColumn finds a function in the emitted Go.
func goColumn(t *translator.Translation, name string) view.Column {
	c := view.Column{Stage: "emitted Go", About: name}
	var files []string
	for file := range t.Files {
		files = append(files, file)
	}
	sort.Strings(files)
	body := regexp.MustCompile(`(?m)^func ` + regexp.QuoteMeta(name) + `\(.*\{\n(?:.*\n)*?\}\n`) // not a declaration without body, in another package
	for _, file := range files {
		if text := body.Find(t.Files[file]); text != nil && strings.HasSuffix(file, ".go") {
			c.Lines = view.EmittedGo(string(text), "v")
			return c
		}
	}
	c.Note = "not emitted: it is inlined wherever it is called, or never called"
	return c
}

// indexEntry is a line of the list of pages.
type indexEntry struct{ name, where, file string }

var unsafeInName = regexp.MustCompile(`[^\w.$-]+`)

// pageName is a file name for a function's page.
func pageName(name string, used map[string]int) string {
	base := strings.Trim(unsafeInName.ReplaceAllString(name, "_"), "_")
	used[base]++
	if n := used[base]; n > 1 {
		base += fmt.Sprintf("-%d", n)
	}
	return base + ".html"
}

func writeIndex(w io.Writer, pkg string, pages []indexEntry) error {
	var sb strings.Builder
	fmt.Fprintf(&sb, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%[1]s</title><style>body{font:15px/1.6 system-ui,sans-serif;margin:2em;color-scheme:light dark}td{padding:.1em 1.5em .1em 0}td+td{opacity:.6}a{font-family:ui-monospace,monospace}</style></head>\n<body><h1>Functions of %[1]s</h1>\n<table>\n", html.EscapeString(pkg))
	for _, p := range pages {
		fmt.Fprintf(&sb, "<tr><td><a href=\"%s\">%s</a></td><td>%s</td></tr>\n", html.EscapeString(p.file), html.EscapeString(p.name), html.EscapeString(p.where))
	}
	sb.WriteString("</table></body></html>\n")
	_, err := io.WriteString(w, sb.String())
	return err
}
