// Command lox runs Lox, the language of Robert Nystrom's "Crafting Interpreters": complete, with the book's messages and exit
// statuses.
//
//	go run ./langs/toy/lox [FILE.lox]                    plain Go
//	go run ./cmd/kiln run ./langs/toy/lox -- [FILE.lox]  translated, with the JIT
//
// Without a file it reads lines and runs each; globals stay. Exit statuses: 64 wrong usage, 65 errors in the source,
// 70 an error at run time, 74 no such file.
package main

import (
	"strings"

	"kiln/framework/host"
)

const (
	exitUsage   = 64
	exitCompile = 65
	exitRun     = 70
	exitFile    = 74
)

func main() {
	host.BufferOutput() // so main must leave through host.Exit
	host.Exit(start(host.Args()))
}

// start runs the command and returns its exit status.
func start(args []string) int {
	symbols := &Symbols{byName: map[string]*Symbol{}}
	symbols.of("clock").variable().define(&Native{"clock"})
	switch len(args) {
	case 0:
		return repl(symbols)
	case 1:
		source, err := host.ReadFile(args[0])
		if err != nil {
			host.Eprint("Could not open file \"" + args[0] + "\".\n")
			return exitFile
		}
		return interpret(source, symbols)
	}
	host.Eprint("Usage: lox [path]\n")
	return exitUsage
}

// repl runs what is typed, line by line.
func repl(symbols *Symbols) int {
	for {
		host.Print("> ")
		line, ok := host.ReadLine()
		if !ok {
			host.Print("\n")
			return 0
		}
		interpret(line, symbols)
	}
}

// interpret runs a script.
func interpret(source string, symbols *Symbols) int {
	fn := compile(source, symbols)
	if fn == nil {
		return exitCompile
	}
	script := &Closure{fn, make(Values, 0)}
	_, failure := run(fn, &Frame{make(Values, fn.registers), script}, 0)
	if failure == nil {
		return 0
	}
	host.Eprint(failure.message + "\n" + strings.Join(failure.trace, "\n") + "\n")
	return exitRun
}
