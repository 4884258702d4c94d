package amd64

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/internal/filetest"
	"kiln/jitgen/backend"
)

// exits are jumps to the shared code, which lies at other addresses in each process.
var exits = regexp.MustCompile(`[0-9a-f]+( +)jmp -0x[0-9a-f]+`)

// tables are addresses of whole-program tables and literals of other pieces.
var tables = regexp.MustCompile(`[0-9a-f]+( +)mov r11, 0x[0-9a-f]{9,}`)

// TestCode compiles traces on the types of heap_test.go and compares the machine code.
func TestCode(t *testing.T) {
	filetest.Run(t, "testdata/*.code", func(t *testing.T, c *filetest.Case) string {
		var out strings.Builder
		opts := backend.Options{Log: func(format string, args ...any) {
			line := fmt.Sprintf(format, args...)
			if strings.HasPrefix(line, "machine code of ") {
				line = line[strings.LastIndex(line, "frame"):]
			}
			line = exits.ReplaceAllString(line, "...$1jmp exit")
			line = tables.ReplaceAllString(line, "...$1mov r11, table")
			fmt.Fprintln(&out, line)
		}}
		if c.Arg("guardfail") {
			opts.GuardFail = 100
		}
		rt, ns := newHeap(t, gc.Config{Nursery: 1 << 20})
		b, err := New(rt, opts)
		if err != nil {
			t.Fatal(err)
		}
		tr := parse(t, ns, c.Input)
		if err := b.CompileLoop(&backend.Loop{}, tr); err != nil {
			return err.Error() + "\n"
		}
		return out.String()
	})
}
