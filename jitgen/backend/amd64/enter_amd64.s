#include "textflag.h"

// func enter(ctx uintptr)
//
// The only way into machine code. It must stay this short: a Go assembly function that writes SP is fatal
// when the collector or a stack copy walks over it, so generated code does all of that.
TEXT ·enter(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ ctx+0(FP), BX
	MOVQ (TLS), R14
	MOVQ 24(BX), AX // Thread.JitPC
	JMP  AX
