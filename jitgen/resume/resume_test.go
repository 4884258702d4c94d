package resume

import (
	"testing"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

var (
	nodeType = &layout.Type{ID: 2, Name: "Node", Size: 32}
	node     = &descr.Size{Type: nodeType}
	val      = &descr.Field{Loc: 1, Access: descr.Access{Kind: op.Int, Width: 8}, Owner: nodeType, Name: "val", Offset: 8}
	next     = &descr.Field{Loc: 2, Access: descr.Access{Kind: op.Ref, Width: 8}, Owner: nodeType, Name: "next", Offset: 16}
	items    = &descr.Array{Loc: 3, Access: descr.Access{Kind: op.Ref, Width: 8}, Type: &layout.Type{ID: 3, Name: "[]Node"}}
)

// env resolves by a table; other operands stand for themselves.
type env map[trace.Ref]Item

func (e env) Resolve(r trace.Ref) Item {
	if i, ok := e[r]; ok {
		return i
	}
	return Item{Ref: r}
}

func newTrace(kinds ...op.Kind) *trace.Trace { return trace.New("t", trace.NewPool(), kinds...) }

func TestNumberFrames(t *testing.T) {
	tr := newTrace(op.Int, op.Int, op.Ref)
	seven := tr.Int(7)
	outer := &trace.Snapshot{JitCode: 1, PC: 10, Values: []trace.Ref{2, seven}}
	inner := &trace.Snapshot{JitCode: 2, PC: 20, Values: []trace.Ref{1, 1, trace.None, 2}, Outer: outer}
	args, data := Number(tr, inner, Identity{}, nil)
	if got, want := data.String(), "[2@20 a1 a1 -0 a0][1@10 a0 7]"; got != want {
		t.Errorf("data %s, want %s", got, want)
	}
	if len(args) != 2 || args[0] != 2 || args[1] != 1 || data.NumArgs != 2 || data.Depth() != 2 {
		t.Errorf("fail arguments %v", args)
	}
	g := NewGuard(5, tr, args, data)
	if g.ID != 5 || g.Kinds[0] != op.Ref || g.Kinds[1] != op.Int {
		t.Errorf("guard %+v", g)
	}
}

// A virtual that refers to itself and to another, seen twice, is described once.
func TestNumberVirtuals(t *testing.T) {
	tr := newTrace(op.Ref, op.Ref, op.Int, op.Ref)
	a, b := &Virtual{Descr: node}, &Virtual{Descr: items, Length: 2}
	a.Fields = []Field{{Loc: next, Value: 0}, {Loc: val, Value: 2}}
	b.Fields = []Field{{Loc: items, Index: 1, Value: 0}}
	e := env{0: {Ref: 0, Virtual: a}, 1: {Ref: 1, Virtual: b}, 3: {Ref: 0, Virtual: a}}
	s := &trace.Snapshot{Values: []trace.Ref{1, 3}}
	args, data := Number(tr, s, e, []Pending{
		{Loc: val, Object: 0, Index: trace.None, Value: tr.Int(1)},
		{Loc: items, Object: 1, Index: 2, Value: 0},
	})
	want := "[0@0 v0 v1] v0=[]Node(2){[1]:v1} v1=Node{next:v1 val:a0} v1.val=1 v0.[a0]=v1"
	if got := data.String(); got != want {
		t.Errorf("data %s\nwant %s", got, want)
	}
	if len(args) != 1 || args[0] != 2 {
		t.Errorf("fail arguments %v", args)
	}
}

// Guards with the same outer frame share its encoding; different knowledge about it does not.
func TestSharing(t *testing.T) {
	tr := newTrace(op.Int, op.Int)
	outer := &trace.Snapshot{JitCode: 1, Values: []trace.Ref{0}}
	m := NewMemo(tr)
	_, one := m.Number(&trace.Snapshot{Values: []trace.Ref{1}, Outer: outer}, Identity{}, nil)
	_, two := m.Number(&trace.Snapshot{PC: 4, Outer: outer}, Identity{}, nil)
	if one.Top.Outer != two.Top.Outer {
		t.Error("equal outer frames are not shared")
	}
	_, three := m.Number(&trace.Snapshot{Outer: outer}, env{0: {Ref: tr.Int(3)}}, nil)
	if three.Top.Outer == one.Top.Outer || three.String() != "[0@0][1@0 3]" {
		t.Errorf("different outer frames are shared: %s", three)
	}
}
