package opt

// Forms: objects as operands of calls of compiled code.
//
// The frame of a function of the interpreted language is made by its caller and handed to the callee. Where the callee is
// traced through it need not exist. Where the callee is a call_assembler, its operands would have to: the callee's
// code starts with variables and knows nothing about them. So there can be more code than one for a merge point, each for one
// form of the variables:
//
//	general form   call_assembler(p1, i2)            p1 is a Frame
//	another        call_assembler(p5, f7, i2)        the variables are Frame{registers: [nil, p5, Number{f7}, nil]} and i2
//
// The code of a form starts as the body of a loop does, with virtual objects (state.go); if it leaves at a guard, the objects are
// made then, from resume data. The caller hands over what is in the objects and forgets them: that is right only for objects
// that nothing of the caller can see after the call (liveObjects). Any other object is made before the call.
//
// Rejected: operands of the general form plus the contents of the frame, and a frame made when the callee needs it. The callee would
// have to test, at each place, whether it is there.

import (
	"fmt"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// maxFormValues bounds the operands of a form.
const maxFormValues = 40

// Form says which objects among the variables of a merge point are virtual and what is in them: trace.Token.Form. Its nodes
// are values, numbered in the order of the operands; zeros; and virtual objects.
type Form struct {
	nodes []node
	vars  []int32
	kinds []op.Kind // of the operands
	text  string    // equal for equal forms
}

// Kinds are the kinds of the operands.
func (f *Form) Kinds() []op.Kind { return f.kinds }

// String is a text that equal forms have in common.
func (f *Form) String() string { return f.text }

func installForms(l *pipeline) {
	l.onBefore(virtualOperands, op.CallAssemblerI, op.CallAssemblerR, op.CallAssemblerF, op.CallAssemblerN)
}

// virtualOperands chooses the form of a call of compiled code.
func virtualOperands(r *run, p *operation) verdict {
	tok, ok := p.Descr.(*trace.Token)
	if !ok || tok.Form != nil || r.o.cfg.FormToken == nil || !r.anyVirtual(p.Args) {
		return next
	}
	b := &formBuilder{r: r, live: r.liveObjects(r.now), at: map[trace.Ref]int32{}, f: &Form{}}
	for _, a := range p.Args {
		b.f.vars = append(b.f.vars, b.node(a))
	}
	if !b.virtuals || len(b.values) > maxFormValues {
		return next
	}
	b.f.text = b.f.describe()
	form := r.o.cfg.FormToken(tok, b.f)
	if form == nil {
		return next
	}
	p.Descr, p.Args = form, b.values
	return next
}

func (r *run) anyVirtual(list []trace.Ref) bool {
	for _, v := range list {
		if r.virtualOf(r.resolve(v)) != nil {
			return true
		}
	}
	return false
}

// formBuilder makes the form of a call's operands.
type formBuilder struct {
	r        *run
	live     map[trace.Ref]bool
	at       map[trace.Ref]int32
	f        *Form
	values   []trace.Ref // operands
	virtuals bool
}

func (b *formBuilder) node(v trace.Ref) int32 {
	v = b.r.resolve(v)
	if n, ok := b.at[v]; ok {
		return n
	}
	n := int32(len(b.f.nodes))
	b.at[v] = n
	b.f.nodes = append(b.f.nodes, node{ref: trace.None})
	virt := b.r.virtualOf(v)
	switch {
	case virt != nil && !b.live[v]:
		b.virtuals = true
		made := node{kind: virtualNode, ref: trace.None, size: virt.size, array: virt.array}
		for _, f := range virt.fields {
			made.fields = append(made.fields, nodeField{f.field, b.node(f.value)})
		}
		for _, item := range virt.items {
			made.items = append(made.items, b.node(b.r.orZero(item, virt.array)))
		}
		b.f.nodes[n] = made
	case v.IsConst() && b.r.out.Consts.Get(v).Bits == 0:
		b.f.nodes[n].kind = constNode
		b.f.nodes[n].facts.widened = uint8(b.r.out.Kind(v)) // kind of the zero
	default:
		b.f.nodes[n].ref = trace.Ref(len(b.values))
		b.values = append(b.values, v)
		b.f.kinds = append(b.f.kinds, b.r.out.Kind(v))
	}
	return n
}

// zeroKind is the kind of a zero among the nodes of a form.
func (n *node) zeroKind() op.Kind { return op.Kind(n.facts.widened) }

// describe is the text of a form, for example "v0(main.Frame){registers:v1[]any{nil p0 nil}} i1".
func (f *Form) describe() string {
	var b strings.Builder
	seen := make([]bool, len(f.nodes))
	var write func(i int32)
	write = func(i int32) {
		switch n := &f.nodes[i]; {
		case n.kind == constNode:
			b.WriteString("0" + n.zeroKind().Letter())
		case n.kind == valueNode:
			fmt.Fprintf(&b, "%s%d", f.kinds[n.ref].Letter(), n.ref)
		case seen[i]:
			fmt.Fprintf(&b, "v%d", i)
		default:
			seen[i] = true
			name := descr.Descr(n.size)
			if n.size == nil {
				name = n.array
			}
			fmt.Fprintf(&b, "v%d=%s{", i, name)
			for j, field := range n.fields {
				if j > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(field.field.Name + ":")
				write(field.node)
			}
			for j, item := range n.items {
				if j > 0 {
					b.WriteByte(' ')
				}
				write(item)
			}
			b.WriteByte('}')
		}
	}
	for i, n := range f.vars {
		if i > 0 {
			b.WriteByte(' ')
		}
		write(n)
	}
	return b.String()
}

// enterForm makes the inputs of a trace those of a form, and its entry label.
func (r *run) enterForm(f *Form) *trace.Target {
	s := &state{nodes: append([]node(nil), f.nodes...), vars: f.vars}
	for _, k := range f.kinds {
		r.out.Inputs = append(r.out.Inputs, r.newValue(k))
	}
	for i := range s.nodes {
		switch n := &s.nodes[i]; n.kind {
		case valueNode:
			n.ref, n.facts = r.out.Inputs[n.ref], nothing
		case constNode:
			n.ref, n.facts = r.zero(n.zeroKind()), facts{}
		}
	}
	for i, v := range r.assumeState(s) {
		r.m[r.in.Inputs[i]] = v
	}
	entry := r.o.newTarget(r.out, r.out.Inputs)
	entry.Virtual = &assumptions{pool: r.out.Consts, state: s, facts: map[trace.Ref]facts{}, args: append([]trace.Ref(nil), r.out.Inputs...)}
	r.raw(op.Label, entry, descr.Pos{}, trace.None, r.out.Inputs...)
	return entry
}

// Adapt makes the code of a form from that of another entry, without assumptions, of the same merge point: it makes the objects and goes there.
func (o *Optimizer) Adapt(name string, f *Form, to *trace.Target) *Result {
	in := &trace.Trace{Name: name, Consts: trace.NewPool()}
	for _, k := range to.Kinds {
		in.Inputs = append(in.Inputs, in.NewValue(k))
	}
	in.Ops = []trace.Op{{Code: op.Jump, Args: in.Inputs, Res: trace.None}}
	res := &Result{}
	r := o.start(in, res)
	res.Entry = r.enterForm(f)
	args := r.values(in.Inputs)
	for i, v := range args {
		args[i] = r.force(v)
	}
	r.raw(op.Jump, to, descr.Pos{}, trace.None, args...)
	res.Jumped = to
	return o.finish(r.out, r.ops, res)
}

// Data is how the variables are made from the operands: the frame of the result has their values.
func (f *Form) Data() *resume.Data {
	pool := trace.NewPool()
	d := &resume.Data{Consts: pool, NumArgs: len(f.kinds), Top: &resume.Frame{}, Frame: resume.DeadSource}
	at := make([]int, len(f.nodes)) // among the virtual objects
	count := 0
	for i := range f.nodes {
		if f.nodes[i].kind == virtualNode {
			at[i] = count
			count++
		}
	}
	source := func(i int32) resume.Source {
		switch n := &f.nodes[i]; n.kind {
		case valueNode:
			return resume.ArgSource(int(n.ref))
		case constNode:
			return resume.ConstSource(pool.Intern(trace.Const{Kind: n.zeroKind()}))
		}
		return resume.VirtualSource(at[i])
	}
	for i := range f.nodes {
		n := &f.nodes[i]
		if n.kind != virtualNode {
			continue
		}
		var what descr.Descr = n.size
		if n.size == nil {
			what = n.array
		}
		var fields []resume.FieldData
		for _, field := range n.fields {
			fields = append(fields, resume.FieldData{Place: resume.Place{Loc: field.field}, Value: source(field.node)})
		}
		for j, item := range n.items {
			if f.nodes[item].kind != constNode {
				fields = append(fields, resume.FieldData{Place: resume.Place{Loc: n.array, Index: j}, Value: source(item)})
			}
		}
		d.Virtuals = append(d.Virtuals, resume.MakeVirtual(what, len(n.items), fields))
	}
	for _, n := range f.vars {
		d.Top.Values = append(d.Top.Values, source(n))
	}
	return d
}

// liveObjects are the virtual objects that anything after operation i of the recorded trace can see: values used there, in operations and
// in the snapshots of guards, stores that wait, and what is in them.
func (r *run) liveObjects(i int) map[trace.Ref]bool {
	live := map[trace.Ref]bool{}
	var visit func(v trace.Ref)
	visit = func(v trace.Ref) {
		v = r.resolve(v)
		virt := r.virtualOf(v)
		if virt == nil || live[v] {
			return
		}
		live[v] = true
		for _, f := range virt.fields {
			visit(f.value)
		}
		for _, item := range virt.items {
			if item != trace.None {
				visit(item)
			}
		}
	}
	for x, last := range r.lastUses() {
		if int(last) > i && r.m[x] != trace.None {
			visit(r.m[x])
		}
	}
	for _, l := range r.heap.touched {
		for j := range r.heap.lists[l] {
			visit(r.heap.lists[l][j].value)
		}
	}
	return live
}

// lastUses is, by recorded value, the last operation that uses it; -1 if none does.
func (r *run) lastUses() []int32 {
	if r.last != nil {
		return r.last
	}
	last := make([]int32, len(r.in.Kinds))
	for i := range last {
		last[i] = -1
	}
	seen := map[*trace.Snapshot]bool{}
	use := func(list []trace.Ref, at int) {
		for _, v := range list {
			if v >= 0 && last[v] < 0 {
				last[v] = int32(at)
			}
		}
	}
	for at := len(r.in.Ops) - 1; at >= 0; at-- { // the first one met is the last one
		p := &r.in.Ops[at]
		use(p.Args, at)
		for s := p.Snapshot; s != nil && !seen[s]; s = s.Outer {
			seen[s] = true
			use(s.Values, at)
		}
	}
	r.last = last
	return last
}
