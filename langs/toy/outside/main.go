// Command outside shows how translated code reaches what is outside of the dialect: host packages. docs/host.md walks through it.
//
//	outside                 all examples
//	outside NAME ...        some of them
package main

import (
	"kiln/framework/host"
)

type example struct {
	name string
	run  func()
}

func examples() []example {
	return []example{
		{"pattern", patterns}, {"file", files}, {"digest", digests}, {"web", pages},
		{"scalars", scalars}, {"slices", slices}, {"errors", errors}, {"handles", handles}, {"callbacks", callbacks},
		{"panics", panics}, {"leaks", leaks}, {"loop", loops}, {"together", together}, {"input", input},
	}
}

func main() {
	args := host.Args()
	for _, e := range examples() {
		wanted := len(args) == 0 && e.name != "leaks" && e.name != "input" // what they show, tests look at
		for _, a := range args {
			wanted = wanted || a == e.name
		}
		if wanted {
			host.Print("== " + e.name + "\n")
			e.run()
		}
	}
	host.Flush()
}

func print(parts ...string) {
	for i, p := range parts {
		if i > 0 {
			host.Print(" ")
		}
		host.Print(p)
	}
	host.Print("\n")
}

func number(n int) string { return host.FormatInt(n) }

func truth(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func must(err error) {
	if err != nil {
		panic(err.Error())
	}
}
