package inline

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Scalar replacement. After inlining many objects are made, written and read in one function and go nowhere else: closures whose
// calls have been inlined, small structs, boxes. Their fields become values, and the object is not made:
//
//	r1 = new : Point                       setfield r1, i2 : Point.x
//	setfield r1, i2 : Point.x       =>     jump b1(i2)
//	jump b1                                b1(i4):
//	b1: i3 = getfield_i r1 : Point.x         ... i4 for i3
//
// An object qualifies if it is used as the object of loads and stores of fields, tests for nil, and questions for its type only; as
// an argument of a call, a stored value, or an argument of an edge it has escaped. Where paths meet, a field that is read
// later becomes a block parameter (of all blocks with several ways in that it is live in; what turns out to be the same on
// all of them goes with Tidy). Rejected: objects that meet at block parameters; that needs the objects of all paths to qualify.
//
// Requires SSA. Preserves it; leaves dead operations for RemoveDead.

// scalars is the replacement in one graph.
type scalars struct {
	g     *flow.Graph
	preds [][]*flow.Block
	made  map[*flow.Value]*flow.Op // candidates, and the operations that make them
	// fields of a candidate that are read, by offset.
	kinds map[variable]op.Kind
	repl  map[*flow.Value]*flow.Value
}

// variable is a field of a candidate.
type variable struct {
	object *flow.Value
	offset int
}

func replaceScalars(g *flow.Graph) bool {
	s := &scalars{g: g, made: map[*flow.Value]*flow.Op{}, kinds: map[variable]op.Kind{}, repl: map[*flow.Value]*flow.Value{}}
	if s.find(); len(s.made) == 0 {
		return false
	}
	s.preds = flow.Preds(g)
	// In the order of the text, so that values get the same numbers each time.
	for _, b := range flow.ReversePostorder(g) {
		for _, o := range b.Ops {
			if o.Code == op.New && s.made[o.Results[0]] != nil {
				for _, v := range s.fields(o.Results[0]) {
					s.promote(v)
				}
			}
		}
	}
	s.remove()
	flow.ReplaceUses(g, s.repl)
	return true
}

// find collects the objects that qualify.
func (s *scalars) find() {
	reachable := flow.ReversePostorder(s.g)
	for _, b := range reachable {
		for _, o := range b.Ops {
			if o.Code == op.New {
				s.made[o.Results[0]] = o
			}
		}
	}
	if len(s.made) == 0 {
		return
	}
	escape := func(vs []*flow.Value) {
		for _, v := range vs {
			delete(s.made, v)
		}
	}
	for _, b := range s.g.Blocks {
		for _, o := range b.Ops {
			switch o.Code {
			case op.GetFieldI, op.GetFieldR, op.GetFieldF, op.SetField:
				f, ok := o.Descr.(*descr.Field)
				if !ok || !s.agrees(o.Args[0], f) {
					escape(o.Args[:1])
				}
				escape(o.Args[1:])
			case op.CheckNil, op.PtrIsZero, op.PtrNonzero, op.TypeIDOf:
			default:
				escape(o.Args)
			}
		}
		escape(b.Args)
		for _, e := range b.Succs {
			escape(e.Args)
		}
	}
}

// agrees notes the kind of a field; two views of the same bytes do not agree. Neither do narrow fields: storing truncates.
func (s *scalars) agrees(object *flow.Value, f *descr.Field) bool {
	if s.made[object] == nil {
		return true
	}
	if f.Kind != op.Ref && f.Width != 8 {
		return false
	}
	v := variable{object, f.Offset}
	if k, known := s.kinds[v]; known && k != f.Kind {
		return false
	}
	s.kinds[v] = f.Kind
	return true
}

// fields lists the variables of an object that loads read, in the order in which they do.
func (s *scalars) fields(object *flow.Value) (list []variable) {
	seen := map[variable]bool{}
	for _, b := range s.g.Blocks {
		for _, o := range b.Ops {
			if v, ok := s.variable(o); ok && v.object == object && o.Code != op.SetField && !seen[v] {
				seen[v] = true
				list = append(list, v)
			}
		}
	}
	return list
}

// variable is what a load or store of a candidate's field accesses.
func (s *scalars) variable(o *flow.Op) (variable, bool) {
	switch o.Code {
	case op.GetFieldI, op.GetFieldR, op.GetFieldF, op.SetField:
		if s.made[o.Args[0]] != nil {
			return variable{o.Args[0], o.Descr.(*descr.Field).Offset}, true
		}
	}
	return variable{}, false
}

// promote puts the loads of one variable into SSA form.
func (s *scalars) promote(v variable) {
	p := &promotion{s: s, v: v, end: map[*flow.Block]*flow.Value{}, start: map[*flow.Block]*flow.Value{}}
	var work []*flow.Block
	live := map[*flow.Block]bool{} // at the start of the block
	for _, b := range s.g.Blocks {
		written := false
		for _, o := range b.Ops {
			if o.Code == op.New && o.Results[0] == v.object {
				written = true
			} else if w, ok := s.variable(o); ok && w == v {
				if o.Code == op.SetField {
					written = true
				} else if !written && !live[b] {
					live[b] = true
					work = append(work, b)
				}
			}
		}
		p.defines = append(p.defines, written)
	}
	index := map[*flow.Block]int{}
	for i, b := range s.g.Blocks {
		index[b] = i
	}
	p.index = index
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, from := range s.preds[b.ID] {
			if !p.defines[index[from]] && !live[from] {
				live[from] = true
				work = append(work, from)
			}
		}
	}
	// Parameters first: the values at the ends of their predecessors may be such parameters.
	var joins []*flow.Block
	for _, b := range s.g.Blocks {
		if live[b] && len(s.preds[b.ID]) > 1 {
			p.start[b] = s.g.NewKind(s.kinds[v])
			joins = append(joins, b)
		}
	}
	for _, b := range s.g.Blocks {
		p.rewrite(b, live[b])
	}
	for _, b := range joins {
		b.Params = append(append([]*flow.Value(nil), b.Params...), p.start[b])
		for _, e := range edgesInto(s.g, b) {
			to := e.to()
			to.Args = append(append([]*flow.Value(nil), to.Args...), p.atEnd(e.from))
		}
	}
}

// promotion is one variable on its way into SSA form.
type promotion struct {
	s          *scalars
	v          variable
	index      map[*flow.Block]int
	defines    []bool // by index: the block writes the variable
	start, end map[*flow.Block]*flow.Value
}

// rewrite replaces the loads of a block and notes what the variable is at its end.
func (p *promotion) rewrite(b *flow.Block, live bool) {
	var now *flow.Value
	if live {
		now = p.atStart(b)
	}
	for _, o := range b.Ops {
		if o.Code == op.New && o.Results[0] == p.v.object {
			now = zero(p.s.kinds[p.v])
		} else if w, ok := p.s.variable(o); ok && w == p.v {
			if o.Code == op.SetField {
				now = o.Args[1]
			} else {
				p.s.repl[o.Results[0]] = now
			}
		}
	}
	p.end[b] = now
}

func (p *promotion) atStart(b *flow.Block) *flow.Value {
	if v := p.start[b]; v != nil {
		return v
	}
	v := p.atEnd(p.s.preds[b.ID][0])
	p.start[b] = v
	return v
}

func (p *promotion) atEnd(b *flow.Block) *flow.Value {
	if v := p.end[b]; v != nil {
		return v
	}
	if p.defines[p.index[b]] {
		p.rewrite(b, false) // what it reads before it writes is seen to when its turn comes
		return p.end[b]
	}
	return p.atStart(b)
}

func zero(k op.Kind) *flow.Value {
	switch k {
	case op.Ref:
		return flow.NilRef()
	case op.Float:
		return flow.FloatBits(0)
	}
	return flow.IntConst(0)
}

// remove takes the objects and what is done with them away.
func (s *scalars) remove() {
	for _, b := range s.g.Blocks {
		var ops []*flow.Op
		for _, o := range b.Ops {
			switch o.Code {
			case op.GetFieldI, op.GetFieldR, op.GetFieldF, op.SetField, op.CheckNil:
				if s.made[o.Args[0]] != nil {
					continue
				}
			case op.New:
				if s.made[o.Results[0]] != nil {
					continue
				}
			case op.PtrIsZero, op.PtrNonzero, op.TypeIDOf:
				if made := s.made[o.Args[0]]; made != nil {
					s.repl[o.Results[0]] = answer(o, made)
					continue
				}
			}
			ops = append(ops, o)
		}
		b.Ops = ops
	}
}

// answer is what a question about an object that is not made would say.
func answer(o, made *flow.Op) *flow.Value {
	switch o.Code {
	case op.PtrIsZero:
		return flow.IntConst(0)
	case op.PtrNonzero:
		return flow.IntConst(1)
	}
	return flow.IntConst(int64(made.Descr.(*descr.Size).Type.ID))
}
