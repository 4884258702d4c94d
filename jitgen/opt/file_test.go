package opt

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"kiln/internal/filetest"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// TestFiles runs the texts of testdata: traces before and after. The test command is
//
//	test loop|bridge|simple [PASSES]
//
// with PASSES as in --jit opt=PASSES. A bridge has a section "loop", which is optimised first (with all passes) and
// whose labels are the targets of the bridge's jump. Calls of compiled code hand over objects as their contents; the form is printed behind the call.
//
//	test owned
//
// is for a trace whose first input is the frame of the activation: "simple", or what section "as" says.
//
//	test form
//
// optimises the input for the form of the call in section "call", as a trace that is entered, or as section "as" says: a loop, or code that goes
// to the general code (adapt). Declarations common to all are in declarations.txt.
// The output ends with what resume data holds besides fail arguments.
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		f := newFixture(t)
		cfg := Config{}
		if len(c.Args) > 0 && c.Command != "owned" {
			var err error
			if cfg, err = ParseConfig(c.Args[0]); err != nil {
				t.Fatal(err)
			}
		}
		in := &Input{Trace: f.parse(c.Input)}
		var forms []*trace.Token
		cfg.FormToken = formTokens(&forms)
		if c.Command == "form" {
			return f.form(c, in, cfg, &forms)
		}
		o := New(f.ns.Program, cfg)
		var res *Result
		var err error
		command := c.Command
		if command == "owned" {
			if command = strings.TrimSpace(c.Section("as")); command == "" {
				command = "simple"
			}
			in.Trace.SetFrame(in.Trace.Inputs[0])
			f.ns.Program.Force = 1
			cfg = Config{}
		}
		switch command {
		case "loop":
			res, err = o.Loop(in)
		case "simple", "bridge":
			if c.Has("loop") {
				loop, err := o.Loop(&Input{Trace: f.parse(c.Section("loop"))})
				if err != nil {
					t.Fatal(err)
				}
				in.Targets = loop.Targets
			}
			if c.Command == "simple" {
				res, err = o.Simple(in)
			} else {
				res, err = o.Bridge(in)
			}
		default:
			t.Fatalf("no test command %q", c.Command)
		}
		if err != nil {
			return "error: " + err.Error()
		}
		if err := trace.Verify(res.Trace); err != nil {
			t.Errorf("%v\n%s", err, show(res.Trace))
		}
		return show(res.Trace) + relies(f.ns, res)
	})
}

type fixture struct {
	t  *testing.T
	ns *trace.Namespace
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	text, err := os.ReadFile("testdata/declarations.txt")
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t, trace.NewNamespace(nil)}
	if err := f.ns.Declare(string(text)); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) parse(text string) *trace.Trace {
	f.t.Helper()
	tr, err := trace.Parse(text, f.ns)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := trace.Verify(tr); err != nil {
		f.t.Fatal(err)
	}
	return tr
}

// relies lists the fields that the result relies on.
func relies(names *trace.Namespace, res *Result) string {
	var b strings.Builder
	for _, r := range res.Relies {
		b.WriteString("relies on " + trace.Printer{Names: names}.Op(res.Trace, &trace.Op{Code: op.QuasiRead, Args: []trace.Ref{r.Object}, Res: trace.None, Descr: r.Field}) + "\n")
	}
	return b.String()
}

// show prints a trace, with what guards rebuild and store on failure as comments.
func show(t *trace.Trace) string {
	var b strings.Builder
	p := trace.Printer{}
	inputs := make([]string, len(t.Inputs))
	for i, v := range t.Inputs {
		inputs[i] = t.Kinds[v].Letter() + fmt.Sprint(v)
		if t.Kinds[v] == op.Ref {
			inputs[i] = "p" + fmt.Sprint(v)
		}
	}
	fmt.Fprintf(&b, "[%s]\n", strings.Join(inputs, ", "))
	for i := range t.Ops {
		b.WriteString(p.Op(t, &t.Ops[i]))
		if tok, ok := t.Ops[i].Descr.(*trace.Token); ok && tok.Form != nil {
			b.WriteString("  # " + tok.Form.String())
		}
		if g, ok := t.Ops[i].Descr.(*trace.Guard); ok {
			if d := g.Data.(*resume.Data); len(d.Virtuals) > 0 || len(d.Pending) > 0 {
				b.WriteString("  # " + d.String())
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// formTokens makes the tokens of forms and puts them into list.
func formTokens(list *[]*trace.Token) func(*trace.Token, *Form) *trace.Token {
	return func(tok *trace.Token, f *Form) *trace.Token {
		for _, have := range *list {
			if have.Of == tok && have.Form.String() == f.String() {
				return have
			}
		}
		made := &trace.Token{ID: 100 + len(*list), Kinds: f.Kinds(), Call: tok.Call, Form: f, Of: tok}
		*list = append(*list, made)
		return made
	}
}

// form is the command "form".
func (f *fixture) form(c *filetest.Case, in *Input, cfg Config, forms *[]*trace.Token) string {
	as, passes, _ := strings.Cut(strings.TrimSpace(c.Section("as")), " ")
	off, err := ParseConfig(passes)
	if err != nil {
		f.t.Fatal(err)
	}
	o := New(f.ns.Program, cfg)
	if _, err := o.Simple(&Input{Trace: f.parse(c.Section("call"))}); err != nil || len(*forms) != 1 {
		f.t.Fatalf("the call has %d forms, error %v", len(*forms), err)
	}
	cfg.Off = off.Off
	o = New(f.ns.Program, cfg)
	in.Form = (*forms)[0].Form.(*Form)
	optimise := o.Simple
	switch as {
	case "loop":
		optimise = o.Loop
	case "adapt":
		to := &trace.Target{ID: 9, Kinds: []op.Kind{op.Ref, op.Int}}
		optimise = func(*Input) (*Result, error) { return o.Adapt("adapted", in.Form, to), nil }
	}
	res, err := optimise(in)
	if err != nil {
		return "error: " + err.Error()
	}
	if err := trace.Verify(res.Trace); err != nil {
		f.t.Errorf("%v\n%s", err, show(res.Trace))
	}
	return in.Form.String() + "\n" + show(res.Trace)
}
