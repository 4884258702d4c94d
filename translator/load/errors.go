package load

import (
	"errors"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// syntaxErrors records the errors of the parser in a file; text is its contents, if they are not on disk.
func (r *Result) syntaxErrors(name, text string, err error) {
	var list scanner.ErrorList
	if errors.As(err, &list) {
		list.RemoveMultiples() // the parser stumbles on behind the first error of a line
		if text == "" {
			data, _ := os.ReadFile(name)
			text = string(data)
		}
		for _, e := range independent(list, text) {
			p := e.Pos
			p.Filename = r.FileName(p.Filename)
			r.Problems = append(r.Problems, Problem{Pos: p, Rule: "syntax", Msg: e.Msg})
		}
		return
	}
	r.Problems = append(r.Problems, Problem{Rule: "syntax", Msg: err.Error()})
}

// independent keeps the errors that are not caused by earlier ones: the first, and the first of each further declaration that
// is wrong by itself, too. A declaration begins where a line begins with its keyword.
func independent(list scanner.ErrorList, text string) scanner.ErrorList {
	if len(list) < 2 {
		return list
	}
	const clause = "package p; "
	kept := list[:1:1]
	lines := strings.SplitAfter(text, "\n")
	begin := []int{}
	for i, l := range lines {
		word, _, _ := strings.Cut(strings.TrimSpace(l), " ")
		if l[:min(len(l), 1)] != "" && !strings.ContainsAny(l[:1], " \t") && slices.Contains([]string{"func", "type", "var", "const", "import"}, word) {
			begin = append(begin, i)
		}
	}
	for k, from := range begin {
		to := len(lines)
		if k+1 < len(begin) {
			to = begin[k+1]
		}
		_, err := parser.ParseFile(token.NewFileSet(), "", clause+strings.Join(lines[from:to], ""), parser.SkipObjectResolution)
		var own scanner.ErrorList
		if !errors.As(err, &own) {
			continue
		}
		pos := own[0].Pos
		if pos.Line == 1 {
			pos.Column -= len(clause)
		}
		pos.Filename, pos.Line = list[0].Pos.Filename, from+pos.Line
		if pos.Line <= kept[0].Pos.Line || pos.Line > to {
			continue
		}
		if slices.ContainsFunc(list, func(e *scanner.Error) bool { return e.Pos.Line > from && e.Pos.Line <= to }) {
			kept = append(kept, &scanner.Error{Pos: pos, Msg: own[0].Msg})
		}
	}
	return kept
}

// typeError records an error of the type checker.
func (r *Result) typeError(in *Package, err error) {
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
		if pkg, _, ok := strings.Cut(name, "."); ok && translatable(pkg) && patched(pkg) && importsAs(in, pkg) {
			r.Add(te.Pos, "std", name+" is not in the part of package "+pkg+" that can be translated", remedyForStd(name))
			return
		}
	}
	if m := missingMember.FindStringSubmatch(te.Msg); m != nil && translatable(m[1]) && patched(m[1]) {
		name := m[1] + "." + m[2] + "." + m[3]
		r.Add(te.Pos, "std", name+" is not in the part of package "+m[1]+" that can be translated", remedyForStd(name))
		return
	}
	remedy := ""
	if name, ok := strings.CutPrefix(te.Msg, "undefined: "); ok {
		if file := r.sess.declaredElsewhere(in, name); file != "" {
			remedy = "it is declared in " + file + ", which build constraints exclude: set its tags with -tags"
			if strings.HasSuffix(file, "_test.go") {
				remedy = "it is declared in " + file + ", which is for tests only: move it into another file"
			}
		}
	}
	r.Add(te.Pos, rule, r.shortNames(te.Msg), remedy)
}

// missingMember matches complaints about members of types of packages whose path is their name.
var missingMember = regexp.MustCompile(`^\S+ undefined \(type \*?(\w+)\.(\w+) has no field or method (\w+)`)

// importsAs says whether a package imports the standard package of this name, and no other.
func importsAs(p *Package, pkg string) bool {
	std := false
	for _, f := range p.Files {
		for _, spec := range f.Imports {
			path := strings.Trim(spec.Path.Value, "\"`")
			switch {
			case path == pkg && spec.Name == nil:
				std = true
			case spec.Name != nil && spec.Name.Name == pkg, spec.Name == nil && strings.HasSuffix(path, "/"+pkg):
				return false
			}
		}
	}
	return std
}

// shortNames makes file names in messages of the type checker like those of positions.
func (r *Result) shortNames(msg string) string {
	if r.ModuleDir == "" {
		return msg
	}
	return strings.ReplaceAll(msg, r.ModuleDir+"/", "")
}

var noProvider = regexp.MustCompile(`^no required module provides package ([^\s;]+)`)

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
	if m := noProvider.FindStringSubmatch(p.Msg); m != nil && r.Module != "" && strings.HasPrefix(m[1], r.Module+"/") {
		p.Msg = "the module has no package " + m[1] + ": there are no Go files in its folder " + m[1][len(r.Module)+1:]
		p.Remedy = "correct the import path, or write the package"
	}
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
