package portals

import (
	"strings"
	"testing"

	"kiln/internal/filetest"
)

// Programs before and after; where the second has a comment about a merge point, Kiln is said to refuse it.
func TestEdits(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		files := map[string]string{"main.go": c.Input}
		if c.Command == "repeat" {
			out, err := Repeat(files, 3, !c.Arg("plain"))
			if err != nil {
				return err.Error()
			}
			return out["main.go"] + out[added]
		}
		var result string
		n, err := Loops(files, 1, func(files map[string]string) error {
			result = files["main.go"] + files[added]
			for i, line := range strings.Split(files["main.go"], "\n") {
				if strings.Contains(line, "MergePoint") && strings.Contains(line, "// refused") {
					return refusal(i + 1)
				}
			}
			return nil
		})
		if err != nil || n == 0 {
			return "none"
		}
		return result
	})
}

type refusal int

func (r refusal) Error() string { return "main.go:" + string(rune('0'+r%10)) + ":1: no" }
