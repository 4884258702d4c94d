package bfgen

import (
	"fmt"
	"strings"
)

// Evaluate runs a bf program in a way of its own: it first compiles it to operations on runs of equal instructions. It is the
// oracle for langs/toy/bf. The second result is how many instructions a plain interpreter would execute.
func Evaluate(source, input string) (output string, steps int64, err error) {
	ops, err := compile(source)
	if err != nil {
		return "", 0, err
	}
	var out strings.Builder
	tape, pos := make([]byte, 1<<16), 0
	for pc := 0; pc < len(ops); pc++ {
		o := ops[pc]
		steps += int64(o.count)
		switch o.what {
		case '>':
			pos += o.count
		case '<':
			if pos -= o.count; pos < 0 {
				return out.String(), steps, fmt.Errorf("left of the first cell")
			}
		case '+':
			tape[pos] += byte(o.count)
		case '-':
			tape[pos] -= byte(o.count)
		case '.':
			out.WriteString(strings.Repeat(string(tape[pos:pos+1]), o.count))
		case ',':
			for i := 0; i < o.count && input != ""; i++ {
				tape[pos], input = input[0], input[1:]
			}
		case '[':
			if tape[pos] == 0 {
				pc = o.target
			}
		case ']':
			if tape[pos] != 0 {
				pc = o.target
			}
		}
	}
	return out.String(), steps, nil
}

type operation struct {
	what   byte
	count  int
	target int // of a bracket: its partner
}

func compile(source string) ([]operation, error) {
	var ops []operation
	var open []int
	for i := 0; i < len(source); i++ {
		ch := source[i]
		if !strings.ContainsRune("><+-.,[]", rune(ch)) {
			continue
		}
		n := len(ops)
		switch {
		case ch == '[':
			open = append(open, n)
		case ch == ']':
			if len(open) == 0 {
				return nil, fmt.Errorf("] without [")
			}
			start := open[len(open)-1]
			open = open[:len(open)-1]
			ops[start].target = n
			ops = append(ops, operation{ch, 1, start})
			continue
		case n > 0 && ops[n-1].what == ch:
			ops[n-1].count++
			continue
		}
		ops = append(ops, operation{ch, 1, 0})
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("[ without ]")
	}
	return ops, nil
}
