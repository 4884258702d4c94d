package gcrewrite

import (
	"testing"

	"kiln/internal/filetest"
	"kiln/jitgen/trace"
)

// TestFiles runs the texts of testdata: traces before and after. The test command is "test rewrite".
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		ns := trace.NewNamespace(nil)
		ns.SetObject("still", 0x1000)
		ns.SetObject("moves", 0x2000)
		in, err := trace.Parse(declarations+c.Input, ns)
		if err != nil {
			t.Fatal(err)
		}
		if err := trace.Verify(in); err != nil {
			t.Fatal(err)
		}
		w := New()
		w.Still = func(obj uintptr) bool { return obj == 0x1000 }
		out := w.Rewrite(in)
		if err := trace.Verify(out); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return out.String()
	})
}

const declarations = `
type Box { val int }
type Pair { a ref; b ref; f float }
array []int of int
array []uint8 of uint8
array []ref of ref
call f() collects
`
