package opt

import (
	"math/rand"
	"strconv"

	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// generator records one random loop while executing its first iteration.
type generator struct {
	w       *world
	r       *rand.Rand
	t       *trace.Trace
	vars    []vtype
	inputs  []uint64
	words   []uint64 // by value
	env     [numTypes][]trace.Ref
	types   map[string][]vtype // of snapshots, by position
	pc      int
	counter trace.Ref    // the iteration, first value of every snapshot
	full    map[int]bool // guards whose snapshots have all variables, by position
	loops   bool         // the loop is being recorded
	calm    int          // the higher, the fewer guards
}

func newGenerator(w *world, seed int64) *generator {
	r := rand.New(rand.NewSource(seed))
	g := &generator{w: w, r: r, types: map[string][]vtype{}, full: map[int]bool{}, loops: true, calm: 1 + r.Intn(8)}
	w.start, w.image = w.base+16, nil
	clear(mem0(w))
	w.free = w.start
	frame := w.make(r, tFrame)
	w.roots = []uint64{frame, w.make(r, tNode), w.make(r, tBox)}
	g.farNumber(w, exec.LoadField(frame, w.field("Frame.box")))
	g.vars = append(g.vars, tInt)
	g.inputs = append(g.inputs, 0)
	for n := 2 + r.Intn(5); n > 0; n-- {
		v := vtype(r.Intn(int(numTypes)))
		g.vars = append(g.vars, v)
		word := w.make(r, v)
		switch { // some inputs are what can be reached otherwise
		case v == tFrame:
			word = frame
		case v == tBox && r.Intn(2) == 0:
			word = exec.LoadField(frame, w.field("Frame.box"))
		case v == tNode && r.Intn(2) == 0:
			word = w.roots[1]
		case v == tInts && r.Intn(2) == 0:
			word = exec.LoadField(frame, w.field("Frame.arr"))
		case v == tFloat:
			word = uint64(interestingFloat(r))
		}
		g.inputs = append(g.inputs, word)
	}
	w.seal()
	return g
}

func (g *generator) kindsAt(pc string) (kinds []op.Kind) {
	for _, v := range g.types[pc] {
		kinds = append(kinds, v.kind())
	}
	return kinds
}

// loop records.
func (g *generator) loop() *trace.Trace {
	var kinds []op.Kind
	for _, v := range g.vars {
		kinds = append(kinds, v.kind())
	}
	g.t = trace.New("random", trace.NewPool(), kinds...)
	g.words = append(g.words, g.inputs...)
	for i, v := range g.vars[1:] {
		g.env[v] = append(g.env[v], trace.Ref(i+1))
	}
	next := g.emit(op.IntAdd, nil, 0, g.t.Int(1))
	steps := 3 + g.r.Intn(40)
	for i := 0; i < steps; i++ {
		g.step()
	}
	g.guard(op.GuardTrue, g.emit(op.IntLt, nil, next, g.t.Int(int64(2+g.r.Intn(12)))))
	args := []trace.Ref{next}
	for i, v := range g.vars[1:] {
		arg := trace.Ref(i + 1)
		if g.r.Intn(3) > 0 {
			arg = g.pick(v)
		}
		args = append(args, arg)
	}
	g.t.Add(op.Jump, nil, args...)
	return g.t
}

// bridge records what follows an exit of optimised code: what the resume data rebuilds, as the metainterpreter records
// it, random steps, and a jump to the loop. It returns the trace, the words of its inputs, those of the jump's
// arguments, and the state at the merge point.
func (g *generator) bridge(exit *stop) (t *trace.Trace, inputs, live []uint64, merge *trace.Snapshot) {
	guard := exit.guard.Descr.(*trace.Guard)
	data := guard.Data.(*resume.Data)
	pool := trace.NewPool()
	g.loops = false
	g.t = trace.New("bridge", pool, guard.Kinds...)
	g.words, g.env = nil, [numTypes][]trace.Ref{}
	for _, a := range exit.guard.FailArgs {
		g.words = append(g.words, exit.values[a])
	}
	inputs = append(inputs, g.words...)
	refs := g.rebuild(data, exit.t)
	for i, v := range g.types[strconv.Itoa(data.Top.PC)] {
		if i > 0 {
			g.add(v, refs[i])
		}
	}
	g.counter = refs[0]
	next := g.emit(op.IntAdd, nil, g.counter, g.t.Int(1))
	for n := g.r.Intn(12); n > 0; n-- {
		g.step()
	}
	args := []trace.Ref{next}
	for i, v := range g.vars[1:] {
		if g.full[data.Top.PC] && g.r.Intn(4) > 0 {
			args = append(args, refs[i+1])
		} else {
			args = append(args, g.pick(v))
		}
	}
	merge = &trace.Snapshot{PC: g.pc, Values: args}
	g.types[strconv.Itoa(g.pc)] = g.vars
	g.pc++
	// The state at the merge point must be known for the comparison: a guard that always holds notes it.
	g.t.Add(op.GuardTrue, nil, g.emit(op.IntLt, nil, g.t.Int(0), g.t.Int(1))).Snapshot = merge
	g.t.Add(op.Jump, nil, args...)
	for _, a := range args {
		live = append(live, g.word(a))
	}
	return g.t, inputs, live, merge
}

// rebuild records the allocations and stores of resume data and returns the operands of the frame's values.
func (g *generator) rebuild(data *resume.Data, from *trace.Trace) (refs []trace.Ref) {
	objects := make([]trace.Ref, len(data.Virtuals))
	for i, v := range data.Virtuals {
		switch d := v.Descr.(type) {
		case *descr.Size:
			objects[i] = g.emit(op.New, d)
		case *descr.Array:
			objects[i] = g.emit(op.NewArray, d, g.t.Int(int64(v.Length)))
		}
	}
	get := func(s resume.Source) trace.Ref {
		if i, ok := s.Arg(); ok {
			return trace.Ref(i)
		}
		if i, ok := s.Virtual(); ok {
			return objects[i]
		}
		c, _ := s.Const()
		return g.t.Consts.Intern(from.Consts.Get(c))
	}
	store := func(loc descr.Location, obj, index, value trace.Ref) {
		switch loc.(type) {
		case *descr.Field:
			g.emit(op.SetField, loc, obj, value)
		case *descr.Array:
			g.emit(op.SetArrayItem, loc, obj, index, value)
		case *descr.Interior:
			g.emit(op.SetInterior, loc, obj, index, value)
		}
	}
	for i, v := range data.Virtuals {
		for f := range v.Fields() {
			index := trace.None
			if _, ok := f.Loc.(*descr.Array); ok {
				index = g.t.Int(int64(f.Index))
			}
			store(f.Loc, objects[i], index, get(f.Value))
		}
	}
	for _, p := range data.Pending {
		index := trace.None
		if !p.Index.Dead() {
			index = get(p.Index)
		}
		store(p.Loc, get(p.Object), index, get(p.Value))
	}
	for _, v := range data.Top.Values {
		refs = append(refs, get(v))
	}
	return refs
}

// emit records an operation and executes it.
func (g *generator) emit(code op.Code, d descr.Descr, args ...trace.Ref) trace.Ref {
	words := make([]uint64, len(args))
	for i, a := range args {
		words[i] = g.word(a)
	}
	o := g.t.Add(code, d, args...)
	v := exec.Do(&g.w.m, code, d, words)
	if o.Res != trace.None {
		g.words = append(g.words, v)
	}
	return o.Res
}

func (g *generator) word(r trace.Ref) uint64 {
	if r.IsConst() {
		return g.t.Consts.Get(r).Bits
	}
	return g.words[r]
}

// guard records a guard; the caller has seen to it that it holds now.
func (g *generator) guard(code op.Code, args ...trace.Ref) {
	s := &trace.Snapshot{PC: g.pc, Values: []trace.Ref{g.counter}}
	types := []vtype{tInt}
	if g.loops && g.r.Intn(3) == 0 {
		g.full[g.pc] = true
		for i, v := range g.vars[1:] {
			value := trace.Ref(i + 1)
			if g.r.Intn(2) == 0 {
				value = g.pick(v)
			}
			s.Values = append(s.Values, value)
			types = append(types, v)
		}
	}
	for n := g.r.Intn(5); n > 0; n-- {
		v := vtype(g.r.Intn(int(numTypes)))
		s.Values = append(s.Values, g.pick(v)) // may allocate, before the guard
		types = append(types, v)
	}
	g.types[strconv.Itoa(g.pc)] = types
	g.t.Add(code, nil, args...).Snapshot = s
	g.pc++
}

// pick chooses a value of a type, preferring young ones; constants for numbers, new objects if there is none.
func (g *generator) pick(v vtype) trace.Ref {
	list := g.env[v]
	if v == tNodeOrNil && g.r.Intn(2) == 0 {
		list = g.env[tNode]
	}
	if len(list) > 0 && (v > tFloat || g.r.Intn(5) > 0) {
		if g.r.Intn(2) == 0 {
			return list[len(list)-1]
		}
		return list[g.r.Intn(len(list))]
	}
	switch v {
	case tInt:
		return g.t.Int([]int64{0, 1, 2, 3, -1, 7, 255, 1 << 40}[g.r.Intn(8)])
	case tFloat:
		return g.t.Consts.Intern(trace.Const{Kind: op.Float, Bits: uint64(interestingFloat(g.r))})
	case tNodeOrNil:
		return g.t.Consts.Intern(trace.Const{Kind: op.Ref})
	}
	return g.allocate(v)
}

func (g *generator) add(v vtype, r trace.Ref) trace.Ref {
	g.env[v] = append(g.env[v], r)
	return r
}

// allocate records an allocation, with what must not be nil in the object.
func (g *generator) allocate(v vtype) trace.Ref {
	size := func(name string) trace.Ref {
		return g.emit(op.New, g.w.ns.Lookup("size", name))
	}
	set := func(p trace.Ref, name string, value trace.Ref) { g.emit(op.SetField, g.w.field(name), p, value) }
	switch v {
	case tBox:
		p := size("Box")
		set(p, "Box.val", g.pick(tInt))
		return g.add(v, p)
	case tNode, tNodeOrNil:
		p := size("Node")
		set(p, "Node.box", g.pick(tBox))
		if g.r.Intn(2) == 0 {
			set(p, "Node.next", g.pick(tNodeOrNil))
		}
		return g.add(tNode, p)
	case tFrame:
		p := size("Frame")
		set(p, "Frame.box", g.pick(tBox))
		set(p, "Frame.node", g.pick(tNode))
		set(p, "Frame.arr", g.pick(tInts))
		set(p, "Frame.boxes", g.pick(tBoxes))
		return g.add(v, p)
	case tInts, tBytes:
		p := g.emit(op.NewArray, g.w.array(map[vtype]string{tInts: "[]int", tBytes: "[]uint8"}[v]), g.t.Int(4))
		return g.add(v, p)
	}
	p := g.emit(op.NewArray, g.w.array("[]ref"), g.t.Int(4))
	for i := int64(0); i < 4; i++ {
		g.emit(op.SetArrayItem, g.w.array("[]ref"), p, g.t.Int(i), g.pick(tBox))
	}
	return g.add(v, p)
}
