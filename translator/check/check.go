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
	"path"
	"regexp"
	"strconv"
	"strings"

	"kiln/translator/load"
)

// Program lists all problems of a loaded program.
func Program(r *load.Result) load.Problems {
	c := &checker{r: r}
	for _, p := range r.Packages {
		if p.Host {
			c.pkg = p
			c.hostPackage()
			continue
		}
		if !p.Dialect() {
			continue
		}
		c.pkg = p
		c.imports()
		c.directives()
		if p.Info != nil { // with type errors it is incomplete
			c.tags()
			c.quasiItems()
			c.syntax()
		}
	}
	if r.Program != nil {
		c.drivers()
		c.host()
	}
	return c.dependencies(append(c.withoutFollowUps(r.Problems), c.found...)).Sort()
}

// withoutFollowUps leaves out what only repeats a refused import of the same file, and what load says about channels: the
// syntax has said so.
func (c *checker) withoutFollowUps(ps load.Problems) load.Problems {
	type in struct{ file, pkg string }
	refused, names := map[string]bool{}, map[in]bool{}
	channels := false
	hosts := map[in]bool{} // lines with a misuse of a host package
	for _, p := range c.found {
		if p.Rule == "host" {
			hosts[in{p.Pos.Filename, strconv.Itoa(p.Pos.Line)}] = true
		}
		channels = channels || p.Rule == "channel"
		if p.Rule == "import" {
			refused[p.Pos.Filename] = true
			for name := range forbiddenImports {
				if strings.HasPrefix(p.Msg, "package "+name+" ") {
					names[in{p.Pos.Filename, path.Base(name)}] = true
				}
			}
		}
	}
	var kept load.Problems
	for _, p := range ps {
		pkg, _, _ := strings.Cut(strings.TrimPrefix(p.Msg, "undefined: "), ".")
		switch {
		case p.Rule == "type" && p.Msg == "missing return" && len(refused) > 0: // the checker does not know a panic with an operand of unknown type
		case p.Rule == "channel" && channels:
		case p.Rule == "package" && hosts[in{p.Pos.Filename, strconv.Itoa(p.Pos.Line)}]:
		case p.Rule == "type" && len(hosts) > 0 && sameType(p.Msg): // a type of the dialect, seen by a host package that must not
		case (p.Rule == "package" || p.Rule == "unsafe") && refused[p.Pos.Filename]:
		case p.Rule == "std" && names[in{p.Pos.Filename, stdPackage(p.Msg)}]:
		case p.Rule == "type" && names[in{p.Pos.Filename, pkg}]:
		default:
			kept = append(kept, p)
		}
	}
	return kept
}

var asType = regexp.MustCompile(`\((?:value|variable) of (?:\w+ )?type (\S+)\) as (\S+) value`)

// sameType says whether a message complains of a type that it calls by the same name as the one wanted.
func sameType(msg string) bool {
	m := asType.FindStringSubmatch(msg)
	return m != nil && m[1] == m[2]
}

// stdPackage is the package that a message about a missing part of one begins with.
func stdPackage(msg string) string {
	name, _, _ := strings.Cut(msg, ".")
	return path.Base(name)
}

type checker struct {
	r     *load.Result
	pkg   *load.Package
	found load.Problems
	// chanTypes: the package has channel types of its own.
	chanTypes bool
}
