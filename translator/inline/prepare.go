// Package inline prepares low-level graphs for emission: what only the JIT needs goes, constants
// fold, and small functions move into their callers, because Go's own inliner gives up on code full
// of memory accesses (measured: worth 1.2x).
//
// Requires the final graphs of the program (after portal); jitcode must have been made before, since the
// graphs are rewritten in place. Output: graphs for gcxform and emit. Preserves SSA form and meaning.
//
// Imports translator/flow, jitgen/op, jitgen/exec, jitgen/descr and gc/layout; build time only.
package inline

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Optimisations that Prepare's argument without can leave out, to measure what they are worth.
const (
	Inlining  = "inline"    // calls replaced by bodies
	Numbering = "numbering" // what is known already is not computed, loaded or checked again
	Hoisting  = "hoist"     // what a loop's head begins with becomes loop variables
	Scalars   = "scalars"   // objects that go nowhere are not made
	Asserts   = "asserts"   // type assertions are decided where somebody asks for the outcome
	Threading = "threading" // edges into blocks that only decide go where they lead
)

// Optimisations lists the names.
var Optimisations = []string{Inlining, Numbering, Hoisting, Scalars, Threading, Asserts}

// Prepare removes what emitted code does not need: merge points, promotions and questions to the tracer,
// and without a JIT the entries into it; then it inlines and improves.
func Prepare(p *flow.Program, nojit bool, without map[string]bool) {
	flow.Beside(len(p.Funcs), func(i int) {
		if f := p.Funcs[i]; f.Graph != nil {
			tidyStripped(f, nojit)
		}
	})
	inlineCalls(p, without)
}

func tidyStripped(f *flow.Func, nojit bool) {
	defer flow.Locate(f)
	strip(f.Graph, nojit)
	Tidy(f.Graph)
}

func strip(g *flow.Graph, nojit bool) {
	repl := map[*flow.Value]*flow.Value{}
	for _, b := range g.Blocks {
		ops := b.Ops[:0:0]
		for _, o := range b.Ops {
			switch o.Code {
			case flow.MergePoint:
				continue
			case flow.CanEnterJit:
				if nojit {
					for i, r := range o.Results {
						repl[r] = o.Args[i]
					}
					continue
				}
			case op.PromoteI, op.PromoteR, op.PromoteF, op.PromoteString, op.SameAsI, op.SameAsR, op.SameAsF:
				repl[o.Results[0]] = o.Args[0]
				continue
			case op.RecordExactClass, op.JitDebug:
				continue
			case op.IsConstantI, op.IsConstantR, op.IsConstantF, op.IsVirtual, op.WeAreJitted:
				repl[o.Results[0]] = flow.IntConst(0)
				continue
			}
			ops = append(ops, o)
		}
		b.Ops = ops
	}
	flow.ReplaceUses(g, repl)
}

// improve does what Go's compiler cannot, because it does not know what a store can write and a call can do.
func improve(g *flow.Graph, without map[string]bool) {
	if makeOrElse(g) {
		Tidy(g)
	}
	if !without[Threading] && threadBranches(g) {
		Tidy(g)
	}
	if !without[Numbering] && numberValues(g) {
		Tidy(g)
	}
	if !without[Asserts] && assertLate(g) {
		Tidy(g)
		if !without[Numbering] {
			numberValues(g)
			Tidy(g)
		}
	}
	if !without[Scalars] && replaceScalars(g) {
		Tidy(g)
		if !without[Numbering] {
			numberValues(g)
			Tidy(g)
		}
	}
	if !without[Hoisting] && hoistHeads(g) {
		numberValues(g)
		Tidy(g)
	}
}

// Tidy folds constants, drops what is dead and simplifies the control flow, until nothing changes.
func Tidy(g *flow.Graph) {
	for {
		changed := fold(g)
		changed = flow.SimplifyCFG(g) || changed
		changed = flow.RemoveDead(g) || changed
		if !changed {
			return
		}
	}
}

// fold computes pure operations on constants.
func fold(g *flow.Graph) bool {
	repl := map[*flow.Value]*flow.Value{}
	for _, b := range g.Blocks {
		ops := b.Ops[:0:0]
		for _, o := range b.Ops {
			if v := constant(o); v != nil {
				repl[o.Results[0]] = v
				continue
			}
			ops = append(ops, o)
		}
		b.Ops = ops
	}
	flow.ReplaceUses(g, repl)
	return len(repl) > 0
}

// constant is the result of an operation as a constant, or nil. References have no value yet, but for nil.
func constant(o *flow.Op) *flow.Value {
	if v := ofPrebuilt(o); v != nil {
		return v
	}
	if o.Code >= op.FirstPrivate || !o.Code.Has(op.Pure) || len(o.Results) != 1 || o.Results[0].Kind == op.Ref {
		return nil
	}
	args := make([]uint64, len(o.Args))
	for i, a := range o.Args {
		if a.Const == nil {
			return nil
		}
		if a.Kind == op.Ref && a.Const.Prebuilt != nil {
			switch o.Code {
			case op.PtrIsZero:
				return flow.IntConst(0)
			case op.PtrNonzero:
				return flow.IntConst(1)
			}
			return nil
		}
		args[i] = a.Const.Bits
	}
	bits, ok := exec.Fold(o.Code, o.Descr, args)
	if !ok {
		return nil
	}
	if o.Results[0].Kind == op.Float {
		return flow.FloatBits(bits)
	}
	return flow.IntConst(int64(bits))
}

// ofPrebuilt folds what is known of objects made at translation: they are not nil, and their length is fixed.
func ofPrebuilt(o *flow.Op) *flow.Value {
	if len(o.Args) == 0 || o.Args[0].Const == nil || o.Args[0].Kind != op.Ref {
		return nil
	}
	p := o.Args[0].Const.Prebuilt
	switch o.Code {
	case flow.OrElse:
		if p == nil {
			return o.Args[1]
		}
		return o.Args[0]
	case op.ArrayLen:
		if d, ok := o.Descr.(*descr.Array); ok && p != nil && p.Type == d.Type.ID {
			if p.Type == layout.StringType {
				return flow.IntConst(int64(len(p.String)))
			}
			return flow.IntConst(int64(p.Length))
		}
	}
	return nil
}
