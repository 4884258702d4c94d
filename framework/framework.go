// Package framework is what the author of an interpreter uses of Kiln: hints to the translator and the
// JIT, as ordinary Go functions that do nothing in plain Go.
//
// An interpreter is one program in two worlds. Under `go run` and `go test` the calls here cost nothing
// (Go's compiler removes them entirely; a test holds that) and mean nothing. `kiln build` reads them from the source:
//
//	var driver = framework.NewJitDriver(framework.DriverOptions{
//		Name:   "bf",
//		Greens: []string{"pc", "prog"},
//	})
//
//	func run(prog *Program) {
//		pc, pos, tape := 0, 0, make([]byte, 30000)
//		for pc < len(prog.code) {
//			driver.MergePoint(pc, prog) // top of the dispatch loop
//			switch prog.code[pc] {
//			...
//			case ']':
//				if tape[pos] != 0 {
//					pc = prog.jump[pc]
//					driver.CanEnterJit(pc, prog) // a loop of the interpreted program closes here
//					continue
//				}
//			...
//
// The greens say where in the interpreted program the interpreter is: while a trace is compiled they are
// constants, and two visits of the merge point with equal greens are the same place. Everything else that is
// alive at the merge point is a red, found by the translator: it changes from iteration to iteration and lives in
// machine registers.
//
// Other hints are written in comments and tags, since they say something about a declaration:
//
//	//kiln:elidable            the function's result depends on its arguments only: with constant ones it is a constant
//	//kiln:elidable promote    ... and the JIT makes them constants first
//	//kiln:unroll_safe         its loops are short: trace through them
//	//kiln:look_inside_iff f   trace through it if f says so of the arguments, else call it
//	//kiln:dont_look_inside    call it from traces, do not trace it
//	//kiln:loop_invariant      same result while a loop runs: called once
//	//kiln:not_in_trace        for debugging: not called from compiled code
//	//kiln:array               on a named slice type: fixed length, never re-sliced; one pointer instead of four words
//	`kiln:"immutable"`         tag of a field that is not changed any more once the program runs on it
//	`kiln:"immutable[]"`       tag of a slice field: the field and the items
//	`kiln:"quasi"`             tag of a field that hardly ever changes ("quasi[]": on a slice or array, whose items never change)
//	`kiln:"virtualizable"`     tag of a frame's field that stays in registers ("virtualizable[]": the items of a
//	                           //kiln:array field, too)
//
// docs/hints.md explains each with examples and costs, docs/tutorial.md starts from nothing.
//
// Imports framework/plain only, of Kiln.
package framework

import "kiln/framework/plain"

// JitDriver belongs to one dispatch loop: it names the loop's greens and marks its merge point. It must be a
// package variable initialised by NewJitDriver.
type JitDriver struct{ options DriverOptions }

// DriverOptions configure a JitDriver. The translator reads them from the source without running it:
// write them as a literal with constant strings and names of functions.
type DriverOptions struct {
	// Name of the driver in logs.
	Name string
	// Greens are the names of the green variables, in the order in which MergePoint gets them.
	Greens []string
	// Location is nil or a function from the greens to a string: how logs call the position,
	// for example func(pc int, prog *Program) string. It is called for logs and statistics only, and never traced.
	Location any
	// NeverInline, UnrollOneIteration and Confirm are nil or functions from the greens to a bool, asked while the JIT decides what
	// to do. They are never traced. Their answers depend on the greens and what does not change, and they change nothing.
	//
	// NeverInline: a call of the portal that comes to this position first is not traced through; it gets code of its own, which is
	// called. For functions that are large, or hardly ever worth a copy in each of their callers.
	NeverInline any
	// UnrollOneIteration: a loop that begins at this position, in a call that is traced through, is traced through once before the rest becomes
	// a call of the loop's own code. For loops that mostly run once, like that of a generator, which goes on and then yields again.
	UnrollOneIteration any
	// Confirm: with false, nothing is compiled from this position, and code that exists is not entered there. Calls and jumps between
	// pieces of compiled code are not asked about. It may change its mind: it is asked each time emitted code wants to enter.
	Confirm any
	// Virtualizable is the name of the red variable, a pointer, whose fields tagged `kiln:"virtualizable"` live in
	// registers while compiled code runs.
	Virtualizable string
	// Recursive says that the portal calls itself, directly or not, for calls of the interpreted program, and that such calls
	// are counted as well as loops: recursion without a loop is compiled, too. Kiln sees that for itself; the option says it to the reader.
	Recursive bool
}

// NewJitDriver makes a driver. It panics if the options contradict each other; `kiln check` reports the same.
func NewJitDriver(options DriverOptions) *JitDriver {
	o := &options
	problem := plain.DriverProblem(o.Name, o.Greens,
		plain.Hook{Name: "Location", Function: o.Location, Result: ""},
		plain.Hook{Name: "NeverInline", Function: o.NeverInline, Result: false},
		plain.Hook{Name: "UnrollOneIteration", Function: o.UnrollOneIteration, Result: false},
		plain.Hook{Name: "Confirm", Function: o.Confirm, Result: false})
	if problem != "" {
		panic("framework.NewJitDriver: driver " + options.Name + ": " + problem)
	}
	return &JitDriver{options}
}

// Name is the driver's name.
func (d *JitDriver) Name() string { return d.options.Name }

// MergePoint stands at the top of the dispatch loop, once. Its arguments are variables, those named by
// DriverOptions.Greens in the same order. At every arrival a trace may begin, end, or be entered.
func (d *JitDriver) MergePoint(greens ...any) {}

// CanEnterJit marks that a loop of the interpreted program closes here: it stands right before control
// goes back to the merge point, with the values the greens will have there. These arrivals are counted, and the JIT
// compiles what is counted often; nothing else costs anything.
//
// A driver without any CanEnterJit counts the arrivals whose first green, an integer, is not larger than it was
// at the merge point before: right for programs that are arrays of code with backward jumps.
//
// If several threads take turns, this is also where a thread passes its turn on when others wait (threads.go).
func (d *JitDriver) CanEnterJit(greens ...any) {
	if plain.Asked.Load() {
		plain.Yield()
	}
}

// Promote returns x and makes it a constant for the rest of a trace, guarded: the trace is valid for this
// one value only. For things that hardly vary at this place in the interpreted program, such as a class or a version.
func Promote[T any](x T) T { return x }

// PromoteString is Promote for a string, by its contents: two equal strings are the same to the trace. Guarding costs a comparison.
func PromoteString(s string) string { return s }

// IsVirtual says whether the JIT, while it traces, knows x as an object that the trace has made and nothing else refers to, so that it
// need not exist: for choosing between ways that are equally correct. x is a pointer or an interface. Always false in
// plain Go and outside traces.
func IsVirtual[T any](x T) bool { return false }

// IsConstant says whether the JIT knows x as a constant while it traces: for choosing between ways that are
// equally correct, such as unrolling a loop over x. Always false in plain Go and outside traces.
func IsConstant[T any](x T) bool { return false }

// WeAreJitted is true in code that is being traced or runs on behalf of a trace, false in plain Go and in translated
// code outside traces. For choosing between ways that are equally correct.
func WeAreJitted() bool { return false }

// ConditionalCall calls f(a) if cond holds. In traces it is a call with a test in front, not a guard: for what is to be done now and then,
// such as making room or filling a cache, and is not worth a way of its own in compiled code. f is the name of a function, which is
// never traced through.
func ConditionalCall[A any](cond bool, f func(A), a A) {
	if cond {
		f(a)
	}
}

// ConditionalCall2 is ConditionalCall for a function of two arguments.
func ConditionalCall2[A, B any](cond bool, f func(A, B), a A, b B) {
	if cond {
		f(a, b)
	}
}

// ConditionalCallElidable is value, or f(a) if value is the zero value of its type: nil, 0. f is the name of a function marked
// //kiln:elidable; typically value is a field in which somebody keeps its result.
func ConditionalCallElidable[R comparable, A any](value R, f func(A) R, a A) R {
	var zero R
	if value != zero {
		return value
	}
	return f(a)
}

// ConditionalCallElidable2 is ConditionalCallElidable for a function of two arguments.
func ConditionalCallElidable2[R comparable, A, B any](value R, f func(A, B) R, a A, b B) R {
	var zero R
	if value != zero {
		return value
	}
	return f(a, b)
}

// RecordExactClass tells the JIT that x holds a T, for example RecordExactClass[*Number](x), where the interpreter knows it and the
// JIT cannot: traces take it for granted. In plain Go it panics if that is not so.
func RecordExactClass[T any](x any) {
	if _, ok := x.(T); !ok {
		panic("framework.RecordExactClass: x is of another type")
	}
}

// JitDebug leaves a line with text and n in the logs of traces (KILNLOG=jit-recorded, jit-optimised) that come here, and does nothing else.
func JitDebug(text string, n int) {}

// AddOvf is a + b, wrapped, and whether that is exact. In traces: an addition and a guard on the processor's overflow flag.
func AddOvf(a, b int) (sum int, exact bool) { return a + b, (a^(a+b))&(b^(a+b)) >= 0 }

// SubOvf is a - b, wrapped, and whether that is exact.
func SubOvf(a, b int) (difference int, exact bool) { return a - b, (a^b)&(a^(a-b)) >= 0 }

// MulOvf is a * b, wrapped, and whether that is exact.
func MulOvf(a, b int) (product int, exact bool) {
	p := a * b
	return p, a == 0 || p/a == b && (a != -1 || p != b || b == 0)
}

// Error is the type that the errors of host packages have in translated code: the text survives the
// boundary, the Go type does not, but an error that is passed to a host function is there the Go error it was. In plain Go they keep
// their own types; interpreters use Error() only.
type Error struct {
	Msg  string
	host int // number of the Go error in translated programs
}

func (e *Error) Error() string { return e.Msg }
