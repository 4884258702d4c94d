package bench

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// Comparison of outputs. All variants must print the same, but benchmark programs like to print how long they took.
// A line that differs between two variants is let pass if
//
//   - it matches an expression of the program's .ignore file or Options.Ignore, or
//   - it is the same once decimal numbers are left out, and it also differs between two runs of one variant.
//
// The second rule finds times without being told, and nothing else: a result that a variant computes wrongly is
// wrong in the same way every time. If there was one run only, a second one is made where a difference has to
// be judged. Rejected alternative: ignoring numbers altogether, since most results are numbers.

var decimal = regexp.MustCompile(`-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?`)

// comparer judges the outputs of one program.
type comparer struct {
	ignore []*regexp.Regexp
	// volatile says whether line i differs between runs of one variant.
	volatile func(i int) bool
}

// compareOutputs notes in the results what differs from the first variant that has output.
func compareOutputs(ctx context.Context, p Program, variants []Variant, results []*Result, opts Options) {
	ignore, err := p.ignored()
	if opts.Ignore != nil {
		ignore = append(ignore, opts.Ignore)
	}
	var first *Result
	again := func(i int) bool {
		for at, r := range results {
			if r.Error == "" && len(r.outputs) == 1 {
				r.outputs = append(r.outputs, r.outputs[0])
				if x, err := measure(ctx, variants[at], p, opts); err == nil && x.exit == 0 {
					r.outputs[1] = x.stdout
				}
			}
			if varies(r.outputs, i) {
				return true
			}
		}
		return false
	}
	c := &comparer{ignore, again}
	for _, r := range results {
		switch {
		case r.Error != "" || len(r.outputs) == 0:
		case err != nil:
			r.Error = err.Error()
		case first == nil:
			first = r
		default:
			if d := c.difference(first.outputs[0], r.outputs[0]); d != "" {
				r.Error = fmt.Sprintf("output differs from that of %s: %s", first.Variant, d)
			}
		}
	}
}

// ignored reads the program's expressions.
func (p Program) ignored() ([]*regexp.Regexp, error) {
	if p.Ignore == "" {
		return nil, nil
	}
	text, err := os.ReadFile(p.Ignore)
	if err != nil {
		return nil, err
	}
	var out []*regexp.Regexp
	for _, line := range lines(string(text)) {
		re, err := regexp.Compile(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Ignore, err)
		}
		out = append(out, re)
	}
	return out, nil
}

// difference describes the first line where two outputs differ, or is "".
func (c *comparer) difference(a, b string) string {
	if a == b {
		return ""
	}
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := 0; i < len(as) && i < len(bs); i++ {
		if as[i] == bs[i] || c.ignored(as[i]) && c.ignored(bs[i]) {
			continue
		}
		if decimal.ReplaceAllString(as[i], "#") != decimal.ReplaceAllString(bs[i], "#") || !c.volatile(i) {
			return fmt.Sprintf("line %d is %q instead of %q", i+1, clip(bs[i]), clip(as[i]))
		}
	}
	if len(as) != len(bs) {
		return fmt.Sprintf("%d lines instead of %d", len(bs)-1, len(as)-1)
	}
	return ""
}

func (c *comparer) ignored(line string) bool {
	for _, re := range c.ignore {
		if re.MatchString(line) {
			return true
		}
	}
	return false
}

// varies says whether line i is not the same in all outputs.
func varies(outputs []string, i int) bool {
	for k, o := range outputs {
		if k > 0 && lineOf(o, i) != lineOf(outputs[0], i) {
			return true
		}
	}
	return false
}

func lineOf(s string, i int) string {
	for ; i > 0; i-- {
		_, s, _ = strings.Cut(s, "\n")
	}
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
