// Package langfuzz makes random whole programs of the toy languages and requires that plain Go and a translated
// binary, under any switches, behave the same: the two print the same, end with the same status and, if they fail,
// say the same.
//
// Input: a seed. Output: programs (Bf, Clay, Lox), switches (RandomVariant), and differences made small (Find, Shrink).
// Programs end by construction - every loop counts - and stay that way when they are made smaller.
//
// Used by tests only. Knows the languages by their text: must not import anything of Kiln but internal/shrink.
package langfuzz

import "kiln/internal/shrink"

// Node is a piece of a program, see shrink.Node.
type Node = shrink.Node

const (
	Block = shrink.Block
	Stmt  = shrink.Stmt
	Expr  = shrink.Expr
	Fixed = shrink.Fixed
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

func block(kids ...*Node) *Node { return shrink.NewBlock(kids...) }

// literals are what an expression of any type may shrink to. A wrong one ends the program with another error.
var literals = []string{"1", "1.5", `"a"`, "true", "[1]"}

// withLiterals gives them to all expressions of a tree.
func withLiterals(n *Node) {
	if n.Kind == Expr {
		n.Literals = literals
	}
	for _, k := range n.Kids {
		withLiterals(k)
	}
}

// Shrink makes a failing case smaller as long as it keeps failing, and at most about limit candidates long. fails is
// called with candidates that may be wrong in any way but run forever.
func Shrink(c *Case, limit int, fails func(*Case) bool) *Case {
	best := *c
	root := c.Root.Clone()
	withLiterals(root)
	best.Root = shrink.Tree(root, limit, 1, func(roots []*Node) []bool {
		candidate := best
		candidate.Root = roots[0]
		return []bool{fails(&candidate)}
	})
	for len(best.Stdin) > 0 {
		candidate := best
		candidate.Stdin = best.Stdin[:len(best.Stdin)/2]
		if !fails(&candidate) {
			break
		}
		best = candidate
	}
	return &best
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
