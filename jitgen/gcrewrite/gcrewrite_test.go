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
		in, err := trace.Parse(declarations+c.Input, ns)
		if err != nil {
			t.Fatal(err)
		}
		if err := trace.Verify(in); err != nil {
			t.Fatal(err)
		}
		out := New().Rewrite(in)
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
