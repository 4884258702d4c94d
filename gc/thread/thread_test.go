package thread

import (
	"testing"
	"unsafe"
)

// Machine code is assembled with the Off constants.
func TestOffsets(t *testing.T) {
	var r Thread
	for name, c := range map[string]struct{ constant, actual uintptr }{
		"GoSP":          {OffGoSP, unsafe.Offsetof(r.GoSP)},
		"GoBP":          {OffGoBP, unsafe.Offsetof(r.GoBP)},
		"JitSP":         {OffJitSP, unsafe.Offsetof(r.JitSP)},
		"JitPC":         {OffJitPC, unsafe.Offsetof(r.JitPC)},
		"ExitCode":      {OffExitCode, unsafe.Offsetof(r.ExitCode)},
		"ExitArg":       {OffExitArg, unsafe.Offsetof(r.ExitArg)},
		"JitFrame":      {OffJitFrame, unsafe.Offsetof(r.JitFrame)},
		"JitStackLimit": {OffJitStackLimit, unsafe.Offsetof(r.JitStackLimit)},
		"NurseryFree":   {OffNurseryFree, unsafe.Offsetof(r.NurseryFree)},
		"NurseryTop":    {OffNurseryTop, unsafe.Offsetof(r.NurseryTop)},
		"ShadowTop":     {OffShadowTop, unsafe.Offsetof(r.ShadowTop)},
		"Actions":       {OffActions, unsafe.Offsetof(r.Actions)},
		"JitOn":         {OffJitOn, unsafe.Offsetof(r.JitOn)},
		"ForceFail":     {OffForceFail, unsafe.Offsetof(r.ForceFail)},
		"Scratch":       {OffScratch, unsafe.Offsetof(r.Scratch)},
		"ArgI":          {OffArgI, unsafe.Offsetof(r.ArgI)},
		"ArgR":          {OffArgR, unsafe.Offsetof(r.ArgR)},
		"ArgF":          {OffArgF, unsafe.Offsetof(r.ArgF)},
		"ResI":          {OffResI, unsafe.Offsetof(r.ResI)},
		"ResR":          {OffResR, unsafe.Offsetof(r.ResR)},
		"ResF":          {OffResF, unsafe.Offsetof(r.ResF)},
		"RefArgs":       {OffRefArgs, unsafe.Offsetof(r.RefArgs)},
		"RefResults":    {OffRefResults, unsafe.Offsetof(r.RefResults)},
		"RegsI":         {OffRegsI, unsafe.Offsetof(r.RegsI)},
		"RegsF":         {OffRegsF, unsafe.Offsetof(r.RegsF)},
		"RememberedTop": {OffRememberedTop, unsafe.Offsetof(r.RememberedTop)},
	} {
		if c.constant != c.actual {
			t.Errorf("Off%s is %d, the field is at %d", name, c.constant, c.actual)
		}
	}
	if Size > 4096 {
		t.Errorf("a Thread is %d bytes: fields beyond 4095 would need nil checks in emitted code", Size)
	}
}
