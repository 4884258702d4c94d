// Package portal splits the dispatch loop of each JIT driver at its merge point, so that both emitted
// code and jitcode see one place where compiled code can be entered and left.
//
// Requires low-level graphs in which MergePoint and CanEnterJit are operations anywhere in the portal
// function, their operands the words of the greens. Afterwards
//
//   - the loop's head is a block whose parameters are exactly the greens and the reds (everything else that
//     is live there), in that order, and whose first operation is MergePoint with those parameters;
//   - every edge that counts goes through one block with a CanEnterJit (variables in, new variables out) and
//     on to the head; nothing but these variables is live across either;
//   - Driver.Portal, Driver.Desc and Program.Table.Drivers are filled.
//
// An edge counts if the path from the merge point before it passed a CanEnterJit of the driver. The code
// between the two is copied for these paths, so that the others pay nothing. For drivers without such
// calls see backedge.go. Preserves SSA form and everything outside the portals.
//
// Imports translator/flow, jitgen/op, jitgen/descr and gc/thread; build time only.
package portal

import (
	"cmp"
	"fmt"
	"strings"

	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Error is a misuse of a JIT driver.
type Error struct {
	Pos    descr.Pos
	Driver string
	What   string
	Remedy string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: driver %s: %s; %s", e.Pos, e.Driver, e.What, e.Remedy)
}

// Errors are all the errors of a program.
type Errors []*Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// site is where an operation stands.
type site struct {
	fn    *flow.Func
	block *flow.Block
	index int
}

func (s site) op() *flow.Op { return s.block.Ops[s.index] }

// Program splits the portals of all drivers. The error is an Errors.
func Program(p *flow.Program) error {
	var errs Errors
	p.Table.Drivers = nil
	for i, d := range p.Drivers {
		d.Index = i
		if err := split(p, d); err != nil {
			errs = append(errs, err)
			continue
		}
		p.Table.Drivers = append(p.Table.Drivers, d.Desc)
	}
	if errs != nil {
		return errs
	}
	return nil
}

// find lists the operations of a driver with a code, over the whole program.
func find(p *flow.Program, d *flow.Driver, code op.Code) []site {
	var out []site
	for _, f := range p.Funcs {
		if f.Graph == nil {
			continue
		}
		for _, b := range f.Graph.Blocks {
			for i, o := range b.Ops {
				if o.Code == code && o.Aux == any(d) {
					out = append(out, site{f, b, i})
				}
			}
		}
	}
	return out
}

// splitter works on the portal of one driver.
type splitter struct {
	p      *flow.Program
	d      *flow.Driver
	g      *flow.Graph
	pos    descr.Pos
	greens int         // number of green words
	head   *flow.Block // starts with the MergePoint
	count  *flow.Block // holds the CanEnterJit; nil until an edge counts
}

func (s *splitter) errorf(remedy, format string, args ...any) *Error {
	return &Error{s.pos, s.d.Name, fmt.Sprintf(format, args...), remedy}
}

func split(p *flow.Program, d *flow.Driver) *Error {
	s := &splitter{p: p, d: d, pos: d.Pos}
	merges := find(p, d, flow.MergePoint)
	switch {
	case len(merges) == 0:
		return s.errorf("call MergePoint at the head of the dispatch loop, or remove the driver", "it has no merge point")
	case len(merges) > 1:
		s.pos = merges[1].op().Pos
		return s.errorf("give each dispatch loop a driver of its own", "second merge point; the first is at %s", merges[0].op().Pos)
	}
	at := merges[0]
	s.g, s.pos, s.greens = at.fn.Graph, at.op().Pos, len(at.op().Args)
	d.Portal = at.fn
	for _, c := range find(p, d, flow.CanEnterJit) {
		if c.fn != at.fn {
			s.pos = c.op().Pos
			return s.errorf("call it in the function of the merge point", "CanEnterJit in %s, the merge point is in %s", c.fn.Name, at.fn.Name)
		}
	}
	s.cutHead(at)
	starts := s.cutStarts()
	closeGraph(s.g)
	s.orderHead()
	if !reaches(s.head, s.head) {
		return s.errorf("put MergePoint into the dispatch loop", "the merge point is not in a loop")
	}
	var err *Error
	if len(starts) > 0 {
		err = s.countStarts(starts)
	} else {
		err = s.countBackEdges()
	}
	if err != nil {
		return err
	}
	flow.SimplifyCFG(s.g)
	flow.RemoveDead(s.g)
	return s.describe()
}

// cutHead makes the merge point the first operation of a block.
func (s *splitter) cutHead(at site) {
	s.head = cut(s.g, at.block, at.index)
	s.head.Comment = "merge point of " + s.d.Name
}

// cut moves the operations of b from index on, and its end, to a new block, to which b then jumps.
func cut(g *flow.Graph, b *flow.Block, index int) *flow.Block {
	n := g.NewBlock()
	n.Ops = append(n.Ops, b.Ops[index:]...)
	b.Ops = b.Ops[:index:index]
	n.Term, n.Trap, n.Aux, n.Args, n.Cases, n.Succs, n.Pos = b.Term, b.Trap, b.Aux, b.Args, b.Cases, b.Succs, b.Pos
	b.Term, b.Trap, b.Aux, b.Args, b.Cases = flow.Jump, 0, nil, nil, nil
	b.Succs = []flow.Edge{{To: n}}
	return n
}

// start is what followed a CanEnterJit, and where that stood.
type start struct {
	block *flow.Block
	pos   descr.Pos
}

// cutStarts removes the CanEnterJit operations.
func (s *splitter) cutStarts() []start {
	var starts []start
	for i := 0; i < len(s.g.Blocks); i++ { // cutting appends blocks, which are looked at as well
		b := s.g.Blocks[i]
		for j, o := range b.Ops {
			if o.Code != flow.CanEnterJit || o.Aux != any(s.d) {
				continue
			}
			repl := map[*flow.Value]*flow.Value{}
			for k, r := range o.Results {
				repl[r] = o.Args[k]
			}
			flow.ReplaceUses(s.g, repl)
			starts = append(starts, start{cut(s.g, b, j+1), o.Pos})
			b.Ops = b.Ops[:j]
			break
		}
	}
	return starts
}

// orderHead puts the greens first among the head's parameters. A green that is a constant, or given
// twice, gets a parameter of its own.
func (s *splitter) orderHead() {
	h := s.head
	merge := h.Ops[0]
	var greens []*flow.Value
	taken := map[*flow.Value]bool{}
	for i, a := range merge.Args {
		if a.Const == nil && !taken[a] {
			taken[a] = true
			greens = append(greens, a)
			continue
		}
		p := s.g.NewKind(a.Kind)
		p.Name = a.Name
		if i < len(s.d.Greens) && len(s.d.Greens) == len(merge.Args) {
			p.Name = s.d.Greens[i]
		}
		greens = append(greens, p)
	}
	source := make([]int, len(greens)) // which old parameter a new one's argument comes from; -1: a constant
	for i, a := range merge.Args {
		source[i] = indexOf(h.Params, a)
	}
	params := greens
	for i, p := range h.Params {
		if !taken[p] {
			params = append(params, p)
			source = append(source, i)
		}
	}
	for _, e := range edgesTo(s.g, h) {
		args := make([]*flow.Value, len(params))
		for i, from := range source {
			if from < 0 {
				args[i] = merge.Args[i]
			} else {
				args[i] = e.Args[from]
			}
		}
		e.Args = args
	}
	h.Params = params
	merge.Args = append([]*flow.Value(nil), params...)
}

// counter returns the block that counts; edges may be led through it.
func (s *splitter) counter() *flow.Block {
	if s.count == nil {
		s.count = s.entering(flow.CanEnterJit, "counts for ")
	}
	return s.count
}

// entering makes a block that may enter the JIT and goes on to the head.
func (s *splitter) entering(code op.Code, comment string) *flow.Block {
	b := s.g.NewBlock()
	b.Comment = comment + s.d.Name
	o := &flow.Op{Code: code, Aux: s.d, Pos: s.pos}
	for _, p := range s.head.Params {
		in, out := twin(s.g, p), twin(s.g, p)
		b.Params = append(b.Params, in)
		o.Args = append(o.Args, in)
		o.Results = append(o.Results, out)
	}
	b.Ops = []*flow.Op{o}
	b.Succs = []flow.Edge{{To: s.head, Args: o.Results}}
	return b
}

// countStarts copies the code between each CanEnterJit and the merge point, for the paths that count.
func (s *splitter) countStarts(starts []start) *Error {
	var from []*flow.Block
	for _, b := range starts {
		from = append(from, b.block)
	}
	between := region(s.head, from)
	for _, b := range starts {
		if !between[b.block] {
			s.pos = b.pos
			return s.errorf("call CanEnterJit on the way back to the merge point", "no merge point follows CanEnterJit")
		}
	}
	copies := copyRegion(s.g, between)
	for _, c := range inOrder(s.g, copies) {
		for i := range c.Succs {
			if c.Succs[i].To == s.head {
				c.Succs[i].To = s.counter()
			}
		}
	}
	for _, b := range from {
		for _, e := range edgesTo(s.g, b) {
			e.To = copies[b]
		}
	}
	return nil
}

// describe fills the driver's descriptor.
func (s *splitter) describe() *Error {
	d := &descr.Driver{Index: s.d.Index, Name: cmp.Or(s.d.Label, s.d.Name), Portal: s.d.Portal.Index, Results: s.g.Results, Hooks: descr.NoHooks()}
	for h, f := range s.d.Hooks {
		if f != nil {
			d.Hooks[h] = f.Index
		}
	}
	count := map[op.Kind]int{}
	for i, p := range s.head.Params {
		v := descr.Var{Name: p.Name, Kind: p.Kind}
		if v.Name == "" {
			v.Name = fmt.Sprintf("%s%d", p.Kind.Letter(), i)
		}
		if i < s.greens {
			if len(s.d.Greens) == s.greens {
				v.Name = s.d.Greens[i]
			}
			d.Greens = append(d.Greens, v)
		} else {
			d.Reds = append(d.Reds, v)
			if v.Name == s.d.Virtualizable && v.Kind == op.Ref {
				d.Frame = len(d.Reds)
			}
		}
		if count[p.Kind]++; count[p.Kind] > thread.NumSlots {
			return s.errorf("keep the loop's variables in a struct", "more than %d live variables of kind %s at the merge point", thread.NumSlots, p.Kind)
		}
	}
	results := map[op.Kind]int{}
	for _, k := range d.Results {
		if results[k]++; results[k] > thread.NumSlots {
			return s.errorf("return a pointer to a struct", "the portal returns more than %d words of kind %s", thread.NumSlots, k)
		}
	}
	s.d.Desc = d
	return nil
}
