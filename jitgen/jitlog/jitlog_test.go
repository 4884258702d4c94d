package jitlog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOpen(t *testing.T) {
	if l, err := Open(""); l != nil || err != nil {
		t.Error("no setting, no log")
	}
	for _, bad := range []string{"jit", "jit:", "nonsense:-", "jit-aborts,x:-"} {
		if _, err := Open(bad); err == nil || !strings.Contains(err.Error(), "KILNLOG="+bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	file := filepath.Join(t.TempDir(), "log")
	l, err := Open("jit-aborts,jit-counters:" + file)
	if err != nil {
		t.Fatal(err)
	}
	l.Printf(Aborts, "abort %d", 1)
	l.Printf(Recorded, "not selected")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(file)
	if string(text) != "# abort 1\n" || l.On(Optimised) || !l.On(Final) {
		t.Errorf("log %q", text)
	}
}

func TestNilLog(t *testing.T) {
	var l *Log
	l.Printf(Aborts, "nowhere")
	if l.On(Aborts) || l.Close() != nil {
		t.Error("nil log")
	}
}

func TestCounters(t *testing.T) {
	c := Counters{Loops: 2, Tracing: 1500 * time.Microsecond}
	for _, name := range []string{"loop a", "loop b"} {
		c.Abort("too long", name)
	}
	c.Abort("panic", "loop c")
	c.CompileFailure("backend", "loop d")
	var out strings.Builder
	c.Print(&out)
	for _, want := range []string{"jit loops:             2\n", "jit aborts:            3\n", "jit aborts: too long:  2 (last: loop b)\n", "jit compile failures: backend: 1 (last: loop d)\n", "jit aborts: panic:     1 (last: loop c)\n", "1.5ms"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}
