package metainterp

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// place is the location a load or store is about; ok is false for an item of unknown index.
func (m *MetaInterp) place(i *inst) (p place, ok bool) {
	loc := i.d.(descr.Location)
	p = place{loc: loc.Location(), obj: m.operand(i.f, op.Ref, i.regs[0])}
	if _, field := loc.(*descr.Field); field {
		return p, true
	}
	p.index = int64(i.words[1])
	return p, isConst(i.boxes[1])
}

// load reads a field or item. It is not recorded if the object is constant and the location immutable,
// or if the value is known. The access happens in any case, so folding reads nothing that the
// program would not.
func (m *MetaInterp) load(i *inst) Reason {
	acc := i.d.(descr.Location).Acc()
	word := exec.Do(&m.m, i.code, i.d, i.args())
	if acc.Immutable && i.allConst() {
		m.result(i, word, trace.None)
		return 0
	}
	p, constant := m.place(i)
	if !constant {
		m.result(i, word, m.loadItem(i, acc))
		return 0
	}
	box, ok := m.cache.load(p)
	if !ok && acc.Quasi && isConst(p.obj) && m.loadQuasi(i, p) {
		return 0
	}
	if ok {
		box = m.resolve(box)
	} else {
		box = m.emit(i)
		m.loadBounds(acc, box)
		m.cache.loaded(p, box)
	}
	m.result(i, word, box)
	return 0
}

// item is the location of a load or store at an index that is not constant.
func (m *MetaInterp) item(i *inst) item {
	base, off := m.split(m.operand(i.f, op.Int, i.regs[1]))
	return item{loc: i.d.(descr.Location).Location(), obj: m.operand(i.f, op.Ref, i.regs[0]), base: base, off: off}
}

// loadItem is the value of a load at an index that is not constant.
func (m *MetaInterp) loadItem(i *inst, acc *descr.Access) trace.Ref {
	e := m.item(i)
	if box, ok := m.cache.loadItem(e); ok {
		return m.resolve(box)
	}
	e.value = m.emit(i)
	m.loadBounds(acc, e.value)
	m.cache.noteItem(e)
	return e.value
}

// storeItem notes a store at an index that is not constant. What is read back later must be what was stored: a
// value that may not fit the location is not remembered.
func (m *MetaInterp) storeItem(i *inst, value trace.Ref) {
	e := m.item(i)
	m.cache.forgetConstant(e.loc)
	m.cache.clobberItem(e.loc, e.obj, e.base, e.off)
	if i.kinds[i.n-1] == op.Ref {
		m.cache.escape(value)
	}
	lo, hi, narrow := accessBounds(i.d.(descr.Location).Acc())
	if l, h := m.limits(i, i.n-1); i.kinds[i.n-1] == op.Float || narrow && (l < lo || h > hi) {
		return
	}
	e.value = value
	m.cache.noteItem(e)
}

func (m *MetaInterp) store(i *inst) Reason {
	m.emit(i)
	exec.Do(&m.m, i.code, i.d, i.args())
	last := i.n - 1
	value := m.operand(i.f, i.kinds[last], i.regs[last])
	p, constant := m.place(i)
	if !constant {
		m.storeItem(i, value)
		return 0
	}
	m.cache.store(p, value)
	if i.kinds[last] == op.Ref {
		m.cache.put(p.obj, value)
	}
	return 0
}

func (m *MetaInterp) arrayLen(i *inst) Reason {
	word := exec.Do(&m.m, i.code, i.d, i.args())
	box := i.boxes[0]
	if isConst(box) {
		m.result(i, word, trace.None)
		return 0
	}
	length := m.cache.fact(box).length
	if length == trace.None {
		length = m.emit(i)
		m.narrow(length, 0, layout.MaxLen)
		m.cache.setLength(box, length)
	}
	m.result(i, word, m.resolve(length))
	return 0
}

// allocate makes an object that nobody else knows. It may collect: no word read before is used after.
func (m *MetaInterp) allocate(i *inst) Reason {
	box := m.emit(i)
	word := exec.Do(&m.m, i.code, i.d, i.args())
	switch d := i.d.(type) {
	case *descr.Size:
		m.cache.setFresh(box, uint32(d.Type.ID))
		if m.ownable(d) {
			m.own(box, word)
		}
	case *descr.Array:
		m.cache.setFresh(box, uint32(d.Type.ID))
		m.cache.setLength(box, m.operand(i.f, op.Int, i.regs[0]))
	}
	m.result(i, word, box)
	return 0
}

// bulk writes many items at once.
func (m *MetaInterp) bulk(i *inst) Reason {
	m.emit(i)
	exec.Do(&m.m, i.code, i.d, i.args())
	for n, k := range i.kinds[:i.n] {
		if k == op.Ref {
			m.cache.escape(m.operand(i.f, op.Ref, i.regs[n]))
		}
	}
	for _, l := range m.arrays.of(i.d.(*descr.Array)) {
		m.cache.forget(l)
	}
	return 0
}

// bytes reads ranges of bytes; of constant strings it folds.
func (m *MetaInterp) bytes(i *inst) Reason {
	if i.d.(*descr.Array).Immutable && i.allConst() {
		m.result(i, exec.Do(&m.m, i.code, i.d, i.args()), trace.None)
		return 0
	}
	return m.plain(i)
}

// holds says whether a check passes.
func holds(code op.Code, a []uint64) bool {
	switch code {
	case op.CheckIndex:
		return a[0] < a[1]
	case op.CheckSlice, op.CheckSliceLen:
		return a[0] <= a[1] && a[1] <= a[2]
	case op.CheckNil, op.CheckZero:
		return a[0] != 0
	case op.CheckShift:
		return int64(a[0]) >= 0
	case op.CheckLen:
		return a[0] <= layout.MaxLen
	}
	panic("metainterp: no such check: " + code.String())
}
