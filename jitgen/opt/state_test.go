package opt

import (
	"strings"
	"testing"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// meetFixture has a run with an integer and a reference as inputs, and virtual boxes and pairs at hand.
type meetFixture struct {
	*run
	box, pair *descr.Size
	val, a    *descr.Field
}

func newMeetFixture(t *testing.T) *meetFixture {
	f := newFixture(t)
	in := trace.New("test", trace.NewPool(), op.Int, op.Ref)
	res := &Result{}
	r := New(f.ns.Program, Config{}).start(in, res)
	r.inputs(in)
	return &meetFixture{r, f.ns.Lookup("size", "main.Box").(*descr.Size), f.ns.Lookup("size", "main.Pair").(*descr.Size),
		f.ns.Lookup("field", "main.Box.val").(*descr.Field), f.ns.Lookup("field", "main.Pair.a").(*descr.Field)}
}

func (f *meetFixture) newBox() trace.Ref {
	return f.newVirtual(&virtual{size: f.box, fields: []virtualField{{f.val, 0}}})
}

func (f *meetFixture) kindsOf(s *state) string {
	var words []string
	for _, n := range s.vars {
		words = append(words, [...]string{"value", "const", "virtual"}[s.nodes[n].kind])
	}
	return strings.Join(words, " ")
}

func (f *meetFixture) check(t *testing.T, s *state, vars []trace.Ref, want string, changed bool) *meeting {
	t.Helper()
	m := f.meet(s, vars, f.newValue)
	if got := f.kindsOf(m.new); got != want || m.changed != changed {
		t.Errorf("%s, changed %v; want %s, %v", got, m.changed, want, changed)
	}
	if again := f.meet(m.new, vars, f.newValue); again.changed {
		t.Errorf("meeting the result once more changes it to %s", f.kindsOf(again.new))
	}
	return m
}

// The same virtual structure on both sides stays.
func TestMeetSame(t *testing.T) {
	f := newMeetFixture(t)
	s := f.export([]trace.Ref{f.newBox(), 1})
	f.check(t, s, []trace.Ref{f.newBox(), 1}, "virtual value", false)
}

// Two virtual nodes cannot stand for one object: the body takes them for different ones.
func TestMeetTwoNodesOneObject(t *testing.T) {
	f := newMeetFixture(t)
	s := f.export([]trace.Ref{f.newBox(), f.newBox()})
	b := f.newBox()
	f.check(t, s, []trace.Ref{b, b}, "value value", true)
}

// One virtual node cannot stand for two objects.
func TestMeetOneNodeTwoObjects(t *testing.T) {
	f := newMeetFixture(t)
	b := f.newBox()
	s := f.export([]trace.Ref{b, b})
	m := f.check(t, s, []trace.Ref{f.newBox(), f.newBox()}, "value value", true)
	if leaves := m.new.leaves(); len(leaves) != 2 || leaves[0] == leaves[1] {
		t.Errorf("label arguments %v", leaves)
	}
}

// An object that has to exist drags along what it refers to, even if that is a virtual node elsewhere.
func TestMeetReachable(t *testing.T) {
	f := newMeetFixture(t)
	s := f.export([]trace.Ref{1, f.newBox()})
	b := f.newBox()
	p := f.newVirtual(&virtual{size: f.pair, fields: []virtualField{{f.a, b}}})
	f.check(t, s, []trace.Ref{p, b}, "value value", true)
	f.check(t, s, []trace.Ref{f.newVirtual(&virtual{size: f.pair}), f.newBox()}, "value virtual", false)
}

// The same in the preamble: a node that has to exist at its end drags along the nodes in it.
func TestMeetReachableNode(t *testing.T) {
	f := newMeetFixture(t)
	b := f.newBox()
	p := f.newVirtual(&virtual{size: f.pair, fields: []virtualField{{f.a, b}}})
	s := f.export([]trace.Ref{p, b})
	f.check(t, s, []trace.Ref{1, f.newBox()}, "value value", true)
}

// Constants that differ become an argument; it is a copy in the preamble.
func TestMeetConstants(t *testing.T) {
	f := newMeetFixture(t)
	s := f.export([]trace.Ref{f.int(1), f.int(2)})
	m := f.check(t, s, []trace.Ref{f.int(1), f.int(3)}, "const value", true)
	if len(m.new.copies) != 1 || m.new.copies[0].of != f.int(2) {
		t.Errorf("copies %v", m.new.copies)
	}
	if b := m.new.nodes[m.new.vars[1]].facts.bounds; b.lo != 2 || b.hi != 3 {
		t.Errorf("bounds %+v", b)
	}
}

// Facts weaken to what both sides imply; a range gives way for good the second time.
func TestMeetFacts(t *testing.T) {
	f := facts{class: 2, nonnull: true, bounds: between(0, 10)}
	m := f.meet(facts{class: 3, nonnull: true, bounds: between(0, 11)})
	if m.class != 0 || !m.nonnull || m.bounds.hi != 11 || m.bounds.lo != 0 {
		t.Errorf("%+v", m)
	}
	m = m.meet(facts{bounds: between(0, 12)})
	if m.nonnull || m.bounds.hi != anything.hi || m.bounds.lo != 0 {
		t.Errorf("%+v", m)
	}
	for _, side := range []facts{f, {bounds: between(0, 12)}} {
		if !side.implies(m) {
			t.Errorf("%+v does not imply %+v", side, m)
		}
	}
}

// A field that one side does not have is zero there.
func TestMeetFields(t *testing.T) {
	f := newMeetFixture(t)
	empty := func() trace.Ref { return f.newVirtual(&virtual{size: f.box}) }
	for _, c := range []struct {
		name    string
		old, at trace.Ref
		jump    trace.Ref // the field's value at the jump
	}{{"old", f.newBox(), empty(), f.int(0)}, {"new", empty(), f.newBox(), 0}} {
		m := f.check(t, f.export([]trace.Ref{c.old}), []trace.Ref{c.at}, "virtual", c.name == "new")
		n := &m.new.nodes[m.new.vars[0]]
		if len(n.fields) != 1 || m.new.nodes[n.fields[0].node].kind != valueNode {
			t.Fatalf("field set in the %s state only: fields %+v", c.name, n.fields)
		}
		if leaf := m.new.nodes[n.fields[0].node].ref; m.jump[leaf] != c.jump {
			t.Errorf("field set in the %s state only: %d at the jump, want %d", c.name, m.jump[leaf], c.jump)
		}
	}
}

// Each part of facts counts.
func TestImplies(t *testing.T) {
	f := facts{class: 2, nonnull: true, bounds: between(0, 10)}
	for _, weaker := range []facts{
		{class: 3, nonnull: true, bounds: between(0, 10)},
		{class: 2, bounds: between(0, 10)},
		{class: 2, nonnull: true, bounds: between(-1, 10)},
		{class: 2, nonnull: true, bounds: between(0, 11)},
		nothing,
	} {
		if weaker.implies(f) {
			t.Errorf("%+v implies %+v", weaker, f)
		}
	}
	if !f.implies(f) || !f.implies(nothing) {
		t.Errorf("%+v does not imply itself, or more than nothing", f)
	}
}
