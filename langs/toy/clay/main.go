// Command clay is the second toy language of Kiln: dynamically typed, with boxed values, a frame per
// call, lists and functions. It shows what bf does not: virtual objects, type dispatch that folds to one
// guard, and a stack machine whose stack disappears.
//
//	go run ./langs/toy/clay FILE.clay                    plain Go
//	go run ./cmd/kiln run ./langs/toy/clay -- FILE.clay  translated, with the JIT
package main

import "kiln/framework/host"

func main() {
	args := host.Args()
	if len(args) != 1 {
		host.Eprint("usage: clay FILE.clay\n")
		host.Exit(2)
	}
	src, err := host.ReadFile(args[0])
	if err != nil {
		host.Eprint("clay: " + err.Error() + "\n")
		host.Exit(1)
	}
	prog, failure := compile(src)
	if failure == nil {
		top := prog.funcs[0]
		_, failure = run(prog, top, make(Values, top.size), 0)
	}
	if failure != nil {
		host.Eprint(args[0] + ":" + host.FormatInt(failure.line) + ": " + failure.message + "\n")
		host.Exit(1)
	}
	host.Exit(0)
}
