package shrink

import (
	"strings"
	"testing"
)

func text(n *Node) string {
	var sb strings.Builder
	n.Write(&sb)
	return sb.String()
}

func leaf(kind Kind, s string) *Node { return &Node{Kind: kind, Text: []string{s}} }

func nest(kind Kind, open, end string, kid *Node) *Node {
	return &Node{Kind: kind, Text: []string{open, end}, Kids: []*Node{kid}}
}

// A tree that fails while it contains x and y shrinks to both, out of loops and calls, whatever the size of a batch.
func TestTree(t *testing.T) {
	call := nest(Expr, "f(", ")", nest(Expr, "g(", ")", leaf(Expr, "x")))
	call.Literals = []string{"0"}
	root := NewBlock(
		leaf(Stmt, "a;"), leaf(Stmt, "b;"),
		nest(Stmt, "for {", "}", NewBlock(leaf(Stmt, "c;"), nest(Stmt, "print ", ";", call), leaf(Stmt, "d;"))),
		nest(Fixed, "func {", "}", NewBlock(leaf(Stmt, "e;"), leaf(Stmt, "y;"), leaf(Stmt, "e;"))),
		leaf(Stmt, "z;"))
	before := text(root)
	for _, batch := range []int{1, 3, 100} {
		tried := 0
		got := Tree(root, 1000, batch, func(list []*Node) (failing []bool) {
			if tried += len(list); len(list) > batch {
				t.Errorf("%d candidates at a time, want at most %d", len(list), batch)
			}
			for _, n := range list {
				failing = append(failing, strings.Contains(text(n), "x") && strings.Contains(text(n), "y"))
			}
			return failing
		})
		if s := text(got); s != "print x;func {y;}" {
			t.Errorf("batches of %d: %q after %d candidates", batch, s, tried)
		}
	}
	if text(root) != before {
		t.Error("the original was changed")
	}
}

// Each change alone keeps the failure, all together do not: then fewer are made.
func TestCombine(t *testing.T) {
	root := NewBlock(leaf(Stmt, "a"), leaf(Stmt, "b"), leaf(Stmt, "c"))
	got := Tree(root, 1000, 10, func(list []*Node) (failing []bool) {
		for _, n := range list {
			failing = append(failing, len(text(n)) >= 2)
		}
		return failing
	})
	if len(text(got)) != 2 {
		t.Errorf("%q", text(got))
	}
}

func TestLimit(t *testing.T) {
	root := NewBlock()
	for range 100 {
		root.Kids = append(root.Kids, leaf(Stmt, "a"))
	}
	root.Text = make([]string, 101)
	tried := 0
	Tree(root, 50, 10, func(list []*Node) []bool { tried += len(list); return make([]bool, len(list)) })
	if tried < 50 || tried > 60 {
		t.Errorf("%d candidates, want 50", tried)
	}
}
