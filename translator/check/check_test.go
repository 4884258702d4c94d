package check

import (
	"testing"

	"kiln/internal/filetest"
	"kiln/translator/load"
)

// TestFiles checks the programs of testdata; the output is the list of problems, empty for a good program.
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		text := c.Input
		if c.Arg("body") { // the input is what follows the package clause
			text = "package main\n\n" + text
		}
		r, err := load.Source(map[string]string{"main.go": text})
		if err != nil {
			t.Fatal(err)
		}
		problems := Program(r)
		if len(problems) == 0 {
			return ""
		}
		return problems.Error()
	})
}
