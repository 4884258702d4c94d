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

// Calls with nearly as many words as there are slots, made by compiled code and by the blackhole.
func TestWideCalls(t *testing.T) {
	text := strings.Replace(sum, "s += i\n", "w.list[i%15], w.at = i, i\n\t\t\tw, s = mix(w, w, w, s)\n", 1)
	text = strings.Replace(text, "s, i, pc := 0, n, 0\n", "s, i, pc := 0, n, 0\n\tvar w wide\n", 1)
	text += `
type wide struct {
	list [15]int
	at   int
}

//kiln:dont_look_inside
func mix(x, y, z wide, s int) (wide, int) {
	x.list[y.at%15] += z.list[(z.at+1)%15]
	return x, (s*31 + x.list[x.at%15]) & 0xffff
}
`
	r := Build(t, map[string]string{"main.go": text}).Matrix(t, Config{})
	if r.Counters.Loops == 0 || strings.Count(r.Stdout, "\n") != 2 {
		t.Errorf("printed %q; counters: %+v", r.Stdout, r.Counters)
	}
}
