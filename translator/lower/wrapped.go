package lower

import (
	"go/types"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// A pointer in an interface is the object that it points to: the type id in the object's header tells the dynamic type. Two pointers
// cannot be said so: nil, and one to what is embedded first in a larger object, whose header names the larger type. Those are
// wrapped, in a box of a type of its own that holds the pointer; the box of nil is made once.
//
//	conversion  p == nil ? nil box : header(p) != T ? new box : p
//	assertion   id == T ? x : id == box of T ? x.value : failed
//	method      an entry of the dispatch table for the box, which calls the method on what is in it
//
// Most types are never wrapped, and their code must not pay for it. Which ones are is known when all is lowered and the analysis
// of nil pointers is done: so boxes, and what is stored in the graphs about them, come into being only then (settle); where a type is
// not wrapped the tests are constants, and the code is as if there was no such thing.
//
// Rejected: an object of type T that stands for nil. Each successful assertion would compare with it, and traces guard that; a box has
// another type id, which costs nothing where the assertion succeeds, and another case in a jump table where there is one.

// wrapping is what is known of the pointers of one type in interfaces.
type wrapping struct {
	box *dynamicType // the type of boxes; nil if there are none
	// patches complete the operations about boxes that have been emitted.
	patches []func(box *dynamicType)
	// nilBox is the box of nil, not in the table of prebuilt objects while there are no boxes.
	nilBox *descr.Prebuilt
	needed bool // there are conversions of pointers that are surely nil
}

// wrapState is the part of lowering about them.
type wrapState struct {
	nilTests map[value]*dynamicType // conditions of conversions: the pointer is nil
	larger   []largerTest           // conditions: the object is larger
	boxTests []boxTest
	contents map[value]*dynamicType // loads of what is in a box
	asserted map[value]bool         // parameters for asserted pointers: x itself, or contents
	exact    []exactHint
}

type largerTest struct {
	g   *flow.Graph
	bad value
	of  *dynamicType
}

// boxTest is a comparison with the type id of boxes, and what holds without boxes.
type boxTest struct {
	g          *flow.Graph
	test, then value
	of         *dynamicType
}

type exactHint struct {
	g  *flow.Graph
	op *flow.Op
	of *dynamicType
}

func newWrapState() wrapState {
	return wrapState{nilTests: map[value]*dynamicType{}, contents: map[value]*dynamicType{}, asserted: map[value]bool{}}
}

// wrappable gives a pointer type its wrapping, unless it is of handles: what the host made is what the host sees.
func (l *lowerer) wrappable(d *dynamicType) {
	if d.box == nil && underIs[*types.Pointer](d.typ) && !l.prog.Handle(d.typ) {
		d.wrap = &wrapping{nilBox: &descr.Prebuilt{Name: "nil " + goName(d.typ)}}
	}
}

// needBoxes makes the type of a pointer type's boxes.
func (l *lowerer) needBoxes(d *dynamicType) {
	w := d.wrap
	box := &dynamicType{typ: d.typ, box: l.boxOf(d.typ), plain: d}
	box.id = box.box.typ.ID
	w.box = box
	w.nilBox.Index, w.nilBox.Type = len(l.table.Prebuilt), box.id
	l.table.Prebuilt = append(l.table.Prebuilt, w.nilBox)
	l.dynamic = append(l.dynamic, box)
	for _, p := range w.patches {
		p(box)
	}
	w.patches = nil
}

// later completes an operation when there are boxes.
func (w *wrapping) later(patch func(box *dynamicType)) {
	if w.box != nil {
		patch(w.box)
		return
	}
	w.patches = append(w.patches, patch)
}

// pointerToInterface converts a pointer. fresh: its object was just made, so it is of exactly this type.
func (b *builder) pointerToInterface(d *dynamicType, v value, fresh bool) value {
	if d.wrap == nil {
		b.refuseNil(d, v)
		return v
	}
	isNil := isNilConst(v)
	if isNil {
		d.wrap.needed = true
		return flow.PrebuiltRef(d.wrap.nilBox)
	}
	maybeNil := !b.isNonNil(v)
	mayBeLarger := !fresh && v.Const == nil
	if !maybeNil && !mayBeLarger {
		return v
	}
	join := b.joinBlock([]kind{op.Ref})
	if maybeNil {
		cond, other := b.int(op.PtrIsZero, v), b.g.NewBlock()
		b.l.wraps.nilTests[cond] = d
		b.branch(cond, flow.Edge{To: join, Args: []value{flow.PrebuiltRef(d.wrap.nilBox)}}, flow.Edge{To: other})
		b.cur = other
	}
	if mayBeLarger {
		bad := b.int(op.IntNe, b.int(op.TypeIDOf, v), flow.IntConst(int64(d.id)))
		b.l.wraps.larger = append(b.l.wraps.larger, largerTest{b.g, bad, d})
		larger := b.g.NewBlock()
		b.branch(bad, flow.Edge{To: larger}, flow.Edge{To: join, Args: []value{v}})
		b.cur = larger
		b.jump(join, b.newBox(d, v))
	} else {
		b.jump(join, v)
	}
	b.cur = join
	b.learn(nonNil, join.Params[0], nil)
	return join.Params[0]
}

// newBox wraps a pointer.
func (b *builder) newBox(d *dynamicType, v value) value {
	x := b.emit(op.New, op.Ref, nil)
	made := b.cur.Ops[len(b.cur.Ops)-1]
	b.emit(op.SetField, op.Void, nil, x, v)
	stored := b.cur.Ops[len(b.cur.Ops)-1]
	d.wrap.later(func(box *dynamicType) {
		made.Descr, stored.Descr = box.box.size, box.box.fields[0]
	})
	return x
}

// isBox compares a type id with that of a type's boxes. Without boxes the result is 0, and then, which may depend on it, is
// replaced by what holds without them.
func (b *builder) isBox(d *dynamicType, id value) value {
	number := flow.IntConst(0)
	test := b.int(op.IntEq, id, number)
	made := b.cur.Ops[len(b.cur.Ops)-1]
	d.wrap.later(func(box *dynamicType) { made.Args[1] = flow.IntConst(int64(box.id)) })
	b.l.wraps.boxTests = append(b.l.wraps.boxTests, boxTest{b.g, test, flow.IntConst(0), d})
	return test
}

// inBox reads what a box holds.
func (b *builder) inBox(d *dynamicType, x value) value {
	v := b.emit(op.GetFieldR, op.Ref, nil, x)
	made := b.cur.Ops[len(b.cur.Ops)-1]
	d.wrap.later(func(box *dynamicType) { made.Descr = box.box.fields[0] })
	b.l.wraps.contents[v] = d
	return v
}

// takePointer is the pointer in an interface that is known to hold one of this type, wrapped if isBox.
func (b *builder) takePointer(d *dynamicType, x, isBox value) value {
	v := b.choose(isBox, []kind{op.Ref}, func() []value { return []value{b.inBox(d, x)} }, func() []value { return []value{x} })[0]
	b.l.wraps.asserted[v] = true
	return v
}

// assertPointer lowers x.(*T), and v, ok := x.(*T). The test of the object's own type comes first, and ends a block: so
// what follows is what follows an assertion to any other type.
func (fl *funcLowerer) assertPointer(o *flow.Op, d *dynamicType, x value) {
	id := fl.typeID(x)
	if len(o.Results) == 1 {
		join, bad := fl.joinBlock([]kind{op.Ref}), fl.g.NewBlock()
		fl.wraps(d, x, id, join, flow.Edge{To: bad})
		fl.cur = bad
		fl.fault(fl.call(fl.l.assertFailed(o.Args[0].Type, o.Aux.(types.Type)), x)[0])
		fl.cur = join
		fl.learn(nonNil, x, nil)
		fl.set(o.Results[0], join.Params[0])
		return
	}
	v, ok := o.Results[0], o.Results[1]
	join := fl.joinBlock([]kind{op.Ref})
	if fl.block.Ops[len(fl.block.Ops)-1] == o && fl.onTrue(o, ok, func() {
		fl.learn(nonNil, x, nil)
		fl.set(v, join.Params[0])
	}) {
		fl.asserts = func(yes, no flow.Edge) {
			fl.wraps(d, x, id, join, no)
			fl.cur = join
			join.Term, join.Succs, join.Pos = flow.Jump, []flow.Edge{yes}, fl.pos
		}
		return
	}
	plain := fl.int(op.IntEq, id, flow.IntConst(int64(d.id)))
	isBox := fl.isBox(d, id)
	is := fl.int(op.IntOr, plain, isBox)
	fl.l.wraps.boxTests = append(fl.l.wraps.boxTests, boxTest{fl.g, is, plain, d})
	take := func() []value {
		fl.learn(nonNil, x, nil)
		return []value{fl.takePointer(d, x, isBox)}
	}
	if fl.onTrue(o, ok, func() { fl.set(v, take()...) }) {
		fl.set(ok, is)
		return
	}
	if len(fl.uses[v]) > 0 {
		fl.set(v, fl.choose(is, []kind{op.Ref}, take, func() []value { return []value{flow.NilRef()} })...)
	}
	fl.set(ok, is)
}

// wraps ends the block: to join with the pointer if the type id is that of d or its boxes, else to no.
func (fl *funcLowerer) wraps(d *dynamicType, x, id value, join *flow.Block, no flow.Edge) {
	fl.l.wraps.asserted[join.Params[0]] = true
	other, box := fl.g.NewBlock(), fl.g.NewBlock()
	fl.branch(fl.int(op.IntEq, id, flow.IntConst(int64(d.id))), flow.Edge{To: join, Args: []value{x}}, flow.Edge{To: other})
	fl.cur = other
	fl.branch(fl.isBox(d, id), flow.Edge{To: box}, no)
	fl.cur = box
	fl.jump(join, fl.inBox(d, x))
}

// recordExact: the hint that an interface holds a pointer of exactly one type says nothing of its object if that may be a box.
func (fl *funcLowerer) recordExact(d *dynamicType, x value) {
	fl.add(&flow.Op{Code: op.RecordExactClass, Args: []value{x, flow.IntConst(int64(d.id))}})
	if d.wrap != nil {
		fl.l.wraps.exact = append(fl.l.wraps.exact, exactHint{fl.g, fl.cur.Ops[len(fl.cur.Ops)-1], d})
	}
}

// refuseNil raises the panic of a conversion that is not possible: of nil handles of the host.
func (b *builder) refuseNil(d *dynamicType, v value) {
	if b.isNonNil(v) {
		return
	}
	bad, good := b.g.NewBlock(), b.g.NewBlock()
	b.branch(b.int(op.PtrIsZero, v), flow.Edge{To: bad}, flow.Edge{To: good})
	b.cur = bad
	b.trap(flow.TrapRefuse, b.pos.String()+": nil "+goName(d.typ)+" converted to an interface: it is a handle of a host package, which an interface cannot hold if it is nil; use a nil interface")
	b.cur = good
	b.learn(nonNil, v, nil)
}

// settle decides which types have boxes, completes the tables with them, and drops the checks and tests that cannot fail.
func (l *lowerer) settle() {
	for {
		a := l.analyseNil()
		more := false
		need := func(d *dynamicType) {
			if d.wrap.box == nil {
				l.needBoxes(d)
				more = true
			}
		}
		for _, d := range l.dynamic {
			if d.wrap != nil && (d.wrap.needed || a.wrapped[d]) {
				need(d)
			}
		}
		for _, t := range l.wraps.larger {
			if l.firstIn[t.of.id] {
				need(t.of)
			}
		}
		if !more {
			l.rewrite(a)
			return
		}
		l.finish()
	}
}

// rewrite replaces the tests whose outcome is known.
func (l *lowerer) rewrite(a *nilAnalysis) {
	known := map[*flow.Graph]map[value]value{}
	note := func(g *flow.Graph, test, is value) {
		if known[g] == nil {
			known[g] = map[value]value{}
		}
		known[g][test] = is
	}
	for _, t := range l.wraps.larger {
		if !l.firstIn[t.of.id] {
			note(t.g, t.bad, flow.IntConst(0))
		}
	}
	for _, t := range l.wraps.boxTests {
		if t.of.wrap.box == nil {
			note(t.g, t.test, t.then)
		}
	}
	drop := map[*flow.Op]bool{}
	for _, h := range l.wraps.exact {
		drop[h.op] = h.of.wrap.box != nil
	}
	for _, f := range l.prog.Funcs {
		if f.Graph == nil {
			continue
		}
		repl := known[f.Graph]
		if repl == nil {
			repl = map[value]value{}
		}
		if a.rewrite(f.Graph, repl, drop) {
			tidy(f.Graph)
		}
		if l.lowered[f] && switches(f.Graph) {
			tidy(f.Graph)
		}
	}
}

// number is the type id that stands for a dynamic type, wrapped or not.
func (d *dynamicType) number() layout.TypeID {
	if d.plain != nil {
		return d.plain.id
	}
	return d.id
}
