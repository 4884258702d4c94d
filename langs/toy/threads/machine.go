package main

import (
	"kiln/framework"
	"kiln/framework/host"
	"kiln/langs/toy/threads/clock"
)

// value is a number, a pair or a thread.
type value struct {
	number        int      `kiln:"immutable"`
	first, second *value   `kiln:"immutable"` // of a pair
	thread        *running `kiln:"immutable"`
}

var zero = &value{}

// running is a thread of the interpreted program.
type running struct {
	thread *framework.Thread
	result *value
}

type machine struct {
	program *program                       `kiln:"immutable"`
	globals registers                      `kiln:"immutable"`
	locks   []*framework.Lock              `kiln:"immutable"`
	conds   []*framework.Cond              `kiln:"immutable"`
	own     *framework.ThreadLocal[*value] `kiln:"immutable"`
}

//kiln:array
type registers []*value

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "threads", Greens: []string{"pc", "f"}, Location: location, Recursive: true})

func location(pc int, f *function) string { return f.name + ":" + operations[f.code[pc].op].name }

func number(n int) *value { return &value{number: n} }

func run(m *machine, f *function, argument *value) *value {
	r := make(registers, 16)
	for i := range r {
		r[i] = zero
	}
	r[0] = argument
	pc := 0
	for {
		driver.MergePoint(pc, f)
		in := f.code[pc]
		pc++
		switch in.op {
		case opSet:
			r[in.a] = number(in.b)
		case opAdd:
			r[in.a] = number(r[in.b].number + r[in.c].number)
		case opSub:
			r[in.a] = number(r[in.b].number - r[in.c].number)
		case opMul:
			r[in.a] = number(r[in.b].number * r[in.c].number)
		case opRem:
			r[in.a] = number(r[in.b].number % r[in.c].number)
		case opLess:
			if r[in.b].number < r[in.c].number {
				r[in.a] = number(1)
			} else {
				r[in.a] = zero
			}
		case opIf:
			if r[in.a].number != 0 {
				back := in.b < pc
				pc = in.b
				if back {
					driver.CanEnterJit(pc, f)
				}
			}
		case opGoto:
			back := in.a < pc
			pc = in.a
			if back {
				driver.CanEnterJit(pc, f)
			}
		case opPair:
			r[in.a] = &value{number: 1, first: r[in.b], second: r[in.c]}
		case opFirst, opSecond:
			v := r[in.b].first
			if in.op == opSecond {
				v = r[in.b].second
			}
			if v == nil {
				v = zero
			}
			r[in.a] = v
		case opLoad:
			r[in.a] = m.globals[in.b]
		case opStore:
			m.globals[in.b] = r[in.a]
		case opCount:
			m.globals[in.a] = number(m.globals[in.a].number + r[in.b].number)
		case opCall:
			r[in.a] = run(m, in.callee, r[in.c])
		case opReturn:
			return r[in.a]
		case opPrint:
			printValue(r[in.a])
		default:
			threadOp(m, in, r)
		}
	}
}

// threadOp executes what has to do with threads.
func threadOp(m *machine, in *inst, r registers) {
	switch in.op {
	case opStart:
		t := &running{}
		f, argument := in.callee, r[in.c]
		t.thread = framework.StartThread(func() { t.result = run(m, f, argument) })
		r[in.a] = &value{thread: t}
	case opJoin:
		t := r[in.b].thread
		t.thread.Join()
		r[in.a] = t.result
	case opLock:
		m.locks[in.a].Acquire()
	case opUnlock:
		m.locks[in.a].Release()
	case opWait:
		m.conds[in.a].Wait()
	case opSignal:
		m.conds[in.a].Broadcast()
	case opLocal:
		r[in.a] = m.own.Get()
		if r[in.a] == nil {
			r[in.a] = zero
		}
	case opSetLocal:
		m.own.Set(r[in.a])
	case opYield:
		framework.Yield()
	case opSleep:
		clock.Sleep(in.a)
	}
}

func printValue(v *value) {
	host.Print(text(v) + "\n")
}

func text(v *value) string {
	if v.first == nil {
		return host.FormatInt(v.number)
	}
	return "(" + text(v.first) + " " + text(v.second) + ")"
}
