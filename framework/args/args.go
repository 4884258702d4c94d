// Package args separates Kiln's switches from a program's own arguments. Translated binaries act on the
// switches; plain Go accepts and ignores them, so that both worlds take the same command line:
//
//	bf --jit threshold=50 --gc nursery=1M --stats hello.b more arguments
//
// Input: os.Args and the environment; output: Switches and the rest. Used by framework/host and by the entry point of
// translated binaries. Leaf package: must not import anything of Kiln.
package args

import (
	"fmt"
	"strings"
)

// Switches are Kiln's own settings, as text; those who act on them parse them.
type Switches struct {
	Jit   string // --jit VALUE, --jit=VALUE or KILN_JIT: "off", "on", or settings like "threshold=50,bridge=20"
	GC    string // --gc VALUE, --gc=VALUE or KILN_GC: settings like "nursery=4M,stress=1"
	Stats bool   // --stats or KILN_STATS (any value but "" and "0"): counters to standard error at exit
	// Threads is --threads VALUE, --threads=VALUE or KILN_THREADS: "interval=5ms".
	Threads string
}

// Error is a switch that is not understood.
type Error struct{ Switch, Problem string }

func (e *Error) Error() string { return e.Switch + ": " + e.Problem }

// Split reads the switches in front of a program's arguments. argv is os.Args, the program's name included; getenv is
// os.Getenv. Switches end at the first argument that is none, or at "--", which is dropped. A switch wins over the
// environment, a later one over an earlier one. The error, if any, is an *Error.
func Split(argv []string, getenv func(string) string) (s Switches, rest []string, err error) {
	s.Jit, s.GC, s.Threads = getenv("KILN_JIT"), getenv("KILN_GC"), getenv("KILN_THREADS")
	stats := getenv("KILN_STATS")
	s.Stats = stats != "" && stats != "0"
	if len(argv) > 0 {
		argv = argv[1:]
	}
	for len(argv) > 0 {
		name, value, hasValue := strings.Cut(argv[0], "=")
		switch name {
		case "--jit", "--gc", "--threads":
			if !hasValue {
				if len(argv) == 1 {
					return s, nil, &Error{name, fmt.Sprintf("want a value: %s VALUE or %s=VALUE", name, name)}
				}
				value, argv = argv[1], argv[1:]
			}
			switch name {
			case "--jit":
				s.Jit = value
			case "--gc":
				s.GC = value
			default:
				s.Threads = value
			}
		case "--stats":
			if hasValue {
				return s, nil, &Error{name, "takes no value"}
			}
			s.Stats = true
		case "--":
			if !hasValue {
				return s, argv[1:], nil
			}
			return s, argv, nil
		default:
			return s, argv, nil
		}
		argv = argv[1:]
	}
	return s, nil, nil
}
