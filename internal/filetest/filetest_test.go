package filetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

func upper(t *testing.T, c *Case) string {
	if c.Command != "upper" || !c.Arg("once") || c.Arg("twice") {
		t.Errorf("command %q %q", c.Command, c.Args)
	}
	return strings.ToUpper(c.Input + c.Section("suffix"))
}

func TestRun(t *testing.T) { Run(t, "testdata/*.txtar", upper) }

// -update replaces wrong outputs, adds missing ones, and leaves the rest of the file alone.
func TestUpdate(t *testing.T) {
	const before = "# why\ntest upper once\n-- a/input --\nx\n-- a/output --\nwrong\n-- b/input --\ny\n-- c/input --\nz\n-- c/output --\nZ\n"
	const after = "# why\ntest upper once\n-- a/input --\nx\n-- a/output --\nX\n-- b/input --\ny\n-- b/output --\nY\n-- c/input --\nz\n-- c/output --\nZ\n"
	name := filepath.Join(t.TempDir(), "case.txtar")
	if err := os.WriteFile(name, []byte(before), 0o666); err != nil {
		t.Fatal(err)
	}
	old := *update
	*update = true
	defer func() { *update = old }()
	Run(t, name, upper)
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != after {
		t.Errorf("file is now\n%s", got)
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "first line must be",
		"# only a comment\n":               "first line must be",
		"tset x\n-- input --\n":            `"tset x", want "test COMMAND"`,
		"test\n-- input --\n":              "want \"test COMMAND\"",
		"test x\n":                         "no case",
		"test x\n-- a/in --\n-- a/in --\n": "occurs twice",
	} {
		_, err := Cases("f", txtar.Parse([]byte(text)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
