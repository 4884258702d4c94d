// Command randomgo compares random programs of the dialect (package generate) in plain Go, in the flow interpreter after each
// stage of translation, under the JIT on both backends, and translated. It finds what differs and makes it small.
//
//	go run ./internal/randomgo -n 20000 -seed 1 -state FILE -keep FOLDER
//	go run ./internal/randomgo -show portal:17
//	go run ./internal/randomgo -only portal:17 [-shrink]
//
// For development and continuous integration; nothing imports it.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"kiln/internal/randomgo/generate"
)

func main() {
	c := &campaign{}
	flag.IntVar(&c.n, "n", 200, "how many programs")
	flag.Uint64Var(&c.seed, "seed", 1, "of the first program")
	flag.IntVar(&c.size, "batch", 50, "programs to a package")
	flag.IntVar(&c.binaries, "binaries", 1, "compile every n-th batch as translated, 0: none")
	flag.IntVar(&c.full, "full", 1, "run every n-th batch after each stage, others after the last one only")
	flag.IntVar(&c.jit, "jit", 4, "settings of the JIT to run each batch with, in process")
	flag.StringVar(&c.state, "state", "", "file that remembers which batches are done")
	flag.StringVar(&c.keep, "keep", "", "folder for programs that fail; the search goes on")
	flag.StringVar(&c.kind, "kind", "", "caught, uncaught, portal or bare: only such programs")
	flag.StringVar(&c.without, "without", "", "leave out these optimisations, as kiln build does; random: some, others for each batch")
	flag.BoolVar(&c.shrink, "shrink", false, "make programs that fail smaller")
	flag.DurationVar(&c.limit, "time", 0, "stop after this time; 0: never")
	flag.BoolVar(&c.worker, "worker", false, "internal: do batches until told to pause")
	show := flag.String("show", "", "KIND:SEED of a program to print")
	only := flag.String("only", "", "KIND:SEED of the one program to run")
	flag.Parse()
	c.began = time.Now()
	debug.SetGCPercent(400) // much is made, and little of it lives
	switch {
	case *show != "":
		kind, seed := parse(*show)
		fmt.Print(generate.New(seed, kind).Source("p"))
	case *only != "":
		kind, seed := parse(*only)
		c.one(kind, seed)
	case c.worker || c.state == "":
		c.work()
	default:
		c.supervise()
	}
}

// parse reads KIND:SEED.
func parse(text string) (generate.Kind, uint64) {
	name, number, _ := strings.Cut(text, ":")
	seed, err := strconv.ParseUint(number, 10, 64)
	for k := range generate.Kind(generate.Kinds) {
		if k.String() == name && err == nil {
			return k, seed
		}
	}
	fatal(fmt.Errorf("%q is not KIND:SEED", text))
	return 0, 0
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "randomgo:", err)
	os.Exit(1)
}
