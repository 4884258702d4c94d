package flow

import (
	"fmt"
	"go/types"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Level says which operations a graph may hold.
type Level uint8

const (
	High Level = iota // as loaded: Go* operations, values with Go types
	Low               // after lower: operations of jitgen/op and the low-level ones of ops.go, values with kinds
)

func (l Level) String() string { return [...]string{"high", "low"}[l] }

// VerifyError lists what is wrong with a graph.
type VerifyError struct {
	Func  string
	Level Level
	Msgs  []string // each starts with the block it is about
}

func (e *VerifyError) Error() string {
	msgs := e.Msgs
	more := ""
	if len(msgs) > 10 {
		more = fmt.Sprintf("\n  and %d more", len(msgs)-10)
		msgs = msgs[:10]
	}
	return fmt.Sprintf("flow graph of %s (%s level) is malformed:\n  %s%s", e.Func, e.Level, strings.Join(msgs, "\n  "), more)
}

// Verify checks a graph and returns nil or a *VerifyError with all violations. It must hold after
// every pass. The invariants:
//
//   - There is an entry block, and no edge goes to it.
//   - Block ids are unique and below NumBlocks; value ids are unique, positive and below NumValues.
//   - A value is defined once, by a block parameter or as a result; constants are not defined.
//   - Every use is dominated by its definition; an operation may use what an earlier operation of its block
//     defines. Uses in unreachable blocks are not checked for dominance (RemoveUnreachable drops them).
//   - Every edge goes to a block of the graph and has one argument for each parameter, of the same kind
//     (low) or an identical type (high).
//   - Terminators have their shape: jump 1 successor; branch a condition and 2; switch an integer, distinct
//     cases and one successor more than cases; return as many values as the function has results, of their kinds
//     or types; panic no successor, and an operand for the traps explicit and assert.
//   - Operations belong to the level. Low: number and kinds of operands and results are those of the operation
//     table, and the descriptor is of the table's sort and kind; calls agree with their call descriptor; no
//     operation of traces only; no residual call of the table (flow has Call and CallIndirect).
//     High: number of operands and results, and the type of Aux, are those of ops.go.
//   - No operand is absent (nil), the bounds of GoSlice and the reserve of GoMakeMap apart.
//   - A merge point stands first in its block, and its operands are the block's parameters.
func Verify(g *Graph, level Level) error {
	v := &verifier{g: g, level: level}
	v.run()
	if len(v.msgs) == 0 {
		return nil
	}
	name := "?"
	if g.Func != nil {
		name = g.Func.Name
	}
	return &VerifyError{Func: name, Level: level, Msgs: v.msgs}
}

type verifier struct {
	g     *Graph
	level Level
	msgs  []string
	b     *Block // current
	def   []definition
	dom   *DomTree
}

// definition is where a value is defined: by an operation's position in its block, or -1 for parameters.
type definition struct {
	v  *Value
	b  *Block
	at int
}

func (v *verifier) fail(format string, args ...any) {
	where := "graph"
	if v.b != nil {
		where = fmt.Sprintf("b%d", v.b.ID)
	}
	v.msgs = append(v.msgs, where+": "+fmt.Sprintf(format, args...))
}

func (v *verifier) run() {
	if len(v.g.Blocks) == 0 {
		v.fail("no blocks")
		return
	}
	if !v.structure() {
		return // what follows needs sound ids and edges
	}
	v.dom = Dominators(v.g)
	for _, b := range v.g.Blocks {
		v.b = b
		for i, o := range b.Ops {
			v.uses(o.Args, i, OpName(o.Code), mayBeAbsent(o.Code))
			v.uses(o.Roots, i+1, OpName(o.Code)+" roots", false)
			v.op(i, o)
		}
		v.uses(b.Args, len(b.Ops), b.Term.String(), false)
		for i := range b.Succs {
			v.uses(b.Succs[i].Args, len(b.Ops), "edge to b"+fmt.Sprint(b.Succs[i].To.ID), false)
		}
		v.term(b)
	}
}

// structure checks ids, edges' targets and single definitions.
func (v *verifier) structure() bool {
	blocks := make([]*Block, v.g.NumBlocks())
	for _, b := range v.g.Blocks {
		v.b = b
		if b.ID < 0 || b.ID >= len(blocks) {
			v.fail("block id out of range")
			return false
		}
		if blocks[b.ID] != nil {
			v.fail("block id used twice")
			return false
		}
		blocks[b.ID] = b
	}
	v.def = make([]definition, v.g.NumValues())
	for _, b := range v.g.Blocks {
		v.b = b
		v.define(b.Params, -1)
		for i, o := range b.Ops {
			v.define(o.Results, i)
		}
		for _, e := range b.Succs {
			switch {
			case e.To == nil || e.To.ID < 0 || e.To.ID >= len(blocks) || blocks[e.To.ID] != e.To:
				v.fail("edge to a block that is not in the graph")
			case e.To == v.g.Entry():
				v.fail("edge to the entry block")
			case len(e.Args) != len(e.To.Params):
				v.fail("edge to b%d has %d arguments for %d parameters", e.To.ID, len(e.Args), len(e.To.Params))
			default:
				for i, a := range e.Args {
					if a != nil {
						v.assignable(a, e.To.Params[i], fmt.Sprintf("argument %d of edge to b%d", i, e.To.ID))
					}
				}
			}
		}
	}
	return len(v.msgs) == 0
}

func (v *verifier) assignable(a, to *Value, what string) {
	if v.level == Low {
		if a.Kind != to.Kind {
			v.fail("%s: %s is of kind %s, want %s", what, a, a.Kind, to.Kind)
		}
	} else if a.Type == nil || !types.Identical(a.Type, to.Type) {
		v.fail("%s: %s is of type %v, want %s", what, a, a.Type, TypeString(to.Type))
	}
}

func (v *verifier) define(vs []*Value, at int) {
	for _, x := range vs {
		switch {
		case x == nil:
			v.fail("nil definition")
		case x.Const != nil:
			v.fail("a constant is defined")
		case x.ID <= 0 || x.ID >= len(v.def):
			v.fail("value id %d out of range", x.ID)
		case v.def[x.ID].v != nil:
			v.fail("value %s is defined twice", x)
		default:
			v.def[x.ID] = definition{x, v.b, at}
			if v.level == High && x.Type == nil {
				v.fail("value %d has no type", x.ID)
			} else if v.level == Low && (x.Kind == op.Void || x.Type != nil) {
				v.fail("value %s has no kind, or a Go type", x)
			}
		}
	}
}

func mayBeAbsent(c op.Code) bool { return c == GoSlice || c == GoMakeMap }

// uses checks operands used at position at of the current block.
func (v *verifier) uses(vs []*Value, at int, what string, absentOK bool) {
	for i, x := range vs {
		if x == nil {
			if !absentOK {
				v.fail("%s: operand %d is absent", what, i)
			}
			continue
		}
		if x.Const != nil {
			if v.level == Low && x.Type != nil {
				v.fail("%s: operand %d is a high-level constant", what, i)
			}
			continue
		}
		if x.ID <= 0 || x.ID >= len(v.def) || v.def[x.ID].v != x {
			v.fail("%s: operand %d (%s) is not defined in the graph", what, i, x)
			continue
		}
		d := v.def[x.ID]
		if d.b == v.b && d.at < at {
			continue
		}
		if !v.dom.Reachable(v.b) {
			continue
		}
		if d.b == v.b || !v.dom.Reachable(d.b) || !v.dom.Dominates(d.b, v.b) {
			v.fail("%s: use of %s is not dominated by its definition in b%d", what, x, d.b.ID)
		}
	}
}

func (v *verifier) op(i int, o *Op) {
	if p := private(o.Code); p != nil {
		v.privateOp(i, o, p)
		return
	}
	if int(o.Code) >= op.NumOps() || o.Code == op.Invalid {
		v.fail("invalid operation code %d", o.Code)
		return
	}
	if v.level != Low {
		v.fail("%s is a low-level operation", o.Code)
		return
	}
	v.tableOp(o)
}

// tableOp checks an operation of the shared table against its row.
func (v *verifier) tableOp(o *Op) {
	info := o.Code.Info()
	name := info.Name
	if info.Flags&(op.TraceOnly|op.Call) != 0 || info.Name == "getresult_i" || info.Name == "getresult_r" || info.Name == "getresult_f" {
		v.fail("%s does not belong in flow graphs", name)
		return
	}
	want := info.Args
	if n := len(want); n > 0 && want[n-1] == '*' {
		want = want[:n-1]
		if len(o.Args) < len(want) {
			v.fail("%s has %d operands, want at least %d", name, len(o.Args), len(want))
			return
		}
	} else if len(o.Args) != len(want) {
		v.fail("%s has %d operands, want %d", name, len(o.Args), len(want))
		return
	}
	access, ok := v.descriptor(o, info)
	if !ok {
		return
	}
	for i := range want {
		k, _ := op.KindOf(want[i])
		if want[i] == '?' {
			if access == nil {
				continue
			}
			k = access.Kind
		}
		if a := o.Args[i]; a != nil && a.Kind != k {
			v.fail("%s: operand %d (%s) is of kind %s, want %s", name, i, a, a.Kind, k)
		}
	}
	switch {
	case info.Result == op.Void && len(o.Results) != 0:
		v.fail("%s has a result", name)
	case info.Result != op.Void && (len(o.Results) != 1 || o.Results[0].Kind != info.Result):
		v.fail("%s must have one result of kind %s", name, info.Result)
	case access != nil && info.Result != op.Void && o.Code != op.ArrayLen && info.Flags&op.ReadsHeap != 0 &&
		isLoad(o.Code) && access.Kind != info.Result:
		v.fail("%s: %s is of kind %s", name, o.Descr, access.Kind)
	}
}

func isLoad(c op.Code) bool {
	return c >= op.GetFieldI && c <= op.GetFieldF || c >= op.GetArrayItemI && c <= op.GetArrayItemF ||
		c >= op.GetInteriorI && c <= op.GetInteriorF
}

// descriptor checks that an operation carries the sort of descriptor its row asks for.
func (v *verifier) descriptor(o *Op, info *op.Info) (*descr.Access, bool) {
	var access *descr.Access
	ok := true
	switch info.Descr {
	case "":
		ok = o.Descr == nil
	case "field":
		d, is := o.Descr.(*descr.Field)
		if ok = is && d != nil; ok {
			access = &d.Access
		}
	case "array":
		d, is := o.Descr.(*descr.Array)
		if ok = is && d != nil; ok {
			access = &d.Access
		}
	case "interior":
		d, is := o.Descr.(*descr.Interior)
		if ok = is && d != nil; ok {
			access = &d.Access
		}
	case "size":
		_, ok = o.Descr.(*descr.Size)
	case "dispatch":
		_, ok = o.Descr.(*descr.Dispatch)
	case "typeset":
		_, ok = o.Descr.(*descr.TypeSet)
	}
	if !ok {
		v.fail("%s: descriptor is %T, want %q", info.Name, o.Descr, info.Descr)
	}
	return access, ok
}
