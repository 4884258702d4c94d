// Package layers holds the module's imports against docs/layers.txt, which says who may import whom.
//
// Input: the rules, and the imports of all packages as `go list` tells them; output: violations, each naming the
// import and the rule. Used by its own test only; must not import anything of Kiln.
package layers

import (
	"fmt"
	"sort"
	"strings"
)

// Rules are the contents of docs/layers.txt.
type Rules struct {
	allow, never []rule
}

type rule struct {
	pattern string
	list    []string
	line    int
}

// Package is a package of the module with its direct imports, tests apart. Paths of the module's own packages are
// relative to it; std says which of the others are of the standard library.
type Package struct {
	Path    string
	Imports []string
}

// Parse reads the rules.
func Parse(text string) (*Rules, error) {
	rules := &Rules{}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		pattern, list, ok := strings.Cut(rest, ":")
		words := strings.Fields(list)
		if !ok || pattern == "" || len(words) == 0 || strings.Contains(pattern, " ") {
			return nil, fmt.Errorf("line %d: want \"VERB PATTERN: LIST\", got %q", i+1, line)
		}
		if len(words) == 1 && words[0] == "-" {
			words = nil
		}
		r := rule{pattern, words, i + 1}
		switch verb {
		case "allow":
			rules.allow = append(rules.allow, r)
		case "never":
			rules.never = append(rules.never, r)
		default:
			return nil, fmt.Errorf("line %d: unknown verb %q", i+1, verb)
		}
	}
	return rules, nil
}

// Check returns the violations, sorted. standard says whether an import path is of the standard library.
func (r *Rules) Check(packages []Package, standard func(path string) bool) []string {
	var problems []string
	imports := map[string][]string{}
	for _, p := range packages {
		imports[p.Path] = p.Imports
	}
	for _, p := range packages {
		problems = append(problems, r.checkAllowed(p, standard)...)
		for _, n := range r.never {
			if !matches(n.pattern, p.Path) {
				continue
			}
			if chain := findForbidden(p.Path, n.list, imports); chain != nil {
				problems = append(problems, fmt.Sprintf("%s depends on %s, which line %d forbids",
					p.Path, strings.Join(chain, ", which imports "), n.line))
			}
		}
	}
	sort.Strings(problems)
	return problems
}

func (r *Rules) checkAllowed(p Package, standard func(string) bool) []string {
	best := -1
	for i, a := range r.allow {
		if matches(a.pattern, p.Path) && (best < 0 || len(a.pattern) > len(r.allow[best].pattern)) {
			best = i
		}
	}
	if best < 0 {
		return []string{p.Path + " has no allow rule: say in docs/layers.txt what it may import"}
	}
	var problems []string
	for _, path := range p.Imports {
		// A package may use those below its own folder.
		if standard(path) || anyMatch(r.allow[best].list, path) || ownFolder(r.allow[best].pattern, p.Path, path) {
			continue
		}
		problems = append(problems, fmt.Sprintf("%s imports %s, which line %d does not allow", p.Path, path, r.allow[best].line))
	}
	return problems
}

// ownFolder says whether path lies in the same language's folder (rules for trees such as langs/...).
func ownFolder(pattern, from, path string) bool {
	return strings.HasSuffix(pattern, "/...") && strings.HasPrefix(path, from+"/")
}

// findForbidden is the chain of imports from a package to a forbidden one, without its start; nil if none.
func findForbidden(from string, forbidden []string, imports map[string][]string) []string {
	type node struct {
		path string
		back *node
	}
	queue := []*node{{path: from}}
	seen := map[string]bool{from: true}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, path := range imports[n.path] {
			if seen[path] {
				continue
			}
			seen[path] = true
			next := &node{path, n}
			if anyMatch(forbidden, path) {
				var chain []string
				for ; next.back != nil; next = next.back {
					chain = append([]string{next.path}, chain...)
				}
				return chain
			}
			queue = append(queue, next)
		}
	}
	return nil
}

func anyMatch(patterns []string, path string) bool {
	for _, p := range patterns {
		if matches(p, path) {
			return true
		}
	}
	return false
}

func matches(pattern, path string) bool {
	if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == tree || strings.HasPrefix(path, tree+"/")
	}
	return path == pattern
}
