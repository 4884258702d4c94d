package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// counting makes a text in which each block says that it runs.
type counting struct {
	text   string
	offset func(token.Pos) int
	blocks *int
	around []int // numbers of the blocks around
	nodes  []ast.Node
	out    strings.Builder
	from   int
}

func (c *counting) current() int {
	if len(c.around) == 0 {
		return -1
	}
	return c.around[len(c.around)-1]
}

func (c *counting) enter(n ast.Node, stack []ast.Node) {
	var at token.Pos
	switch n := n.(type) {
	case *ast.BlockStmt:
		switch stack[len(stack)-2].(type) {
		case *ast.SwitchStmt, *ast.TypeSwitchStmt:
			return
		}
		at = n.Lbrace
	case *ast.CaseClause:
		at = n.Colon
	default:
		return
	}
	number := *c.blocks
	*c.blocks++
	c.around, c.nodes = append(c.around, number), append(c.nodes, n)
	to := c.offset(at) + 1
	c.out.WriteString(c.text[c.from:to])
	fmt.Fprintf(&c.out, " passed[%d] = true; ", number)
	c.from = to
}

func (c *counting) leave(n ast.Node) {
	if len(c.nodes) > 0 && c.nodes[len(c.nodes)-1] == n {
		c.around, c.nodes = c.around[:len(c.around)-1], c.nodes[:len(c.nodes)-1]
	}
}

func (c *counting) result() []byte {
	return []byte(c.out.String() + c.text[c.from:])
}
