package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A new language works as it is: vetted, formatted, tested on all variants, checked, built, run and measured, without go mod tidy and
// without a network; and so do the commands of its CI file.
func TestNewLanguage(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles several programs")
	}
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "-mod=readonly")
	t.Setenv("KILNCACHE", t.TempDir())
	t.Chdir(t.TempDir())
	silent(t)
	var errs strings.Builder
	if status := kiln([]string{"new", "langs/kestrel"}, os.Stdout, &errs); status != 0 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	t.Chdir("langs/kestrel")
	before := contents(t)
	for _, c := range []struct{ command, want string }{
		{"gofmt -l .", ""},
		{"go vet ./...", ""},
		{"go run . testdata/add.kestrel 17", "17\n"},
		{"go tool kiln check -hot .", ""},
		{"go tool kiln build -o vm .", ""},
		{"./vm --jit threshold=2 testdata/multiply.kestrel 12 12", "144\n"},
		{"go tool kiln run . -- testdata/add.kestrel 18", "18\n"},
		{"go tool kiln bench -count 1 -run add .", "geometric mean"},
		{"go tool kiln graph . run portal", "low func main.run"},
		{"KILNLOG=jit:jit.log ./vm --jit threshold=2 testdata/multiply.kestrel 12 12 && go tool kiln jitlog jit.log pages && ls pages/trace1.html", "144\npages/trace1.html\n"},
	} {
		cmd := exec.Command("sh", "-c", c.command)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		ok := string(out) == c.want
		if strings.Contains(c.command, "bench") || strings.Contains(c.command, "graph") {
			ok = strings.Contains(string(out), strings.Fields(c.want)[0])
		}
		if err != nil || !ok {
			t.Errorf("%s: %v\n%s%s", c.command, err, out, stderr.String())
		}
	}
	for _, name := range []string{"vm", "jit.log", "pages"} {
		os.RemoveAll(name)
	}
	ci, err := os.ReadFile(".github/workflows/ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("RUNNER_TEMP", t.TempDir())
	steps := ciSteps(string(ci))
	if len(steps) != 4 {
		t.Errorf("%d steps with commands in ci.yml", len(steps))
	}
	for _, step := range steps { // one of them is go test
		if out, err := exec.Command("sh", "-ec", step).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", step, err, out)
		}
	}
	if after := contents(t); after != before {
		t.Errorf("the commands changed files:\n%s\n%s", before, after)
	}
	// The README's commands are those above.
	readme, err := os.ReadFile("README.md")
	if err != nil || strings.Contains(string(readme), "NAME") {
		t.Errorf("README.md: %v\n%s", err, readme)
	}
}

// silent throws standard output away until the test ends.
func silent(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	saved := os.Stdout
	os.Stdout = null
	t.Cleanup(func() { os.Stdout = saved; null.Close() })
}

// ciSteps lists the texts behind run: in a workflow.
func ciSteps(yml string) (steps []string) {
	lines := strings.Split(yml, "\n")
	for i := 0; i < len(lines); i++ {
		text, ok := strings.CutPrefix(strings.TrimSpace(lines[i]), "run: ")
		switch {
		case ok && text != "|":
			steps = append(steps, text)
		case ok:
			block := ""
			for i+1 < len(lines) && strings.HasPrefix(lines[i+1], strings.Repeat(" ", 10)) {
				i++
				block += lines[i] + "\n"
			}
			steps = append(steps, block)
		}
	}
	return steps
}

// contents lists the files of the current folder with their texts.
func contents(t *testing.T) string {
	var sb strings.Builder
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		sb.WriteString(path + "\n")
		if strings.HasPrefix(path, "go.") {
			sb.Write(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sb.String()
}

func TestNewRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("full/x", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("file", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"new", 2, "want the name of the language"},
		{"new Kestrel", 2, `"Kestrel" is no name for a language`},
		{"new a-b", 2, `"a-b" is no name for a language`},
		{"new func", 2, `"func" is no name for a language`},
		{"new main", 2, "choose another name"},
		{"new full", 1, "is there already and not empty"},
		{"new file", 1, "is there already and is no folder"},
		{"new -module /x y", 2, "is no module path"},
		{"new -kiln full y", 1, "full is not the folder of Kiln"},
	} {
		var errs strings.Builder
		if status := kiln(strings.Fields(c.args), os.Stdout, &errs); status != c.status || !strings.Contains(errs.String(), c.want) {
			t.Errorf("kiln %s: status %d: %s", c.args, status, errs.String())
		}
	}
}

// The tutorial shows the language that kiln new writes.
func TestTutorialShowsTheTemplate(t *testing.T) {
	tutorial, err := os.ReadFile("../../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"main.go.txt", "load.go.txt", "testdata/add.txt"} {
		text, err := template.ReadFile("template/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.ReplaceAll(string(text), "NAME", "counter"); !strings.Contains(string(tutorial), "```go\n"+want+"```") && !strings.Contains(string(tutorial), "```\n"+want+"```") {
			t.Errorf("docs/tutorial.md does not have the text of %s", name)
		}
	}
}
