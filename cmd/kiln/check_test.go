package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repository is Kiln's root; computed before tests change folders.
var repository, _ = filepath.Abs("../..")

// inModule runs a kiln command in a fresh module with a main package of the given text.
func inModule(t *testing.T, text string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module example.org/lang\n\ngo 1.26.0\n\nrequire kiln v0.0.0\n\nreplace kiln => " + repository + "\n",
		"main.go": text,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	out, err := os.Create(filepath.Join(dir, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	// The commands write results to os.Stdout.
	saved := os.Stdout
	os.Stdout = out
	var errs strings.Builder
	status = kiln(args, out, &errs)
	os.Stdout = saved
	data, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return status, string(data), errs.String()
}

func TestCheckCommand(t *testing.T) {
	const good = "package main\n\nfunc main() {}\n"
	const bad = "package main\n\nfunc f() {}\n\nfunc main() {\n\tgo f()\n}\n"
	const array = "package main\n\nfunc main() {\n\ts := []int{1, 2}\n\t_ = [2]int(s)\n}\n"
	const lowered = "package main\n\ntype t struct{ a [4]int }\n\nfunc main() {\n\tx := &t{}\n\t_ = x.a[:2]\n}\n"
	for _, c := range []struct {
		text           string
		args           []string
		status         int
		stdout, stderr string
	}{
		{good, []string{"check", "."}, 0, "", ""},
		{bad, []string{"check", "."}, 1, "", "main.go:6:2: goroutines are not in the dialect: "},
		{bad, []string{"check", "-json", "."}, 1, `{"file":"main.go","line":6,"column":2,"severity":"error","rule":"goroutine","message":"goroutines are`, "kiln: 1 problem"},
		{lowered, []string{"check", "."}, 1, "", "main.go:7:9: an array of 4 words inside another value is sliced"},
		{array, []string{"check", "."}, 0, "", ""},
		{good, []string{"check"}, 2, "", "want one package, got 0"},
		{good, []string{"check", "-nosuch", "."}, 2, "", "flag provided but not defined"},
	} {
		status, stdout, stderr := inModule(t, c.text, c.args...)
		if status != c.status || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) || c.status == 0 && stderr != "" {
			t.Errorf("%v: status %d, stdout %q, stderr %q", c.args, status, stdout, stderr)
		}
	}
}

func TestGraphCommand(t *testing.T) {
	const text = "package main\n\ntype t struct{ n int }\n\nfunc (x *t) get() int { return x.n }\n\nfunc get(n int) int { return n }\n\nfunc main() { get((&t{}).get()) }\n"
	for _, c := range []struct {
		args           []string
		status         int
		stdout, stderr string
	}{
		{[]string{"graph", ".", "main.get"}, 0, "high func main.get -> int {\nb0(v1.n:int):", ""},
		{[]string{"graph", ".", "t.get", "lower"}, 0, "low func (*main.t).get -> i {\nb0(r1.x):", ""},
		{[]string{"graph", ".", "get"}, 1, "", "kiln graph: get may be (*main.t).get, main.get"},
		{[]string{"graph", ".", "nosuch"}, 1, "", "the program reaches no function nosuch"},
		{[]string{"graph", ".", "main", "nosuch"}, 2, "", "no stage is called \"nosuch\""},
		{[]string{"graph", "."}, 2, "", "want a package and a function"},
	} {
		status, stdout, stderr := inModule(t, text, c.args...)
		if status != c.status || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
			t.Errorf("%v: status %d, stdout %q, stderr %q", c.args, status, stdout, stderr)
		}
	}
}

func TestGraphPage(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.html")
	if status, _, stderr := inModule(t, "package main\n\nfunc main() {}\n", "graph", "-html", page, ".", "main"); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range graphStages {
		if !strings.Contains(string(data), "<h2>"+stage+"</h2>") {
			t.Errorf("no column for stage %s", stage)
		}
	}
}
