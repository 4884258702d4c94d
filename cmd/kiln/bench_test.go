package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBenchCommand measures the smallest language on a program of a few lines, with everything there is.
func TestBenchCommand(t *testing.T) {
	const bf = "../../langs/toy/bf"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"dots.b":  "++++++[>++++++++++<-]>[>+>+<<-]>>[-<.>]",
		"dots.go": "//go:build ignore\n\npackage main\n\nfunc main() {\n\tfor i := 0; i < 60; i++ {\n\t\tos.Stdout.WriteString(\"<\")\n\t}\n}\n",
		"echo.b":  ",[.[-],]",
		"echo.in": "hello",
	} {
		text = strings.Replace(text, "package main\n", "package main\n\nimport \"os\"\n", 1)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	dots, echo := filepath.Join(dir, "dots.b"), filepath.Join(dir, "echo.b")
	page := filepath.Join(dir, "page.html")
	status, stdout, stderr := here(t, "bench", "-json", "-html", page, "-count", "1", "-base", "off", "-cmd", "tiny={vm} --jit threshold=2 {}", bf, dots)
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	var r struct {
		Variants []string
		Results  []struct {
			Variant string
			Seconds []float64
		}
		Means map[string]struct{ Programs int } `json:"geometricMeans"`
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(r.Variants, " "); got != "plain off jit go tiny" || len(r.Results) != 5 || r.Means["tiny"].Programs != 1 {
		t.Errorf("%+v", r)
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "Benchmarks of "+bf) {
		t.Errorf("page: %v\n%s", err, text)
	}

	for _, c := range []struct {
		args           []string
		status         int
		stdout, stderr string
	}{
		{[]string{"-variants", "jit,plain", "-count", "2", bf, echo}, 0, "jit\n(base)\nplain\necho", "[1/4] echo"},
		{[]string{"-run", "^e", "-variants", "plain", bf, dots, echo, "--", "--jit", "off"}, 0, "echo", ""},
		// A wrong answer is an error, whatever its speed.
		{[]string{"-variants", "plain,wrong", "-cmd", "wrong=cat {}", bf, dots}, 1, "failed", "kiln bench: dots, wrong: output differs from that of plain: line 1 is"},
		{[]string{"-variants", "plain,no", "-cmd", "no=/no/such {}", bf, dots}, 1, "failed", "dots, no: fork/exec /no/such: no such file"},
		{[]string{"-variants", "fast", bf, dots}, 2, "", `there is no variant "fast"; there are plain, off, jit, go`},
		{[]string{"-base", "fast", bf, echo}, 2, "", `-base: there is no variant "fast"; there are plain, off, jit`},
		{[]string{"-cmd", "clox=clox", bf, dots}, 2, "", "has no {}"},
		{[]string{"-cmd", "jit=clox {}", bf, dots}, 2, "", "a variant of kiln's own"},
		{[]string{"-clock", "sun", bf, dots}, 2, "", "-clock is user, cpu or wall"},
		{[]string{"-count", "0", bf, dots}, 2, "", "-count must be"},
		{[]string{"-run", "x", bf, dots}, 1, "", "matches none of 1 programs"},
		{[]string{bf, "nosuch.b"}, 1, "", "kiln bench: stat nosuch.b: no such file"},
		{[]string{"./nosuch"}, 1, "", "kiln bench: "},
		{[]string{"../../langs/toy/bf/testdata"}, 1, "", "kiln bench: "},
		{[]string{}, 2, "", "want a package"},
	} {
		status, stdout, stderr := here(t, append([]string{"bench"}, c.args...)...)
		lines := strings.Join(strings.Fields(stdout), "\n")
		if status != c.status || !strings.Contains(lines, c.stdout) || !strings.Contains(stderr, c.stderr) {
			t.Errorf("%v: status %d, stdout %q, stderr %q", c.args, status, stdout, stderr)
		}
	}
}

// here runs a kiln command in the current folder; what it writes to the process's streams is returned too.
func here(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	files := [2]*os.File{}
	saved := [2]*os.File{os.Stdout, os.Stderr}
	for i, name := range []string{"stdout", "stderr"} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	os.Stdout, os.Stderr = files[0], files[1]
	status = kiln(args, files[0], files[1])
	os.Stdout, os.Stderr = saved[0], saved[1]
	var texts [2]string
	for i, f := range files {
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	return status, texts[0], texts[1]
}
