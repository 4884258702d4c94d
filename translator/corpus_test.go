package translator

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kiln/internal/filetest"
	"kiln/translator/load"
)

// TestCorpus checks whole modules that are wrong, and some that are not. An input holds files: a line "=== NAME" begins one, and
// what stands before the first is main.go, "package main" left out. Without a file go.mod there is the usual one; in
// its text KILN is Kiln's folder. "copy" is that of Kiln, "none" leaves it out. "=== check PATTERN [TAGS]" says what to check, "." unless told; "=== hot" asks for notes on hot code.
//
// Each problem must have a position, unless it is about no file, a reason and a remedy.
func TestCorpus(t *testing.T) {
	kiln, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	filetest.Run(t, "testdata/corpus/*.txtar", func(t *testing.T, c *filetest.Case) string {
		dir := filepath.Join(t.TempDir(), "lang")
		opts := Options{Dir: dir, Package: "."}
		files := map[string]string{"go.mod": "module example.org/lang\n\ngo 1.26.0\n\nrequire kiln v0.0.0\n\nreplace kiln => KILN\n"}
		name, text, hot := "main.go", "package main\n\n", false
		for line := range strings.Lines(c.Input) {
			rest, ok := strings.CutPrefix(line, "=== ")
			switch {
			case !ok:
				text += line
			case strings.TrimSpace(rest) == "hot":
				hot = true
			case strings.HasPrefix(rest, "check "):
				words := strings.Fields(rest)
				opts.Package = words[1]
				if len(words) > 2 {
					opts.Tags = words[2]
				}
			default:
				if name != "main.go" || strings.TrimSpace(text) != "package main" {
					files[name] = text
				}
				name, text = strings.TrimSpace(rest), ""
			}
		}
		files[name] = text
		for name, text := range files {
			if text == "copy\n" { // of Kiln's own
				data, err := os.ReadFile(filepath.Join(kiln, name))
				if err != nil {
					t.Fatal(err)
				}
				text = string(data)
			}
			if text != "none\n" {
				write(t, filepath.Join(dir, name), strings.ReplaceAll(text, "KILN", kiln))
			}
		}
		notes, _, err := Check(opts, hot)
		if err == nil {
			text := ""
			for _, n := range notes {
				missing(t, n)
				text += "note: " + n.Error() + "\n"
			}
			return text
		}
		var refusal *Refusal
		if errors.As(err, &refusal) {
			for _, p := range refusal.Problems {
				missing(t, p)
			}
		}
		return strings.NewReplacer(dir, "DIR", kiln, "KILN").Replace(err.Error())
	})
}

// missing reports what a problem should have and has not.
func missing(t *testing.T, p load.Problem) (bad bool) {
	t.Helper()
	errorf := func(format string, args ...any) {
		t.Helper()
		bad = true
		t.Errorf(format, args...)
	}
	if p.Rule == "internal" {
		errorf("an internal error: %v\n%s", p, p.Stack)
	}
	if p.Rule != "package" && (p.Pos.Line == 0 || p.Pos.Column == 0 || p.Pos.Filename == "") {
		errorf("no position: %v", p)
	}
	if p.Msg == "" || p.Remedy == "" {
		errorf("no reason or no remedy: %v", p)
	}
	if strings.Contains(p.Msg, "\n") || strings.Contains(p.Remedy, "\n") {
		errorf("more than one line: %v", p)
	}
	return bad
}
