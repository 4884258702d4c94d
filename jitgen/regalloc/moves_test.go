package regalloc

import (
	"fmt"
	"testing"
)

// machine is a mock: places hold numbers.
type machine struct {
	at    map[Loc]int
	moves int
	log   []string
}

func newMachine() *machine { return &machine{at: map[Loc]int{}} }

func (m *machine) Move(dst, src Loc) {
	if src.IsConst() {
		m.at[dst] = int(src)
	} else {
		m.at[dst] = m.at[src]
	}
	m.moves++
	m.log = append(m.log, fmt.Sprintf("%v<-%v", dst, src))
}

var spareLoc = RegLoc(GPR, 15)

// TestMovesExhaustively tries every assignment of four destinations from five places and a constant.
func TestMovesExhaustively(t *testing.T) {
	places := []Loc{RegLoc(GPR, 0), RegLoc(GPR, 1), SlotLoc(0), RegLoc(XMM, 0), SlotLoc(1), -3}
	var moves Moves
	for n := range 6 * 6 * 6 * 6 {
		m := newMachine()
		for i, p := range places[:5] {
			m.at[p] = 100 + i
		}
		want := map[Loc]int{}
		moves.Reset()
		code := n
		for _, dst := range places[:4] {
			src := places[code%6]
			code /= 6
			want[dst] = int(src)
			if !src.IsConst() {
				want[dst] = m.at[src]
			}
			moves.Add(dst, src)
		}
		moves.Emit(m, spareLoc)
		for dst, v := range want {
			if m.at[dst] != v {
				t.Fatalf("case %d: %v is %d, want %d: %v", n, dst, m.at[dst], v, m.log)
			}
		}
	}
}

func TestMovesCounts(t *testing.T) {
	r := func(i uint8) Loc { return RegLoc(GPR, i) }
	for _, c := range []struct {
		name     string
		dst, src []Loc
		want     int
	}{
		{"nothing to do", []Loc{r(0), r(1)}, []Loc{r(0), r(1)}, 0},
		{"swap", []Loc{r(0), r(1)}, []Loc{r(1), r(0)}, 3},
		{"chain", []Loc{r(0), r(1), r(2)}, []Loc{r(1), r(2), r(3)}, 3},
		{"two cycles", []Loc{r(0), r(1), r(2), r(3)}, []Loc{r(1), r(0), r(3), r(2)}, 6},
		{"cycle with a tree", []Loc{r(0), r(1), r(2)}, []Loc{r(1), r(0), r(0)}, 4},
		{"dead argument", []Loc{Nowhere, r(1)}, []Loc{r(5), r(2)}, 1},
	} {
		var moves Moves
		m := newMachine()
		for i := range c.dst {
			moves.Add(c.dst[i], c.src[i])
		}
		moves.Emit(m, spareLoc)
		if m.moves != c.want {
			t.Errorf("%s: %v, want %d moves", c.name, m.log, c.want)
		}
	}
}
