package tracegen

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

var (
	anInt   = fact{kind: op.Int}
	aBool   = fact{kind: op.Int, boolean: true}
	aFloat  = fact{kind: op.Float}
	aNumber = fact{kind: op.Float, number: true}
	anIndex = fact{kind: op.Int, small: true}
	nonzero = fact{kind: op.Int, nonzero: true}
)

func object(s shape) fact { return fact{kind: op.Ref, shape: s, nonnil: true} }

// choices are what a body consists of, with weights.
var choices = []struct {
	weight int
	make   func(g *Generator)
}{
	{14, (*Generator).intBinary}, {3, (*Generator).intUnary}, {6, (*Generator).compare}, {2, (*Generator).pointers},
	{6, (*Generator).floats}, {3, (*Generator).casts}, {9, (*Generator).loadField}, {8, (*Generator).storeField},
	{5, (*Generator).item}, {3, (*Generator).interior}, {2, (*Generator).bulk}, {1, (*Generator).bytes},
	{4, (*Generator).allocate}, {5, (*Generator).call}, {12, (*Generator).anyGuard}, {4, (*Generator).check}, {2, (*Generator).types},
	{1, (*Generator).misc},
}

func (g *Generator) body(n int) {
	total := 0
	for _, c := range choices {
		total += c.weight
	}
	for range n {
		pick := g.rng.IntN(total)
		for _, c := range choices {
			if pick -= c.weight; pick < 0 {
				c.make(g)
				break
			}
		}
	}
}

func (g *Generator) pick(codes ...op.Code) op.Code { return codes[g.rng.IntN(len(codes))] }

func (g *Generator) intBinary() {
	code := g.pick(op.IntAdd, op.IntAdd, op.IntSub, op.IntMul, op.IntDiv, op.IntMod, op.UintDiv, op.UintMod,
		op.IntAnd, op.IntOr, op.IntXor, op.IntShl, op.IntShr, op.UintShr, op.UintMulHi)
	x, second := g.find(anInt), anInt
	switch code {
	case op.IntDiv, op.IntMod, op.UintDiv, op.UintMod:
		second = nonzero
	case op.IntShl, op.IntShr, op.UintShr:
		if g.rng.IntN(2) == 0 {
			g.emit(code, nil, anInt, x, g.int(int64(g.rng.IntN(70))))
			return
		}
	}
	g.emit(code, nil, anInt, x, g.find(second))
}

func (g *Generator) intUnary() {
	g.emit(g.pick(op.IntNeg, op.IntInvert, op.IntSext8, op.IntSext16, op.IntSext32, op.IntZext8, op.IntZext16, op.IntZext32, op.SameAsI), nil, anInt, g.find(anInt))
}

// compare makes a comparison, and often a guard on it.
func (g *Generator) compare() {
	var c trace.Ref
	switch g.rng.IntN(6) {
	case 0:
		c = g.emit(g.pick(op.IntIsZero, op.IntIsTrue), nil, aBool, g.find(anInt))
	case 2:
		c = g.emit(g.pick(op.IntAddFits, op.IntSubFits, op.IntMulFits), nil, aBool, g.find(anInt), g.find(anInt))
	case 1:
		c = g.emit(g.pick(op.FloatEq, op.FloatNe, op.FloatLt, op.FloatLe, op.FloatGt, op.FloatGe), nil, aBool, g.find(aFloat), g.find(aFloat))
	default:
		c = g.emit(g.pick(op.IntEq, op.IntNe, op.IntLt, op.IntLe, op.IntGt, op.IntGe, op.UintLt, op.UintLe, op.UintGt, op.UintGe),
			nil, aBool, g.find(anInt), g.find(anInt))
	}
	if g.rng.IntN(3) > 0 {
		g.guardBool(c)
	}
}

// guardBool adds a guard on a 0 or 1 that holds now, or now and then one that fails.
func (g *Generator) guardBool(c trace.Ref) {
	code := op.GuardFalse
	if g.word(c) != 0 {
		code = op.GuardTrue
	}
	if g.rng.IntN(30) == 0 {
		code ^= op.GuardTrue ^ op.GuardFalse
	}
	g.guard(code, c)
}

func (g *Generator) pointers() {
	a := fact{kind: op.Ref, shape: shape(1 + g.rng.IntN(int(numShapes)-1))}
	if g.rng.IntN(3) == 0 {
		g.emit(g.pick(op.PtrIsZero, op.PtrNonzero), nil, aBool, g.find(a))
		return
	}
	g.emit(g.pick(op.PtrEq, op.PtrNe), nil, aBool, g.find(a), g.find(a))
}

func (g *Generator) floats() {
	if g.rng.IntN(4) == 0 {
		g.emit(g.pick(op.FloatNeg, op.FloatAbs, op.FloatSqrt, op.FloatRound32, op.SameAsF), nil, aFloat, g.find(aFloat))
		return
	}
	g.emit(g.pick(op.FloatAdd, op.FloatSub, op.FloatMul, op.FloatDiv), nil, aFloat, g.find(aFloat), g.find(aFloat))
}

func (g *Generator) casts() {
	switch g.rng.IntN(4) {
	case 0:
		g.emit(g.pick(op.CastIntToFloat, op.CastUintToFloat), nil, aNumber, g.find(anInt))
	case 1:
		g.emit(g.pick(op.CastFloatToInt, op.CastFloatToUint), nil, anInt, g.find(aFloat))
	case 2:
		// Which NaN an operation gives is not defined, so its bits must not show.
		g.emit(g.pick(op.FloatBits, op.FloatBits32), nil, anInt, g.find(aNumber))
	case 3:
		g.emit(g.pick(op.FloatFromBits, op.FloatFromBits32), nil, aFloat, g.find(anInt))
	}
}

// loadFact is what is known of a value loaded from a location.
func loadFact(l descr.Location) fact {
	return fact{kind: l.Acc().Kind, shape: shapeOf(l)}
}

// someField chooses a field of a Node or a Pair, and an object that has it.
func (g *Generator) someField() (*descr.Field, trace.Ref) {
	for {
		f, ok := g.w.Names.Program.Locs[g.rng.IntN(len(g.w.Names.Program.Locs))].(*descr.Field)
		if !ok {
			continue
		}
		s := node
		if f.Owner.Name == "Pair" {
			s = pair
		}
		return f, g.find(object(s))
	}
}

func (g *Generator) loadField() {
	f, obj := g.someField()
	g.emit(op.ForKind(op.GetFieldI, f.Kind), f, loadFact(f), obj)
}

func (g *Generator) storeField() {
	f, obj := g.someField()
	g.emit(op.SetField, f, fact{}, obj, g.find(loadFact(f)))
}

// index is an index that is in range for every array, or for this one after a check.
func (g *Generator) index(arr trace.Ref, d *descr.Array) trace.Ref {
	if g.rng.IntN(2) == 0 {
		i := g.find(anInt)
		n := exec.Length(g.word(arr), d.Type)
		if g.word(i) < n {
			g.emit(op.CheckIndex, nil, fact{}, i, g.emit(op.ArrayLen, d, nonzero, arr))
			return i
		}
	}
	return g.find(anIndex)
}

func (g *Generator) item() {
	s := shape(int(arrayInt) + g.rng.IntN(int(arrayPt-arrayInt)))
	d := g.w.Names.Lookup("array", shapeNames[s]).(*descr.Array)
	arr := g.find(object(s))
	i := g.index(arr, d)
	if g.rng.IntN(2) == 0 {
		g.emit(op.SetArrayItem, d, fact{}, arr, i, g.find(loadFact(d)))
		return
	}
	g.emit(op.ForKind(op.GetArrayItemI, d.Kind), d, loadFact(d), arr, i)
}

func (g *Generator) interior() {
	names := []string{"x", "y", "p", "q", "z"}
	d := g.w.Names.Lookup("interior", "[]Pt."+names[g.rng.IntN(len(names))]).(*descr.Interior)
	arr := g.find(object(arrayPt))
	i := g.index(arr, d.Array)
	if g.rng.IntN(2) == 0 {
		g.emit(op.SetInterior, d, fact{}, arr, i, g.find(loadFact(d)))
		return
	}
	g.emit(op.ForKind(op.GetInteriorI, d.Kind), d, loadFact(d), arr, i)
}

// few is a number from 0 to half of minLen: two of them are in range of every array.
func (g *Generator) few() trace.Ref {
	if g.rng.IntN(2) == 0 {
		return g.int(int64(g.rng.IntN(minLen/2 + 1)))
	}
	return g.emit(op.IntAnd, nil, anIndex, g.find(anInt), g.int(minLen/2-1))
}

func (g *Generator) bulk() {
	s := shape(int(arrayInt) + g.rng.IntN(int(numShapes-arrayInt)))
	d := g.w.Names.Lookup("array", shapeNames[s])
	dst := g.find(object(s))
	if g.rng.IntN(3) == 0 {
		g.emit(op.ArrayClear, d, fact{}, dst, g.few(), g.few())
		return
	}
	src := g.find(object(s))
	g.emit(op.ArrayCopy, d, fact{}, src, g.few(), dst, g.few(), g.few())
}

func (g *Generator) bytes() {
	d := g.w.Names.Lookup("array", "[]uint8")
	a, b := g.find(object(arrayUint8)), g.find(object(arrayUint8))
	switch g.rng.IntN(3) {
	case 0:
		g.emit(op.BytesEqual, d, aBool, a, g.few(), b, g.few(), g.few())
	case 1:
		g.emit(op.BytesCompare, d, anInt, a, g.few(), g.few(), b, g.few(), g.few())
	case 2:
		g.emit(op.BytesIndex, d, anInt, a, g.few(), g.find(anIndex), g.find(anInt))
	}
}

func (g *Generator) allocate() {
	if g.rng.IntN(3) > 0 {
		g.newObject(shape(1 + g.rng.IntN(2)))
		return
	}
	g.newObject(shape(1 + g.rng.IntN(int(numShapes)-1)))
}

func (g *Generator) call() {
	calls := g.w.Names.Program.Calls
	c := calls[g.rng.IntN(len(calls))]
	var args []trace.Ref
	args = append(args, g.int(int64(c.Func)))
	for _, k := range c.Args {
		f := fact{kind: k, shape: node}
		if k != op.Ref {
			f.shape = noShape
		}
		f.nonnil = c.Name == "setval"
		args = append(args, g.find(f))
	}
	if c.Name == "boom" && g.word(args[1])&63 == boomAt {
		return // it would panic at once
	}
	code := op.CallN
	var facts []fact
	for _, k := range c.Results {
		f := fact{kind: k}
		if k == op.Ref {
			f.shape = node
			f.nonnil = c.Name == "alloc" || c.Name == "multi"
		}
		facts = append(facts, f)
	}
	if len(facts) > 0 {
		code = op.ForKind(op.CallI, facts[0].kind)
	} else {
		facts = []fact{{}}
	}
	if c.Effects.Elidable && g.rng.IntN(2) == 0 {
		code += op.CallPureI - op.CallI
	}
	g.emit(code, c, facts[0], args...)
	// Further results, now and then not all of them.
	slots := map[op.Kind]int64{}
	for i, f := range facts {
		if f.kind == op.Void {
			continue
		}
		if i > 0 && g.rng.IntN(6) > 0 {
			g.emit(op.ForKind(op.GetResultI, f.kind), nil, f, g.int(slots[f.kind]))
		}
		slots[f.kind]++
	}
}

func (g *Generator) types() {
	s := shape(1 + g.rng.IntN(2))
	id := g.emit(op.TypeIDOf, nil, anInt, g.find(object(s)))
	switch g.rng.IntN(3) {
	case 0:
		g.emit(op.MethodLookup, g.w.Names.Lookup("dispatch", "Area"), anInt, id)
	case 1:
		g.emit(op.TypeInSet, g.w.Names.Lookup("typeset", "Big"), aBool, id)
	}
}

func (g *Generator) misc() {
	switch g.rng.IntN(6) {
	case 4:
		g.emit(op.QuasiWrite, g.w.field("Node.val"), fact{}, g.find(object(node)))
		g.guard(op.GuardNotInvalidated)
	case 5:
		if c := g.t.Consts.Intern(trace.Const{Kind: op.Ref, Bits: g.w.object("knode")}); g.rng.IntN(8) == 0 {
			g.emit(op.QuasiWrite, g.w.field("Node.val"), fact{}, c)
		}
	case 0:
		g.emit(op.IdentityHash, nil, anInt, g.find(object(node)))
	case 1:
		g.t.Add(op.DebugMergePoint, nil, g.int(0), g.find(anInt))
	case 2:
		if v := g.anyVal(op.Ref); v != nil {
			g.emit(op.SameAsR, nil, v.fact, v.ref)
		}
	case 3:
		s := shape(int(arrayInt) + g.rng.IntN(int(numShapes-arrayInt)))
		g.emit(op.ArrayLen, g.w.Names.Lookup("array", shapeNames[s]), nonzero, g.find(object(s)))
	}
}
