package emit

import (
	"github.com/dave/jennifer/jen"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Spills. Across a call Go keeps values on its stack, and stores each value once: where it is made, or at the
// nearest place that every use after a call comes through. In a dispatch loop that is the head, since the loop's variables
// (pc, the height of the stack ...) are live across calls in many cases and in the slow way of every allocation. So each
// round stores all of them for calls that it does not make.
//
// A loop variable is therefore moved out of the way by hand, around the calls that are made less often than the variable
// gets a value:
//
//	saveInt[0] = v7             an array in the frame: Go keeps those in memory
//	v9 = f12_main_call(t, v8)
//	v7 = saveInt[0]             for Go another value from here on, so v7 above need not be stored anywhere
//
// References that the call may move go to the shadow stack in just the same way.
//
// A value that lives across a call more often than it gets a value is not saved at all: Go's one store for it is cheaper.
// Only values that live across several calls are worth it: one that lives across a single call Go stores right there.
// But what is computed from a loop variable is saved too: Go likes to compute it anew from the variable, which then lives on.
// Rejected: saving everything everywhere; variables that no round changes Go stores once, before the loop.

// spillRatio is how much more often than the call a value must be made.
const spillRatio = 2

// coldWays is how seldom the slow way of an allocation is gone, for spills.
const coldWays = 1.0 / 64

// findSpills says which values each operation saves.
func (f *function) findSpills() {
	f.saves = map[*flow.Op][]*flow.Value{}
	if f.u.off(Spills) || !loops(f.g) {
		return
	}
	type site struct {
		o    *flow.Op
		freq float64
		live []*flow.Value
	}
	var sites []site
	var live *flow.Live
	freq := flow.Frequencies(f.g)
	crossings := map[*flow.Value]int{}
	crossed := map[*flow.Value]float64{} // how often a value lives across a call
	made := map[*flow.Value]float64{}
	defs := flow.Definitions(f.g)
	for _, b := range f.g.Blocks {
		for _, p := range b.Params {
			made[p] = freq[b.ID]
		}
		calls := false
		for _, o := range b.Ops {
			for _, r := range o.Results {
				made[r] = freq[b.ID]
			}
			calls = calls || returns(o)
		}
		if !calls {
			continue
		}
		if live == nil {
			live = flow.Liveness(f.g)
		}
		live.Backward(b, func(_ int, o *flow.Op, after *flow.ValueSet) {
			if !returns(o) {
				return
			}
			s := site{o: o, freq: freq[b.ID]}
			if slowOnly(o) {
				s.freq *= coldWays
			}
			gone := map[*flow.Value]bool{}
			for _, r := range o.Results {
				gone[r] = true
			}
			for _, r := range o.Roots {
				gone[r] = true
			}
			for _, v := range after.Values() {
				if !gone[v] && f.folded[v] == nil {
					s.live = append(s.live, v)
					crossings[v]++
					crossed[v] += s.freq
				}
			}
			sites = append(sites, s)
		})
	}
	for _, s := range sites {
		for _, v := range s.live {
			if crossed[v] > made[v] {
				continue
			}
			if crossings[v] > 1 && made[v] > spillRatio*s.freq || derived(v, defs, made, spillRatio*s.freq, maxDerived) {
				f.saves[s.o] = append(f.saves[s.o], v)
			}
		}
	}
}

// maxDerived is through how many operations Go is expected to compute a value anew: a shift, a mask, an addition.
const maxDerived = 3

// derived says whether an integer is computed, by a few pure operations, from a value that is made more often than freq.
func derived(v *flow.Value, defs map[*flow.Value]*flow.Op, made map[*flow.Value]float64, freq float64, depth int) bool {
	o := defs[v]
	if o == nil || o.Code >= op.FirstPrivate || !o.Code.Has(op.Pure) || v.Kind != op.Int {
		return false
	}
	for _, a := range o.Args {
		if a.Const == nil && (made[a] > freq || depth > 1 && derived(a, defs, made, freq, depth-1)) {
			return true
		}
	}
	return false
}

// loops says whether a graph has a loop.
func loops(g *flow.Graph) bool {
	at := map[*flow.Block]int{}
	for i, b := range flow.ReversePostorder(g) {
		at[b] = i
	}
	for b, i := range at {
		for _, s := range b.Succs {
			if at[s.To] <= i {
				return true
			}
		}
	}
	return false
}

// returns says whether an operation is a call that comes back, or has one on its slow way.
func returns(o *flow.Op) bool {
	switch o.Code {
	case flow.Call, flow.CallIndirect, op.ArrayCopy, op.ArrayClear, op.BytesEqual, op.BytesCompare, op.BytesIndex, op.IdentityHash:
		return true
	}
	return slowOnly(o)
}

// slowOnly says whether the call is out of line.
func slowOnly(o *flow.Op) bool { return o.Code == op.QuasiWrite || allocates(o) }

func allocates(o *flow.Op) bool { return o.Code < op.FirstPrivate && o.Code.Has(op.Allocates) }

// saved wraps the statements of a call into the saving of values. References that the call does not move go to the shadow
// stack like those that it may.
func (f *function) saved(o *flow.Op, stmts []jen.Code) []jen.Code {
	var refs []*flow.Value
	var before, after []jen.Code
	var n slotCount
	for _, v := range f.saves[o] {
		if v.Kind == op.Ref {
			refs = append(refs, v)
			continue
		}
		array, i := n.next(v.Kind)
		slot := func() *jen.Statement { return jen.Id("save" + array).Index(jen.Lit(i)) }
		before = append(before, slot().Op("=").Add(f.use(v)))
		after = append(after, jen.Id(local(v)).Op("=").Add(slot()))
	}
	f.slots.max(n)
	return append(append(before, f.rooted(refs, stmts...)...), after...)
}

// declareSaves writes the arrays. Go keeps arrays of one element in registers, hence two at least.
func (f *function) declareSaves(body *jen.Group) {
	if f.slots.i > 0 {
		body.Var().Id("saveI").Index(jen.Lit(max(f.slots.i, 2))).Int()
	}
	if f.slots.f > 0 {
		body.Var().Id("saveF").Index(jen.Lit(max(f.slots.f, 2))).Float64()
	}
}
