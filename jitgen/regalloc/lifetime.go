package regalloc

// lifetimes records where values are used. Positions are instruction numbers, recorded in ascending order
// before allocation starts.
type lifetimes struct {
	last []int32 // by value: last position where it is needed at all, -1 if never
	head []int32 // by value: first recorded register use not before the current position, -1 if none
	tail []int32

	usePos, useNext []int32 // register uses, linked by value

	dieHead []int32 // by position: first value that dies there, -1
	dieNext []int32 // by value
}

// never is the distance of a value without a further register use.
const never = 1<<31 - 1

func (l *lifetimes) reset(values, positions int) {
	l.last = fill(l.last, values)
	l.head = fill(l.head, values)
	l.tail = fill(l.tail, values)
	l.dieNext = fill(l.dieNext, values)
	l.dieHead = fill(l.dieHead, positions)
	l.usePos, l.useNext = l.usePos[:0], l.useNext[:0]
}

// fill returns a slice of n times -1, reusing s.
func fill(s []int32, n int) []int32 {
	if cap(s) < n {
		s = make([]int32, n+n/4)
	}
	s = s[:n]
	for i := range s {
		s[i] = -1
	}
	return s
}

func (l *lifetimes) need(v Value, pos int) {
	l.last[v] = max(l.last[v], int32(pos))
}

func (l *lifetimes) needReg(v Value, pos int) {
	l.need(v, pos)
	if t := l.tail[v]; t >= 0 && l.usePos[t] == int32(pos) {
		return
	}
	u := int32(len(l.usePos))
	l.usePos = append(l.usePos, int32(pos))
	l.useNext = append(l.useNext, -1)
	if l.tail[v] >= 0 {
		l.useNext[l.tail[v]] = u
	} else {
		l.head[v] = u
	}
	l.tail[v] = u
}

// seal sorts values by the position where they die.
func (l *lifetimes) seal() {
	for v := range l.last {
		if p := l.last[v]; p >= 0 {
			l.dieNext[v] = l.dieHead[p]
			l.dieHead[p] = int32(v)
		}
	}
}

// next is the position of the first register use of v at or after pos.
func (l *lifetimes) next(v Value, pos int32) int32 {
	u := l.head[v]
	for u >= 0 && l.usePos[u] < pos {
		u = l.useNext[u]
	}
	l.head[v] = u
	if u < 0 {
		return never
	}
	return l.usePos[u]
}
