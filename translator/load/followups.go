package load

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	undefinedName = regexp.MustCompile(`^undefined: ([^. ]+)`)
	asMain        = regexp.MustCompile(`^"([^"]+)" imported as \S+ and not used|through import of package \S+ \("([^"]+)"\)`)
	importedPath  = regexp.MustCompile(`"([^"]+)" imported (as \S+ )?and not used`)
	quotedPath    = regexp.MustCompile(`(?:package|import|provides package|providing package) "?([^\s";:]+)"?|^"([^"]+)" is relative`)
)

// dropFollowUps removes messages that only repeat others: "package x has errors" if the errors themselves are there, what
// the type checker says about an import of which the go command has said more, and about the names it would have brought.
func (r *Result) dropFollowUps() {
	type line struct {
		file string
		line int
	}
	listed := map[line]bool{}    // imports refused
	refused := map[string]bool{} // their paths
	names := map[string]bool{}   // of packages that are not there
	seen := map[line]bool{}
	for _, p := range r.Problems {
		if p.Rule != "import" || p.Pos.Line == 0 {
			continue
		}
		if !strings.HasPrefix(p.Msg, "could not import") {
			listed[line{p.Pos.Filename, p.Pos.Line}] = true
		}
		if m := quotedPath.FindStringSubmatch(p.Msg); m != nil {
			refused[m[1]+m[2]] = true
			names[path.Base(m[1]+m[2])] = true
		}
	}
	helpers := hasRule(r.Problems, "module")
	texts := map[string]bool{} // of what stands at the same place
	for _, p := range r.Problems {
		if p.Rule != "import" {
			texts[p.Pos.String()+p.Msg] = true
		}
	}
	within := func(p Problem) bool { // without a position, and part of what another says that has one
		return slices.ContainsFunc(r.Problems, func(q Problem) bool {
			return q.Pos.Line > 0 && strings.Contains(q.Msg, p.Msg)
		})
	}
	var kept Problems
	for _, p := range r.Problems {
		at := line{p.Pos.Filename, p.Pos.Line}
		switch {
		case p.Rule == "syntax" && seen[at]:
			continue
		case p.Rule == "import" && strings.HasPrefix(p.Msg, "could not import") && listed[at]:
			continue
		case p.Rule == "import" && p.Pos.Line > 0 && seen[at]:
			continue // "./x": the go command says it twice
		case p.Rule == "import" && strings.Contains(p.Msg, "("+noSuchPackage+")") && len(r.Problems) > 1:
			continue // the go command gave up before it came to it
		case p.Rule == "import" && p.Pos.Line == 0 && within(p):
			continue
		case strings.Contains(p.Msg, " has errors)"):
			continue
		case strings.HasPrefix(p.Msg, noExportData) && len(r.Problems) > 1:
			continue // why there is none, is the problem
		case p.Rule == "import" && (texts[p.Pos.String()+p.Msg] || helpers && (strings.Contains(p.Msg, "kiln/") || strings.HasPrefix(p.Msg, "kiln@"))):
			continue
		case p.Rule == "type" && strings.Contains(p.Msg, "; expected package "):
			continue
		case p.Rule == "type" && listed[at]:
			continue // "redeclared", of an import that is not there
		case p.Rule == "type":
			if m := undefinedName.FindStringSubmatch(p.Msg); m != nil && names[m[1]] {
				continue
			}
			if m := asMain.FindStringSubmatch(p.Msg); m != nil && refused[m[1]+m[2]] {
				continue
			}
			if m := importedPath.FindStringSubmatch(p.Msg); m != nil && refused[m[1]] {
				continue
			}
		}
		if (p.Rule == "import" || p.Rule == "syntax") && p.Pos.Line > 0 {
			seen[at] = true
		}
		kept = append(kept, p)
	}
	if len(kept) > 0 {
		r.Problems = kept
	}
}
