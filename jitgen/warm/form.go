package warm

import (
	"kiln/jitgen/backend"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// Form is code for a cell that is entered with a form of the variables (see package opt): the Owner of the form's token.
// Calls without code make the objects and run the general code; when there are enough of them the form gets code of its own.
type Form struct {
	Cell   *Cell
	Token  *trace.Token
	Data   *resume.Data // how the variables are made from the operands
	State  State
	Calls  int
	Aborts int
	// Set when State is Compiled.
	Loop    *backend.Loop
	Targets []*trace.Target
}

// AllTargets are the labels that jumps can take, best first: those of forms, which take objects that are virtual, then those of the general code.
func (c *Cell) AllTargets() []*trace.Target {
	var list []*trace.Target
	for _, f := range c.Forms {
		list = append(list, f.Targets...)
	}
	return append(list, c.Targets...)
}

// FormInvalidated: the code of a form is thrown away.
func (t *Table) FormInvalidated(f *Form) {
	f.State, f.Loop, f.Targets = Counting, nil, nil
	f.Calls = -formCalls << f.Aborts
	f.Aborts = min(f.Aborts+1, maxBackoff)
}

// MaxForms bounds the forms of a cell: each is code.
const MaxForms = 6

// formCalls is after how many calls a form is recorded. It is few: the general code was hot before.
const formCalls = 8

// HotForm counts a call of a form, and says whether it is to be recorded now.
func (t *Table) HotForm(f *Form) bool {
	if f.Cell.State != Compiled || f.State != Counting {
		return false
	}
	f.Calls++
	return f.Calls >= formCalls
}

// FormAborted notes that a recording of a form was given up. It is true if there will be none any more.
func (t *Table) FormAborted(f *Form) bool {
	f.Aborts++
	f.Calls = -formCalls << f.Aborts
	if f.Aborts < t.config.Retries {
		return false
	}
	f.State = Disabled
	return true
}
