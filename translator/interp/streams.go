package interp

import (
	"bufio"
	"io"
	"math"
	"os"
	"sync"

	"kiln/framework/host"
)

// streams are the standard streams of an interpreted program, behind the functions of framework/host.
type streams struct {
	out  *bufio.Writer
	errs io.Writer
	in   *bufio.Reader
	ins  sync.Mutex // reading lets other threads run
	args []string
}

func newStreams(opts Options) *streams {
	stdout, stderr, stdin := opts.Stdout, opts.Stderr, opts.Stdin
	if stdout == nil {
		stdout = os.Stdout
	}
	if stderr == nil {
		stderr = os.Stderr
	}
	if stdin == nil {
		stdin = os.Stdin
	}
	return &streams{out: bufio.NewWriter(stdout), errs: stderr, in: bufio.NewReader(stdin), args: opts.Args}
}

func (s *streams) flush() { s.out.Flush() }

func (s *streams) getByte() int {
	s.ins.Lock()
	defer s.ins.Unlock()
	b, err := s.in.ReadByte()
	if err != nil {
		return -1
	}
	return int(b)
}

func (s *streams) read(data []byte) int {
	s.ins.Lock()
	defer s.ins.Unlock()
	n, _ := s.in.Read(data)
	return n
}

func (s *streams) readLine() (string, bool) {
	s.ins.Lock()
	defer s.ins.Unlock()
	line, err := s.in.ReadString('\n')
	if err == nil {
		return line[:len(line)-1], true
	}
	return line, line != ""
}

// functions are the host functions that every machine has.
func (s *streams) functions() map[string]any {
	const pkg = "kiln/framework/host."
	return map[string]any{
		pkg + "Args":          func() []string { return s.args },
		pkg + "Exit":          func(status int) { panic(exitPanic{status}) },
		pkg + "Getenv":        host.Getenv,
		pkg + "ReadFile":      host.ReadFile,
		pkg + "WriteFile":     host.WriteFile,
		pkg + "Clock":         host.Clock,
		pkg + "Now":           host.Now,
		pkg + "FormatInt":     host.FormatInt,
		pkg + "ParseInt":      host.ParseInt,
		pkg + "FormatFloat":   host.FormatFloat,
		pkg + "FormatFloat32": host.FormatFloat32,
		pkg + "ParseFloat":    host.ParseFloat,
		pkg + "BufferOutput":  func() {},
		pkg + "Print":         func(text string) { s.out.WriteString(text) },
		pkg + "Write":         func(data []byte) { s.out.Write(data) },
		pkg + "PutByte":       func(b byte) { s.out.WriteByte(b) },
		pkg + "Flush":         func() { s.flush() },
		pkg + "Eprint": func(text string) {
			s.flush()
			io.WriteString(s.errs, text)
		},
		pkg + "GetByte":  s.getByte,
		pkg + "Read":     s.read,
		pkg + "ReadLine": s.readLine,
		pkg + "ReadAll": func() (string, error) {
			s.ins.Lock()
			defer s.ins.Unlock()
			data, err := io.ReadAll(s.in)
			return string(data), err
		},
		// What load.nativeMath lists.
		"math.Exp": math.Exp, "math.Log": math.Log, "math.Hypot": math.Hypot, "math.Floor": math.Floor,
		"math.Ceil": math.Ceil, "math.Trunc": math.Trunc, "math.Max": math.Max, "math.Min": math.Min,
	}
}
