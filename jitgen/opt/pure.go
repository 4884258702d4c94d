package opt

// pure: equal pure operations, checks that passed, and elidable calls are done once.
//
// requires:  canonical order of operands; no virtual operands
// preserves: values
// breaks:    nothing
//
// A table of what was computed, by operation, descriptor and operands. A check that passed is an entry without
// value. What a guard says about a comparison is entered for its negation as well. In a peeled body the table starts
// with the preamble's entries (imports.go).

import (
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// none is the absence of an import, see entry.imported.
const none = -1

// pureEntry is one computed operation. Up to three operands are in args; more of them in more.
type pureEntry struct {
	code     op.Code
	n        uint8
	args     [3]trace.Ref
	more     []trace.Ref
	descr    descr.Descr
	value    trace.Ref // None for checks
	imported int32     // index in imports, or none
	next     int32     // 1 + index of the next entry with this hash
}

// pureTable is a hash table that forgets by being emptied only.
type pureTable struct {
	heads   [256]int32
	entries []pureEntry
}

func (t *pureTable) reset() {
	t.heads = [256]int32{}
	t.entries = t.entries[:0]
}

func hashPure(code op.Code, args []trace.Ref) uint8 {
	h := uint32(code) * 0x9e3779b1
	for _, a := range args {
		h = (h ^ uint32(a)) * 0x85ebca6b
	}
	return uint8(h >> 24)
}

func (e *pureEntry) operands() []trace.Ref {
	if e.more != nil {
		return e.more
	}
	return e.args[:e.n]
}

func (t *pureTable) find(code op.Code, d descr.Descr, args []trace.Ref) *pureEntry {
	for i := t.heads[hashPure(code, args)]; i != 0; i = t.entries[i-1].next {
		e := &t.entries[i-1]
		if e.code == code && e.descr == d && slices.Equal(e.operands(), args) {
			return e
		}
	}
	return nil
}

func (t *pureTable) add(code op.Code, d descr.Descr, args []trace.Ref, value trace.Ref, imported int32) {
	h := hashPure(code, args)
	e := pureEntry{code: code, n: uint8(min(len(args), 255)), descr: d, value: value, imported: imported, next: t.heads[h]}
	if len(args) > len(e.args) {
		e.more = args
	} else {
		copy(e.args[:], args)
	}
	t.entries = append(t.entries, e)
	t.heads[h] = int32(len(t.entries))
}

func installPure(l *pipeline) {
	cached := func(i *op.Info) bool { return i.Flags&(op.Pure|op.Check) != 0 }
	l.each(cached, func(c op.Code) {
		l.onBefore(pureBefore, c)
		l.onAfter(pureAfter, c)
	})
	calls := []op.Code{op.CallPureI, op.CallPureR, op.CallPureF}
	l.onAfter(pureAfter, calls...)
	l.onAfter(callAfter, calls...)
	l.onBefore(pureBefore, op.CallPureN)
	l.onAfter(pureAfter, op.CallPureN)
	l.onAfter(resultAfter, op.GetResultI, op.GetResultR, op.GetResultF)
	l.each(has(op.Call), func(c op.Code) { l.onBefore(conditionalBefore, c) })
	l.onBefore(onImmutable(pureBefore), bytesOps...)
	l.onAfter(func(r *run, p *operation) {
		if immutableBytes(p) {
			pureAfter(r, p)
		}
	}, bytesOps...)
}

// conditionalBefore settles a conditional call whose condition is known: nothing happens, or the value is there.
func conditionalBefore(r *run, p *operation) verdict {
	d := trace.CallOf(p.Descr)
	if d == nil || !d.Effects.Conditional {
		return next
	}
	cond := r.resolve(p.Args[1])
	if len(d.Results) == 0 {
		if c, ok := r.constInt(cond); ok && c == 0 {
			return p.settle(trace.None)
		}
		return next
	}
	kind := r.out.Kind(cond)
	if kind == op.Ref && r.nonnull(cond) || kind == op.Int && disjoint(r.boundsOf(cond), exactly(0)) {
		return p.settle(cond)
	}
	return next
}

// bytesOps are pure where what they read is immutable: strings.
var bytesOps = []op.Code{op.BytesEqual, op.BytesCompare, op.BytesIndex}

func immutableBytes(p *operation) bool { return p.Descr.(descr.Location).Acc().Immutable }

func onImmutable(f before) before {
	return func(r *run, p *operation) verdict {
		if immutableBytes(p) {
			return f(r, p)
		}
		return next
	}
}

func pureBefore(r *run, p *operation) verdict {
	e := r.pure.find(p.Code, p.Descr, p.Args)
	if e == nil {
		return next
	}
	return p.settle(r.hit(e))
}

// peek is the value of an entry, without making use of it.
func (r *run) peek(e *pureEntry) trace.Ref { return r.resolve(e.value) }

// hit is the value of an entry, with what follows from its being used.
func (r *run) hit(e *pureEntry) trace.Ref {
	if e.imported == none {
		return r.resolve(e.value)
	}
	r.entry.used(e.imported)
	return r.resolve(e.value)
}

func pureAfter(r *run, p *operation) { r.pure.add(p.Code, p.Descr, p.Args, p.Res, none) }

// sharedCall replaces an elidable call, with the operations that read its further results, by an
// earlier equal one, and so a call that only reads. i is its position in the recorded trace.
func (r *run) sharedCall(i int, p *operation) bool {
	first, hit := r.doneBefore(p)
	if hit == nil {
		return false
	}
	end := i + 1
	for ; end < len(r.in.Ops) && isGetResult(r.in.Ops[end].Code); end++ {
		if r.result(&r.in.Ops[end], first) == nil {
			return false
		}
	}
	r.m[r.in.Ops[i].Res] = hit()
	for j := i + 1; j < end; j++ {
		get := &r.in.Ops[j]
		r.m[get.Res] = r.hit(r.result(get, first))
	}
	r.skip = end
	return true
}

// doneBefore finds an earlier call that is as good: its first result as it was entered (what that is known to equal may
// be the result of other calls, too), and what makes use of it.
func (r *run) doneBefore(p *operation) (first trace.Ref, hit func() trace.Ref) {
	if !r.o.enabled("pure") {
		return trace.None, nil
	}
	if p.Code >= op.CallPureI && p.Code <= op.CallPureF {
		if e := r.pure.find(p.Code, p.Descr, p.Args); e != nil {
			return e.value, func() trace.Ref { return r.hit(e) }
		}
	} else if e := r.findReader(p.Descr, p.Args); e != nil && r.o.enabled("heap") {
		return e.value, func() trace.Ref { return r.resolve(r.hitReader(e)) }
	}
	return trace.None, nil
}

func isGetResult(c op.Code) bool { return c >= op.GetResultI && c <= op.GetResultF }

// result is the entry of a further result of an elidable call. Its operands are the slot and the first result.
func (r *run) result(get *trace.Op, first trace.Ref) *pureEntry {
	return r.pure.find(get.Code, nil, []trace.Ref{get.Args[0], first})
}

// callAfter remembers an elidable call for the operations that read its further results.
func callAfter(r *run, p *operation) { r.lastCall = p.Res }

// resultAfter enters a further result of an elidable call.
func resultAfter(r *run, p *operation) {
	if r.lastCall != trace.None {
		r.pure.add(p.Code, nil, []trace.Ref{p.Args[0], r.lastCall}, p.Res, none)
	}
}
