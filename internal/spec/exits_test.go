package spec

import (
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
	programs := collect(t)
	for _, f := range archive.Files {
		text := "package main\n\n" + string(f.Data)
		tr, err := translator.Translate(translator.Options{Files: map[string]string{"main.go": text}, NoJit: true, OnePackage: true}, "")
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		for how, files := range map[string]map[string][]byte{"plain": {"main.go": []byte(text)}, "translated": tr.Files} {
			programs.add(how+"_"+f.Name, files)
		}
	}
	bin := programs.build()
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
