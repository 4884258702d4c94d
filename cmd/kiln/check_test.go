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
		{bad, []string{"build", "-json", "."}, 1, `{"file":"main.go","line":6,"column":2,"severity":"error","rule":"goroutine",`, "kiln: 1 problem"},
		{bad, []string{"build", "."}, 1, "", "main.go:6:2: goroutines are not in the dialect: "},
		{bad, []string{"run", "."}, 1, "", "main.go:6:2: goroutines are not in the dialect: "},
		{bad, []string{"graph", ".", "f"}, 1, "", "main.go:6:2: goroutines are not in the dialect: "},
		{good, []string{"check", "-json", "./nosuch"}, 1, `{"file":"","line":0,"column":0,"severity":"error","rule":"package","message":"./nosuch: there is no such folder"`, "kiln: 1 problem"},
		{good, []string{"check", "-json", "."}, 0, "", ""},
		{good, []string{"check", "-jsno", "."}, 2, "", "flag provided but not defined: -jsno; did you mean -json?"},
		{good, []string{"check", "-zzz", "."}, 2, "", "kiln help check lists the switches"},
		{good, []string{"check", ".", "-hot"}, 2, "", "switches go before the package: -hot ."},
		{good, []string{"chek", "."}, 2, "", `there is no command "chek"; did you mean check?`},
		{good, []string{"zzzz", "."}, 2, "", "kiln help lists them"},
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
		{[]string{"graph", "."}, 0, "main.get                                 main.go:7", ""},
		{[]string{"graph"}, 2, "", "want a package, and perhaps a function"},
	} {
		status, stdout, stderr := inModule(t, text, c.args...)
		if status != c.status || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
			t.Errorf("%v: status %d, stdout %q, stderr %q", c.args, status, stdout, stderr)
		}
	}
}

// A page shows a function in every stage, with values that are the same in several, and needs nothing else.
func TestGraphPage(t *testing.T) {
	const text = `package main

import "kiln/framework"

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "d", Greens: []string{"pc"}})

type box struct{ n int }

func (b *box) bump(by int) { b.n += by }

func run(code string) int {
	b := &box{}
	for pc := 0; pc < len(code); pc++ {
		driver.MergePoint(pc)
		if code[pc] == 'l' {
			pc = 0
			driver.CanEnterJit(pc)
		}
		b.bump(pc)
	}
	return b.n
}

func main() { println(run("abc")) }
`
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if status, _, stderr := inModule(t, text, "graph", "-html", file, ".", "run"); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	page := read(t, file)
	sections := map[string]string{}
	for _, part := range strings.Split(page, "<section ")[1:] {
		_, rest, _ := strings.Cut(part, `aria-label="`)
		name, body, _ := strings.Cut(rest, `"`)
		sections[name] = body
	}
	for _, stage := range []string{"source", "loaded", "simplified", "lowered", "portal split", "effects", "jitcode", "inlined", "roots and barriers", "emitted Go"} {
		if !strings.Contains(sections[stage], `class="l`) {
			t.Errorf("nothing in the column of stage %q", stage)
		}
	}
	for _, c := range []struct{ text, in string }{
		{`data-n="code"`, "source,loaded,lowered,portal split"},       // a variable
		{`data-k="v1"`, "lowered,portal split,inlined,emitted Go"},    // a value
		{`data-l="0:12"`, "source,loaded,lowered,jitcode,emitted Go"}, // a line
		{`from main.go`, "source"},                                    // the inlined method
	} {
		for _, stage := range strings.Split(c.in, ",") {
			if !strings.Contains(sections[stage], c.text) {
				t.Errorf("stage %q has no %s", stage, c.text)
			}
		}
	}
	for _, outside := range []string{"http:", "https:", "src=", "@import", "url("} {
		if strings.Contains(page, outside) {
			t.Errorf("the page refers to something outside: %s", outside)
		}
	}
	folder := filepath.Join(dir, "pages")
	if status, _, stderr := inModule(t, text, "graph", "-html", folder, "."); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	for _, want := range []string{`<a href="main.run.html">main.run</a>`, `<a href="main.box_.bump.html">(*main.box).bump</a>`} {
		if index := read(t, filepath.Join(folder, "index.html")); !strings.Contains(index, want) {
			t.Errorf("index.html has no %s:\n%s", want, index)
		}
	}
	if bump := read(t, filepath.Join(folder, "main.box_.bump.html")); !strings.Contains(bump, `<a href="index.html">`) || !strings.Contains(bump, "<h1>(*main.box).bump</h1>") {
		t.Error("the page of the method is not that")
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
