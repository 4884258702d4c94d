// Command biglang generates a large interpreter, to measure Kiln on: a register machine with many instructions and a library of
// many packages. Everything in it is reached from main, from the dispatch loop, or both; it runs, and what it prints depends
// on all of it.
//
//	go run ./internal/biglang -out DIR [-lines 50000] [-seed 1]
//
// The same seed makes the same bytes. For development; nothing imports it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", "", "write the interpreter into this folder")
	lines := flag.Int("lines", 50000, "lines of Go at least")
	seed := flag.Int64("seed", 1, "of the random choices")
	flag.Parse()
	if *out == "" {
		fmt.Fprintln(os.Stderr, "biglang: -out is missing")
		os.Exit(2)
	}
	kiln, err := os.Getwd()
	if err == nil {
		kiln, err = filepath.Abs(kiln)
	}
	if err == nil {
		files := generate(*lines, *seed, kiln)
		fmt.Printf("%d lines of Go\n", countLines(files))
		err = write(*out, files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "biglang:", err)
		os.Exit(1)
	}
}
