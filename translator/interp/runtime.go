package interp

import (
	"runtime"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// runtimeFunction is a function that executors implement, see flow.Func.Runtime.
func (m *Machine) runtimeFunction(fn *flow.Func) func(*Machine, []uint64) []uint64 {
	switch fn.Runtime {
	case "try":
		return m.tryFunction()
	case "addFinalizer":
		return func(m *Machine, args []uint64) []uint64 {
			m.Heap.AddFinalizer(uintptr(args[0]), uintptr(args[1]))
			return m.results[:0]
		}
	case "nextFinalizer":
		return func(m *Machine, _ []uint64) []uint64 {
			m.Heap.RunDue()
			object, f, _ := m.Heap.NextFinalizer(m.Thread)
			m.results = append(m.results[:0], uint64(object), uint64(f))
			return m.results
		}
	case "force":
		return func(m *Machine, args []uint64) []uint64 {
			if obj := uintptr(args[0]); obj != 0 && mem.LoadU64(obj, 0)&layout.FlagOwned != 0 {
				m.opts.Portal.Force(m.Thread, obj)
			}
			return m.results[:0]
		}
	}
	return m.threadFunction(fn)
}

// tryFunction is unwind.try: it calls a function value and says whether that panicked; the text is set for panics that
// Go's run-time checks raised, and behind a zero byte for strings that the host has panicked with. What ends the program passes through.
func (m *Machine) tryFunction() func(*Machine, []uint64) []uint64 {
	number := m.functionField()
	return func(m *Machine, args []uint64) []uint64 {
		caught, text := m.try(int(exec.LoadField(args[0], number)), args[0])
		m.results = append(m.results[:0], 0, 0)
		if caught {
			m.results[0] = 1
			m.results[1] = uint64(m.Heap.NewString(m.Thread, text))
		}
		return m.results
	}
}

func (m *Machine) try(index int, closure uint64) (caught bool, text string) {
	depth, frame := len(m.frames), m.Thread.JitFrame
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		switch r := m.blame(r, depth).(type) {
		case runtime.Error:
			text = r.Error()
		case string: // the program's own, unless it has a text
			if r != "" {
				text = "\x00" + r
			}
		default:
			panic(r)
		}
		caught = true
		m.unwind(depth)
		m.Thread.JitFrame = frame
	}()
	m.call(index, []uint64{closure})
	return
}

// functionField is where a function value keeps its number.
func (m *Machine) functionField() *descr.Field {
	for _, l := range m.Prog.Table.Locs {
		if f, ok := l.(*descr.Field); ok && f.Owner.Name == "func" && f.Name == "fn" && f.Kind == op.Int {
			return f
		}
	}
	panic("interp: the program has no function values")
}

// threadFunction is one of those that make threads.
func (m *Machine) threadFunction(fn *flow.Func) func(*Machine, []uint64) []uint64 {
	switch fn.Runtime {
	case "startThread":
		number := m.functionField()
		return func(m *Machine, args []uint64) []uint64 {
			held := m.Heap.Hold(uintptr(args[0]))
			s := m.shared
			s.Threads.Start(func(t *thread.Thread) {
				m := s.machines[t.ID]
				closure := uint64(s.Heap.Held(held))
				s.Heap.Release(held)
				if top := s.Prog.ThreadTop; top != nil {
					m.call(top.Index, []uint64{closure})
					return
				}
				m.call(int(exec.LoadField(closure, number)), []uint64{closure})
			})
			return m.results[:0]
		}
	case "threadNumber":
		return func(m *Machine, _ []uint64) []uint64 {
			m.results = append(m.results[:0], uint64(m.Threads.Number(m.Thread)))
			return m.results
		}
	case "switchThread":
		return func(m *Machine, _ []uint64) []uint64 {
			m.Threads.Switch(m.Thread)
			return m.results[:0]
		}
	}
	panic("interp: nobody implements " + fn.Runtime)
}
