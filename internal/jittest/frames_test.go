package jittest

import (
	"os"
	"strings"
	"testing"
)

// Frames whose variables are boxes: as operands of calls of compiled code they are handed over as their contents, if nobody else sees them.
func TestFrames(t *testing.T) {
	text, err := os.ReadFile("testdata/frames.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := Build(t, map[string]string{"main.go": string(text)})
	for _, c := range []struct {
		name, program string
		stress        int
		forms         bool // must be compiled in the first variant
	}{
		{name: "tree recursion", program: "20 9 ?00-01m20-01m30C3Am13C2Ap21r20", forms: true, stress: 5},
		{name: "arguments that live on", program: "20 8 ?00-01m20-01m30c3Am13c2Ap21p24r20", forms: true, stress: 5},
		{name: "a box changed by the callee", program: "12 6 ?00-01m10m20m30!31C2Bp23p24m10c1Ap01r00 !02?01m20m30!05*01r00", stress: 3},
		{name: "is it the same box", program: "12 6 ?00-01m20m30=23C3Bp23c0Ap02r00 m20=20!01p02r00", stress: 3},
		{name: "a loop in a callee", program: "12 4 ?00-01k15m20m30C1BC2BC0Ap01p02r00 k29p12#13l21r10", forms: true, stress: 7},
		{name: "loops in a recursion", program: "7 3 ?00m10m20m30-31C3Ap23#22!22l13r20", forms: true, stress: 7},
		{name: "a kept box", program: "14 7 ?00K00-01m20m30C2AG10p12!13K20r10", stress: 3},
		{name: "mutual recursion", program: "30 14 ?00-01m20C2Bp20r20 ?00-02m20m30C3A*32r30", forms: true, stress: 5},
		{name: "different contents at each call", program: "6 4 ?00-01m20m30C3Bx00k13C1Bm20C2Bp23r20 ?01-01m20m30c2A*12C1Ar10", stress: 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := p.Matrix(t, Config{Args: strings.Fields(c.program), Stress: c.stress})
			if c.forms && r.Counters.Forms == 0 {
				t.Errorf("no code for a form: %+v", r.Counters)
			}
		})
	}
}
