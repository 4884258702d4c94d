package trace

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"kiln/jitgen/op"
)

// Printer says how a trace is printed. The zero value prints what the parser reads back.
type Printer struct {
	// Names gives reference constants their names; others are called ptr0, ptr1, ... in order of appearance.
	Names *Namespace
	// Data adds the resume data of numbered guards, Positions the source positions, and those in the interpreted program: as comments.
	Data, Positions bool
}

// String is the text of the trace (docs/formats.md, Trace).
func (t *Trace) String() string { return Printer{}.Print(t) }

// Print is the text of the trace.
func (p Printer) Print(t *Trace) string {
	w := &writer{Printer: p, t: t, ptrs: map[uint64]string{}}
	if t.Name != "" {
		w.WriteString("trace " + quoteName(t.Name) + "\n")
	}
	w.WriteString("[" + w.list(t.Inputs) + "]\n")
	for i := range t.Ops {
		w.op(&t.Ops[i])
		w.WriteByte('\n')
	}
	return w.String()
}

// Op is the text of one operation of t, without line end.
func (p Printer) Op(t *Trace, o *Op) string {
	w := &writer{Printer: p, t: t, ptrs: map[uint64]string{}}
	w.op(o)
	return w.String()
}

type writer struct {
	strings.Builder
	Printer
	t    *Trace
	ptrs map[uint64]string // names given to unnamed objects
}

func (w *writer) op(o *Op) {
	if o.Res != None {
		w.WriteString(w.operand(o.Res) + " = ")
	}
	w.WriteString(o.Code.String() + "(" + w.list(o.Args))
	place, isPlace := o.Descr.(Place)
	if o.Descr != nil && !isPlace {
		if len(o.Args) > 0 {
			w.WriteString(", ")
		}
		w.WriteString("descr=" + quoteName(o.Descr.String()))
	}
	w.WriteString(")")
	if o.Code.Has(op.Guard) {
		w.failArgs(o)
	}
	if w.Positions && o.Pos.Line != 0 {
		w.WriteString("  # " + o.Pos.String())
	}
	if w.Positions && isPlace {
		w.WriteString("  # " + strings.ReplaceAll(string(place), "\n", " "))
	}
}

// failArgs prints the fail arguments of a numbered guard, or else the frames of its snapshot.
func (w *writer) failArgs(o *Op) {
	if g, ok := o.Descr.(*Guard); ok || o.Snapshot == nil {
		w.WriteString(" [" + w.list(o.FailArgs) + "]")
		if w.Data && g != nil && g.Data != nil {
			w.WriteString("  # " + strings.ReplaceAll(g.Data.String(), "\n", " "))
		}
		return
	}
	w.WriteString(" [")
	for s := o.Snapshot; s != nil; s = s.Outer {
		if s != o.Snapshot {
			w.WriteString(" | ")
		}
		fmt.Fprintf(w, "%d:%d", s.JitCode, s.PC)
		if len(s.Values) > 0 {
			w.WriteString(" " + w.list(s.Values))
		}
	}
	w.WriteString("]")
}

func (w *writer) list(refs []Ref) string {
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = w.operand(r)
	}
	return strings.Join(texts, ", ")
}

func (w *writer) operand(r Ref) string {
	switch {
	case r == None:
		return "_"
	case r.IsConst():
		return w.constant(w.t.Consts.Get(r))
	case int(r) >= len(w.t.Kinds):
		return "?" + itoa(int(r)) // a broken trace: the verifier says so, the printer must not fail
	}
	return valueLetter(w.t.Kinds[r]) + itoa(int(r))
}

func (w *writer) constant(c Const) string {
	switch c.Kind {
	case op.Int:
		return strconv.FormatInt(int64(c.Bits), 10)
	case op.Float:
		return floatText(c.Bits)
	}
	if c.Bits == 0 {
		return "null"
	}
	if w.Names != nil {
		if name, ok := w.Names.objectNames[c.Bits]; ok {
			return "ConstPtr(" + quoteName(name) + ")"
		}
	}
	name, ok := w.ptrs[c.Bits]
	if !ok {
		name = w.freshPtr()
		w.ptrs[c.Bits] = name
	}
	return "ConstPtr(" + name + ")"
}

// freshPtr is the next ptr<n> that no named object has.
func (w *writer) freshPtr() string {
	for n := len(w.ptrs); ; n++ {
		name := "ptr" + itoa(n)
		if w.Names == nil {
			return name
		}
		if _, taken := w.Names.objects[name]; !taken {
			return name
		}
	}
}

// valueLetter is the first letter of the names of values of a kind; references are p, as in RPython.
func valueLetter(k op.Kind) string { return [...]string{"n", "i", "p", "f"}[k] }

// floatText says a float exactly: the shortest decimal that reads back, or the bits of a NaN.
func floatText(bits uint64) string {
	f := math.Float64frombits(bits)
	if f != f {
		return fmt.Sprintf("nan(%#x)", bits)
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	s = strings.ToLower(strings.TrimPrefix(s, "+")) // +Inf is inf
	if !strings.ContainsAny(s, ".ein") {
		s += ".0"
	}
	return s
}

// nameEnd are the characters that end a name; one that contains any of them is quoted.
const nameEnd = " \t\n\r,(){}=;:|#\""

func quoteName(s string) string {
	if s == "" || strings.ContainsAny(s, nameEnd) || s[0] == '\'' || strconv.Quote(s) != `"`+s+`"` {
		return strconv.Quote(s)
	}
	return s
}
