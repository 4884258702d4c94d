package host

import (
	"bytes"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The programs below run in a process of their own, as main would.
var programs = map[string]func(){
	"plain": func() {
		Print("a")
		PutByte('b')
		Write([]byte("c\n"))
	},
	"buffered exit": func() {
		BufferOutput()
		Print("a")
		PutByte('b')
		Write([]byte("c\n"))
		Exit(3)
	},
	"large": func() {
		BufferOutput()
		for i := 0; i < 100_000; i++ {
			PutByte('x')
		}
		Print(strings.Repeat("y", 50_000))
		Print(strings.Repeat("z", 70_000))
		Write(bytes.Repeat([]byte("w"), 70_000))
		Write([]byte("v"))
		Flush()
	},
	"order": func() {
		BufferOutput()
		Print("1")
		Eprint("2")
		Print("3")
		GetByte()
		os.Stderr.WriteString("4")
		Exit(0)
	},
	"bytes": func() {
		for b := GetByte(); b >= 0; b = GetByte() {
			PutByte(byte(b))
		}
		if GetByte() != -1 {
			Print("more after the end")
		}
	},
	"lines": func() {
		first := GetByte()
		PutByte(byte(first))
		for line, ok := ReadLine(); ok; line, ok = ReadLine() {
			Print("[" + line + "]")
		}
	},
	"all": func() {
		GetByte()
		text, err := ReadAll()
		if err != nil {
			Eprint(err.Error())
		}
		Print(text)
	},
	"args": func() { Print(strings.Join(Args(), "|")) },
	"unwritable": func() {
		os.Stdout.Close()
		Print("lost")
	},
}

func TestMain(m *testing.M) {
	if program, ok := programs[os.Getenv("HOST_TEST_PROGRAM")]; ok {
		program()
		os.Exit(0) // as returning from main
	}
	os.Exit(m.Run())
}

// run runs a program and returns what it wrote to both streams together, and its status.
func run(t *testing.T, program, stdin string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "HOST_TEST_PROGRAM="+program)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out), 0
}

func TestStandardStreams(t *testing.T) {
	long := strings.Repeat("long line ", 20_000)
	for _, c := range []struct {
		program, stdin string
		args           []string
		want           string
		status         int
	}{
		{program: "plain", want: "abc\n"},
		{program: "buffered exit", want: "abc\n", status: 3},
		{program: "large", want: strings.Repeat("x", 100_000) + strings.Repeat("y", 50_000) +
			strings.Repeat("z", 70_000) + strings.Repeat("w", 70_000) + "v"},
		{program: "order", want: "1234"},
		{program: "bytes", stdin: "a\x00\xffb", want: "a\x00\xffb"},
		{program: "bytes", stdin: long, want: long},
		{program: "lines", stdin: "xone\n\n" + long + "\nlast", want: "x[one][][" + long + "][last]"},
		{program: "lines", stdin: "xone\n", want: "x[one]"},
		{program: "all", stdin: "x" + long, want: long},
		{program: "args", args: []string{"--jit", "off", "--", "a", "--stats"}, want: "a|--stats"},
		{program: "args", args: []string{"--jit"}, want: "--jit: want a value: --jit VALUE or --jit=VALUE\n", status: 2},
		{program: "unwritable", want: "cannot write standard output: write /dev/stdout: file already closed\n", status: 1},
	} {
		got, status := run(t, c.program, c.stdin, c.args...)
		if got != c.want || status != c.status {
			if len(got) > 200 {
				got = got[:200] + "..."
			}
			t.Errorf("%s %q: status %d, output %q", c.program, c.args, status, got)
		}
	}
}

func TestFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	if err := WriteFile(name, "contents\x00"); err != nil {
		t.Fatal(err)
	}
	if text, err := ReadFile(name); err != nil || text != "contents\x00" {
		t.Errorf("%q %v", text, err)
	}
	if _, err := ReadFile(name + "x"); err == nil || !strings.Contains(err.Error(), name+"x: no such file") {
		t.Error(err)
	}
}

func TestNumbers(t *testing.T) {
	if FormatInt(math.MinInt) != "-9223372036854775808" {
		t.Error("FormatInt")
	}
	if n, err := ParseInt("-12"); n != -12 || err != nil {
		t.Error("ParseInt")
	}
	if _, err := ParseInt("12x"); err == nil || !strings.Contains(err.Error(), `"12x"`) {
		t.Error(err)
	}
	for text, f := range map[string]float64{"0.1": 0.1, "3": 3, "1e+21": 1e21, "+Inf": math.Inf(1)} {
		if FormatFloat(f) != text {
			t.Errorf("%v prints as %s", f, FormatFloat(f))
		}
		if g, err := ParseFloat(text); g != f || err != nil {
			t.Errorf("%s reads as %v, %v", text, g, err)
		}
	}
	if a, b := Clock(), Clock(); a <= 0 || b < a {
		t.Errorf("clock %v %v", a, b)
	}
	t.Setenv("HOST_TEST", "x")
	if Getenv("HOST_TEST") != "x" || Getenv("HOST_TEST_NOT") != "" {
		t.Error("Getenv")
	}
}
