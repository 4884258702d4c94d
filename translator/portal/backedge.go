package portal

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Drivers without CanEnterJit calls: an edge back to the merge point counts if the first integer green
// (the position in the program) is smaller than or equal to what it was at the merge point before.
//
//	      entry                        entry
//	        |                            |
//	        c <----------.              c' (copy)     c
//	        |            |               |            | pc' <= pc ?
//	    merge point      |    =>     merge point <----+---> count
//	       ...-----------'              ...            ^
//	                                     '------------'
//
// First the code that both the way in and the way back run through (loop conditions) is copied, so that
// the merge point dominates all edges back to it and its green can be named there. Then the comparison is
// put on these edges, unless it is known: new = old + positive constant never counts, new = old - constant
// always does.

func (s *splitter) countBackEdges() *Error {
	green := -1
	for i, p := range s.head.Params[:s.greens] {
		if p.Kind == op.Int {
			green = i
			break
		}
	}
	if green < 0 {
		return s.errorf("call CanEnterJit on the edges that close loops", "no integer green says which way a jump goes")
	}
	s.separateEntry()
	flow.SimplifyCFG(s.g) // back to ordinary form: the head dominates its loop
	old := s.head.Params[green]

	inLoop := reached(nil, s.successors()...)
	defs := flow.Definitions(s.g)
	for _, b := range append([]*flow.Block(nil), s.g.Blocks...) {
		if !inLoop[b] {
			continue
		}
		for i := range b.Succs {
			if b.Succs[i].To == s.head {
				s.countEdge(&b.Succs[i], green, old, defs)
			}
		}
	}
	return nil
}

func (s *splitter) successors() []*flow.Block {
	var out []*flow.Block
	for _, e := range s.head.Succs {
		out = append(out, e.To)
	}
	return out
}

// separateEntry copies, for the way in from the function's entry, the blocks that lie on the way back too.
func (s *splitter) separateEntry() {
	wayIn := region(s.head, []*flow.Block{s.g.Entry()})
	wayBack := region(s.head, s.successors())
	both := map[*flow.Block]bool{}
	for b := range wayIn {
		if wayBack[b] {
			both[b] = true
		}
	}
	if len(both) == 0 {
		return
	}
	var outside []*flow.Block
	for _, b := range s.g.Blocks {
		if b != s.head && !wayBack[b] {
			outside = append(outside, b)
		}
	}
	copies := copyRegion(s.g, both)
	for _, b := range outside {
		for i := range b.Succs {
			if c, ok := copies[b.Succs[i].To]; ok {
				b.Succs[i].To = c
			}
		}
	}
}

// countEdge leads an edge into the head through the counting block, always, never, or if the green did not grow.
func (s *splitter) countEdge(e *flow.Edge, green int, old *flow.Value, defs map[*flow.Value]*flow.Op) {
	now := e.Args[green]
	if step, known := offset(now, old, defs); known {
		if step <= 0 {
			e.To = s.counter()
		}
		return
	}
	test := s.g.NewBlock()
	test.Comment = "back edge of " + s.d.Name
	smaller := s.g.NewKind(op.Int)
	test.Ops = []*flow.Op{{Code: op.IntLe, Args: []*flow.Value{now, old}, Results: []*flow.Value{smaller}, Pos: s.pos}}
	test.Term, test.Args, test.Pos = flow.Branch, []*flow.Value{smaller}, s.pos
	test.Succs = []flow.Edge{{To: s.counter(), Args: append([]*flow.Value(nil), e.Args...)}, {To: s.head, Args: e.Args}}
	*e = flow.Edge{To: test}
}

// offset is what was added to old to get v, if that is a constant.
func offset(v, old *flow.Value, defs map[*flow.Value]*flow.Op) (int64, bool) {
	total := int64(0)
	for v != old {
		o := defs[v]
		if o == nil || len(o.Args) != 2 || o.Args[1].Const == nil {
			return 0, false
		}
		n := int64(o.Args[1].Const.Bits)
		if n < -1<<31 || n > 1<<31 {
			return 0, false // a position may wrap around with larger ones
		}
		switch o.Code {
		case op.IntAdd:
			total += n
		case op.IntSub:
			total -= n
		default:
			return 0, false
		}
		v = o.Args[0]
	}
	return total, true
}
