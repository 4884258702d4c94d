package host

import (
	"io"
	"os"
)

// Standard output is written at once, unless the program asks for BufferOutput: nothing can be lost, whatever way the
// program ends. (No Go program can run code when main returns, so a buffer that is on by default would lose the end
// of the output of every program that forgets to flush it.)

// bufferSize is that of the output buffer, and of reads from standard input.
const bufferSize = 64 << 10

// standard is the state of the process's standard streams. One thread at a time uses it (the global lock).
var standard streams

type streams struct {
	out      []byte
	buffered bool
	in       []byte // read but not used yet
	chunk    []byte // the memory of in
}

// BufferOutput makes Print, Write and PutByte collect their output. It reaches standard output when the buffer is full,
// before the program waits for input, before anything goes to standard error, and at Flush and Exit. A program that calls
// this must end with Exit (or Flush as the last thing in main); everything else stays correct without it, but slower.
func BufferOutput() {
	standard.buffered = true
	if standard.out == nil {
		standard.out = make([]byte, 0, bufferSize)
	}
}

// Print writes text to standard output.
//
//kiln:borrow
func Print(text string) {
	if !standard.buffered {
		writeAll(os.Stdout, []byte(text))
		return
	}
	if len(standard.out)+len(text) > bufferSize {
		Flush()
	}
	if len(text) > bufferSize {
		writeAll(os.Stdout, []byte(text))
		return
	}
	standard.out = append(standard.out, text...)
}

// Write writes bytes to standard output.
//
//kiln:borrow
func Write(data []byte) {
	if !standard.buffered || len(data) > bufferSize {
		Flush()
		writeAll(os.Stdout, data)
		return
	}
	if len(standard.out)+len(data) > bufferSize {
		Flush()
	}
	standard.out = append(standard.out, data...)
}

// PutByte writes one byte to standard output.
func PutByte(b byte) {
	if len(standard.out) == bufferSize {
		Flush()
	}
	standard.out = append(standard.out, b)
	if !standard.buffered {
		Flush()
	}
}

// Flush writes what BufferOutput has collected.
func Flush() {
	if len(standard.out) > 0 {
		pending := standard.out
		standard.out = standard.out[:0]
		writeAll(os.Stdout, pending)
	}
}

// Eprint writes text to standard error, after everything that was written to standard output before.
//
//kiln:borrow
func Eprint(text string) {
	Flush()
	os.Stderr.WriteString(text)
}

// writeAll ends the program if standard output cannot be written: a program whose output gets lost must not
// seem to succeed.
func writeAll(f *os.File, data []byte) {
	if _, err := f.Write(data); err != nil {
		os.Stderr.WriteString("cannot write standard output: " + err.Error() + "\n")
		os.Exit(1)
	}
}

// fill reads more of standard input, and says whether there was any. Other read errors count as the end.
func (s *streams) fill() bool {
	if len(s.in) > 0 {
		return true
	}
	Flush()
	if s.chunk == nil {
		s.chunk = make([]byte, bufferSize)
	}
	n, _ := os.Stdin.Read(s.chunk)
	s.in = s.chunk[:n]
	return n > 0
}

// GetByte reads one byte from standard input: 0 to 255, or -1 at the end.
func GetByte() int {
	s := &standard
	if !s.fill() {
		return -1
	}
	b := s.in[0]
	s.in = s.in[1:]
	return int(b)
}

// ReadLine reads a line from standard input, without its "\n". The second result is false at the end
// of the input; a last line without "\n" is a line.
func ReadLine() (string, bool) {
	var line []byte
	for {
		if !standard.fill() {
			return string(line), len(line) > 0
		}
		for i, b := range standard.in {
			if b == '\n' {
				line = append(line, standard.in[:i]...)
				standard.in = standard.in[i+1:]
				return string(line), true
			}
		}
		line = append(line, standard.in...)
		standard.in = nil
	}
}

// ReadAll reads the rest of standard input.
func ReadAll() (string, error) {
	Flush()
	data := append([]byte(nil), standard.in...)
	standard.in = nil
	rest, err := io.ReadAll(os.Stdin)
	return string(append(data, rest...)), err
}
