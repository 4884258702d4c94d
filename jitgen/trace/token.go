package trace

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Token is the descriptor of a call_assembler: the portal of a driver from its merge point with certain greens. One
// exists for each (driver, greens) that is called; what it stands for changes as code is compiled and thrown away.
type Token struct {
	ID    int
	Name  string      // for logs
	Kinds []op.Kind   // of the operands, the reds
	Call  *descr.Call // the portal's results and effects
	// Form is how the variables are passed, if not as they are: then Of is the token of the same code with the general form.
	Form  Form
	Of    *Token
	State any // of the backend: where the code is
	Owner any // of package warm: the cell
}

// Form is owned by package opt: which of the variables are objects that are handed over as their contents.
type Form interface {
	// Kinds are the kinds of the operands.
	Kinds() []op.Kind
	String() string
}

func (t *Token) String() string { return "Token" + itoa(t.ID) }

// CallOf is what is known about the callee of a call of any kind, by the operation's descriptor; nil if nothing is.
func CallOf(d descr.Descr) *descr.Call {
	switch d := d.(type) {
	case *descr.Call:
		return d
	case *Token:
		return d.Call
	}
	return nil
}
