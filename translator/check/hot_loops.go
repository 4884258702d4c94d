package check

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"kiln/translator/flow"
)

// What is noted about loops and values:
//
//   - a range over a map, in traced code
//   - a variable of a loop that a closure captures: each iteration makes another one, an object
//   - s = s[n:] in a loop: of a string it copies the rest each time; of a slice it changes four words and keeps the array
//   - s = s + x in a loop: it copies all of s each time
//   - structs of many words that traced code loads, passes or returns

// loop is a natural loop: its head and the blocks from which the head is reached without leaving it.
type loop struct {
	head    *flow.Block
	blocks  map[*flow.Block]bool
	latches []*flow.Block // that jump back to the head
}

// naturalLoops finds the loops of a graph, one for each head.
func naturalLoops(g *flow.Graph, dom *flow.DomTree) []loop {
	preds := flow.Preds(g)
	byHead := map[*flow.Block]int{}
	var loops []loop
	for _, b := range dom.Order() {
		for _, e := range b.Succs {
			if !dom.IsBackEdge(b, e.To) {
				continue
			}
			k, ok := byHead[e.To]
			if !ok {
				k = len(loops)
				byHead[e.To] = k
				loops = append(loops, loop{head: e.To, blocks: map[*flow.Block]bool{e.To: true}})
			}
			l := &loops[k]
			l.latches = append(l.latches, b)
			work := []*flow.Block{b}
			for len(work) > 0 {
				x := work[len(work)-1]
				work = work[:len(work)-1]
				if !l.blocks[x] {
					l.blocks[x] = true
					work = append(work, preds[x.ID]...)
				}
			}
		}
	}
	return loops
}

// around lists the loops that a block is in.
func (b *body) around(blk *flow.Block) []*loop {
	var out []*loop
	for i := range b.loops {
		if b.loops[i].blocks[blk] {
			out = append(out, &b.loops[i])
		}
	}
	return out
}

// carries says whether an operation is a step from a variable of the loop to its next value: on the way from the one to the
// other there are merges of values, and operations of the same code.
func (l *loop) carries(o *flow.Op) bool {
	steps := map[*flow.Value][]*flow.Value{} // from a value to those made of it
	back := map[*flow.Value][]*flow.Value{}
	step := func(from, to *flow.Value) {
		steps[from], back[to] = append(steps[from], to), append(back[to], from)
	}
	for blk := range l.blocks {
		for _, x := range blk.Ops {
			if x.Code == o.Code && x.Aux == o.Aux && len(x.Results) == 1 {
				for _, a := range x.Args {
					if a != nil && a.Const == nil && types.Identical(a.Type, x.Results[0].Type) {
						step(a, x.Results[0])
					}
				}
			}
		}
		for _, e := range blk.Succs {
			if e.To == l.head || !l.blocks[e.To] {
				continue
			}
			for i, a := range e.Args {
				step(a, e.To.Params[i])
			}
		}
	}
	for i, p := range l.head.Params {
		if !reachable(steps, p)[o.Results[0]] {
			continue
		}
		for _, latch := range l.latches {
			for _, e := range latch.Succs {
				if e.To == l.head && reachable(back, e.Args[i])[o.Results[0]] {
					return true
				}
			}
		}
	}
	return false
}

func reachable(steps map[*flow.Value][]*flow.Value, from *flow.Value) map[*flow.Value]bool {
	seen := map[*flow.Value]bool{from: true}
	for work := []*flow.Value{from}; len(work) > 0; {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		for _, to := range steps[v] {
			if !seen[to] {
				seen[to] = true
				work = append(work, to)
			}
		}
	}
	return seen
}

// loop notes what hurts in loops of traced functions and those they call.
func (h *hot) loop(b *body, blk *flow.Block, o *flow.Op) {
	switch o.Code {
	case flow.GoRange:
		if _, isMap := o.Args[0].Type.Underlying().(*types.Map); isMap && h.traced[b.f] {
			h.note(o, "hot-map-range", "a range over a map in traced code: each step is a call", "keep the entries in a slice, too")
		}
	case flow.GoSlice:
		if o.Args[1] != nil && b.carried(blk, o) {
			if isString(o.Results[0].Type) {
				h.note(o, "hot-reslice", "s = s[n:] of a string in a loop: each time it copies the rest", "keep the string, and an index into it")
			} else {
				h.note(o, "hot-reslice", "s = s[n:] of a slice in a loop: four variables change where one index would, and the array stays alive", "keep the slice, and an index into it")
			}
		}
	case flow.GoBinOp:
		if o.Aux == token.ADD && isString(o.Results[0].Type) && b.carried(blk, o) {
			h.note(o, "hot-concat", "s = s + x of a string in a loop: each time it copies all of s", "append to a []byte, or use strings.Builder")
		}
	case flow.GoMakeClosure:
		h.captures(b, blk, o)
	}
}

// carried says whether an operation makes of a loop's variable the variable's next value, or of a field its next value.
func (b *body) carried(blk *flow.Block, o *flow.Op) bool {
	loops := b.around(blk)
	for _, l := range loops {
		if l.carries(o) {
			return true
		}
	}
	if len(loops) == 0 {
		return false
	}
	// x.f = x.f[n:]
	loaded := b.def(o.Args[0])
	if loaded == nil || loaded.Code != flow.GoLoad {
		return false
	}
	from := b.def(loaded.Args[0])
	if from == nil || from.Code != flow.GoFieldAddr && from.Code != flow.GoAlloc {
		return false
	}
	for _, other := range b.f.Graph.Blocks {
		for _, s := range other.Ops {
			if s.Code != flow.GoStore || s.Args[1] != o.Results[0] {
				continue
			}
			to := b.def(s.Args[0])
			if to == from || to != nil && to.Code == flow.GoFieldAddr && from.Code == flow.GoFieldAddr && to.Aux == from.Aux && to.Args[0] == from.Args[0] {
				return true
			}
		}
	}
	return false
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// madeInLoop: the variable that a points to is made in a loop, on one of the ways to here: that of a for statement is made before the loop
// for the first iteration, and at the end of each for the next.
func (b *body) madeInLoop(a *flow.Value) bool {
	if v := b.def(a); v != nil {
		return v.Code == flow.GoAlloc && len(b.around(b.block[a])) > 0
	}
	for _, from := range b.f.Graph.Blocks {
		for _, e := range from.Succs {
			if i := slices.Index(e.To.Params, a); i >= 0 {
				if v := b.def(e.Args[i]); v != nil && v.Code == flow.GoAlloc && len(b.around(b.block[e.Args[i]])) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// captures notes variables made in each iteration because a closure captures them.
func (h *hot) captures(b *body, blk *flow.Block, o *flow.Op) {
	if len(b.around(blk)) == 0 {
		return
	}
	for _, a := range o.Args {
		if b.madeInLoop(a) {
			name := "a variable"
			if a.Name != "" {
				name = "variable " + a.Name
			}
			h.note(o, "hot-capture", name+" of a loop is captured by a closure: each iteration makes an object of its own for it", "pass its value as an argument of the function, or declare it outside of the loop")
		}
	}
}

// largeStruct is the number of words from which a struct value is noted.
const largeStruct = 8

// values notes large structs that are loaded, passed or returned.
func (h *hot) values(b *body, o *flow.Op) {
	var vs []*flow.Value
	switch o.Code {
	case flow.GoLoad:
		vs = o.Results
	case flow.GoCall, flow.GoCallInterface, flow.GoCallClosure:
		vs = append(append(vs, o.Args...), o.Results...)
	}
	for _, v := range vs {
		if v == nil || v.Type == nil {
			continue
		}
		if _, ok := v.Type.Underlying().(*types.Struct); !ok {
			continue
		}
		if n := h.words(v.Type); n > largeStruct {
			h.noteOnce(b.f.Name+typeString(v.Type), o, "hot-struct", fmt.Sprintf("a %s is %d words, and all of them are copied here", typeString(v.Type), n), "use a pointer to it")
		}
	}
}

// words is how many words a value has (docs/architecture.md).
func (h *hot) words(t types.Type) int {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsComplex != 0 {
			return 2
		}
	case *types.Slice:
		if !h.isFixed(t) {
			return 4
		}
	case *types.Struct:
		n := 0
		for f := range u.Fields() {
			n += h.words(f.Type())
		}
		return n
	case *types.Array:
		if n := int(min(u.Len(), 1<<20)) * h.words(u.Elem()); n <= 16 {
			return n
		}
	}
	return 1
}
