package load

import (
	"errors"
	"go/scanner"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
)

// syntaxErrors records the errors of the parser.
func (r *Result) syntaxErrors(err error) {
	var list scanner.ErrorList
	if errors.As(err, &list) {
		list.RemoveMultiples() // the parser stumbles on behind the first error of a line
		for _, e := range list {
			p := e.Pos
			p.Filename = r.FileName(p.Filename)
			r.Problems = append(r.Problems, Problem{Pos: p, Rule: "syntax", Msg: e.Msg})
		}
		return
	}
	r.Problems = append(r.Problems, Problem{Rule: "syntax", Msg: err.Error()})
}

// typeError records an error of the type checker.
func (r *Result) typeError(err error) {
	var te types.Error
	if !errors.As(err, &te) {
		r.Problems = append(r.Problems, Problem{Rule: "type", Msg: err.Error()})
		return
	}
	if strings.HasPrefix(te.Msg, "\t") {
		return // continuation lines of the previous error
	}
	rule := "type"
	if strings.HasPrefix(te.Msg, "could not import") {
		rule = "import"
	}
	if name, ok := strings.CutPrefix(te.Msg, "undefined: "); ok {
		if pkg, _, ok := strings.Cut(name, "."); ok && translatable(pkg) && patched(pkg) {
			r.Add(te.Pos, "std", name+" is not in the part of package "+pkg+" that can be translated", remedyForStd(name))
			return
		}
	}
	r.Add(te.Pos, rule, te.Msg, "")
}

// listError records an error of the go command about a package (missing package, no Go files, import cycle).
func (r *Result) listError(e packages.Error) {
	p := Problem{Rule: "import", Msg: strings.TrimSpace(e.Msg)}
	switch e.Kind {
	case packages.ParseError:
		p.Rule = "syntax"
	case packages.TypeError:
		p.Rule = "type"
	}
	// Pos is "file:line:col", "file:line", "-" or empty.
	parts := strings.Split(e.Pos, ":")
	if len(parts) >= 2 {
		p.Pos.Filename = r.FileName(parts[0])
		p.Pos.Line = atoi(parts[1])
		if len(parts) >= 3 {
			p.Pos.Column = atoi(parts[2])
		}
	}
	r.Problems = append(r.Problems, p)
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}
