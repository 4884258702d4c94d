package main

import (
	"kiln/framework"
	"kiln/langs/toy/outside/pattern"
	"kiln/langs/toy/outside/probe"
)

// A machine with one register, for host calls in code that the JIT compiles. Its programs are letters.

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "outside", Greens: []string{"pc", "program"}})

type program struct {
	code []byte `kiln:"immutable[]"`
}

// state is what a program works on.
type state struct {
	words   *pattern.Pattern
	node    *probe.Node
	numbers []int
}

func run(program *program, s *state, n int) int {
	pc, i, sum := 0, 0, 0
	for pc < len(program.code) {
		driver.MergePoint(pc, program)
		op := program.code[pc]
		pc++
		switch op {
		case '+':
			sum += i
		case 'h': // a handle that nobody keeps
			if !probe.NewCounter().Closed() {
				sum++
			}
		case 'n': // handles that change
			s.node = probe.NewNode(number(i%10), s.node)
			if i%5 == 0 {
				s.node = nil
			} else if s.node.Next() != nil {
				sum += len(s.node.Next().Label())
			}
		case 'p':
			sum += len(s.words.Find("a=" + number(i))[2])
		case 'c': // a function of ours
			sum += probe.Map([]int{i, 1}, func(x int) int { return x + i })[0]
		case 'b':
			sum += len(probe.SortBy([]string{"b", "a"}, func(x, y string) bool { return x < y })[0])
		case 'r': // one that runs compiled code itself
			sum += probe.Map([]int{3}, func(x int) int { return run(inner, s, x) })[0]
		case 'e':
			if _, err := probe.Fail(i); err != nil {
				sum += len(err.Error())
			}
		case 'x':
			if probe.IsEnd(probe.Wrap(probe.End())) {
				sum++
			}
		case 's':
			probe.Sort(s.numbers)
			s.numbers[0] = i
			sum += s.numbers[1]
		case 'f':
			b := []byte("..")
			probe.Fill(b, byte('a'+i%3))
			sum += int(b[1])
		case 'w':
			b := []int32{1, 2}
			sum += len(probe.SlowFill(b, "x")) + int(b[1])
		case 'g':
			sum += len(probe.Elsewhere(2, func(x int) string { return number(x + i) }))
		case 'l':
			i++
			if i < n {
				pc = 0
				driver.CanEnterJit(pc, program)
			}
		}
	}
	return sum
}

var inner = &program{[]byte("+n+l")}

func loops() {
	words, err := pattern.Compile(`(\w)=(\d+)`)
	must(err)
	for _, text := range []string{"+l", "hl", "nl", "pl", "cl", "bl", "rl", "el", "xl", "sl", "fl", "+hnpcbrexsfl"} {
		s := &state{words: words, numbers: []int{4, 2, 8, 6}}
		print(text, number(run(&program{[]byte(text)}, s, 60)))
	}
	for _, text := range []string{"wl", "gl", "+wgcl"} {
		print(text, number(run(&program{[]byte(text)}, &state{words: words}, 12)))
	}
}
