package regalloc

// Moves performs a set of assignments dst[i] <- src[i] that happen all at once.
//
// Each destination is written once; each source may be read many times. Drawn as edges src -> dst, the
// assignments form trees hanging off cycles. An assignment whose destination nobody still wants to read
// can be done at once; when only cycles are left, one member is parked in the spare place, which opens its
// cycle. At most one cycle is open at a time, so one spare place is enough.
//
// Constants as sources come last: they depend on nothing, and may overwrite registers only then.
type Moves struct {
	dst, src []Loc
	readers  []int32 // by Loc: pending assignments that read it
}

// Reset forgets all assignments.
func (m *Moves) Reset() { m.dst, m.src = m.dst[:0], m.src[:0] }

// Add adds an assignment. Assigning a place to itself is dropped.
func (m *Moves) Add(dst, src Loc) {
	if dst == src || dst == Nowhere {
		return
	}
	m.dst = append(m.dst, dst)
	m.src = append(m.src, src)
}

// Emit performs the assignments through out. spare is a place that is in no assignment and that any
// bank's value can be parked in.
func (m *Moves) Emit(out Mover, spare Loc) {
	consts := m.splitConstants()
	m.countReaders()
	pending := len(m.dst) - consts
	for pending > 0 {
		done := 0
		for i := 0; i < pending; {
			if m.reads(m.dst[i]) != 0 {
				i++
				continue
			}
			out.Move(m.dst[i], m.src[i])
			m.readers[m.src[i]]--
			pending--
			done++
			m.dst[i], m.src[i] = m.dst[pending], m.src[pending]
		}
		if done == 0 && pending > 0 {
			m.park(out, pending, spare)
		}
	}
	n := len(m.dst)
	for i := n - consts; i < n; i++ {
		out.Move(m.dst[i], m.src[i])
	}
}

// park opens a cycle: everybody who reads the first destination reads the spare place from now on.
func (m *Moves) park(out Mover, pending int, spare Loc) {
	victim := m.dst[0]
	out.Move(spare, victim)
	for i := 0; i < pending; i++ {
		if m.src[i] == victim {
			m.src[i] = spare
			m.readers[victim]--
			m.grow(spare)
			m.readers[spare]++
		}
	}
}

// splitConstants moves the assignments of constants to the end and returns their number.
func (m *Moves) splitConstants() int {
	n := len(m.dst)
	end := n
	for i := 0; i < end; {
		if !m.src[i].IsConst() {
			i++
			continue
		}
		end--
		m.dst[i], m.dst[end] = m.dst[end], m.dst[i]
		m.src[i], m.src[end] = m.src[end], m.src[i]
	}
	return n - end
}

func (m *Moves) countReaders() {
	clear(m.readers)
	for _, s := range m.src {
		if !s.IsConst() {
			m.grow(s)
			m.readers[s]++
		}
	}
}

func (m *Moves) grow(l Loc) {
	for int(l) >= len(m.readers) {
		m.readers = append(m.readers, 0)
	}
}

func (m *Moves) reads(l Loc) int32 {
	if int(l) >= len(m.readers) {
		return 0
	}
	return m.readers[l]
}
