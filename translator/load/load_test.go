package load

import (
	"strings"
	"testing"

	"kiln/translator/flow"
)

// source loads a program that must be free of problems.
func source(t *testing.T, text string) *flow.Program {
	t.Helper()
	p, err := Program(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func function(t *testing.T, p *flow.Program, name string) *flow.Func {
	t.Helper()
	for _, f := range p.Funcs {
		if f.Name == name {
			return f
		}
	}
	var names []string
	for _, f := range p.Funcs {
		names = append(names, f.Name)
	}
	t.Fatalf("no function %s; have %s", name, strings.Join(names, ", "))
	return nil
}

func TestTiny(t *testing.T) {
	p := source(t, `package main
func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }
func main() { println(fib(10)) }
`)
	t.Log(function(t, p, "main.fib").Graph)
	for _, f := range p.Funcs {
		t.Log(f.Name)
	}
}
