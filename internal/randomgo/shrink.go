package main

import (
	"strings"

	"kiln/internal/randomgo/generate"
	"kiln/internal/shrink"
)

// candidates is how many smaller programs are tried together.
const candidates = 40

// shrinkProgram makes a program with a difference smaller; the result is nil if it does not differ again.
func shrinkProgram(dir string, p *generate.Program, d difference, o options, seed uint64) (*generate.Program, difference) {
	stage := stageOf(d.where)
	o.until, o.quick = stage, false
	o.binary = stage == "binary" || stage == "go" || stage == "emit"
	if stage == "jit" {
		o.jit = max(o.jit, 6)
	} else if stage != "binary" {
		o.jit = 0
	}
	last := map[*shrink.Node]difference{}
	again := func(programs []*generate.Program) []bool {
		fails := make([]bool, len(programs))
		found, err := newBatch(p.Kind, programs).check(dir, o, seed)
		for _, f := range found {
			if err == nil && stageOf(f.where) == stage && similar(f.text, d.text) {
				fails[f.program] = true
				last[programs[f.program].Root] = f
			}
		}
		return fails
	}
	batch := candidates
	if strings.Contains(d.text, notBegun) {
		batch = 1 // a program that spoils others would spoil all candidates
	}
	small := smaller(p, batch, again)
	if !again([]*generate.Program{small})[0] {
		return nil, difference{}
	}
	return small, last[small.Root]
}

// smaller shrinks a program for as long as it stays Go and fails.
func smaller(p *generate.Program, batch int, fails func([]*generate.Program) []bool) *generate.Program {
	root := shrink.Tree(p.Root, 4000, batch, func(roots []*shrink.Node) []bool {
		programs := make([]*generate.Program, len(roots))
		for i, r := range roots {
			programs[i] = &generate.Program{Seed: p.Seed, Kind: p.Kind, Root: r}
		}
		failing := make([]bool, len(roots))
		which := validOnly(programs)
		if len(which) == 0 {
			return failing
		}
		var valid []*generate.Program
		for _, i := range which {
			valid = append(valid, programs[i])
		}
		for k, failed := range fails(valid) {
			failing[which[k]] = failed
		}
		return failing
	})
	return &generate.Program{Seed: p.Seed, Kind: p.Kind, Root: root}
}

// similar says whether two differences are of one kind: refusals and crashes with the same words, or wrong output.
func similar(a, b string) bool {
	wrong := func(s string) bool { return strings.HasPrefix(s, "output, line ") }
	if wrong(a) || wrong(b) {
		return wrong(a) && wrong(b)
	}
	return words(a) == words(b)
}

// words are a message without names, numbers and positions.
func words(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if i := strings.Index(s, ".go:"); i >= 0 {
		if j := strings.Index(s[i:], ": "); j >= 0 {
			s = s[i+j:]
		}
	}
	var list []string
	for _, w := range strings.Fields(s) {
		if strings.IndexFunc(w, func(r rune) bool { return r < 'A' && r != '.' && r != ',' && r != ':' || r == '_' }) < 0 {
			list = append(list, w)
		}
	}
	return strings.Join(list, " ")
}

// validOnly says which programs are still Go. One that does not parse hides what else is wrong, so it takes several rounds.
func validOnly(programs []*generate.Program) (which []int) {
	for i := range programs {
		which = append(which, i)
	}
	for len(which) > 0 {
		var left []*generate.Program
		for _, i := range which {
			left = append(left, programs[i])
		}
		bad := newBatch(left[0].Kind, left).typeErrors()
		if len(bad) == 0 {
			return which
		}
		var rest []int
		for k, i := range which {
			if !bad[k] {
				rest = append(rest, i)
			}
		}
		if len(rest) == len(which) {
			return nil // nobody knows whose mistake it is
		}
		which = rest
	}
	return nil
}

// typeErrors are the programs of a batch that are not Go.
func (b *batch) typeErrors() map[int]bool {
	bad := map[int]bool{}
	r, err := session().Source(b.files)
	if err != nil {
		bad[-1] = true
		return bad
	}
	for _, p := range r.Problems {
		if p.Rule == "type" || p.Rule == "syntax" {
			for i := range blame("type", p).programs {
				bad[i] = true
			}
		}
	}
	return bad
}
