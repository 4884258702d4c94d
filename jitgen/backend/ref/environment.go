package ref

import (
	"kiln/jitgen/backend"
	"kiln/jitgen/op"
)

// environment holds the values of one activation of Execute. It is on the thread's list from entry to
// exit, so everything in it is a root. A reference word whose value is dead still holds a valid
// reference (it was updated by every collection since), or 0.
type environment struct {
	code  *code
	words []uint64
	pc    int // of the operation behind a call in progress
}

// enter makes the environment that of another piece of code, with arguments for the words at.
func (e *environment) enter(c *code, at []int32, args []uint64) {
	if cap(e.words) < c.words {
		e.words = make([]uint64, c.words+c.words/2)
	}
	e.code, e.words = c, e.words[:c.words]
	clear(e.words[:c.values])
	copy(e.words[c.values:], c.constants)
	for i, w := range at {
		e.words[w] = args[i]
	}
}

// gather appends the words at to buf.
func (e *environment) gather(buf []uint64, at []int32) []uint64 {
	for _, w := range at {
		buf = append(buf, e.words[w])
	}
	return buf
}

// threadState is what one thread runs: environments[:depth] are live, outermost first; the others are kept for reuse.
type threadState struct {
	environments []*environment
	depth        int
	exit         backend.Exit
}

func (s *threadState) push() *environment {
	if s.depth == len(s.environments) {
		s.environments = append(s.environments, &environment{})
	}
	s.depth++
	return s.environments[s.depth-1]
}

func (s *threadState) walk(visit func(*uintptr)) {
	for _, e := range s.environments[:s.depth] {
		for _, w := range e.code.refs {
			visitWord(visit, &e.words[w])
		}
	}
	for i, k := range s.exit.Kinds {
		if k == op.Ref {
			visitWord(visit, &s.exit.Values[i])
		}
	}
}

func visitWord(visit func(*uintptr), w *uint64) {
	if *w == 0 {
		return
	}
	at := uintptr(*w)
	visit(&at)
	*w = uint64(at)
}
