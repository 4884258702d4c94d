package jittest

import "testing"

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
