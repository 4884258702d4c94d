package langfuzz

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Bf makes a random program of langs/toy/bf. A statement works on a cell whose number is known and comes back to it, so
// every loop can count in a cell that its body leaves alone. Where the pointer goes in between may depend on data.
func Bf(seed uint64) *Case {
	g := &bfGen{rng: rand.New(rand.NewPCG(seed, 1)), width: 4}
	g.width += g.rng.IntN(8)
	if g.chance(10) {
		g.base = 1000 + g.rng.IntN(30) // cells on both sides of the end of the first tape
	}
	root := block(g.statements(8+g.rng.IntN(12), 3, 20_000)...)
	if g.chance(25) {
		root = block(append(root.Kids, g.ending())...)
	}
	return &Case{Root: root, Stdin: g.input(), Render: renderBf, Small: true}
}

type bfGen struct {
	rng      *rand.Rand
	base     int // of the cells in use
	width    int // their number
	reserved []int
	fresh    int // how many cells right of them are in use
}

func (g *bfGen) chance(percent int) bool { return g.rng.IntN(100) < percent }

func (g *bfGen) input() string {
	b := make([]byte, g.rng.IntN(30))
	for i := range b {
		b[i] = byte(g.rng.Uint32() >> (8 * g.rng.IntN(4)))
	}
	return string(b)
}

// cell is one that no loop around counts in.
func (g *bfGen) cell() int {
	for {
		c := g.base + g.rng.IntN(g.width)
		free := true
		for _, r := range g.reserved {
			free = free && r != c
		}
		if free {
			return c
		}
	}
}

func bfStmt(cell int, text ...string) *Node { return &Node{Kind: Stmt, Cell: cell, Text: text} }

// statements makes n statements that run about budget instructions.
func (g *bfGen) statements(n, depth, budget int) []*Node {
	var list []*Node
	for range n {
		list = append(list, g.statement(depth, budget/n))
	}
	return list
}

func (g *bfGen) statement(depth, budget int) *Node {
	c := g.cell()
	n := g.rng.IntN(100)
	switch {
	case n < 30 && depth > 0 && budget > 30 && len(g.reserved) < g.width-3:
		return g.loop(c, depth, budget)
	case n < 40 && budget > 200:
		return g.transfer(c)
	case n < 45 && budget > 500:
		return g.scan(c)
	case n < 48 && budget > 5000 && len(g.reserved) == 0:
		return g.carry(c, budget)
	case n < 53:
		return bfStmt(c, pick(g.rng, "[-]", "[+]", "[---]", "[[-]]", "[[-]+[-]]"))
	case n < 65:
		return bfStmt(c, ".")
	case n < 70:
		return bfStmt(c, ",")
	case n < 75:
		return bfStmt(c, pick(g.rng, ",.", ".+.", "-.", ".[-]", ",[.[-]]"))
	}
	return bfStmt(c, strings.Repeat(pick(g.rng, "+", "-"), 1+g.rng.IntN(12)))
}

// loop counts in cell c, up or down.
func (g *bfGen) loop(c, depth, budget int) *Node {
	trips := 1 + g.rng.IntN(min(budget/10, 120))
	g.reserved = append(g.reserved, c)
	body := block(g.statements(1+g.rng.IntN(4), depth-1, budget/trips)...)
	g.reserved = g.reserved[:len(g.reserved)-1]
	start, step, after := "+", "-", ""
	if g.chance(30) {
		start, step = "-", "+"
	}
	if g.chance(50) {
		step, after = "", step
	}
	return &Node{Kind: Stmt, Cell: c, Text: []string{"[-]" + strings.Repeat(start, trips) + "[" + step, after + "]"}, Kids: []*Node{body}}
}

// transfer adds a cell to others: the loop's number of iterations is data.
func (g *bfGen) transfer(c int) *Node {
	g.reserved = append(g.reserved, c)
	var text strings.Builder
	at := c
	for range 1 + g.rng.IntN(3) {
		to := g.cell()
		text.WriteString(moves(to - at))
		text.WriteString(strings.Repeat(pick(g.rng, "+", "-"), 1+g.rng.IntN(3)))
		at = to
	}
	g.reserved = g.reserved[:len(g.reserved)-1]
	return bfStmt(c, "["+pick(g.rng, "-", "-", "+", "---")+text.String()+moves(c-at)+"]")
}

// scan goes right to the first zero cell, wherever that is, and back to cell c, which it makes zero. All cells
// between are not zero, or it would not have passed them.
func (g *bfGen) scan(c int) *Node {
	body, back := pick(g.rng, "", ".", "+-"), pick(g.rng, "", "+-", ".")
	return bfStmt(c, "[-]>["+body+">]<["+back+"<]")
}

// carry takes a count with it to the right, over cells never used before, and comes back over the same number of
// cells: the tape grows in a loop.
func (g *bfGen) carry(c, budget int) *Node {
	stride := 1 + g.rng.IntN(300)
	count := 2 + g.rng.IntN(min(60, 2+budget/(stride+60)))
	from := g.width + g.fresh
	g.fresh += stride * (count + 1)
	step := strings.Repeat(">", stride)
	back := strings.Repeat("<", stride)
	// The cells passed are left 1, so that the way back ends at the 0 before them.
	there := g.base + from - c
	text := moves(there) + step + strings.Repeat("+", count) + "[-[-" + step + "+" + back + "]+" + step + "]" +
		back + "[" + pick(g.rng, "", "-") + back + "]" + moves(-there)
	if g.chance(30) {
		text += "."
	}
	return bfStmt(c, text)
}

// ending may leave the tape at its left end, or stop nowhere in particular.
func (g *bfGen) ending() *Node {
	return bfStmt(g.cell(), pick(g.rng, "+[<+]", "+[<]<", "[.<]", "-[.<-]", strings.Repeat("<", 1100),
		"++++++++[-<<<<<<.]", "+[[-]<+]", "+[.<[-]+]"))
}

func pick(rng *rand.Rand, choices ...string) string { return choices[rng.IntN(len(choices))] }

func moves(n int) string {
	if n < 0 {
		return strings.Repeat("<", -n)
	}
	return strings.Repeat(">", n)
}

// renderBf is the text of a program, a statement of the outermost block a line.
func renderBf(root *Node) string {
	r := &bfText{}
	for _, k := range root.Kids {
		r.node(k)
		r.text.WriteByte('\n')
	}
	return r.text.String()
}

type bfText struct {
	text strings.Builder
	at   int
}

func (r *bfText) node(n *Node) {
	if n.Kind == Block {
		for _, k := range n.Kids {
			r.node(k)
		}
		return
	}
	for i, text := range n.Text {
		r.text.WriteString(moves(n.Cell - r.at))
		r.at = n.Cell
		r.text.WriteString(text)
		if i < len(n.Kids) {
			r.node(n.Kids[i])
		}
	}
}

// String describes a case in a message.
func (c *Case) String() string { return fmt.Sprintf("%s\nstandard input %q", c.Source(), c.Stdin) }
