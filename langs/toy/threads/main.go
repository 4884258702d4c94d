// Command threads runs programs of a small machine language that has threads: for tests of how they take turns, and as an
// example of how a language gets threads from Kiln.
//
//	threads FILE
//
// A program is a list of functions; each instruction is a line of words, registers are numbers from 0 to 15. main is called with 0.
//
//	func NAME             begins a function; its argument is in register 0
//	LABEL:
//	set A N               A = N
//	add|sub|mul|rem A B C A = B op C
//	less A B C            A = B < C
//	if A LABEL            goes there unless A is 0
//	goto LABEL
//	pair A B C            A = a new pair of B and C
//	first|second A B      A = the part of pair B; 0 if it is a number
//	load|store A G        global variable G, 0 to 15
//	count G A             adds A to global variable G, and nobody sees a state in between
//	call A NAME B         A = NAME(B)
//	start A NAME B        a new thread runs NAME(B); A is the thread
//	join A B              waits for thread B; A = its result
//	lock|unlock N         lock N, 0 to 15
//	wait|signal N         on the condition of lock N, which is held
//	local A, setlocal A   the thread's own variable
//	yield
//	sleep N               milliseconds, in a host function that blocks
//	print A
//	return A
package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

func main() {
	args := host.Args()
	if len(args) != 1 {
		host.Eprint("usage: threads FILE\n")
		host.Exit(2)
	}
	text, err := host.ReadFile(args[0])
	if err != nil {
		host.Eprint(err.Error() + "\n")
		host.Exit(1)
	}
	p, problem := parse(text)
	if problem != "" {
		host.Eprint(args[0] + ": " + problem + "\n")
		host.Exit(1)
	}
	m := &machine{program: p, globals: make([]*value, 16), own: framework.NewThreadLocal[*value]()}
	for i := range m.globals {
		m.globals[i] = zero
		l := framework.NewLock()
		m.locks = append(m.locks, l)
		m.conds = append(m.conds, framework.NewCond(l))
	}
	run(m, p.main, zero)
}
