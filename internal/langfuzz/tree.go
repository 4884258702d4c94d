// Package langfuzz makes random whole programs of the toy languages and requires that plain Go and a translated
// binary, under any switches, behave the same: the two print the same, end with the same status and, if they fail,
// say the same.
//
// Input: a seed. Output: programs (Bf, Clay, Lox), switches (RandomVariant), and differences made small (Find, Shrink).
// Programs end by construction - every loop counts - and stay that way when they are made smaller.
//
// Used by tests only. Knows the languages by their text: must not import anything of Kiln.
package langfuzz

import "slices"

// Node is a piece of a program: text with other pieces between.
type Node struct {
	Kind Kind
	// Text[i] stands before Kids[i]; the last text stands after all kids.
	Text []string
	Kids []*Node
	// Cell is where a statement of bf starts and ends; the way there is not part of the tree.
	Cell int
}

// Kind says how a node can be made smaller.
type Kind uint8

const (
	// Block is a list of statements: any of them can go. Its texts are empty.
	Block Kind = iota
	// Stmt can be replaced by the statements of a block in it.
	Stmt
	// Expr can be replaced by an expression in it, or by a literal.
	Expr
	// Fixed stays.
	Fixed
)

// Case is a program, with its standard input.
type Case struct {
	Root  *Node
	Stdin string
	// Render makes text of a tree.
	Render func(*Node) string
	// Small programs bear a collection at every allocation.
	Small bool
}

// Source is the program's text.
func (c *Case) Source() string { return c.Render(c.Root) }

func block(kids ...*Node) *Node {
	return &Node{Kind: Block, Text: make([]string, len(kids)+1), Kids: kids}
}

func (n *Node) clone() *Node {
	c := *n
	c.Kids = make([]*Node, len(n.Kids))
	for i, k := range n.Kids {
		c.Kids[i] = k.clone()
	}
	return &c
}

// all appends n and everything in it, outermost first.
func (n *Node) all(list []*Node) []*Node {
	list = append(list, n)
	for _, k := range n.Kids {
		list = k.all(list)
	}
	return list
}

// Shrink makes a failing case smaller as long as it keeps failing, and at most limit candidates long. fails is
// called with candidates that may be wrong in any way but run forever.
func Shrink(c *Case, limit int, fails func(*Case) bool) *Case {
	s := &shrinker{best: c, left: limit, fails: fails}
	for changed := true; changed && s.left > 0; {
		changed = s.dropStatements()
		changed = s.simplify() || changed
		changed = s.shortenInput() || changed
	}
	return s.best
}

type shrinker struct {
	best  *Case
	left  int
	fails func(*Case) bool
}

// try keeps a candidate that still fails.
func (s *shrinker) try(root *Node, stdin string) bool {
	if s.left--; s.left < 0 {
		return false
	}
	c := &Case{root, stdin, s.best.Render, s.best.Small}
	if !s.fails(c) {
		return false
	}
	s.best = c
	return true
}

// edit tries a change of the i-th node of a copy; change says whether there is something to try.
func (s *shrinker) edit(i int, change func(*Node) bool) bool {
	root := s.best.Root.clone()
	return change(root.all(nil)[i]) && s.try(root, s.best.Stdin)
}

func (s *shrinker) size() int { return len(s.best.Root.all(nil)) }

// dropStatements drops parts of blocks: large parts first, from the end.
func (s *shrinker) dropStatements() (changed bool) {
	for i := 0; i < s.size(); i++ {
		n := s.best.Root.all(nil)[i]
		if n.Kind != Block {
			continue
		}
		for part := len(n.Kids); part > 0; part /= 2 {
			for from := len(n.Kids) - part; from >= 0; from -= part {
				drop := func(n *Node) bool {
					n.Kids = slices.Delete(n.Kids, from, from+part)
					n.Text = make([]string, len(n.Kids)+1)
					return true
				}
				if s.edit(i, drop) {
					changed = true
					n = s.best.Root.all(nil)[i]
					from = min(from, len(n.Kids))
				}
			}
		}
	}
	return changed
}

// simplify replaces statements by blocks in them, and expressions by expressions in them or literals.
func (s *shrinker) simplify() (changed bool) {
	for i := 0; i < s.size(); i++ {
		n := s.best.Root.all(nil)[i]
		if n.Kind != Stmt && n.Kind != Expr {
			continue
		}
		for k := range n.Kids {
			if s.edit(i, func(n *Node) bool { return n.become(k) }) {
				changed = true
				break
			}
		}
		for _, literal := range []string{"1", "1.5", `"a"`, "true", "[1]"} {
			if n.Kind != Expr || len(n.Kids) == 0 {
				break
			}
			if s.edit(i, func(n *Node) bool { *n = Node{Kind: Expr, Text: []string{literal}}; return true }) {
				changed = true
				break
			}
		}
	}
	return changed
}

// become replaces a node by one of its kids, if that fits.
func (n *Node) become(k int) bool {
	if k >= len(n.Kids) {
		return false
	}
	kid := n.Kids[k]
	if n.Kind == Stmt && kid.Kind != Block || n.Kind == Expr && kid.Kind != Expr {
		return false
	}
	*n = *kid
	return true
}

func (s *shrinker) shortenInput() (changed bool) {
	for len(s.best.Stdin) > 0 && s.try(s.best.Root.clone(), s.best.Stdin[:len(s.best.Stdin)/2]) {
		changed = true
	}
	return changed
}

// callOf is the call of a function; first, if not "", is the text of an argument before the others.
func callOf(name, first string, args []*Node) *Node {
	text := []string{name + "(" + first}
	for i := range args {
		if i > 0 || first != "" {
			text[i] += ", "
		}
		text = append(text, "")
	}
	text[len(text)-1] += ")"
	return exprOf(text, args...)
}
