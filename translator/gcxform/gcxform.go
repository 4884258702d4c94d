// Package gcxform prepares graphs to be emitted for the collector: write barriers before stores of
// references, and the references to be saved around operations that may collect (Op.Roots).
//
// Requires low-level graphs in their final form (after portal and inline). Preserves everything else.
// Input: a graph. Output: on each operation that Collects, the reference values live across it, in
// order of their ids. Constants are never among them: prebuilt objects do not move. Where barriers go is
// said at Barriers.
//
// Imports translator/flow, jitgen/op and jitgen/descr; build time only.
package gcxform

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Collects says whether an operation may run the collector.
func Collects(o *flow.Op) bool {
	switch o.Code {
	case flow.Call, flow.CallIndirect:
		d, ok := o.Descr.(*descr.Call)
		return !ok || d.Effects.Collects
	case flow.CanEnterJit, flow.EnterPortal:
		return true
	}
	return o.Code.Has(op.Allocates)
}

// Graph sets the roots of g's operations.
func Graph(g *flow.Graph) {
	var live *flow.Live
	for _, b := range g.Blocks {
		if !anyCollects(b) {
			continue
		}
		if live == nil {
			live = flow.Liveness(g)
		}
		live.Backward(b, func(_ int, o *flow.Op, after *flow.ValueSet) {
			o.Roots = nil
			if !Collects(o) {
				return
			}
			for _, v := range after.Values() {
				if v.Kind == op.Ref && !isResult(o, v) {
					o.Roots = append(o.Roots, v)
				}
			}
		})
	}
}

// Program puts barriers and roots into all functions.
func Program(p *flow.Program) {
	flow.Beside(len(p.Funcs), func(i int) {
		if f := p.Funcs[i]; f.Graph != nil {
			function(f)
		}
	})
}

func function(f *flow.Func) {
	defer flow.Locate(f)
	Barriers(f.Graph)
	Graph(f.Graph)
}

func anyCollects(b *flow.Block) bool {
	for _, o := range b.Ops {
		if Collects(o) {
			return true
		}
	}
	return false
}

func isResult(o *flow.Op, v *flow.Value) bool {
	for _, r := range o.Results {
		if r == v {
			return true
		}
	}
	return false
}
