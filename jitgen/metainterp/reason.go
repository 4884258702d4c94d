package metainterp

// Reason is why a recording was given up.
type Reason uint8

const (
	_             Reason = iota
	TooLong              // more operations than the limit
	TooManySteps         // too many instructions executed for what was recorded
	CheckFails           // a run-time panic of the program comes next
	PanicReached         // an explicit panic of the program comes next
	TooManySlots         // a call or merge point has more values of a kind than there are slots
	Contradiction        // what the trace knows is not what happens: an error of the tracer
	Leak                 // a value of before a merge point is used behind it: an error of codewriter or tracer
	Invalidated          // a quasi-immutable field that the trace relies on was stored to
	NumReasons
)

var reasons = [NumReasons]string{
	TooLong: "too long", TooManySteps: "too many steps", CheckFails: "check fails", PanicReached: "panic",
	TooManySlots: "too many slots", Leak: "leaked value", Invalidated: "invalidated", Contradiction: "contradiction",
}

func (r Reason) String() string {
	if r < NumReasons && reasons[r] != "" {
		return reasons[r]
	}
	return "unknown"
}
