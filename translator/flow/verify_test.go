package flow

import (
	"strings"
	"testing"

	"kiln/jitgen/op"
)

func TestVerifyAccepts(t *testing.T) {
	if err := Verify(parse1(t, lowText), Low); err != nil {
		t.Error(err)
	}
	ok := strings.NewReplacer("  v12:string = go_builtin v2, 2.0:float64, zero:error : print\n", "",
		"  v15:*[]byte = go_convert v1\n", "").Replace(highText)
	if err := Verify(parse1(t, ok), High); err != nil {
		t.Error(err)
	}
}

func TestVerifyRejects(t *testing.T) {
	for _, c := range []struct {
		level Level
		body  string
		want  string
	}{
		{Low, "b0:\n  jump b0", "edge to the entry block"},
		{Low, "b0:\n  jump b1(1)\nb1:\n  return", "1 arguments for 0 parameters"},
		{Low, "b0:\n  jump b1(1)\nb1(r1):\n  return", "1 is of kind int, want ref"},
		{Low, "b0:\n  i1 = int_add 1\n  return", "int_add has 1 operands, want 2"},
		{Low, "b0:\n  i1 = int_add 1, nil\n  return", "operand 1 (nil) is of kind ref, want int"},
		{Low, "b0:\n  r1 = int_add 1, 2\n  return", "must have one result of kind int"},
		{Low, "b0:\n  int_add 1, 2\n  return", "must have one result of kind int"},
		{Low, "b0:\n  i1 = check_zero 1\n  return", "check_zero has a result"},
		{Low, "b0(r1):\n  i2 = getfield_i r1\n  return", "descriptor is <nil>, want \"field\""},
		{Low, "b0(r1):\n  i2 = getfield_i r1 : main.T.next\n  return", "main.T.next is of kind ref"},
		{Low, "b0(r1):\n  setfield r1, 1 : main.T.next\n  return", "operand 1 (1) is of kind int, want ref"},
		{Low, "b0(r1):\n  guard_nonnull r1\n  return", "guard_nonnull does not belong in flow graphs"},
		{Low, "b0(r1):\n  i2 = getresult_i 0\n  return", "getresult_i does not belong in flow graphs"},
		{Low, "b0:\n  go_store 1, 2\n  return", "go_store is not a low-level operation"},
		{Low, "b0:\n  i1 = int_neg i2\n  i2 = int_neg 1\n  return", "use of i2 is not dominated by its definition in b0"},
		{Low, "b0:\n  branch 1, b1, b2\nb1:\n  i1 = int_neg 1\n  jump b2\nb2:\n  i2 = int_neg i1\n  return", "use of i1 is not dominated by its definition in b1"},
		{Low, "b0:\n  return 1", "return of 1 values, want 0"},
		{Low, "b0:\n  switch 1, 3 => b1, 3 => b1, default => b1\nb1:\n  return", "case 3 twice"},
		{Low, "b0:\n  branch nil, b1, b1\nb1:\n  return", "is not an int"},
		{Low, "b0:\n  panic explicit", "panic 0 has 0 operands"},
		{Low, "b0(i1, i2):\n  merge_point i1 : driver\n  return", "merge_point has 1 operands, the block 2 parameters"},
		{Low, "b0(i1):\n  i2 = int_neg i1\n  merge_point i1 : driver\n  return", "merge_point is not the first operation"},
		{Low, "b0(i1):\n  r2 = can_enter_jit i1 : driver\n  return", "operand and result 0 differ in kind"},
		{High, "b0(v1:int):\n  v2:int = go_load v1\n  return", "loads int through int"},
		{High, "b0(v1:*int):\n  go_store v1, true:bool\n  return", "stores bool through *int"},
		{High, "b0(v1:int):\n  branch v1, b1, b1\nb1:\n  return", "condition v1 is not a bool"},
		{High, "b0(v1:int):\n  jump b1(true:bool)\nb1(v2:int):\n  return", "is of type bool, want int"},
		{High, "b0(v1:int):\n  v2:*int = go_fieldaddr v1 : 0\n  return", "no such field in int"},
		{High, "b0(v1:int):\n  v2:int = go_binop v1, _ : +\n  return", "operand 1 is absent"},
	} {
		g := parse1(t, c.level.String()+" func f {\n"+c.body+"\n}\n")
		err := Verify(g, c.level)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\nVerify = %v, want an error with %q", c.body, err, c.want)
		}
	}
}

// TestVerifyForeignValue: an operand of another graph has a plausible id but no definition here.
func TestVerifyForeignValue(t *testing.T) {
	g, h := parse1(t, lowText), parse1(t, lowText)
	g.Blocks[4].Args[0] = h.Blocks[4].Args[0]
	if err := Verify(g, Low); err == nil || !strings.Contains(err.Error(), "is not defined in the graph") {
		t.Errorf("Verify = %v", err)
	}
}

// TestPrivateOpsComplete: every operation of ops.go has a row of the right name in the table.
func TestPrivateOpsComplete(t *testing.T) {
	for i := range privateOps {
		c := op.FirstPrivate + op.Code(i)
		if privateOps[i].name == "" {
			t.Errorf("no name for private operation %d", i)
		}
		if back, ok := OpByName(OpName(c)); !ok || back != c {
			t.Errorf("OpByName(%q) = %d, want %d", OpName(c), back, c)
		}
	}
}

func TestVerifyOrElse(t *testing.T) {
	if err := Verify(parse1(t, "low func f -> r {\nb0(r1, r2):\n  r3 = or_else r1, r2\n  return r3\n}\n"), Low); err != nil {
		t.Error(err)
	}
	err := Verify(parse1(t, "low func f -> r {\nb0(i1, r2):\n  r3 = or_else i1, r2\n  return r3\n}\n"), Low)
	if err == nil || !strings.Contains(err.Error(), "or_else: operand 0 is of kind int, want ref") {
		t.Errorf("Verify = %v", err)
	}
}
