// Command biglang generates a large interpreter, to measure Kiln on: a register machine with many instructions and a library of
// many packages. Everything in it is reached from main, from the dispatch loop, or both; it runs, and what it prints depends
// on all of it.
//
//	go run ./internal/biglang -out DIR [-lines 50000] [-seed 1]
//	go run ./internal/biglang -measure
//
// With -measure it prints how long check, cold builds and builds after edits of one line take, and with how much memory.
// Run it from the folder of Kiln's own module. The same seed makes the same bytes. For development; nothing imports it.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "", "write the interpreter into this folder")
	lines := flag.Int("lines", 50000, "lines of Go at least")
	seed := flag.Int64("seed", 1, "of the random choices")
	timing := flag.Bool("measure", false, "generate into a temporary folder and time kiln on it")
	flag.Parse()
	kiln, err := os.Getwd()
	switch {
	case err != nil:
	case *timing:
		var tmp string
		if tmp, err = os.MkdirTemp("", "biglang-*"); err == nil {
			err = measure(kiln, tmp, *lines, *seed)
			os.RemoveAll(tmp)
		}
	case *out == "":
		fmt.Fprintln(os.Stderr, "biglang: -out or -measure is missing")
		os.Exit(2)
	default:
		files := generate(*lines, *seed, kiln)
		fmt.Printf("%d lines of Go\n", countLines(files))
		err = write(*out, files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "biglang:", err)
		os.Exit(1)
	}
}
