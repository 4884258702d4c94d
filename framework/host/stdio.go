package host

import (
	"bytes"
	"io"
	"os"
	"sync"
)

// Standard output is written at once, unless the program asks for BufferOutput: nothing can be lost, whatever way the
// program ends. (No Go program can run code when main returns, so a buffer that is on by default would lose the end
// of the output of every program that forgets to flush it.)

// bufferSize is that of the output buffer, and of reads from standard input.
const bufferSize = 64 << 10

// standard is the state of the process's standard streams. Functions that read let other threads run, so each half has a lock.
var standard streams

type streams struct {
	output   sync.Mutex
	out      []byte
	buffered bool

	input sync.Mutex // taken before output
	in    []byte     // read but not used yet
	chunk []byte     // the memory of in
}

// BufferOutput makes Print, Write and PutByte collect their output. It reaches standard output when the buffer is full,
// before the program waits for input, before anything goes to standard error, and at Flush and Exit. A program that calls
// this must end with Exit (or Flush as the last thing in main); everything else stays correct without it, but slower.
func BufferOutput() {
	standard.output.Lock()
	defer standard.output.Unlock()
	standard.buffered = true
	if standard.out == nil {
		standard.out = make([]byte, 0, bufferSize)
	}
}

// Print writes text to standard output.
//
//kiln:borrow
func Print(text string) {
	s := &standard
	s.output.Lock()
	defer s.output.Unlock()
	if s.buffered && len(s.out)+len(text) > bufferSize {
		s.flush()
	}
	if !s.buffered || len(text) > bufferSize {
		writeAll(os.Stdout, []byte(text))
		return
	}
	s.out = append(s.out, text...)
}

// Write writes bytes to standard output.
//
//kiln:borrow
func Write(data []byte) {
	s := &standard
	s.output.Lock()
	defer s.output.Unlock()
	if !s.buffered || len(s.out)+len(data) > bufferSize {
		s.flush()
	}
	if !s.buffered || len(data) > bufferSize {
		writeAll(os.Stdout, data)
		return
	}
	s.out = append(s.out, data...)
}

// PutByte writes one byte to standard output.
func PutByte(b byte) {
	s := &standard
	s.output.Lock()
	if len(s.out) == bufferSize {
		s.flush()
	}
	s.out = append(s.out, b)
	if !s.buffered {
		s.flush()
	}
	s.output.Unlock()
}

// Flush writes what BufferOutput has collected.
func Flush() {
	standard.output.Lock()
	defer standard.output.Unlock()
	standard.flush()
}

// flush is Flush with the lock held.
func (s *streams) flush() {
	if len(s.out) > 0 {
		pending := s.out
		s.out = s.out[:0]
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

// fill, with the lock of the input held, reads more of standard input, and says whether there was any. Other read errors count as the end.
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
//
//kiln:blocking
func GetByte() int {
	s := &standard
	s.input.Lock()
	defer s.input.Unlock()
	if !s.fill() {
		return -1
	}
	b := s.in[0]
	s.in = s.in[1:]
	return int(b)
}

// Read fills data with what there is of standard input, waiting for at least a byte, and returns how many it were: 0 at the end.
//
//kiln:borrow
//kiln:blocking
func Read(data []byte) int {
	s := &standard
	s.input.Lock()
	defer s.input.Unlock()
	if len(data) == 0 || !s.fill() {
		return 0
	}
	n := copy(data, s.in)
	s.in = s.in[n:]
	return n
}

// ReadLine reads a line from standard input, without its "\n". The second result is false at the end
// of the input; a last line without "\n" is a line.
//
//kiln:blocking
func ReadLine() (string, bool) {
	s := &standard
	s.input.Lock()
	defer s.input.Unlock()
	var line []byte
	for {
		if !s.fill() {
			return string(line), len(line) > 0
		}
		if i := bytes.IndexByte(s.in, '\n'); i >= 0 {
			line = append(line, s.in[:i]...)
			s.in = s.in[i+1:]
			return string(line), true
		}
		line = append(line, s.in...)
		s.in = nil
	}
}

// ReadAll reads the rest of standard input.
//
//kiln:blocking
func ReadAll() (string, error) {
	s := &standard
	s.input.Lock()
	defer s.input.Unlock()
	Flush()
	data := append([]byte(nil), s.in...)
	s.in = nil
	rest, err := io.ReadAll(os.Stdin)
	return string(append(data, rest...)), err
}
