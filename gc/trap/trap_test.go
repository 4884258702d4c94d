package trap

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// message runs f and returns the text of the panic it raises.
func message(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		r := recover()
		if r == nil {
			t.Fatal("no panic")
		}
		err, ok := r.(runtime.Error)
		if !ok {
			t.Fatalf("panic value %v (%T) is not a runtime.Error", r, r)
		}
		text = err.Error()
	}()
	f()
	return ""
}

type shape interface{ Area() int }
type square struct{}

// Each trap is compared with the same mistake made in plain Go.
func TestSameTextAsGo(t *testing.T) {
	ints, three, str := []int{1, 2, 3}, 3, "abc"
	five, minus, zero := 5, -1, 0
	var pointer *square
	var any1 any = "text"
	var none any
	_ = pointer
	for name, c := range map[string]struct{ ours, plain func() }{
		"index":          {func() { Index(5, 3) }, func() { _ = ints[five] }},
		"index negative": {func() { Index(-1, 3) }, func() { _ = ints[minus] }},
		"index empty":    {func() { Index(0, 0) }, func() { _ = ints[:0][zero] }},
		"slice high":     {func() { Slice(0, 5, 3) }, func() { _ = ints[:five] }},
		"slice negative": {func() { Slice(0, -1, 3) }, func() { _ = ints[:minus] }},
		"slice crossed":  {func() { Slice(3, 2, 3) }, func() { _ = ints[three : five-3] }},
		"slice low":      {func() { Slice(-1, 2, 3) }, func() { _ = ints[minus:2] }},
		"string high":    {func() { SliceLen(0, 5, 3) }, func() { _ = str[:five] }},
		"string neg":     {func() { SliceLen(0, -1, 3) }, func() { _ = str[:minus] }},
		"string crossed": {func() { SliceLen(3, 2, 3) }, func() { _ = str[three : five-3] }},
		"nil":            {Nil, func() { _ = *(*int)(nil) }},
		"divide":         {Divide, func() { _ = five / zero }},
		"shift":          {Shift, func() { _ = five << minus }},
		"make":           {MakeSlice, func() { _ = make([]int, minus) }},
		"assert":         {func() { Assert("string", "int") }, func() { _ = any1.(int) }},
		"assert nil":     {func() { Assert("", "int") }, func() { _ = none.(int) }},
	} {
		if ours, want := message(t, c.ours), message(t, c.plain); ours != want {
			t.Errorf("%s: %q, Go says %q", name, ours, want)
		}
	}
}

func TestMessage(t *testing.T) {
	if got := message(t, func() { Message("no such thing") }); got != "no such thing" {
		t.Error(got)
	}
}

func TestExplicit(t *testing.T) {
	defer func() {
		if r := recover(); r != "value" {
			t.Errorf("recovered %v", r)
		}
	}()
	Explicit("value")
}

// An uncaught trap ends the process as Go does: first line and status.
func TestUncaught(t *testing.T) {
	if os.Getenv("TRAP_UNCAUGHT") != "" {
		Index(5, 3)
	}
	cmd := exec.Command(os.Args[0], "-test.run=TestUncaught")
	cmd.Env = append(os.Environ(), "TRAP_UNCAUGHT=1")
	out, err := cmd.CombinedOutput()
	var status *exec.ExitError
	if !errors.As(err, &status) || status.ExitCode() != 2 {
		t.Fatalf("exit: %v", err)
	}
	if !strings.Contains(string(out), "panic: runtime error: index out of range [5] with length 3") {
		t.Errorf("output:\n%s", out)
	}
}
