package check

import (
	"fmt"
	"go/token"
	"strings"

	"kiln/translator/load"
)

// dependencies gathers the problems of packages from other modules, which the program's author cannot change: one problem for each
// import of the program that leads to them, with how many there are and the first.
func (c *checker) dependencies(ps load.Problems) load.Problems {
	var own, others load.Problems
	for _, p := range ps.Sort() {
		if strings.HasPrefix(p.Pos.Filename, "$GOMODCACHE/") {
			others = append(others, p)
		} else {
			own = append(own, p)
		}
	}
	if len(others) == 0 {
		return own
	}
	told := map[load.Problem]bool{}
	for _, p := range c.r.Packages {
		if !p.Dialect() || c.isOther(p) {
			continue
		}
		for _, file := range p.Files {
			for _, spec := range file.Imports {
				dep := importedAs(p, strings.Trim(spec.Path.Value, "\"`"))
				if dep == nil || !c.isOther(dep) {
					continue
				}
				if found := c.problemsBelow(dep, others, told); len(found) > 0 {
					own = append(own, c.dependencyProblem(c.r.Position(spec.Pos()), dep, found))
				}
			}
		}
	}
	for _, p := range others {
		if !told[p] {
			own = append(own, p)
		}
	}
	return own
}

func (c *checker) dependencyProblem(pos token.Position, dep *load.Package, found load.Problems) load.Problem {
	first := found[0]
	count := "1 problem"
	if len(found) > 1 {
		count = fmt.Sprintf("%d problems, the first is", len(found))
	}
	return load.Problem{Pos: pos, Rule: "dependency", Msg: fmt.Sprintf("package %s cannot be translated: %s %s:%d: %s", dep.Path, count, first.Pos.Filename, first.Pos.Line, first.Msg),
		Remedy: "use it from a host package: a package of your own whose comment has the line //kiln:host"}
}

// isOther says whether a package comes from a module that was downloaded.
func (c *checker) isOther(p *load.Package) bool {
	return !p.Std && len(p.FileNames) > 0 && strings.HasPrefix(c.r.FileName(p.FileNames[0]), "$GOMODCACHE/")
}

func importedAs(p *load.Package, path string) *load.Package {
	for _, d := range p.Imports {
		if d.Path == path {
			return d
		}
	}
	return nil
}

// problemsBelow lists the problems of a package from another module and of those that it imports, and notes that they are told.
func (c *checker) problemsBelow(p *load.Package, all load.Problems, told map[load.Problem]bool) (found load.Problems) {
	seen := map[*load.Package]bool{}
	var visit func(p *load.Package)
	visit = func(p *load.Package) {
		if seen[p] || !c.isOther(p) {
			return
		}
		seen[p] = true
		files := map[string]bool{}
		for _, name := range p.FileNames {
			files[c.r.FileName(name)] = true
		}
		for _, problem := range all {
			if files[problem.Pos.Filename] {
				told[problem] = true
				found = append(found, problem)
			}
		}
		for _, d := range p.Imports {
			visit(d)
		}
	}
	visit(p)
	return found
}
