package trace

import (
	"fmt"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// VerifyError is a broken invariant of a trace.
type VerifyError struct {
	Trace string
	Index int    // of the operation; -1 for the trace as a whole
	Op    string // its text
	Msg   string
}

func (e *VerifyError) Error() string {
	if e.Index < 0 {
		return fmt.Sprintf("trace %q: %s", e.Trace, e.Msg)
	}
	return fmt.Sprintf("trace %q, operation %d, %s: %s", e.Trace, e.Index, e.Op, e.Msg)
}

// Verify checks a trace, recorded or optimised or rewritten. The invariants:
//
//   - Inputs are the values 0, 1, ... in order.
//   - Operations are of the table and not FlowOnly. Number and kinds of operands, kind of the result and
//     type of the descriptor are those of the table; a "?" operand and the result of a load have the kind
//     of the descriptor's location; arguments and result of a call are those of its descriptor or token.
//   - Every value is defined once, by an input or an operation, before it is used. After a Label only its
//     arguments and what is defined after it can be used: a jump from elsewhere brings nothing else.
//   - A Label has a Target, whose kinds are those of its arguments; the arguments are distinct values, not
//     constants. No two labels have the same Target.
//   - The last operation, and no other, ends the trace. The arguments of a Jump have the kinds of its
//     Target; before optimisation the Target may be missing.
//   - A numbered guard has a Guard descriptor, whose kinds are those of the fail arguments; these are distinct
//     values. Any other guard has no fail arguments, and its snapshot's operands are values defined before it,
//     constants, or None where the register is dead.
//   - The second operand of guard_value and the type id of guard_class are constants, and so are the slots of
//     getresult, the sizes and type ids of rewritten allocations and the driver of a debug_merge_point.
//   - Nothing but other getresults stands between a call and its getresults; the slots exist.
//   - A nursery_increment extends a block of malloc_nursery that nothing which may collect separates from it.
func Verify(t *Trace) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*VerifyError)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	v := &verifier{t: t, at: -1, defined: make([]bool, len(t.Kinds)), usable: map[Ref]bool{}, block: map[Ref]bool{}, targets: map[*Target]bool{}}
	v.trace()
	return nil
}

type verifier struct {
	t       *Trace
	at      int
	defined []bool
	usable  map[Ref]bool // in scope here
	targets map[*Target]bool
	call    *descr.Call  // the call just before, with at most getresults since
	block   map[Ref]bool // objects in the nursery block allocated last
}

func (v *verifier) fail(format string, args ...any) {
	e := &VerifyError{Trace: v.t.Name, Index: v.at, Msg: fmt.Sprintf(format, args...)}
	if v.at >= 0 {
		e.Op = Printer{}.Op(v.t, &v.t.Ops[v.at])
	}
	panic(e)
}

func (v *verifier) trace() {
	for i, r := range v.t.Inputs {
		if int(r) != i {
			v.fail("input %d is value %d", i, r)
		}
		v.define(r)
	}
	for i := range v.t.Ops {
		v.at = i
		v.op(&v.t.Ops[i])
	}
	if n := len(v.t.Ops); n == 0 || !v.t.Ops[n-1].Code.Has(op.Ends) {
		v.fail("the trace has no end: the last operation must be jump or finish")
	}
}

func (v *verifier) define(r Ref) {
	if r < 0 || int(r) >= len(v.t.Kinds) {
		v.fail("value %d has no kind", r)
	}
	if v.defined[r] {
		v.fail("%s is defined twice", v.name(r))
	}
	if v.t.Kinds[r] == op.Void {
		v.fail("value %d is void", r)
	}
	v.defined[r] = true
	v.usable[r] = true
}

func (v *verifier) name(r Ref) string {
	return (&writer{t: v.t, ptrs: map[uint64]string{}}).operand(r)
}

// use requires an operand that is a constant or in scope.
func (v *verifier) use(r Ref) {
	switch {
	case r == None:
		v.fail("an operand is missing")
	case r.IsConst():
		if int(-r) > v.t.Consts.Len() {
			v.fail("constant %d is not in the pool", r)
		}
	case int(r) >= len(v.t.Kinds) || !v.defined[r]:
		v.fail("%s is used before its definition", v.name(r))
	case !v.usable[r]:
		v.fail("%s is not an argument of the label before", v.name(r))
	}
}

func (v *verifier) op(o *Op) {
	if o.Code == op.Invalid || int(o.Code) >= op.NumOps() {
		v.fail("not an operation of the table: %d", o.Code)
	}
	info := o.Code.Info()
	if o.Code.Has(op.FlowOnly) {
		v.fail("cannot be in a trace")
	}
	if o.Code.Has(op.Ends) && v.at != len(v.t.Ops)-1 {
		v.fail("operations follow the end")
	}
	for _, r := range o.Args {
		v.use(r)
	}
	v.args(o, info)
	v.descriptor(o, info)
	v.constants(o)
	if o.Code.Has(op.Guard) {
		v.guard(o)
	} else if o.Snapshot != nil || len(o.FailArgs) > 0 {
		v.fail("is not a guard, but has fail arguments")
	}
	v.glue(o)
	if (o.Res == None) != (info.Result == op.Void) {
		v.fail("must have result %s", info.Result)
	}
	if o.Res != None {
		v.define(o.Res)
		v.kind(o.Res, info.Result)
	}
	if o.Code == op.Label {
		v.label(o)
	}
}

func (v *verifier) kind(r Ref, want op.Kind) {
	if got := v.t.Kind(r); got != want {
		v.fail("%s must be %s, not %s", v.name(r), want, got)
	}
}

// args checks number and kinds of the operands against the table.
func (v *verifier) args(o *Op, info *op.Info) {
	spec, open := info.Args, false
	if n := len(spec); n > 0 && spec[n-1] == '*' {
		spec, open = spec[:n-1], true
	}
	if len(o.Args) < len(spec) || !open && len(o.Args) > len(spec) {
		v.fail("has %d operands", len(o.Args))
	}
	for i := range spec {
		if spec[i] == '?' {
			continue
		}
		want, _ := op.KindOf(spec[i])
		v.kind(o.Args[i], want)
	}
}

// descriptor checks the descriptor's type and what it says about operands and result.
func (v *verifier) descriptor(o *Op, info *op.Info) {
	ok := true
	switch info.Descr {
	case "":
		ok = o.Descr == nil || o.Code == op.DebugMergePoint && is[Place](o.Descr)
	case "field":
		if ok = is[*descr.Field](o.Descr); o.Code == op.QuasiRead || o.Code == op.QuasiWrite {
			break // about the location, but no access
		}
		ok = v.location(o, ok, info)
	case "array":
		ok = is[*descr.Array](o.Descr)
		if o.Code == op.SetArrayItem || o.Code >= op.GetArrayItemI && o.Code <= op.GetArrayItemF {
			ok = v.location(o, ok, info)
		}
	case "interior":
		ok = v.location(o, is[*descr.Interior](o.Descr), info)
	case "size":
		ok = is[*descr.Size](o.Descr)
	case "dispatch":
		ok = is[*descr.Dispatch](o.Descr)
	case "typeset":
		ok = is[*descr.TypeSet](o.Descr)
	case "call":
		if ok = is[*descr.Call](o.Descr); ok {
			v.signature(o, info, o.Descr.(*descr.Call))
		}
	case "token":
		if ok = is[*Token](o.Descr); ok {
			v.token(o, info, o.Descr.(*Token))
		}
	case "text":
		ok = is[*descr.Text](o.Descr)
	case "guard":
		ok = o.Descr == nil || is[*Guard](o.Descr)
	case "target":
		if ok = is[*Target](o.Descr) || o.Descr == nil && o.Code == op.Jump; ok && o.Descr != nil {
			v.sameKinds("the target", o.Descr.(*Target).Kinds, o.Args)
		}
	}
	if !ok {
		v.fail("needs a descriptor of kind %q, has %T", info.Descr, o.Descr)
	}
}

func is[T descr.Descr](d descr.Descr) bool { _, ok := d.(T); return ok }

// location checks the value stored or loaded against the location's kind.
func (v *verifier) location(o *Op, ok bool, info *op.Info) bool {
	if !ok {
		return false
	}
	want := o.Descr.(descr.Location).Acc().Kind
	if o.Code.Has(op.WritesHeap) {
		v.kind(o.Args[len(o.Args)-1], want)
	} else if info.Result != want {
		v.fail("loads %s from a location that is %s", info.Result, want)
	}
	return true
}

func (v *verifier) signature(o *Op, info *op.Info, c *descr.Call) {
	v.sameKinds("the call", c.Args, o.Args[1:])
	v.result(info, c)
}

func (v *verifier) token(o *Op, info *op.Info, t *Token) {
	v.sameKinds("the token", t.Kinds, o.Args)
	v.result(info, t.Call)
}

func (v *verifier) result(info *op.Info, c *descr.Call) {
	result := op.Void
	if len(c.Results) > 0 {
		result = c.Results[0]
	}
	if info.Result != result {
		v.fail("the first result of %s is %s", c, result)
	}
}

func (v *verifier) sameKinds(what string, kinds []op.Kind, refs []Ref) {
	if len(kinds) != len(refs) {
		v.fail("%s takes %d arguments, not %d", what, len(kinds), len(refs))
	}
	for i, r := range refs {
		v.kind(r, kinds[i])
	}
}

// constants requires constants where the backends count on them.
func (v *verifier) constants(o *Op) {
	var must []Ref
	switch o.Code {
	case op.GuardValueI, op.GuardValueR, op.GuardValueF, op.GuardClass, op.GuardNonnullClass, op.NurseryIncrement, op.InitHeader:
		must = o.Args[1:]
	case op.GetResultI, op.GetResultR, op.GetResultF, op.MallocNursery:
		must = o.Args
	case op.DebugMergePoint:
		must = o.Args[:1]
	}
	for _, r := range must {
		if !r.IsConst() {
			v.fail("%s must be a constant", v.name(r))
		}
	}
}

func (v *verifier) guard(o *Op) {
	g, numbered := o.Descr.(*Guard)
	if !numbered {
		if len(o.FailArgs) > 0 {
			v.fail("has fail arguments, but no Guard")
		}
		for s := o.Snapshot; s != nil; s = s.Outer {
			for _, r := range s.Values {
				if r != None {
					v.use(r)
				}
			}
		}
		return
	}
	for _, r := range o.FailArgs {
		v.use(r)
	}
	v.distinct("fail argument", o.FailArgs)
	v.sameKinds(g.String(), g.Kinds, o.FailArgs)
}

func (v *verifier) distinct(what string, refs []Ref) {
	seen := make(map[Ref]bool, len(refs))
	for _, r := range refs {
		if r.IsConst() {
			v.fail("a constant as %s", what)
		}
		if seen[r] {
			v.fail("%s is twice %s", v.name(r), what)
		}
		seen[r] = true
	}
}

func (v *verifier) label(o *Op) {
	v.distinct("label argument", o.Args)
	target := o.Descr.(*Target)
	if v.targets[target] {
		v.fail("%s has two labels", target)
	}
	v.targets[target] = true
	clear(v.usable)
	for _, r := range o.Args {
		v.usable[r] = true
	}
}

// glue checks what must directly follow something else: further results of calls, parts of a nursery block.
func (v *verifier) glue(o *Op) {
	switch {
	case o.Code == op.GetResultI || o.Code == op.GetResultR || o.Code == op.GetResultF:
		if v.call == nil {
			v.fail("does not follow a call")
		}
		n := 0
		for _, k := range v.call.Results {
			if k == o.Code.Info().Result {
				n++
			}
		}
		if slot := v.t.Consts.Get(o.Args[0]).Bits; slot >= uint64(n) {
			v.fail("%s has no such result", v.call)
		}
		return
	case o.Code.Has(op.Call):
		v.call = CallOf(o.Descr)
	default:
		v.call = nil
	}
	switch {
	case o.Code == op.NurseryIncrement:
		if !v.block[o.Args[0]] {
			v.fail("%s is not in the block allocated last", v.name(o.Args[0]))
		}
	case o.Code.Has(op.Allocates) || o.Code.Has(op.Call) || o.Code == op.Label:
		clear(v.block)
	}
	if o.Code == op.MallocNursery || o.Code == op.NurseryIncrement {
		v.block[o.Res] = true
	}
}
