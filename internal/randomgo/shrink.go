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
	o.binary = strings.HasPrefix(d.where, "binary") || strings.HasPrefix(d.where, "go build") || strings.HasPrefix(d.where, "emit")
	if stage == "jit" {
		o.jit = max(o.jit, 6)
	} else if !strings.HasPrefix(d.where, "binary") {
		o.jit = 0
	}
	var best difference
	again := func(roots []*shrink.Node) []bool {
		fails := make([]bool, len(roots))
		found := tryAll(dir, p, roots, o, seed)
		for i, f := range found {
			if f.where != "" && stageOf(f.where) == stage && similar(f.text, d.text) {
				fails[i], best = true, f
			}
		}
		return fails
	}
	if !again([]*shrink.Node{p.Root})[0] {
		return nil, difference{}
	}
	root := shrink.Tree(p.Root, 4000, candidates, again)
	again([]*shrink.Node{root})
	return &generate.Program{Seed: p.Seed, Kind: p.Kind, Root: root}, best
}

// similar says whether two differences are of one kind: refusals and crashes with the same words, or wrong output.
func similar(a, b string) bool {
	wrong := func(s string) bool {
		return strings.Contains(s, "Go prints") || strings.HasPrefix(s, "output ends") || strings.HasPrefix(s, "more output")
	}
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

// tryAll checks smaller programs, those that are still Go, as one batch; what has no difference has no place.
func tryAll(dir string, p *generate.Program, roots []*shrink.Node, o options, seed uint64) []difference {
	found := make([]difference, len(roots))
	var which []int
	var programs []*generate.Program
	for i, r := range roots {
		which = append(which, i)
		programs = append(programs, &generate.Program{Seed: p.Seed, Kind: p.Kind, Root: r})
	}
	for len(programs) > 0 {
		b := newBatch(p.Kind, programs)
		bad := b.typeErrors()
		if len(bad) == 0 {
			list, err := b.check(dir, o, seed)
			if err != nil {
				return found
			}
			for _, d := range list {
				found[which[d.program]] = d
			}
			return found
		}
		var rest []int
		var kept []*generate.Program
		for i := range programs {
			if !bad[i] {
				rest, kept = append(rest, which[i]), append(kept, programs[i])
			}
		}
		if len(kept) == len(programs) {
			return found
		}
		which, programs = rest, kept
	}
	return found
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
