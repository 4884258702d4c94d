package main

import (
	"strconv"
	"strings"
)

type op int

const (
	opSet op = iota
	opAdd
	opSub
	opMul
	opRem
	opLess
	opIf
	opGoto
	opPair
	opFirst
	opSecond
	opLoad
	opStore
	opCount
	opCall
	opStart
	opJoin
	opLock
	opUnlock
	opWait
	opSignal
	opLocal
	opSetLocal
	opYield
	opSleep
	opPrint
	opReturn
)

// operands says what the words behind an operation are: r register, n number, f function, l label.
var operations = []struct{ name, operands string }{
	{"set", "rn"}, {"add", "rrr"}, {"sub", "rrr"}, {"mul", "rrr"}, {"rem", "rrr"}, {"less", "rrr"}, {"if", "rl"}, {"goto", "l"}, {"pair", "rrr"},
	{"first", "rr"}, {"second", "rr"}, {"load", "rn"}, {"store", "rn"}, {"count", "nr"}, {"call", "rfr"}, {"start", "rfr"}, {"join", "rr"},
	{"lock", "n"}, {"unlock", "n"}, {"wait", "n"}, {"signal", "n"}, {"local", "r"}, {"setlocal", "r"}, {"yield", ""}, {"sleep", "n"}, {"print", "r"}, {"return", "r"},
}

type inst struct {
	op      op        `kiln:"immutable"`
	a, b, c int       `kiln:"immutable"`
	callee  *function `kiln:"immutable"`
}

type function struct {
	name string
	code []*inst `kiln:"immutable[]"`
}

type program struct{ main *function }

type parser struct {
	functions map[string]*function
	labels    map[string]int
	jumps     []jump
	f         *function
	problem   string
}

type jump struct {
	at    *inst
	label string
	line  int
}

func parse(text string) (*program, string) {
	p := &parser{functions: map[string]*function{}}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) > 0 && p.problem == "" {
			p.line(i+1, words)
		}
	}
	p.end()
	for name, f := range p.functions {
		if len(f.code) == 0 && p.problem == "" {
			p.problem = "no function " + name
		}
	}
	return &program{p.function("main")}, p.problem
}

func (p *parser) function(name string) *function {
	f := p.functions[name]
	if f == nil {
		f = &function{name: name}
		p.functions[name] = f
	}
	return f
}

// end finds the labels of a function.
func (p *parser) end() {
	for _, j := range p.jumps {
		at, ok := p.labels[j.label]
		if !ok {
			p.fail(j.line, "no label "+j.label)
		}
		if j.at.op == opIf {
			j.at.b = at
		} else {
			j.at.a = at
		}
	}
	p.jumps, p.labels = nil, map[string]int{}
}

func (p *parser) fail(line int, problem string) {
	if p.problem == "" {
		p.problem = "line " + strconv.Itoa(line) + ": " + problem
	}
}

func (p *parser) line(n int, words []string) {
	if words[0] == "func" && len(words) == 2 {
		p.end()
		p.f = p.function(words[1])
		return
	}
	if p.f == nil {
		p.fail(n, "code outside of a function")
		return
	}
	if label, ok := strings.CutSuffix(words[0], ":"); ok {
		p.labels[label] = len(p.f.code)
		return
	}
	for i, o := range operations {
		if o.name == words[0] && len(o.operands) == len(words)-1 {
			in := &inst{op: op(i)}
			p.operands(n, in, o.operands, words[1:])
			p.f.code = append(p.f.code, in)
			return
		}
	}
	p.fail(n, "unknown instruction "+words[0])
}

func (p *parser) operands(line int, in *inst, kinds string, words []string) {
	var numbers [3]int
	for i, w := range words {
		switch kinds[i] {
		case 'f':
			in.callee = p.function(w)
		case 'l':
			p.jumps = append(p.jumps, jump{in, w, line})
		default:
			k, err := strconv.Atoi(w)
			if err != nil || kinds[i] == 'r' && (k < 0 || k > 15) {
				p.fail(line, "bad operand "+w)
			}
			numbers[i] = k
		}
	}
	in.a, in.b, in.c = numbers[0], numbers[1], numbers[2]
}
