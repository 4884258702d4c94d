package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kiln/internal/vmtest"
)

// BenchmarkMandelbrot prints the ratios the project promises for bf: JIT against JIT off, JIT against the
// same program converted to straight Go, and JIT off against plain Go. Commands run interleaved; the minimum of
// three rounds counts. BF_BENCH names another program.
func BenchmarkMandelbrot(b *testing.B) {
	program := os.Getenv("BF_BENCH")
	if program == "" {
		program = "testdata/mandelbrot.b"
	}
	program, err := filepath.Abs(program)
	if err != nil {
		b.Fatal(err)
	}
	source, err := os.ReadFile(program)
	if err != nil {
		b.Fatal(err)
	}
	plain, vm := vmtest.BuildPlain(b, "./langs/toy/bf"), vmtest.BuildTranslated(b, "./langs/toy/bf")
	straight := buildStraight(b, string(source))
	commands := []struct {
		name string
		line []string
	}{
		{"plain", []string{plain, program}},
		{"off", []string{vm, "--jit", "off", program}},
		{"jit", []string{vm, program}},
		{"straight", []string{straight}},
	}
	best := map[string]time.Duration{}
	output := ""
	for round := 0; round < 3; round++ {
		for _, c := range commands {
			r, err := vmtest.Run(c.line[0], c.line[1:], "")
			if err != nil || r.Exit != 0 {
				b.Fatalf("%s: %v, exit %d\n%s", c.name, err, r.Exit, r.Stderr)
			}
			if output == "" {
				output = r.Stdout
			} else if output != r.Stdout {
				b.Fatalf("%s: different output", c.name)
			}
			if best[c.name] == 0 || r.Time < best[c.name] {
				best[c.name] = r.Time
			}
		}
	}
	ratio := func(name, base string) float64 { return float64(best[name]) / float64(best[base]) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ratio("off", "jit"), "off/jit(want>=15)")
	b.ReportMetric(ratio("jit", "straight"), "jit/straight(want<=4)")
	b.ReportMetric(ratio("off", "plain"), "off/plain(want<=1)")
	b.Logf("%v", best)
}

// buildStraight converts a bf program to Go, runs of one command folded, and compiles it.
func buildStraight(b *testing.B, source string) string {
	b.Helper()
	var body strings.Builder
	for i := 0; i < len(source); {
		n := 1
		if strings.ContainsRune("+-<>", rune(source[i])) {
			for i+n < len(source) && source[i+n] == source[i] {
				n++
			}
		}
		switch source[i] {
		case '>':
			fmt.Fprintf(&body, "p += %d\n", n)
		case '<':
			fmt.Fprintf(&body, "p -= %d\n", n)
		case '+':
			fmt.Fprintf(&body, "m[p] += %d\n", n%256)
		case '-':
			fmt.Fprintf(&body, "m[p] -= %d\n", n%256)
		case '.':
			body.WriteString("out.WriteByte(m[p])\n")
		case ',':
			body.WriteString("if c, err := in.ReadByte(); err == nil {\nm[p] = c\n}\n")
		case '[':
			body.WriteString("for m[p] != 0 {\n")
		case ']':
			body.WriteString("}\n")
		}
		i += n
	}
	text := "package main\n\nimport (\n\"bufio\"\n\"os\"\n)\n\nfunc main() {\nin := bufio.NewReader(os.Stdin)\n_ = in\n" +
		"out := bufio.NewWriter(os.Stdout)\ndefer out.Flush()\nm := make([]byte, 1<<16)\np := 0\n" + body.String() + "}\n"
	dir := b.TempDir()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	return vmtest.BuildPlain(b, file)
}
