package tracegen

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Mismatch is a case that two sides execute differently.
type Mismatch struct {
	Case *Case
	Item int // the first that differs
	A, B string
	want string // names of the sides
	got  string
}

func (m *Mismatch) Error() string {
	return fmt.Sprintf("item %d of\n%s\n%s:\n%s\n%s:\n%s", m.Item, m.Case, m.want, m.A, m.got, m.B)
}

// worlds makes worlds and keeps them for many cases, by side and configuration: address space is never given back.
type worlds struct {
	kept map[string]*World
	uses map[string]int
}

// maxUses is how many cases a world serves before its compiled code and its roots have grown too many.
const maxUses = 50

func (ws *worlds) get(c *Case, side *Side) *World {
	key := side.Name + " " + c.GC
	if ws.kept == nil {
		ws.kept, ws.uses = map[string]*World{}, map[string]int{}
	}
	if ws.uses[key]++; ws.kept[key] == nil || ws.uses[key]%maxUses == 0 {
		ws.kept[key] = NewWorld(side.config(c))
	}
	return ws.kept[key]
}

// check plays a case on both sides.
func (ws *worlds) check(c *Case, a, b *Side) error {
	wa, wb := ws.get(c, a), ws.get(c, b)
	if a.Name == b.Name {
		wb = NewWorld(b.config(c))
	}
	want, err := wa.Play(c, a)
	if err != nil {
		return err
	}
	got, err := wb.Play(c, b)
	if err != nil {
		return err
	}
	for i := range want {
		if i == len(got) || want[i] != got[i] {
			got = append(got, "")
			return &Mismatch{c, i, want[i], got[i], a.Name, b.Name}
		}
	}
	return nil
}

// CompareMany makes the cases of n seeds from the first and fails the test at the first on which the sides differ, with a shrunk case.
func CompareMany(t *testing.T, seed uint64, n int, a, b *Side) {
	t.Helper()
	compareMany(t, seed, n, a, b, (*Generator).Case, func(*Case) string { return "" })
}

func compareMany(t *testing.T, seed uint64, n int, a, b *Side, make func(*Generator, uint64) *Case, describe func(*Case) string) {
	t.Helper()
	g, ws := NewGenerator(), &worlds{}
	for s := seed; s < seed+uint64(n); s++ {
		c := make(g, s)
		if os.Getenv("TRACEGEN_LOG") != "" {
			fmt.Fprint(os.Stderr, c) // what crashed the process, should it crash
		}
		if err := ws.check(c, a, b); err != nil {
			kind := kindOf(err)
			small := Shrink(c, func(c *Case) bool { return kindOf(ws.check(c, a, b)) == kind })
			if e := ws.check(small, a, b); e != nil {
				err = e
			}
			t.Fatalf("seed %d: %v\n%s", s, err, describe(small))
		}
	}
}

// CompareCase fails the test if the sides differ on a given case.
func CompareCase(t *testing.T, text string, a, b *Side) {
	t.Helper()
	c, err := ParseCase(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := (&worlds{}).check(c, a, b); err != nil {
		t.Fatal(err)
	}
}

// kindOf tells errors apart as far as shrinking must keep them: a mismatch, or the side that refused to compile.
func kindOf(err error) string {
	if _, ok := err.(*Mismatch); ok || err == nil {
		return fmt.Sprint(ok)
	}
	side, _, _ := strings.Cut(err.Error(), ":")
	return side
}
