// Package shrink makes failing programs small. A random generator builds its programs as trees of text; Tree tries
// smaller trees for as long as they keep failing, many at a time, so that a check that compiles can do them together.
//
// For tests only.
package shrink

import "strings"

// Node is a piece of a program: texts with nodes between them.
type Node struct {
	Kind Kind
	// Text has one more element than Kids: the first comes before the first kid, the last after all kids.
	Text []string
	Kids []*Node
	// Type, if not empty, is what an expression may be replaced by: an expression in it of the same type.
	Type string
	// Literals are texts that an expression may be replaced by.
	Literals []string
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
	// Fixed stays, unless it is dropped from a block.
	Fixed
)

// NewBlock is a list of statements.
func NewBlock(kids ...*Node) *Node {
	return &Node{Kind: Block, Text: make([]string, len(kids)+1), Kids: kids}
}

// Write writes the text of a tree.
func (n *Node) Write(sb *strings.Builder) {
	for i, text := range n.Text {
		sb.WriteString(text)
		if i < len(n.Kids) {
			n.Kids[i].Write(sb)
		}
	}
}

// Clone copies a tree.
func (n *Node) Clone() *Node {
	c := *n
	c.Kids = make([]*Node, len(n.Kids))
	for i, k := range n.Kids {
		c.Kids[i] = k.Clone()
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

// edits says what becomes of some nodes of a tree: nil drops a statement from its block, another node replaces it.
type edits map[*Node]*Node

// apply makes a copy of a tree with changes.
func (e edits) apply(n *Node) *Node {
	if by, ok := e[n]; ok {
		if by == nil {
			return NewBlock()
		}
		return e.apply(by) // what replaces a node lies in it, or is new
	}
	c := *n
	c.Kids = nil
	for _, k := range n.Kids {
		if by, ok := e[k]; ok && by == nil {
			continue
		}
		c.Kids = append(c.Kids, e.apply(k))
	}
	if n.Kind == Block {
		c.Text = make([]string, len(c.Kids)+1)
	}
	return &c
}

// drops are the ways to drop part of the statements of blocks: n in a row.
func drops(root *Node, n int) (list []edits) {
	for _, b := range root.all(nil) {
		if b.Kind != Block || len(b.Kids) == 0 || n > 1 && n > len(b.Kids) {
			continue
		}
		for to := len(b.Kids); to > 0; to -= n {
			e := edits{}
			for _, k := range b.Kids[max(0, to-n):to] {
				e[k] = nil
			}
			list = append(list, e)
		}
	}
	return list
}

// longest is the length of the longest block.
func longest(root *Node) (n int) {
	for _, b := range root.all(nil) {
		if b.Kind == Block {
			n = max(n, len(b.Kids))
		}
	}
	return n
}

// replacements are the ways to replace a node by less: a literal, or something in it.
func replacements(root *Node) (list []edits) {
	for _, n := range root.all(nil) {
		switch {
		case n.Kind == Stmt:
			for _, k := range n.Kids {
				if k.Kind == Block {
					list = append(list, edits{n: k})
				}
			}
		case n.Kind == Expr && len(n.Kids) > 0:
			for _, l := range n.Literals {
				list = append(list, edits{n: {Kind: Expr, Text: []string{l}, Type: n.Type}})
			}
			for _, k := range n.Kids {
				for _, k := range k.all(nil) {
					if k.Kind == Expr && k.Type == n.Type {
						list = append(list, edits{n: k})
					}
				}
			}
		}
	}
	return list
}
