package opt

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Calls that only read (a lookup in a map) are like loads: an equal call gives the same results until something writes
// what it reads. Each store of the program counts, when it happens in the program, however long it is delayed: a
// remembered call is valid as long as the counts of its locations are what they were.

// reader is a call that only reads, done before.
type reader struct {
	descr    *descr.Call
	args     []trace.Ref
	value    trace.Ref // first result
	stamp    uint64
	imported int32 // index in imports, or none
}

// maxReaders bounds the list.
const maxReaders = 64

// onlyReads says whether a call has no effect but to read known locations.
func onlyReads(d descr.Descr) (*descr.Call, bool) {
	c, ok := d.(*descr.Call)
	if !ok || c == nil {
		return nil, false
	}
	e := &c.Effects
	return c, !e.Elidable && !e.Arbitrary && !e.Panics && !e.Collects && !e.EntersJit && len(e.Writes) == 0 && len(c.Results) > 0
}

// stamp counts the writes to what a call reads.
func (h *heapCache) stamp(d *descr.Call) uint64 {
	n := h.global
	for _, l := range d.Effects.Reads {
		n += h.writes[l]
	}
	return n
}

// findReader is an equal call whose results are still good.
func (r *run) findReader(d descr.Descr, args []trace.Ref) *reader {
	for i := range r.readers {
		e := &r.readers[i]
		if descr.Descr(e.descr) != d || e.stamp != r.heap.stamp(e.descr) || len(e.args) != len(args) {
			continue
		}
		same := true
		for j := range args {
			e.args[j] = r.resolve(e.args[j])
			same = same && e.args[j] == args[j]
		}
		if same {
			return e
		}
	}
	return nil
}

func (r *run) addReader(d *descr.Call, args []trace.Ref, value trace.Ref, imported int32) {
	if len(r.readers) == maxReaders {
		return
	}
	list := r.list(len(args))
	copy(list, args)
	r.readers = append(r.readers, reader{d, list, value, r.heap.stamp(d), imported})
}

// hitReader is the first result of a remembered call, as it was entered.
func (r *run) hitReader(e *reader) trace.Ref {
	if e.imported != none {
		r.entry.used(e.imported)
	}
	return e.value
}

// readerAfter remembers a call just emitted.
func readerAfter(r *run, p *operation) {
	if d, ok := onlyReads(p.Descr); ok && p.Res != trace.None {
		r.lastCall = p.Res
		r.addReader(d, p.Args, p.Res, none)
	}
}

// readerEntries exports the calls whose results are still good at the end of a preamble.
func (x *exporter) readerEntries() {
next:
	for i := range x.r.readers {
		e := &x.r.readers[i]
		if x.readerDone[i] || e.stamp != x.r.heap.stamp(e.descr) || x.r.virtualOf(x.r.resolve(e.value)) != nil {
			continue
		}
		args := x.r.list(len(e.args))
		for j, a := range e.args {
			ok := false
			if args[j], ok = x.name(a); !ok {
				continue next
			}
		}
		x.readerDone[i] = true
		x.take(imported{code: op.CallI, isReader: true, descr: e.descr, args: args, value: e.value})
	}
}
