package generate

import "strings"

// beside reads a variable in an operand beside a call that changes it, which Go's compiler and translated code do in the
// same order although Go leaves it open. The note says whether the operand was computed after the call.
func (g *generator) beside() *node {
	p, ok := g.write(func(t *typ) bool { return t.kind != pointerKind && t.comparable(true) })
	if !ok || g.inline > 1 || strings.Contains(p.text, "frame.") {
		return g.assignment()
	}
	operands := []string{"P", "P", "[1]T{P}", "[2]T{P, P}", "struct{ a T; b int }{P, 1}", "[1][2]T{{0: P}}", "struct{ a [1]T }{[1]T{P}}"}
	switch p.typ.kind {
	case intKind:
		operands = append(operands, "P ^ 1", "P > 3", "float64(P)", "[20]T{7: P}")
	case stringKind:
		operands = append(operands, `P == "a"`, "len(P)")
	}
	operand := strings.NewReplacer("P", p.text, "T", p.typ.name).Replace(pick(g, operands...))
	// Parentheses: a literal in a condition would begin its block.
	return stmt("note("+g.label()+", b2i("+pick(g, "late", "same")+"("+operand+", ran(func() { "+p.text+" = $ })) == ("+operand+")))\n", g.nonConst(p.typ, 2))
}
