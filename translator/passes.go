package translator

import (
	"fmt"
	"strings"

	"kiln/jitgen/codewriter"
	"kiln/jitgen/jitcode"
	"kiln/translator/check"
	"kiln/translator/emit"
	"kiln/translator/fields"
	"kiln/translator/gcxform"
	"kiln/translator/hints"
	"kiln/translator/inline"
	"kiln/translator/load"
	"kiln/translator/lower"
	"kiln/translator/portal"
)

// pass is one step of translation.
type pass struct {
	name string
	// after names passes that must have run before; why says in a line what would break.
	after []string
	why   string
	run   func(*Translation) error
}

// passes is the order of translation. The constraints are checked when the package is initialised.
var passes = ordered([]pass{
	{name: "load", run: (*Translation).load,
		why: "everything starts with the source"},
	{name: "check", after: []string{"load"}, run: (*Translation).check,
		why: "a program outside of the dialect gets its errors together, before anything is translated"},
	{name: "lower", after: []string{"check"}, run: (*Translation).lower,
		why: "works on high-level graphs"},
	{name: "direct", after: []string{"lower"}, run: (*Translation).direct,
		why: "method tables must be complete"},
	{name: "fields", after: []string{"lower", "direct"}, run: (*Translation).fields,
		why: "all accesses to fields are in the lowered graphs, and nothing is made of layouts yet"},
	{name: "portal", after: []string{"lower", "direct", "fields"}, run: (*Translation).portal,
		why: "reds are words, found by liveness of the lowered graph"},
	{name: "codewriter", after: []string{"portal"}, run: (*Translation).codewriter,
		why: "jitcode has merge points and calls; inlining would hide both"},
	{name: "entries", after: []string{"codewriter"}, run: (*Translation).entries,
		why: "adds what emitted code alone has to the portals that jitcode calls"},
	{name: "inline", after: []string{"codewriter", "entries"}, run: (*Translation).inline,
		why: "rewrites the graphs that jitcode was made from"},
	{name: "gcxform", after: []string{"inline"}, run: (*Translation).gcxform,
		why: "roots are the liveness of the final graphs"},
	{name: "emit", after: []string{"gcxform"}, run: (*Translation).emit,
		why: "writes what the graphs say"},
})

// ordered panics if the order of a table contradicts its constraints.
func ordered(table []pass) []pass {
	done := map[string]bool{}
	for _, p := range table {
		for _, a := range p.after {
			if !done[a] {
				panic(fmt.Sprintf("translator: pass %s must run after %s: %s", p.name, a, p.why))
			}
		}
		if done[p.name] {
			panic("translator: two passes are called " + p.name)
		}
		done[p.name] = true
	}
	return table
}

func known(name string) bool {
	for _, p := range passes {
		if p.name == name {
			return true
		}
	}
	return false
}

// PassNames lists the passes in order, separated by commas.
func PassNames() string {
	var names []string
	for _, p := range passes {
		names = append(names, p.name)
	}
	return strings.Join(names, ", ")
}

func (t *Translation) load() error {
	r, err := t.Options.loadPackage()
	if err != nil {
		return err
	}
	t.Loaded, t.Program, t.remark = r, r.Program, r.Types
	return nil
}

func (o *Options) loadPackage() (*load.Result, error) {
	if o.Files != nil {
		return load.Source(o.Files)
	}
	dir := o.Dir
	if dir == "" {
		dir = "."
	}
	s := load.NewSession(dir, o.Tags)
	s.Raw = o.Raw
	return s.Load(o.Package)
}

func (t *Translation) check() error {
	if problems := check.Program(t.Loaded); len(problems) > 0 {
		return problems
	}
	return nil
}

func (t *Translation) lower() error {
	if err := lower.Program(t.Program); err != nil {
		return err
	}
	if !t.Options.NoJit && len(t.Program.Drivers) > 0 && hints.PortalUnderTry(t.Program) {
		t.Program.Table.Recovers = true
	}
	return nil
}

func (t *Translation) direct() error {
	if !t.Options.without()[hints.Direct] && hints.DirectCalls(t.Program) {
		hints.Effects(t.Program)
	}
	return nil
}

func (t *Translation) fields() error {
	if t.Options.without()[fields.Removal] {
		return nil
	}
	if s := fields.Remove(t.Program); s.Fields > 0 {
		t.remark = fmt.Sprintf("%d fields of %d types that nobody reads, %d stores", s.Fields, s.Types, s.Stores)
	}
	return nil
}

func (t *Translation) portal() error {
	if err := portal.Program(t.Program); err != nil {
		return err
	}
	return t.tooWide()
}

func (t *Translation) codewriter() (err error) {
	if t.Options.NoJit {
		t.ProgramFile, err = jitcode.Encode(&jitcode.Image{Prog: t.Program.Table})
		return err
	}
	t.ProgramFile, err = codewriter.Write(t.Program)
	return err
}

func (t *Translation) entries() error {
	if !t.Options.NoJit {
		portal.Entries(t.Program)
	}
	return nil
}

func (t *Translation) inline() error {
	inline.Prepare(t.Program, t.Options.NoJit, t.Options.without())
	return nil
}

func (t *Translation) gcxform() error {
	gcxform.Program(t.Program)
	return nil
}

// programFile is the name under which the generated program embeds its tables and jitcode.
const programFile = "program.kiln"

func (t *Translation) emit() (err error) {
	t.Files, err = emit.Program(t.Program, emit.Options{
		NoJit: t.Options.NoJit, Format: t.Options.Keep, Lines: !t.Options.Keep || t.Options.Lines, ProgramFile: programFile,
		Path: t.Program.Name + "/" + generatedDir, Without: t.Options.without(), OnePackage: t.Options.OnePackage,
	})
	if err != nil {
		return err
	}
	t.Files[programFile] = t.ProgramFile
	return nil
}
