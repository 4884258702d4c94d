// Command stdlib calls the standard library on random arguments and prints digests of what comes back. It is a program of the
// dialect: the test beside it requires the same digests of plain Go and of the translated binary.
//
//	go run ./internal/stdlib GROUP SEED FROM COUNT [BLOCK]
//	kiln run ./internal/stdlib -- floats 1 0 1000000
//
// Cases are numbered; each has a random sequence of its own, of SEED and number, so that those of a block can be looked at again: a
// BLOCK of 1 prints a line for every case.
package main

import (
	"kiln/framework/host"
)

// group is a part of the standard library: run does one case.
type group struct {
	name string
	run  func(r *random, d *digest)
}

var groups = []group{
	{"floats", floats}, {"parse", parseFloats}, {"ints", ints}, {"quote", quotes}, {"strings", stringCase}, {"bytes", bytesCase}, {"unicode", unicodeCase},
	{"utf8", utf8Case}, {"utf16", utf16Case}, {"sort", sortCase}, {"slices", slicesCase}, {"maps", mapsCase}, {"math", mathCase}, {"bits", bitsCase},
	{"cmp", cmpCase}, {"errors", errorsCase}, {"containers", containersCase},
	{"codings", codingsCase}, {"hashes", hashesCase}, {"path", pathCase}, {"cmplx", cmplxCase}, {"layout", layoutCase}, {"sync", syncCase},
}

func main() {
	host.BufferOutput()
	args := host.Args()
	if len(args) < 4 {
		host.Eprint("usage: stdlib GROUP SEED FROM COUNT [BLOCK]\n")
		host.Exit(2)
	}
	seed, from, count, block := number(args[1]), number(args[2]), number(args[3]), 1000
	if len(args) > 4 {
		block = number(args[4])
	}
	known := false
	for _, g := range groups {
		if g.name == args[0] || args[0] == "all" {
			known = true
			runGroup(g, seed, from, count, block)
		}
	}
	if !known {
		host.Eprint("stdlib: no group is called " + args[0] + "\n")
		host.Exit(2)
	}
	host.Flush()
}

func number(text string) int {
	n, err := host.ParseInt(text)
	if err != nil {
		host.Eprint("stdlib: " + err.Error() + "\n")
		host.Exit(2)
	}
	return n
}

// runGroup does the cases from number from on, and prints a digest after each block.
func runGroup(g group, seed, from, count, block int) {
	d := &digest{loud: block == 1}
	for i := from; i < from+count; i++ {
		r := &random{state: uint64(seed)*0x9E3779B97F4A7C15 + uint64(i)*0xBF58476D1CE4E5B9}
		r.next()
		g.run(r, d)
		if (i+1)%block == 0 || i == from+count-1 {
			host.Print(g.name + " " + host.FormatInt(i) + " " + host.FormatInt(int(d.sum)) + d.text + "\n")
			d.text = ""
		}
	}
}
