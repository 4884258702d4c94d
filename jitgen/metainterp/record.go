package metainterp

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// pushFrame starts a function; its registers are zero constants.
func (m *MetaInterp) pushFrame(code *jitcode.JitCode, pc int) *frame {
	base := m.regs.Push(code)
	for _, k := range jitcode.Banks {
		for n := len(m.regs.Words[k]) - len(m.boxes[k]); n > 0; n-- {
			m.boxes[k] = append(m.boxes[k], trace.None)
		}
	}
	m.frames = append(m.frames, frame{code: code, pc: pc, base: base, began: len(m.tr.Ops)})
	return m.top()
}

func (m *MetaInterp) popFrame() {
	f := m.top()
	m.regs.Pop(f.base)
	for _, k := range jitcode.Banks {
		m.boxes[k] = m.boxes[k][:f.base[k]]
	}
	m.frames = m.frames[:len(m.frames)-1]
}

func (m *MetaInterp) word(f *frame, k op.Kind, r uint16) uint64 {
	return m.regs.Words[k][f.base[k]+int(r)]
}

// set writes a register; box None makes it a constant.
func (m *MetaInterp) set(f *frame, k op.Kind, r uint16, word uint64, box trace.Ref) {
	if r == jitcode.NoReg {
		return
	}
	i := f.base[k] + int(r)
	m.regs.Words[k][i] = word
	m.boxes[k][i] = box
}

// isConst says whether a box is a constant, interned or not.
func isConst(box trace.Ref) bool { return box < 0 }

// operand is the register's operand in the trace: a constant is interned, a sum recorded, when first needed.
func (m *MetaInterp) operand(f *frame, k op.Kind, r uint16) trace.Ref {
	i := f.base[k] + int(r)
	switch b := m.boxes[k][i]; {
	case b == trace.None:
		m.boxes[k][i] = m.constant(k, m.regs.Words[k][i])
	case b >= firstSum:
		m.boxes[k][i] = m.real(b)
	}
	return m.boxes[k][i]
}

// box is what the register holds: a recorded value, or a constant, interned or not.
func (m *MetaInterp) box(f *frame, k op.Kind, r uint16) trace.Ref {
	i := f.base[k] + int(r)
	if m.boxes[k][i] >= firstSum {
		m.boxes[k][i] = m.real(m.boxes[k][i])
	}
	return m.boxes[k][i]
}

// raw is the register's box as it is, for what hands it on: it may be a sum that is not recorded.
func (m *MetaInterp) raw(f *frame, k op.Kind, r uint16) trace.Ref {
	return m.boxes[k][f.base[k]+int(r)]
}

func (m *MetaInterp) constant(k op.Kind, word uint64) trace.Ref {
	return m.tr.Consts.Intern(trace.Const{Kind: k, Bits: word})
}

// list copies operands into the arena of argument lists.
func (m *MetaInterp) list(n int) []trace.Ref {
	if len(m.arena) < n {
		m.arena = make([]trace.Ref, max(n, 1024))
	}
	l := m.arena[:n:n]
	m.arena = m.arena[n:]
	return l
}

// record appends an operation and returns its value.
func (m *MetaInterp) record(code op.Code, d descr.Descr, args ...trace.Ref) trace.Ref {
	l := m.list(len(args))
	copy(l, args)
	return m.recordList(code, d, l)
}

func (m *MetaInterp) recordList(code op.Code, d descr.Descr, args []trace.Ref) trace.Ref {
	f := m.top()
	res := m.tr.NewValue(code.Info().Result)
	m.tr.Ops = append(m.tr.Ops, trace.Op{Code: code, Args: args, Res: res, Descr: d, Pos: m.pos(f)})
	return res
}

// posCache is the size of the cache of source positions: finding one takes a binary search.
const posCache = 1024

type posEntry struct {
	code *jitcode.JitCode
	pc   int
	pos  descr.Pos
}

// pos is the source position of a frame.
func (m *MetaInterp) pos(f *frame) descr.Pos {
	e := &m.places[(f.pc+f.code.Index*31)%posCache]
	if e.code != f.code || e.pc != f.pc {
		*e = posEntry{f.code, f.pc, f.code.Pos(f.pc)}
	}
	return e.pos
}

// guard records a guard that resumes at the instruction in progress.
func (m *MetaInterp) guard(code op.Code, args ...trace.Ref) {
	snap := m.snapshot()
	m.record(code, nil, args...)
	m.tr.Ops[len(m.tr.Ops)-1].Snapshot = snap
}

// snapshot is the state at the instruction in progress: its live registers, and those that the frames outside
// it need after their calls.
func (m *MetaInterp) snapshot() *trace.Snapshot {
	f := m.top()
	return m.capture(f, f.code.LiveAt(f.pc), m.outer(len(m.frames)-2))
}

func (m *MetaInterp) outer(i int) *trace.Snapshot {
	if i < 0 {
		return nil
	}
	f := &m.frames[i]
	if f.snap == nil {
		f.snap = m.capture(f, f.code.LiveAcross(f.pc), m.outer(i-1))
	}
	return f.snap
}

func (m *MetaInterp) capture(f *frame, live jitcode.Live, outer *trace.Snapshot) *trace.Snapshot {
	if len(m.snaps) == 0 {
		m.snaps = make([]trace.Snapshot, snapChunk)
	}
	s := &m.snaps[0]
	m.snaps = m.snaps[1:]
	*s = trace.Snapshot{JitCode: f.code.Index, PC: f.pc, Outer: outer, Values: m.list(live.Len())}
	i := 0
	for _, k := range jitcode.Banks {
		for _, r := range live.Bank(k) {
			s.Values[i] = m.operand(f, k, r)
			i++
		}
	}
	return s
}

// snapChunk is how many snapshots are allocated at once.
const snapChunk = 64

// known replaces a value that a guard has shown to be constant, in all frames.
func (m *MetaInterp) known(k op.Kind, box trace.Ref, word uint64) {
	if isConst(box) {
		return
	}
	c := m.constant(k, word)
	m.consts[box] = c
	for i, b := range m.boxes[k] {
		if b == box {
			m.boxes[k][i] = c
		}
	}
}

// resolve follows known for operands that were kept elsewhere (heap cache).
func (m *MetaInterp) resolve(box trace.Ref) trace.Ref {
	if len(m.consts) == 0 {
		return box
	}
	if c, ok := m.consts[box]; ok {
		return c
	}
	return box
}
