package asm

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kiln/internal/filetest"
)

// TestEncodings reads files of instructions in hex and compares their text: what the encoder's users see in logs.
func TestEncodings(t *testing.T) {
	filetest.Run(t, "testdata/*.enc", func(t *testing.T, c *filetest.Case) string {
		var code []byte
		for _, f := range strings.Fields(c.Input) {
			var b byte
			if _, err := fmt.Sscanf(f, "%x", &b); err != nil {
				t.Fatal(err)
			}
			code = append(code, b)
		}
		var out strings.Builder
		for _, l := range Disassemble(code) {
			fmt.Fprintf(&out, "%4x  % -24x %s\n", l.Offset, l.Bytes, l.Text)
		}
		return out.String()
	})
}

// TestAgainstObjdump compares the disassembler with binutils, where that is installed.
func TestAgainstObjdump(t *testing.T) {
	objdump, err := exec.LookPath("objdump")
	if err != nil {
		t.Skip("no objdump")
	}
	var a Asm
	for i := Inst(0); i < numInsts; i++ {
		for _, reg := range []Reg{RAX, RSI, R9} {
			if f := goInsts[i]; f.unary || noOracle[i] {
				a.M(i, Indexed(R13, reg, 3, -8))
				a.R(i, reg)
				continue
			}
			a.RM(i, reg, Indexed(RSP, R12, 2, 0x1234))
			a.RM(i, reg, At(R12, 0))
			if !goInsts[i].noRR && i != Lea {
				a.RR(i, reg, RDI)
				a.RR(i, R8, reg)
			}
		}
	}
	for op := Add; op <= Cmp; op++ {
		for _, size := range []uint8{1, 4, 8} {
			a.ALU(op, size, RSI, R10)
			a.ALUMemImm(op, size, At(RBX, 8), 5)
			a.ALULoad(op, size, RDX, At(RBP, -8))
			a.ALUStore(op, size, At(RBP, -800), RCX)
			a.ALUImm(op, size, R11, 100)
		}
		a.ALUImm(op, 8, RAX, 100000)
		a.ALUImm(op, 8, RCX, -100000)
	}
	for c := O; c <= G; c++ {
		a.Setcc(c, RDI)
		a.Cmov(c, R8, RSI)
	}
	a.MovImm(RAX, -1)
	a.MovImm(R9, 1<<40)
	a.MovImm(RCX, 77)
	a.ShiftImm(Sar, R9, 3)
	a.ShiftCL(Shl, RDX)
	a.Cqo()
	a.ImulImm(RAX, R9, 1000)
	a.TestImm(8, RAX, 1000)
	a.StoreImm(1, At(RBX, 8), 7)
	a.StoreImm(8, At(RBX, 8), -7)
	file := filepath.Join(t.TempDir(), "code")
	if err := os.WriteFile(file, a.Code, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(objdump, "-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "--no-show-raw-insn", file).Output()
	if err != nil {
		t.Skip(err)
	}
	theirs := map[int]string{}
	for _, line := range strings.Split(string(out), "\n") {
		var at int
		if addr, text, ok := strings.Cut(line, ":"); ok {
			if _, err := fmt.Sscanf(strings.TrimSpace(addr), "%x", &at); err == nil {
				theirs[at] = text
			}
		}
	}
	n := 0
	for _, l := range Disassemble(a.Code) {
		if got, want := canonical(l.Text), canonical(theirs[l.Offset]); got != want {
			t.Errorf("%x: % x is %q, objdump %q", l.Offset, l.Bytes, got, want)
		}
		n++
	}
	t.Logf("%d instructions", n)
}

var (
	hexNumber = regexp.MustCompile(`-?0x[0-9a-f]+`)
	noise     = regexp.MustCompile(`(byte|[dq]?word|xmmword) (ptr )?| +#.*`)
	spaces    = regexp.MustCompile(`\s+`)
)

// canonical removes what is a matter of taste.
func canonical(text string) string {
	text = noise.ReplaceAllString(strings.ToLower(strings.ReplaceAll(text, "PTR", "ptr")), "")
	text = strings.ReplaceAll(text, "movabs", "mov")
	text = spaces.ReplaceAllString(strings.TrimSpace(text), " ")
	text = hexNumber.ReplaceAllStringFunc(text, func(s string) string {
		var v uint64
		neg := strings.HasPrefix(s, "-")
		fmt.Sscanf(strings.TrimPrefix(s, "-"), "0x%x", &v)
		if neg {
			v = -v
		}
		if int64(v) > 1<<31 && int64(v) < 1<<32 {
			v = uint64(int64(int32(v)))
		}
		return fmt.Sprint(int64(v))
	})
	text = strings.ReplaceAll(text, ", ", ",")
	text = regexp.MustCompile(`\*1\b`).ReplaceAllString(text, "")
	return strings.ReplaceAll(text, "+-", "-")
}
