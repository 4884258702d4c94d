package hints

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// QuasiWrites puts a quasi_write before every store to a field tagged quasi: all of a program's stores are in its lowered
// graphs, so that emitted code, jitcode, traces and the interpreters of both see the same ones. Compiled code relies on such a
// field of an object only after the object was watched (layout.FlagWatched), and a quasi_write is one test of that
// flag.
//
// Not needed for an object that the block itself has just made: nobody can watch it before a call gets to see it.
//
// Rejected: a hidden field per quasi-immutable field that says who relies on it, as in RPython. It makes the objects larger, and
// the collector trace it, for the sake of the few that are ever watched.
func QuasiWrites(p *flow.Program) {
	any := false
	for _, l := range p.Table.Locs {
		any = any || l.Acc().Quasi
	}
	if !any {
		return
	}
	for _, f := range p.Funcs {
		if f.Graph == nil {
			continue
		}
		for _, b := range f.Graph.Blocks {
			b.Ops = quasiWrites(b.Ops)
		}
	}
}

func quasiWrites(ops []*flow.Op) []*flow.Op {
	var out []*flow.Op
	fresh := map[*flow.Value]bool{}
	for _, o := range ops {
		switch o.Code {
		case op.New:
			fresh[o.Results[0]] = true
		case flow.Call, flow.CallIndirect, flow.MergePoint, flow.CanEnterJit:
			clear(fresh)
		case op.SetField:
			if f := o.Descr.(*descr.Field); f.Quasi && !fresh[o.Args[0]] {
				out = append(out, &flow.Op{Code: op.QuasiWrite, Descr: f, Args: []*flow.Value{o.Args[0]}, Pos: o.Pos})
			}
		}
		out = append(out, o)
	}
	return out
}
