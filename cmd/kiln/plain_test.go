package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A plain Go program in a module that does not know Kiln, nor a new Go, is checked, looked into, built and run as it is, with the meaning
// that its Go version gives it: closures of a Go 1.20 loop share the variable. It once had to require kiln, which go mod tidy removes.
func TestPlainModule(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program")
	}
	t.Setenv("GOPROXY", "off")
	t.Setenv("KILNCACHE", t.TempDir())
	t.Chdir(t.TempDir())
	files := map[string]string{
		"go.mod": "module example.org/plain\n\ngo 1.20\n",
		"main.go": `package main

import (
	"fmt"

	"example.org/plain/upper"
)

func main() {
	var fs []func() int
	for i := 0; i < 2; i++ {
		fs = append(fs, func() int { return i })
	}
	for _, f := range fs {
		fmt.Println(f(), upper.Case("x"))
	}
}
`,
		"upper/upper.go": `// Package upper is compiled as ordinary Go.
//
//kiln:host
package upper

import "strings"

func Case(s string) string { return strings.ToUpper(s) }
`,
	}
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before := contents(t)
	out := filepath.Join(t.TempDir(), "vm")
	for _, c := range []struct{ command, want string }{
		{"check .", ""},
		{"graph .", "main.main"},
		{"build -o " + out + " .", ""},
		{"run .", "2 X\n2 X\n"},
	} {
		stdout, stderr, status := capture(t, c.command)
		if status != 0 || !strings.Contains(stdout, c.want) || c.want == "" && stdout != "" {
			t.Errorf("kiln %s: status %d\n%s%s", c.command, status, stdout, stderr)
		}
	}
	// In a workspace that does not have Kiln.
	t.Setenv("GOWORK", filepath.Join(t.TempDir(), "go.work"))
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("GOWORK"), []byte("go 1.22\n\nuse "+dir+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, status := capture(t, "run ."); status != 0 || stdout != "2 X\n2 X\n" {
		t.Errorf("in a workspace: status %d\n%s%s", status, stdout, stderr)
	}
	if after := contents(t); after != before {
		t.Errorf("the commands changed files:\n%s\n%s", before, after)
	}
}

// capture runs one command line and returns what it, and a program that it runs, writes.
func capture(t *testing.T, command string) (stdout, stderr string, status int) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	saved := os.Stdout
	os.Stdout = file
	defer func() { os.Stdout = saved }()
	var errs strings.Builder
	status = kiln(strings.Fields(command), file, &errs)
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text), errs.String(), status
}
