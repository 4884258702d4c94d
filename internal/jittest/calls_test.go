package jittest

import (
	"os"
	"strings"
	"testing"
)

// Calls of the interpreted language: what they do in traces must not be seen.
func TestCalls(t *testing.T) {
	text, err := os.ReadFile("testdata/calls.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := Build(t, map[string]string{"main.go": string(text)})
	for _, c := range []struct {
		name, program string
		stress        int
		// What must have happened in the first variant.
		inlined, assembler, entries, loops bool
	}{
		{name: "tree recursion", program: "7 zdAdA+r", inlined: true, assembler: true, entries: true, stress: 7},
		{name: "mutual recursion", program: "30 zdBpir zdA.qr", inlined: true, assembler: true, entries: true, stress: 3},
		{name: "small functions in a loop", program: "25 B.Cl+r h+r Bip+r", inlined: true, loops: true},
		{name: "a loop in a callee", program: "9 B+l+r h+ipql.r", inlined: true, assembler: true, loops: true},
		{name: "loops in a recursion", program: "5 zdABr Cl+r i+r", inlined: true, assembler: true, loops: true, stress: 5},
		{name: "failures as values", program: "12 zdAeBir +i.er", inlined: true, stress: 3},
		{name: "deep", program: "700 zd.Air", assembler: true, entries: true, stress: 2001},
		{name: "panic at the bottom", program: "14 !dAir", stress: 2},
		{name: "lists through calls", program: "14 zdpCBqr zpdBqr pqpr", inlined: true, entries: true, stress: 11},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := p.Matrix(t, Config{Args: strings.Fields(c.program), Stress: c.stress})
			n := &r.Counters
			if c.inlined && n.InlinedCalls == 0 || c.assembler && n.CallAssembler == 0 || c.entries && n.EntryTraces == 0 || c.loops && n.Loops == 0 {
				t.Errorf("%d inlined calls, %d of compiled code, %d entry traces, %d loops", n.InlinedCalls, n.CallAssembler, n.EntryTraces, n.Loops)
			}
		})
	}
}
