package tracegen

import (
	"kiln/gc/layout"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Guards and checks: those that hold, as the generator executes while it records.

func (g *Generator) anyGuard() {
	switch g.rng.IntN(8) {
	case 0:
		if len(g.vals)%4 == 0 {
			g.guard(op.GuardNoAction)
		} else {
			g.guard(op.GuardNotInvalidated)
		}
	case 1:
		if v := g.anyVal(op.Int); v != nil {
			g.guard(op.GuardValueI, v.ref, g.int(int64(v.word)))
		}
	case 2:
		for _, v := range g.vals {
			if v.implies(aBool) {
				g.guardBool(v.ref)
				return
			}
		}
		g.compare()
	case 3:
		for _, i := range g.rng.Perm(len(g.vals)) {
			if v := g.vals[i]; v.number {
				g.guard(op.GuardValueF, v.ref, g.t.Consts.Intern(trace.Const{Kind: op.Float, Bits: v.word}))
				return
			}
		}
	case 4:
		if v := g.anyVal(op.Ref); v != nil {
			g.guardValueR(v)
		}
	default:
		if v := g.anyVal(op.Ref); v != nil {
			g.guardRef(v)
		}
	}
}

func (g *Generator) anyVal(k op.Kind) *val {
	for _, i := range g.rng.Perm(len(g.vals)) {
		if g.vals[i].kind == k {
			return &g.vals[i]
		}
	}
	return nil
}

func (g *Generator) guardValueR(v *val) {
	for i, f := range fixtures {
		if f.immortal && g.w.named[i] == v.word || g.rng.IntN(200) == 0 && f.immortal {
			g.guard(op.GuardValueR, v.ref, g.t.Consts.Intern(trace.Const{Kind: op.Ref, Bits: g.w.named[i]}))
			return
		}
	}
}

// guardRef learns something about a reference.
func (g *Generator) guardRef(v *val) {
	if v.word == 0 {
		g.guard(op.GuardIsnull, v.ref)
		return
	}
	class := exec.TypeID(v.word)
	id := g.int(int64(class))
	switch {
	case v.nonnil:
		g.guard(op.GuardClass, v.ref, id)
	case g.rng.IntN(2) == 0:
		g.guard(op.GuardNonnullClass, v.ref, id)
	default:
		g.guard(op.GuardNonnull, v.ref)
		v.nonnil = true
		return
	}
	if g.rng.IntN(4) == 0 {
		g.emit(op.RecordExactClass, nil, fact{}, v.ref, id)
	}
	v.nonnil, v.exact = true, true
	if class == uint64(g.w.typ(pair).ID) {
		v.shape = pair
	}
}

// check adds a check that holds now.
func (g *Generator) check() {
	x := g.find(anInt)
	w := g.word(x)
	switch g.rng.IntN(6) {
	case 0:
		if w != 0 {
			g.emit(op.CheckZero, nil, fact{}, x)
			if v := g.maybeVal(x); v != nil {
				v.nonzero = true
			}
		}
	case 1:
		if int64(w) >= 0 {
			g.emit(op.CheckShift, nil, fact{}, x)
		}
	case 2:
		if w <= layout.MaxLen {
			g.emit(op.CheckLen, nil, fact{}, x)
		}
	case 3:
		low, high := g.find(anIndex), g.find(anInt)
		if g.word(low) <= g.word(high) && g.word(high) <= w && int64(w) >= 0 {
			g.emit([]op.Code{op.CheckSlice, op.CheckSliceLen}[w%2], nil, fact{}, low, high, x)
		}
	case 4:
		if i := g.find(anInt); g.word(i) < w && int64(w) >= 0 {
			g.emit(op.CheckIndex, nil, fact{}, i, x)
		}
	case 5:
		if v := g.anyVal(op.Ref); v != nil && v.word != 0 {
			g.emit(op.CheckNil, nil, fact{}, v.ref)
			v.nonnil = true
		}
	}
}

func (g *Generator) maybeVal(r trace.Ref) *val {
	if r.IsConst() {
		return nil
	}
	return g.val(r)
}
