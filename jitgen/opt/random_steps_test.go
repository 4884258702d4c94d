package opt

import (
	"math/rand"

	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// What a random trace is made of, one step after the other.

var (
	binaryOps = []op.Code{op.IntAdd, op.IntAdd, op.IntSub, op.IntMul, op.IntAnd, op.IntOr, op.IntXor, op.IntShl, op.IntShr, op.UintShr}
	unaryOps  = []op.Code{op.IntNeg, op.IntInvert, op.IntZext8, op.IntZext16, op.IntSext8, op.IntSext32, op.IntIsZero, op.IntIsTrue, op.IntZext8}
	compares  = []op.Code{op.IntEq, op.IntNe, op.IntLt, op.IntLe, op.IntGt, op.IntGe, op.UintLt, op.UintLe, op.UintGt, op.UintGe}
	floatOps  = []op.Code{op.FloatAdd, op.FloatSub, op.FloatMul, op.FloatDiv}
	intFields = []string{"sum", "small", "half", "fixed"}
)

func choose[T any](r *rand.Rand, list []T) T { return list[r.Intn(len(list))] }

// step records one random thing.
func (g *generator) step() {
	steps := []func(){g.arithmetic, g.arithmetic, g.compare, g.floats, g.boxes, g.boxes, g.nodes, g.frames, g.frames,
		g.items, g.items, g.chain, g.chain, g.view, g.pointsView, g.text, g.bytes, g.boxItems, g.references, g.calls, g.newObject, g.newObject, g.promote}
	choose(g.r, steps)()
}

func (g *generator) arithmetic() {
	if g.r.Intn(3) == 0 {
		g.add(tInt, g.emit(choose(g.r, unaryOps), nil, g.pick(tInt)))
		return
	}
	g.add(tInt, g.emit(choose(g.r, binaryOps), nil, g.pick(tInt), g.pick(tInt)))
}

func (g *generator) compare() {
	v := g.emit(choose(g.r, compares), nil, g.pick(tInt), g.pick(tInt))
	g.add(tInt, v)
	g.branch(v)
}

// branch records a guard on a truth value, most of the time.
func (g *generator) branch(v trace.Ref) {
	if g.r.Intn(g.calm+1) != 0 {
		return
	}
	if g.word(v) != 0 {
		g.guard(op.GuardTrue, v)
	} else {
		g.guard(op.GuardFalse, v)
	}
}

func (g *generator) floats() {
	switch g.r.Intn(4) {
	case 0:
		g.add(tFloat, g.emit(op.FloatNeg, nil, g.pick(tFloat)))
	case 1:
		g.add(tFloat, g.emit(op.FloatRound32, nil, g.pick(tFloat)))
	case 2:
		g.branch(g.emit(op.FloatLt, nil, g.pick(tFloat), g.pick(tFloat)))
	default:
		g.add(tFloat, g.emit(choose(g.r, floatOps), nil, g.pick(tFloat), g.pick(tFloat)))
	}
}

func (g *generator) boxes() {
	if g.r.Intn(2) == 0 {
		g.add(tInt, g.emit(op.GetFieldI, g.w.field("Box.val"), g.pick(tBox)))
	} else {
		g.emit(op.SetField, g.w.field("Box.val"), g.pick(tBox), g.pick(tInt))
	}
}

func (g *generator) nodes() {
	p := g.pick(tNode)
	switch g.r.Intn(6) {
	case 0:
		g.add(tInt, g.emit(op.GetFieldI, g.w.field("Node.val"), p))
	case 1:
		g.add(tBox, g.emit(op.GetFieldR, g.w.field("Node.box"), p))
	case 2:
		g.emit(op.SetField, g.w.field("Node.box"), p, g.pick(tBox))
	case 3:
		g.emit(op.SetField, g.w.field("Node.next"), p, g.pick(tNodeOrNil))
	default:
		n := g.add(tNodeOrNil, g.emit(op.GetFieldR, g.w.field("Node.next"), p))
		switch {
		case g.word(n) == 0:
			g.guard(op.GuardIsnull, n)
		case g.r.Intn(2) == 0:
			g.guard(op.GuardNonnull, n)
			g.add(tNode, n)
		default:
			g.guard(op.GuardNonnullClass, n, g.t.Int(int64(g.w.ns.Type("Node").ID)))
			g.add(tNode, n)
		}
	}
}

func (g *generator) frames() {
	p := g.pick(tFrame)
	f := g.w.field("Frame." + choose(g.r, intFields))
	switch g.r.Intn(8) {
	case 0, 1:
		g.add(tInt, g.emit(op.GetFieldI, f, p))
	case 2, 3:
		if !f.Access.Immutable {
			g.emit(op.SetField, f, p, g.pick(tInt))
		}
	case 4:
		g.add(tFloat, g.emit(op.GetFieldF, g.w.field(choose(g.r, []string{"Frame.f", "Frame.f32"})), p))
	case 5:
		g.emit(op.SetField, g.w.field(choose(g.r, []string{"Frame.f", "Frame.f32"})), p, g.pick(tFloat))
	case 6:
		v, name := g.part()
		g.add(v, g.emit(op.GetFieldR, g.w.field(name), p))
	default:
		v, name := g.part()
		g.emit(op.SetField, g.w.field(name), p, g.pick(v))
	}
}

func (g *generator) part() (vtype, string) {
	v := choose(g.r, []vtype{tBox, tNode, tInts, tBoxes})
	return v, map[vtype]string{tBox: "Frame.box", tNode: "Frame.node", tInts: "Frame.arr", tBoxes: "Frame.boxes"}[v]
}

// index records a checked index into an array of 4.
func (g *generator) index(p trace.Ref, d *descr.Array) trace.Ref {
	i := g.pick(tInt)
	if g.word(i) >= 4 {
		switch g.r.Intn(2) {
		case 0:
			i = g.emit(op.IntAnd, nil, i, g.t.Int(3))
		default:
			i = g.t.Int(int64(g.r.Intn(4)))
		}
	}
	g.emit(op.CheckIndex, nil, i, g.emit(op.ArrayLen, d, p))
	return i
}

func (g *generator) items() { g.array(tInts, tInt, "[]int", op.GetArrayItemI) }

func (g *generator) bytes() { g.array(tBytes, tInt, "[]uint8", op.GetArrayItemI) }

func (g *generator) boxItems() { g.array(tBoxes, tBox, "[]ref", op.GetArrayItemR) }

func (g *generator) array(v, item vtype, name string, load op.Code) {
	p, d := g.pick(v), g.w.array(name)
	value := g.pick(item)
	i := g.index(p, d)
	if g.r.Intn(2) == 0 {
		g.add(item, g.emit(load, d, p, i))
	} else {
		g.emit(op.SetArrayItem, d, p, i, value)
		if next := g.emit(op.IntAdd, nil, i, g.t.Int(1)); g.word(next) < 4 && g.r.Intn(2) == 0 {
			g.emit(op.CheckIndex, nil, next, g.emit(op.ArrayLen, d, p))
			g.add(item, g.emit(load, d, p, next))
		}
	}
	if v == tInts && g.r.Intn(8) == 0 {
		to := g.pick(v)
		g.emit(op.ArrayCopy, d, p, g.t.Int(0), to, g.t.Int(1), g.t.Int(3))
	}
}

// view fills a new array and reads it as immutable.
func (g *generator) view() {
	array := g.w.array("[]int")
	p := g.emit(op.NewArray, array, g.t.Int(3))
	if g.r.Intn(2) == 0 {
		call := g.w.callDescr("keep")
		p = g.emit(op.CallR, call, g.t.Int(int64(call.Func)), p)
	}
	for i := int64(0); i < 3; i++ {
		g.emit(op.SetArrayItem, array, p, g.t.Int(i), g.pick(tInt))
	}
	g.add(tInt, g.emit(op.GetArrayItemI, g.w.array("[]int@immutable"), p, g.t.Int(int64(g.r.Intn(3)))))
}

// pointsView does it with an array of structs.
func (g *generator) pointsView() {
	field := func(array, name string) descr.Descr { return g.w.ns.Lookup("interior", array+"."+name) }
	p := g.emit(op.NewArray, g.w.array("[]Pt"), g.t.Int(3))
	for range 2 + g.r.Intn(4) {
		i := g.t.Int(int64(g.r.Intn(3)))
		switch g.r.Intn(3) {
		case 0:
			g.emit(op.SetInterior, field("[]Pt", "y"), p, i, g.pick(tFloat))
		default:
			g.emit(op.SetInterior, field("[]Pt", choose(g.r, []string{"x", "z"})), p, i, g.pick(tInt))
		}
	}
	if g.r.Intn(3) == 0 {
		i := g.t.Int(int64(g.r.Intn(3)))
		g.add(tFloat, g.emit(op.GetInteriorF, field("[]Pt@immutable", "y"), p, i))
	}
	i := g.t.Int(int64(g.r.Intn(3)))
	g.add(tInt, g.emit(op.GetInteriorI, field("[]Pt@immutable", choose(g.r, []string{"x", "z"})), p, i))
}

// text makes a string of bytes, one by one and by copies, and reads it or copies it to bytes.
func (g *generator) text() {
	text := g.w.array("text")
	s := g.emit(op.NewArray, text, g.t.Int(4))
	if g.r.Intn(3) > 0 { // it exists
		call := g.w.callDescr("keep")
		s = g.emit(op.CallR, call, g.t.Int(int64(call.Func)), s)
	}
	for range 1 + g.r.Intn(5) {
		if g.r.Intn(4) == 0 {
			to := int64(g.r.Intn(3))
			g.emit(op.ArrayCopy, g.w.array("text<-[]uint8"), g.pick(tBytes), g.t.Int(0), s, g.t.Int(to), g.t.Int(1+int64(g.r.Intn(int(4-to)))))
		} else {
			g.emit(op.SetArrayItem, text, s, g.t.Int(int64(g.r.Intn(4))), g.pick(tInt))
		}
	}
	if g.r.Intn(2) == 0 {
		b, i := g.pick(tBytes), g.t.Int(int64(g.r.Intn(4)))
		if g.r.Intn(2) == 0 {
			g.emit(op.SetArrayItem, g.w.array("[]uint8"), b, i, g.pick(tInt))
		}
		g.emit(op.ArrayCopy, g.w.array("[]uint8<-text"), s, g.t.Int(0), b, g.t.Int(0), g.t.Int(1+int64(g.r.Intn(4))))
		g.add(tInt, g.emit(op.GetArrayItemI, g.w.array("[]uint8"), b, i))
		return
	}
	g.add(tInt, g.emit(op.GetArrayItemI, text, s, g.t.Int(int64(g.r.Intn(4)))))
}

func (g *generator) references() {
	v := choose(g.r, []vtype{tBox, tNode, tInts})
	x, y := g.pick(v), g.pick(v)
	switch g.r.Intn(4) {
	case 0:
		g.guard(op.GuardClass, x, g.t.Int(int64(exec.TypeID(g.word(x)))))
	case 1:
		id := g.emit(op.TypeIDOf, nil, x)
		g.guard(op.GuardValueI, id, g.t.Int(int64(g.word(id))))
	default:
		g.branch(g.emit(op.PtrEq, nil, x, y))
	}
}

func (g *generator) calls() {
	fn := func(name string) (trace.Ref, *descr.Call) {
		d := g.w.callDescr(name)
		return g.t.Int(int64(d.Func)), d
	}
	switch g.r.Intn(6) {
	case 0:
		f, d := fn("opaque")
		g.call(op.CallN, d, f)
	case 1:
		p := g.pick(tFrame)
		f, d := fn("sum")
		g.add(tInt, g.call(op.CallI, d, f, p))
	case 2:
		p, i := g.pick(tBox), g.pick(tInt)
		f, d := fn("poke")
		g.call(op.CallN, d, f, p, i)
	case 3:
		x, y := g.pick(tInt), g.pick(tInt)
		f, d := fn("hash")
		g.add(tInt, g.call(op.CallPureI, d, f, x, y))
		if g.r.Intn(2) == 0 {
			g.add(tInt, g.emit(op.GetResultI, nil, g.t.Int(1)))
		}
	case 4: // twice: results of calls that are no more alike than they look
		x, y := g.pick(tInt), g.pick(tInt)
		for i := 0; i < 2; i++ {
			f, d := fn("hash")
			g.add(tInt, g.call(op.CallPureI, d, f, x, y))
			g.add(tInt, g.emit(op.GetResultI, nil, g.t.Int(1)))
			f, d = fn("pair")
			g.add(tInt, g.call(op.CallI, d, f, x))
			g.add(tInt, g.emit(op.GetResultI, nil, g.t.Int(1)))
		}
	default:
		v := choose(g.r, []vtype{tBox, tNode, tInts})
		p := g.pick(v)
		f, d := fn("keep")
		g.add(v, g.call(op.CallR, d, f, p))
	}
}

func (g *generator) call(code op.Code, d *descr.Call, args ...trace.Ref) trace.Ref {
	return g.emit(code, d, args...)
}

func (g *generator) newObject() { g.allocate(vtype(tBox) + vtype(g.r.Intn(int(numTypes-tBox)))) }

// promote records guard_value of an integer, and of an object that was there before.
func (g *generator) promote() {
	if i := g.pick(tInt); !i.IsConst() && g.r.Intn(2*g.calm) == 0 {
		g.guard(op.GuardValueI, i, g.t.Int(int64(g.word(i))))
	}
	v := choose(g.r, []vtype{tBox, tNode, tFrame})
	if p := g.pick(v); !p.IsConst() && uintptr(g.word(p)) < g.w.start && g.r.Intn(2*g.calm) == 0 {
		c := g.t.Consts.Intern(trace.Const{Kind: op.Ref, Bits: g.word(p)})
		g.guard(op.GuardValueR, p, c)
		g.add(v, c)
	}
}
