// Package jitlog writes what the JIT does: traces before and after optimisation, aborts, counters.
//
// KILNLOG=SECTIONS:FILE selects sections, separated by commas, and where they go; "-" is standard error.
// Sections: "jit" is all of
//
//	jit-recorded   each trace as recorded
//	jit-optimised  each trace as compiled, with resume data and source positions
//	jit-aborts     recordings given up, with reason and position
//	jit-backend    what the backend says (addresses, code)
//	jit-counters   the counters, at exit
//
// Counters is also what --stats prints. Imports trace; linked into translated binaries.
package jitlog

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"kiln/jitgen/trace"
)

// Section names of the log.
const (
	Recorded  = "jit-recorded"
	Optimised = "jit-optimised"
	Aborts    = "jit-aborts"
	Backend   = "jit-backend"
	Final     = "jit-counters"
)

var sections = []string{Recorded, Optimised, Aborts, Backend, Final}

// Log is an open log. A nil *Log logs nothing.
type Log struct {
	w    *bufio.Writer
	file io.Closer
	on   map[string]bool
	// Names gives reference constants names in printed traces.
	Names *trace.Namespace
}

// Open opens the log that setting (the value of KILNLOG) asks for; nil if it is empty.
func Open(setting string) (*Log, error) {
	if setting == "" {
		return nil, nil
	}
	names, file, ok := strings.Cut(setting, ":")
	if !ok || file == "" {
		return nil, fmt.Errorf("KILNLOG=%s: want SECTIONS:FILE, for example jit:- or jit-aborts:jit.log", setting)
	}
	l := &Log{on: map[string]bool{}}
	for _, name := range strings.Split(names, ",") {
		if !l.enable(name) {
			return nil, fmt.Errorf("KILNLOG=%s: unknown section %q; known are jit, %s", setting, name, strings.Join(sections, ", "))
		}
	}
	if file == "-" {
		l.w = bufio.NewWriter(os.Stderr)
		return l, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("KILNLOG: %w", err)
	}
	l.w, l.file = bufio.NewWriter(f), f
	return l, nil
}

// New logs sections to w, all of them if none is named.
func New(w io.Writer, names ...string) *Log {
	l := &Log{w: bufio.NewWriter(w), on: map[string]bool{}}
	if len(names) == 0 {
		l.enable("jit")
	}
	for _, name := range names {
		l.enable(name)
	}
	return l
}

func (l *Log) enable(name string) bool {
	found := false
	for _, s := range sections {
		if name == "jit" || name == s {
			l.on[s] = true
			found = true
		}
	}
	return found
}

// On says whether a section is logged.
func (l *Log) On(section string) bool { return l != nil && l.on[section] }

// Printf writes a line to a section. Every entry is flushed: a crash should not lose the trace that caused it.
func (l *Log) Printf(section, format string, args ...any) {
	if !l.On(section) {
		return
	}
	fmt.Fprintf(l.w, "# "+format+"\n", args...)
	l.w.Flush()
}

// Trace writes a trace to a section under a title.
func (l *Log) Trace(section, title string, t *trace.Trace) {
	if !l.On(section) {
		return
	}
	fmt.Fprintf(l.w, "# %s\n%s\n", title, trace.Printer{Names: l.Names, Data: true, Positions: true}.Print(t))
	l.w.Flush()
}

// Close writes what is buffered.
func (l *Log) Close() error {
	if l == nil {
		return nil
	}
	err := l.w.Flush()
	if l.file != nil {
		if e := l.file.Close(); err == nil {
			err = e
		}
	}
	return err
}
