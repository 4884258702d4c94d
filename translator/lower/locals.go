package lower

import (
	"go/types"
	"maps"
	"slices"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Local variables whose address does not leave the function become words in SSA form. go/ssa has done so for
// variables that are only loaded and stored whole; structs and small arrays accessed by parts remain, and
// so do iterators, which are a collection and a position.
//
// The graph keeps its shape, so the classical construction is short: where paths meet, every variable live
// there becomes parameters of the block; those that turn out to receive one value go in tidy.

// maxLocalWords bounds the variables that are taken apart.
const maxLocalWords = 64

// local is a variable in SSA form.
type local struct {
	op     *flow.Op // its GoAlloc or GoRange
	home   *flow.Block
	typ    types.Type
	leaves []leaf
	live   map[*flow.Block]bool    // live at the start of the block
	params map[*flow.Block][]value // its words where paths meet
}

type localState struct {
	list    []*local
	byValue map[value]*local
	now     map[*local][]value
	end     map[*flow.Block]map[*local][]value
}

func (fl *funcLowerer) findLocals() {
	fl.locals.byValue = map[value]*local{}
	fl.locals.end = map[*flow.Block]map[*local][]value{}
	for _, b := range fl.dom.Order() {
		for _, o := range b.Ops {
			lv := fl.localOf(o)
			if lv == nil {
				continue
			}
			lv.op, lv.home = o, b
			lv.params = map[*flow.Block][]value{}
			fl.locals.list = append(fl.locals.list, lv)
			fl.locals.byValue[o.Results[0]] = lv
			fl.findLive(lv, o.Results[0])
		}
	}
}

// localOf says whether the operation makes a variable that can be in SSA form.
func (fl *funcLowerer) localOf(o *flow.Op) *local {
	switch o.Code {
	case flow.GoRange:
		return &local{leaves: iteratorLeaves}
	case flow.GoAlloc:
		t := o.Aux.(flow.AllocAux).Elem
		fl.pos = o.Pos
		s := fl.l.shapeOf(t)
		if len(s.leaves) > maxLocalWords || !fl.staysHere(o.Results[0], t) {
			return nil
		}
		if fl.l.isOwned(t) {
			return nil // an array object of its own anyway
		}
		return &local{typ: t, leaves: s.leaves}
	}
	return nil
}

// staysHere says whether a pointer to a variable (or a part of it, of type t) is only used to load and store.
func (fl *funcLowerer) staysHere(ptr value, t types.Type) bool {
	for _, u := range fl.uses[ptr] {
		if u.op == nil {
			return false
		}
		switch u.op.Code {
		case flow.GoLoad, flow.GoCheckAddr:
		case flow.GoStore:
			if u.arg != 0 {
				return false
			}
		case flow.GoFieldAddr:
			ft := t.Underlying().(*types.Struct).Field(u.op.Aux.(int)).Type()
			if !fl.staysHere(u.op.Results[0], ft) {
				return false
			}
		case flow.GoIndexAddr:
			at, ok := t.Underlying().(*types.Array)
			if !ok || u.arg != 0 {
				return false
			}
			if fl.l.isOwned(t) {
				continue // elements are in the array object
			}
			if n, ok := flow.IntValue(u.op.Args[1]); !ok || n < 0 || n >= at.Len() {
				return false
			}
			if !fl.staysHere(u.op.Results[0], at.Elem()) {
				return false
			}
		case flow.GoSlice:
			if !fl.l.isOwned(t) {
				return false
			}
		case flow.GoBuiltin:
			if u.op.Aux != flow.CheckPlace {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// findLive marks the blocks where the variable is live at the start: those that reach an access without passing
// its allocation, which dominates them all.
func (fl *funcLowerer) findLive(lv *local, ptr value) {
	lv.live = map[*flow.Block]bool{}
	var work []*flow.Block
	mark := func(b *flow.Block) {
		if b != lv.home && !lv.live[b] {
			lv.live[b] = true
			work = append(work, b)
		}
	}
	fl.accesses(ptr, mark)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, p := range fl.preds[b.ID] {
			if fl.dom.Reachable(p) {
				mark(p)
			}
		}
	}
}

// accesses visits the blocks that access a variable through ptr.
func (fl *funcLowerer) accesses(ptr value, visit func(*flow.Block)) {
	for _, u := range fl.uses[ptr] {
		visit(u.block)
		if u.op != nil && (u.op.Code == flow.GoFieldAddr || u.op.Code == flow.GoIndexAddr) {
			fl.accesses(u.op.Results[0], visit)
		}
	}
}

// makeLocalParams adds the variables' words to the parameters of the blocks where paths meet.
func (fl *funcLowerer) makeLocalParams() {
	for _, b := range fl.dom.Order() {
		if len(fl.preds[b.ID]) < 2 {
			continue
		}
		for _, lv := range fl.locals.list {
			if !lv.live[b] {
				continue
			}
			ws := make([]value, len(lv.leaves))
			for i, x := range lv.leaves {
				ws[i] = fl.g.NewKind(x.Kind)
			}
			lv.params[b] = ws
			fl.heads[b].Params = append(fl.heads[b].Params, ws...)
		}
	}
}

// enterLocals sets the current words at the start of a block.
func (fl *funcLowerer) enterLocals(b *flow.Block) {
	fl.locals.now = map[*local][]value{}
	if b == fl.src.Entry() {
		return
	}
	preds := fl.preds[b.ID]
	if len(preds) == 1 {
		maps.Copy(fl.locals.now, fl.locals.end[preds[0]])
		return
	}
	for _, lv := range fl.locals.list {
		if ws := lv.params[b]; ws != nil {
			fl.locals.now[lv] = ws
		}
	}
}

func (fl *funcLowerer) leaveLocals(b *flow.Block) { fl.locals.end[b] = fl.locals.now }

// localArgs is what an edge passes for the variables live at its target.
func (fl *funcLowerer) localArgs(to *flow.Block) []value {
	var out []value
	for _, lv := range fl.locals.list {
		if lv.params[to] == nil {
			continue
		}
		ws := fl.locals.now[lv]
		if ws == nil {
			panic("local variable without a value at a join")
		}
		out = append(out, ws...)
	}
	return out
}

// setLocal replaces some words of a variable.
func (fl *funcLowerer) setLocal(lv *local, at int, ws ...value) {
	all := slices.Clone(fl.locals.now[lv])
	copy(all[at:], ws)
	fl.locals.now[lv] = all
}

// iteratorLeaves: the string or map, and the position of what comes next.
var iteratorLeaves = []leaf{{Access: accessOf(op.Ref)}, {Access: accessOf(op.Int)}}
