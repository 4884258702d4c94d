package amd64

import "kiln/jitgen/backend/amd64/asm"

// The subroutines of bulk.go. They are called on the machine stack and return; besides the registers that their
// callers give up they use R11 and XMM15. Ranges up to 16 bytes are done with two moves that may overlap, longer ones
// with a loop of 16 bytes and an overlapping rest.

// emitCopyBytes copies RCX bytes from RSI to RDI as Go's copy does: the ranges may overlap. Destroys RAX, RDX, R8.
//
//	up to 16 bytes: all is loaded before anything is stored
//	else, unless dst is inside src: upwards, the last 16 bytes (loaded first) last
//	else: downwards, the first 16 bytes (loaded first) last
func emitCopyBytes(a *asm.Asm) {
	upTo16, down, up, done := a.NewLabel(), a.NewLabel(), a.NewLabel(), a.NewLabel()
	a.ALUImm(asm.Cmp, 8, asm.RCX, 16)
	a.Jcc(asm.BE, upTo16)
	a.RM(asm.Lea, asm.R8, asm.At(asm.RDI, 0))
	a.ALU(asm.Sub, 8, asm.R8, asm.RSI)
	a.ALU(asm.Cmp, 8, asm.R8, asm.RCX)
	a.Jcc(asm.B, down)

	a.RM(asm.Mov, asm.RAX, asm.Indexed(asm.RSI, asm.RCX, 0, -16))
	a.RM(asm.Mov, asm.RDX, asm.Indexed(asm.RSI, asm.RCX, 0, -8))
	a.RM(asm.Lea, asm.R8, asm.Indexed(asm.RDI, asm.RCX, 0, -16))
	a.Bind(up)
	a.RM(asm.Movups, xscratch, asm.At(asm.RSI, 0))
	a.RM(asm.MovupsStore, xscratch, asm.At(asm.RDI, 0))
	a.ALUImm(asm.Add, 8, asm.RSI, 16)
	a.ALUImm(asm.Add, 8, asm.RDI, 16)
	a.ALUImm(asm.Sub, 8, asm.RCX, 16)
	a.ALUImm(asm.Cmp, 8, asm.RCX, 16)
	a.Jcc(asm.A, up)
	a.RM(asm.MovStore, asm.RAX, asm.At(asm.R8, 0))
	a.RM(asm.MovStore, asm.RDX, asm.At(asm.R8, 8))
	a.Ret()

	a.Bind(down)
	a.RM(asm.Mov, asm.RAX, asm.At(asm.RSI, 0))
	a.RM(asm.Mov, asm.RDX, asm.At(asm.RSI, 8))
	downLoop := a.NewLabel()
	a.Bind(downLoop)
	a.RM(asm.Movups, xscratch, asm.Indexed(asm.RSI, asm.RCX, 0, -16))
	a.RM(asm.MovupsStore, xscratch, asm.Indexed(asm.RDI, asm.RCX, 0, -16))
	a.ALUImm(asm.Sub, 8, asm.RCX, 16)
	a.ALUImm(asm.Cmp, 8, asm.RCX, 16)
	a.Jcc(asm.A, downLoop)
	a.RM(asm.MovStore, asm.RAX, asm.At(asm.RDI, 0))
	a.RM(asm.MovStore, asm.RDX, asm.At(asm.RDI, 8))
	a.Ret()

	a.Bind(upTo16)
	for _, w := range []struct {
		size        int32
		load, store asm.Inst
	}{{8, asm.Mov, asm.MovStore}, {4, asm.MovL, asm.MovStoreL}, {2, asm.MovzxW, asm.MovStoreW}} {
		less := a.NewLabel()
		a.ALUImm(asm.Cmp, 8, asm.RCX, w.size)
		a.Jcc(asm.B, less)
		a.RM(w.load, asm.RAX, asm.At(asm.RSI, 0))
		a.RM(w.load, asm.RDX, asm.Indexed(asm.RSI, asm.RCX, 0, -w.size))
		a.RM(w.store, asm.RAX, asm.At(asm.RDI, 0))
		a.RM(w.store, asm.RDX, asm.Indexed(asm.RDI, asm.RCX, 0, -w.size))
		a.Ret()
		a.Bind(less)
	}
	a.RR(asm.Test, asm.RCX, asm.RCX)
	a.Jcc(asm.E, done)
	a.RM(asm.MovzxB, asm.RAX, asm.At(asm.RSI, 0))
	a.RM(asm.MovStoreB, asm.RAX, asm.At(asm.RDI, 0))
	a.Bind(done)
	a.Ret()
}

// emitClearBytes zeroes RCX bytes at RDI. Destroys RAX.
func emitClearBytes(a *asm.Asm) {
	upTo16, loop, done := a.NewLabel(), a.NewLabel(), a.NewLabel()
	a.ALUImm(asm.Cmp, 8, asm.RCX, 16)
	a.Jcc(asm.BE, upTo16)
	a.RR(asm.Xorps, xscratch, xscratch)
	a.RM(asm.MovupsStore, xscratch, asm.Indexed(asm.RDI, asm.RCX, 0, -16))
	a.Bind(loop)
	a.RM(asm.MovupsStore, xscratch, asm.At(asm.RDI, 0))
	a.ALUImm(asm.Add, 8, asm.RDI, 16)
	a.ALUImm(asm.Sub, 8, asm.RCX, 16)
	a.ALUImm(asm.Cmp, 8, asm.RCX, 16)
	a.Jcc(asm.A, loop)
	a.Ret()

	a.Bind(upTo16)
	for _, size := range []int32{8, 4, 2} {
		less := a.NewLabel()
		a.ALUImm(asm.Cmp, 8, asm.RCX, size)
		a.Jcc(asm.B, less)
		a.StoreImm(uint8(size), asm.At(asm.RDI, 0), 0)
		a.StoreImm(uint8(size), asm.Indexed(asm.RDI, asm.RCX, 0, -size), 0)
		a.Ret()
		a.Bind(less)
	}
	a.RR(asm.Test, asm.RCX, asm.RCX)
	a.Jcc(asm.E, done)
	a.StoreImm(1, asm.At(asm.RDI, 0), 0)
	a.Bind(done)
	a.Ret()
}

// emitEqualBytes sets RAX to 1 if RCX bytes at RSI and RDI are the same, else to 0.
func emitEqualBytes(a *asm.Asm) {
	short, loop, last, yes, no := a.NewLabel(), a.NewLabel(), a.NewLabel(), a.NewLabel(), a.NewLabel()
	a.ALU(asm.Cmp, 8, asm.RSI, asm.RDI)
	a.Jcc(asm.E, yes)
	a.ALUImm(asm.Cmp, 8, asm.RCX, 8)
	a.Jcc(asm.B, short)
	a.Bind(loop)
	a.RM(asm.Mov, asm.RAX, asm.At(asm.RSI, 0))
	a.ALULoad(asm.Cmp, 8, asm.RAX, asm.At(asm.RDI, 0))
	a.Jcc(asm.NE, no)
	a.ALUImm(asm.Sub, 8, asm.RCX, 8)
	a.ALUImm(asm.Cmp, 8, asm.RCX, 8)
	a.Jcc(asm.B, last)
	a.ALUImm(asm.Add, 8, asm.RSI, 8)
	a.ALUImm(asm.Add, 8, asm.RDI, 8)
	a.Jmp(loop)
	a.Bind(last) // at least 8 bytes were compared, so the last 8 overlap with them
	a.RM(asm.Mov, asm.RAX, asm.Indexed(asm.RSI, asm.RCX, 0, 0))
	a.ALULoad(asm.Cmp, 8, asm.RAX, asm.Indexed(asm.RDI, asm.RCX, 0, 0))
	a.Jcc(asm.NE, no)
	a.Bind(yes)
	a.MovImm(asm.RAX, 1)
	a.Ret()

	a.Bind(short)
	for _, w := range []struct {
		size int32
		load asm.Inst
	}{{4, asm.MovL}, {2, asm.MovzxW}} {
		less := a.NewLabel()
		a.ALUImm(asm.Cmp, 8, asm.RCX, w.size)
		a.Jcc(asm.B, less)
		for _, m := range []func(asm.Reg) asm.Mem{
			func(r asm.Reg) asm.Mem { return asm.At(r, 0) },
			func(r asm.Reg) asm.Mem { return asm.Indexed(r, asm.RCX, 0, -w.size) },
		} {
			a.RM(w.load, asm.RAX, m(asm.RSI))
			a.RM(w.load, asm.RDX, m(asm.RDI))
			a.ALU(asm.Cmp, 4, asm.RAX, asm.RDX)
			a.Jcc(asm.NE, no)
		}
		a.Jmp(yes)
		a.Bind(less)
	}
	a.RR(asm.Test, asm.RCX, asm.RCX)
	a.Jcc(asm.E, yes)
	a.RM(asm.MovzxB, asm.RAX, asm.At(asm.RSI, 0))
	a.ALULoad(asm.Cmp, 1, asm.RAX, asm.At(asm.RDI, 0))
	a.Jcc(asm.E, yes)
	a.Bind(no)
	a.Zero(asm.RAX)
	a.Ret()
}

// emitCompareBytes sets RAX to -1, 0 or 1 as RCX bytes at RSI are before, the same as, or behind RDX bytes at RDI.
// Destroys R8.
func emitCompareBytes(a *asm.Asm) {
	loop, tail, different, byLength := a.NewLabel(), a.NewLabel(), a.NewLabel(), a.NewLabel()
	a.RM(asm.Lea, asm.R8, asm.At(asm.RCX, 0))
	a.ALU(asm.Cmp, 8, asm.RDX, asm.RCX)
	a.Cmov(asm.B, asm.R8, asm.RDX)
	a.Bind(loop)
	a.ALUImm(asm.Cmp, 8, asm.R8, 8)
	a.Jcc(asm.B, tail)
	a.RM(asm.Mov, asm.RAX, asm.At(asm.RSI, 0))
	a.RM(asm.Mov, scratch, asm.At(asm.RDI, 0))
	a.ALUImm(asm.Add, 8, asm.RSI, 8)
	a.ALUImm(asm.Add, 8, asm.RDI, 8)
	a.ALUImm(asm.Sub, 8, asm.R8, 8)
	a.ALU(asm.Cmp, 8, asm.RAX, scratch)
	a.Jcc(asm.E, loop)
	a.Bswap(asm.RAX) // the first byte counts most
	a.Bswap(scratch)
	a.ALU(asm.Cmp, 8, asm.RAX, scratch)
	a.Bind(different)
	a.Setcc(asm.A, asm.RAX)
	a.Setcc(asm.B, scratch)
	a.ALU(asm.Sub, 1, asm.RAX, scratch)
	a.RR(asm.MovsxB, asm.RAX, asm.RAX)
	a.Ret()

	a.Bind(tail)
	a.RR(asm.Test, asm.R8, asm.R8)
	a.Jcc(asm.E, byLength)
	a.RM(asm.MovzxB, asm.RAX, asm.At(asm.RSI, 0))
	a.ALULoad(asm.Cmp, 1, asm.RAX, asm.At(asm.RDI, 0))
	a.Jcc(asm.NE, different)
	a.ALUImm(asm.Add, 8, asm.RSI, 1)
	a.ALUImm(asm.Add, 8, asm.RDI, 1)
	a.ALUImm(asm.Sub, 8, asm.R8, 1)
	a.Jmp(tail)
	a.Bind(byLength)
	a.ALU(asm.Cmp, 8, asm.RCX, asm.RDX)
	a.Jmp(different)
}

// emitIndexByte finds the byte in DL at RSI+RAX up to RSI+RCX and leaves its index in RAX, or -1.
func emitIndexByte(a *asm.Asm) {
	loop, found, none := a.NewLabel(), a.NewLabel(), a.NewLabel()
	a.Bind(loop)
	a.ALU(asm.Cmp, 8, asm.RAX, asm.RCX)
	a.Jcc(asm.GE, none)
	a.ALULoad(asm.Cmp, 1, asm.RDX, asm.Indexed(asm.RSI, asm.RAX, 0, 0))
	a.Jcc(asm.E, found)
	a.ALUImm(asm.Add, 8, asm.RAX, 1)
	a.Jmp(loop)
	a.Bind(none)
	a.MovImm(asm.RAX, -1)
	a.Bind(found)
	a.Ret()
}
