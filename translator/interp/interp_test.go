package interp

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/translator/flow"
	"kiln/translator/load"
	"kiln/translator/lower"
)

func fromText(t *testing.T, declarations, graphs string) *flow.Program {
	t.Helper()
	p, err := FromText(declarations, graphs)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func find(t *testing.T, p *flow.Program, name string) *flow.Func {
	t.Helper()
	for _, f := range p.Funcs {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no function %s", name)
	return nil
}

const list = `
type main.List { val int; next ref }
array []main.List of ref
`

// Lists of n nodes are built and summed; with a collection at every allocation.
const graphs = `
low func main.build -> r {
b0(i1):
  jump b1(i1, nil)
b1(i2, r3):
  i4 = int_gt i2, 0
  branch i4, b2, b3
b2:
  r5 = new : main.List
  setfield r5, i2 : main.List.val
  setfield r5, r3 : main.List.next
  i6 = int_sub i2, 1
  jump b1(i6, r5)
b3:
  return r3
}
low func main.sum -> i {
b0(r1):
  i2 = ptr_is_zero r1
  branch i2, b1, b2
b1:
  return 0
b2:
  i3 = getfield_i r1 : main.List.val
  r4 = getfield_r r1 : main.List.next
  r7 = new : main.List
  i5 = call r4 : main.sum
  i6 = int_add i3, i5
  return i6
}
low func main.swap -> i, f, r {
b0(f1, r2, i3):
  jump b1(i3, i3, 0)
b1(i4, i5, i6):
  i7 = int_add i5, 1
  i8 = int_lt i6, 3
  i9 = int_add i6, 1
  branch i8, b2, b3
b2:
  jump b1(i7, i4, i9)
b3:
  switch i4, 1 => b4(10), 7 => b4(70), default => b4(i4)
b4(i10):
  return i10, f1, r2
}
low func main.fail {
b0(i1, i2):
  check_index i1, i2
  panic message : "no such case"
}
`

func TestGraphs(t *testing.T) {
	p := fromText(t, list, graphs)
	m := New(p, Options{GC: gc.Config{Stress: 1, Verify: true}})
	r := m.Invoke(find(t, p, "main.build"), 50)
	if got := m.Invoke(find(t, p, "main.sum"), r[0]); got[0] != 50*51/2 {
		t.Errorf("sum %d", got[0])
	}
	f := math.Float64bits(1.5)
	if got := m.Invoke(find(t, p, "main.swap"), f, 0, 5); got[0] != 70 || got[1] != f || got[2] != 0 {
		t.Errorf("swap %v", got)
	}
	if len(m.frames) != 0 {
		t.Errorf("%d frames left", len(m.frames))
	}
	status, err := m.Catch(func() { m.Invoke(find(t, p, "main.fail"), 3, 2) })
	var pe *PanicError
	if status != 2 || !errors.As(err, &pe) || !strings.Contains(err.Error(), "index out of range [3] with length 2") {
		t.Errorf("%d, %v", status, err)
	}
	if _, err = m.Catch(func() { m.Invoke(find(t, p, "main.fail"), 1, 2) }); err == nil || !strings.Contains(err.Error(), "no such case") {
		t.Error(err)
	}
	if len(m.frames) != 0 {
		t.Errorf("%d frames left after a panic", len(m.frames))
	}
}

func TestSteps(t *testing.T) {
	p := fromText(t, "", "low func main.main {\nb0:\n  jump b1\nb1:\n  jump b1\n}\n")
	m := New(p, Options{MaxSteps: 1000})
	if _, err := m.RunMain(); err == nil || !strings.Contains(err.Error(), "out of steps in main.main") {
		t.Error(err)
	}
}

// source loads and lowers the text of a program.
func source(t *testing.T, text string) *flow.Program {
	t.Helper()
	p, err := load.Program(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := lower.Program(p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSource(t *testing.T) {
	p := source(t, `package main

import "kiln/framework/host"

type node struct {
	name string
	kids []*node
}

var count int

func tree(depth int) *node {
	count++
	n := &node{name: "n" + host.FormatInt(depth)}
	for i := 0; i < depth; i++ {
		n.kids = append(n.kids, tree(depth-1))
	}
	return n
}

func (n *node) show(indent string) {
	host.Print(indent + n.name + "\n")
	for _, k := range n.kids {
		k.show(indent + " ")
	}
}

func main() {
	tree(3).show("")
	line, ok := host.ReadLine()
	if ok {
		host.Print(line + "!\n")
	}
	for _, a := range host.Args() {
		host.Print("<" + a + ">")
	}
	host.Write([]byte("bytes\n"))
	host.Exit(count)
}
`)
	for _, stress := range []int{0, 1} {
		var out bytes.Buffer
		m := New(p, Options{GC: gc.Config{Stress: stress, Verify: stress > 0}, Stdout: &out, Stdin: strings.NewReader("line\n"), Args: []string{"a", "b"}})
		status, err := m.RunMain()
		if err != nil || status != 16 {
			t.Errorf("status %d, %v", status, err)
		}
		want := "n3\n n2\n  n1\n   n0\n  n1\n   n0\n n2\n  n1\n   n0\n  n1\n   n0\n n2\n  n1\n   n0\n  n1\n   n0\nline!\n<a><b>bytes\n"
		if out.String() != want {
			t.Errorf("stress %d: output\n%s", stress, out.String())
		}
	}
}
