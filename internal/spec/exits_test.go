package spec

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"kiln/internal/batch"
	"kiln/translator"
)

// TestExits runs programs that end in a panic, by a fatal error or with a status of their own: what is printed, up to the trace,
// and the status must be plain Go's.
func TestExits(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/exits.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	var programs []batch.Program
	for _, f := range archive.Files {
		text := "package main\n\n" + string(f.Data)
		tr, err := translator.Translate(translator.Options{Files: map[string]string{"main.go": text}, NoJit: true, OnePackage: true}, "")
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		for how, files := range map[string]map[string][]byte{"plain": {"main.go": []byte(text)}, "translated": tr.Files} {
			p := batch.Program{Name: how + "_" + f.Name, Dir: filepath.Join(tmp, f.Name, how)}
			if _, err := batch.Write(p.Dir, p.Name, files); err != nil {
				t.Fatal(err)
			}
			programs = append(programs, p)
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(tmp, "exits")
	if broken, err := batch.Build(root, tmp, bin, programs); err != nil || len(broken) > 0 {
		t.Fatal(err, broken)
	}
	for _, f := range archive.Files {
		want := withoutTrace(strings.ReplaceAll(run(bin, "plain_"+f.Name), batch.Package+".", "main."))
		if got := withoutTrace(run(bin, "translated_"+f.Name)); got != want {
			t.Errorf("%s: %q, plain Go prints %q", f.Name, got, want)
		}
	}
}

// withoutTrace cuts what Go prints of the stack, and keeps the status behind it.
func withoutTrace(out string) string {
	at := strings.LastIndexByte(out, '\n') + 1
	out, status := out[:at], out[at:]
	for _, from := range []string{"\ngoroutine ", "\na lock of package sync ", "[signal ", "runtime: sp="} {
		out, _, _ = strings.Cut(out, from)
	}
	return strings.TrimRight(out, "\n") + "\n" + status
}
