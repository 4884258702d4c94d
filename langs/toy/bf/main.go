// Command bf is the smallest useful Kiln language: an interpreter for Brainf*** in about two hundred lines, comments included. It is
// the first stop of docs/tour.md.
//
//	go run ./langs/toy/bf FILE.b                    plain Go: edit, run, debug as usual
//	go run ./cmd/kiln run ./langs/toy/bf -- FILE.b  translated: native binary with a tracing JIT
//
// The language has a tape of byte cells that wrap around, a position on it, and eight instructions; all other
// characters of a program are comments:
//
//	>  one cell to the right (the tape grows)    [  if the cell is 0, go to after the matching ]
//	<  one cell to the left (error if none)      ]  if the cell is not 0, go back to after the matching [
//	+  add one to the cell                       .  print the cell as a byte
//	-  subtract one from the cell                ,  read a byte into the cell (end of input: unchanged)
//
// Errors go to standard error with their position, and the exit status is 1; for wrong usage it is 2.
package main

import "kiln/framework/host"

func main() {
	host.BufferOutput() // so main must leave through host.Exit
	host.Exit(start(host.Args()))
}

// start runs the command and returns its exit status.
func start(args []string) int {
	if len(args) != 1 {
		host.Eprint("usage: bf FILE.b\n")
		return 2
	}
	source, err := host.ReadFile(args[0])
	if err != nil {
		host.Eprint("bf: " + err.Error() + "\n")
		return 1
	}
	prog, problem := load(args[0], source)
	if problem == "" {
		problem = run(prog)
	}
	if problem != "" {
		host.Eprint(problem + "\n")
		return 1
	}
	return 0
}
