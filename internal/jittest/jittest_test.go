package jittest

import (
	"os"
	"strings"
	"testing"
)

const sum = `package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "sum", Greens: []string{"pc", "code"}})

// A register machine of four instructions: s += i; i--; if i != 0 goto 0; stop.
func run(code string, n int) int {
	s, i, pc := 0, n, 0
	for {
		driver.MergePoint(pc, code)
		switch code[pc] {
		case 'a':
			s += i
		case 'd':
			i--
		case 'l':
			if i != 0 {
				pc = 0
				driver.CanEnterJit(pc, code)
				continue
			}
		case 's':
			return s
		}
		pc++
	}
}

func main() {
	host.Print(host.FormatInt(run("adls", 100)) + "\n")
	host.Print(host.FormatInt(run("adls", 7)) + "\n")
}
`

func TestSum(t *testing.T) {
	p := Build(t, map[string]string{"main.go": sum})
	t.Log(p.Image.Codes[0])
	r := p.Matrix(t, Config{})
	if r.Stdout != "5050\n28\n" {
		t.Errorf("printed %q", r.Stdout)
	}
	if r.Counters.Loops == 0 || r.Counters.GuardFailures == 0 {
		t.Errorf("counters: %+v", r.Counters)
	}
}

func TestShow(t *testing.T) {
	p := Build(t, map[string]string{"main.go": sum})
	var log strings.Builder
	r := p.Run(t, Config{Jit: "threshold=2,bridge=2", Log: &log})
	t.Log(log.String())
	r.Counters.Print(os.Stderr)
}

func TestBF(t *testing.T) {
	p := BuildDir(t, "../..", "./langs/toy/bf")
	r := p.Matrix(t, Config{Args: []string{"testdata/squares.b"}})
	if !strings.HasSuffix(r.Stdout, "9801\n10000\n") {
		t.Errorf("printed %q", r.Output())
	}
	r.Counters.Print(os.Stderr)
}

// Boxed numbers behind an interface, frames with a stack, recursion through the portal, a list that grows.
func TestBoxes(t *testing.T) {
	text, err := os.ReadFile("testdata/boxes.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := Build(t, map[string]string{"main.go": string(text)})
	r := p.Matrix(t, Config{})
	t.Log(r.Output())
	r.Counters.Print(os.Stderr)
}

func TestClay(t *testing.T) {
	p := BuildDir(t, "../..", "./langs/toy/clay")
	for _, name := range []string{"fib", "loops", "sieve", "error"} {
		t.Run(name, func(t *testing.T) {
			r := p.Matrix(t, Config{Args: []string{"../../langs/toy/clay/testdata/" + name + ".clay"}})
			t.Log(r.Output())
			r.Counters.Print(os.Stderr)
		})
	}
}
