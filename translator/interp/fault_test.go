package interp

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// A nil dereference of the interpreter itself looked like a panic of the program, which could even recover it. Here the translator is
// made to forget the checks of a function.
func TestInternalError(t *testing.T) {
	const text = `package main
import ("kiln/framework/host"; "fmt")
type node struct { next *node; n int }
func read(n *node) int { return n.next.n }
func index(list []int, i int) int { return list[i] }
func guarded(f func() int) (text string) {
	defer func() { text = fmt.Sprint("recovered ", recover()) }()
	return fmt.Sprint(f())
}
func main() {
	host.Print(guarded(func() int { return index([]int{1}, 1) }) + "\n")
	host.Print(guarded(func() int { panic("own") }) + "\n")
	host.Print(guarded(func() int { return read(&node{}) }) + "\n")
}`
	const want = "recovered runtime error: index out of range [1] with length 1\nrecovered own\n"
	for _, forget := range []bool{false, true} {
		p := source(t, text)
		if forget {
			for _, b := range find(t, p, "main.read").Graph.Blocks {
				b.Ops = slices.DeleteFunc(b.Ops, func(o *flow.Op) bool { return o.Code == op.CheckNil })
			}
		}
		var out bytes.Buffer
		status, err := New(p, Options{Stdout: &out}).RunMain()
		if !forget {
			if err != nil || out.String() != want+"recovered runtime error: invalid memory address or nil pointer dereference\n" {
				t.Errorf("%v\n%s", err, out.String())
			}
			continue
		}
		var ie *InternalError
		if status != 2 || !errors.As(err, &ie) || out.String() != want {
			t.Fatalf("status %d, %v\n%s", status, err, out.String())
		}
		if s := err.Error(); !strings.HasPrefix(s, "main.go:4: main.read: internal error") || !strings.Contains(s, "please report") || !strings.Contains(s, "interp.(*Machine).run") {
			t.Error(s)
		}
	}
}

// The heap is not the program's either; what a host function panics with is.
func TestWhoIsToBlame(t *testing.T) {
	p := fromText(t, list, graphs)
	m := New(p, Options{})
	for _, c := range []struct {
		panics   func()
		internal bool
	}{
		{func() { panic(&gc.HeapError{}) }, true},
		{func() { panic(&StepsError{"f"}) }, false},
		{func() { raise("the program's, once more") }, false},
	} {
		_, err := m.Catch(c.panics)
		var ie *InternalError
		var pe *PanicError
		if errors.As(err, &ie) != c.internal || errors.As(err, &pe) == c.internal {
			t.Errorf("internal %v: %v", c.internal, err)
		}
	}
	h := source(t, `package main
import "kiln/framework/host"
func main() { host.Print("x") }`)
	_, err := New(h, Options{Host: map[string]any{"kiln/framework/host.Print": func(s string) { panic("the host's " + s) }}}).RunMain()
	var pe *PanicError
	if !errors.As(err, &pe) || pe.Value != "the host's x" {
		t.Error(err)
	}
}
