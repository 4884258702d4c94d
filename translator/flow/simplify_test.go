package flow

import (
	"strings"
	"testing"
)

func TestSimplifyCFG(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"straight line", `
b0(i1):
  jump b1(i1)
b1(i2):
  i3 = int_neg i2
  jump b2
b2:
  return i3
`, `
b0(i1):
  i3 = int_neg i1
  return i3
`},
		{"constant branch and switch", `
b0(i1):
  branch 1, b1, b2
b1:
  switch 7, 3 => b2, 7 => b3(i1), default => b2
b2:
  return 0
b3(i2):
  return i2
`, `
b0(i1):
  return i1
`},
		{"equal edges", `
b0(i1, i2):
  branch i1, b1(i2), b1(i2)
b1(i3):
  return i3
`, `
b0(i1, i2):
  return i2
`},
		{"jump through an empty block", `
b0(i1):
  branch i1, b1(5), b2
b1(i2):
  jump b3(i2)
b2:
  i4 = int_neg i1
  jump b3(i4)
b3(i3):
  return i3
`, `
b0(i1):
  branch i1, b3(5), b2
b2:
  i4 = int_neg i1
  jump b3(i4)
b3(i3):
  return i3
`},
		{"empty block whose parameter is used further down stays", `
b0(i1):
  branch i1, b1(5), b2
b1(i2):
  jump b3
b2:
  i4 = int_neg i1
  jump b1(i4)
b3:
  return i2
`, `
b0(i1):
  branch i1, b1(5), b2
b1(i2):
  return i2
b2:
  i4 = int_neg i1
  jump b1(i4)
`},
		{"loop-invariant parameter", `
b0(i1, i2):
  jump b1(i1, i2)
b1(i3, i4):
  i5 = int_add i3, i4
  branch i5, b1(i5, i4), b2
b2:
  return i4
`, `
b0(i1, i2):
  jump b1(i1)
b1(i3):
  i5 = int_add i3, i2
  branch i5, b1(i5), b2
b2:
  return i2
`},
		{"merge point keeps parameters and block", `
b0(i1, i2):
  jump b1(i1, i2)
b1(i3, i4):
  merge_point i3, i4 : driver
  i5 = int_add i3, i4
  return i5
`, `
b0(i1, i2):
  jump b1(i1, i2)
b1(i3, i4):
  merge_point i3, i4 : driver
  i5 = int_add i3, i4
  return i5
`},
		{"endless empty loop", `
b0(i1):
  jump b1
b1:
  jump b2
b2:
  jump b1
`, `
b0(i1):
  jump b1
b1:
  jump b1
`},
		{"a loop that loses its way in while jumps are threaded", `
b0(i1, i2):
  jump b4(0, i2)
b1(i3):
  jump b4(i3, i1)
b2(i4):
  i10 = int_add i2, i2
  jump b5(i4)
b4(i7, i8):
  branch 1, b4(2, i8), b5(i7)
b5(i9):
  branch i9, b2(i9), b1(i9)
`, `
b0(i1, i2):
  jump b4(0)
b4(i7):
  jump b4(2)
`},
	} {
		results := " -> i"
		if c.name == "endless empty loop" || strings.HasPrefix(c.name, "a loop that loses") {
			results = ""
		}
		g := parse1(t, "low func f"+results+" {"+c.in+"}\n")
		if err := Verify(g, Low); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		SimplifyCFG(g)
		if got, want := g.String(), "low func f"+results+" {"+c.want+"}\n"; got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
		if err := Verify(g, Low); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if SimplifyCFG(g) {
			t.Errorf("%s: a second run changed something", c.name)
		}
	}
}

func TestRemoveDead(t *testing.T) {
	g := parse1(t, `low func f -> i {
b0(i1, r2):
  i3 = int_neg i1
  i4 = getfield_i r2 : main.T.x
  r5 = new : main.T
  check_zero i1
  i6 = call i1 : main.g
  jump b1(i1, i3)
b1(i7, i8):
  i9 = int_add i8, 1
  branch i7, b1(i7, i9), b2
b2:
  return i7
}
`)
	if !RemoveDead(g) {
		t.Error("nothing removed")
	}
	want := `low func f -> i {
b0(i1, r2):
  check_zero i1
  i6 = call i1 : main.g
  jump b1(i1)
b1(i7):
  branch i7, b1(i7), b2
b2:
  return i7
}
`
	if g.String() != want {
		t.Errorf("got\n%s\nwant\n%s", g, want)
	}
	if err := Verify(g, Low); err != nil {
		t.Error(err)
	}
}

// Operands were lost: a parameter left its slice in place, and an operation had been built on the same slice.
func TestRemovedParamsLeaveOperandsAlone(t *testing.T) {
	for name, pass := range map[string]func(*Graph) bool{"SimplifyCFG": SimplifyCFG, "RemoveDead": RemoveDead} {
		graphs, err := Parse("low func f -> i {\nb0(i1, i2):\n  branch i1, b1(7, i2), b1(7, i1)\nb1(i3, i4):\n  i5 = int_add i3, i4\n  return i4\n}\n", NewEnv(nil))
		if err != nil {
			t.Fatal(err)
		}
		g := graphs[0]
		b := g.Blocks[1]
		if name == "RemoveDead" {
			b.Args = b.Params[1:]
			b.Ops = nil
		} else {
			b.Ops[0].Args = b.Params
		}
		pass(g)
		if err := Verify(g, Low); err != nil {
			t.Errorf("%s: %v\n%s", name, err, g)
		}
	}
}
