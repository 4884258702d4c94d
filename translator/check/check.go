// Package check holds a program to the dialect: every violation with its position, what is wrong, and what to
// write instead, all at once.
//
// Input: a load.Result. Output: its problems and those found here, sorted by position. What depends on
// control flow and reachability was found by load while converting; this package looks at syntax and
// types of all interpreter code, reachable or not (syntax.go, imports.go, directives.go), at the use of drivers (drivers.go),
// and at the boundary to host packages (host.go). docs/dialect.md is the table of rules.
//
// Build time only. Must not import lower or anything after it.
package check

import (
	"kiln/translator/load"
)

// Program lists all problems of a loaded program.
func Program(r *load.Result) load.Problems {
	c := &checker{r: r}
	for _, p := range r.Packages {
		if !p.Dialect() {
			continue
		}
		c.pkg = p
		c.imports()
		c.directives()
		if p.Types != nil { // no type errors
			c.tags()
			c.syntax()
		}
	}
	if r.Program != nil {
		c.drivers()
		c.host()
	}
	found := append(c.withoutFollowUps(r.Problems), c.found...)
	return append(found, r.Panics...).Sort()
}

// withoutFollowUps leaves out uses of a package whose import is refused in the same file.
func (c *checker) withoutFollowUps(ps load.Problems) load.Problems {
	refused := map[string]bool{}
	for _, p := range c.found {
		if p.Rule == "import" {
			refused[p.Pos.Filename] = true
		}
	}
	var kept load.Problems
	for _, p := range ps {
		if p.Rule != "package" && p.Rule != "unsafe" || !refused[p.Pos.Filename] {
			kept = append(kept, p)
		}
	}
	return kept
}

type checker struct {
	r     *load.Result
	pkg   *load.Package
	found load.Problems
}
