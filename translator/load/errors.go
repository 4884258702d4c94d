package load

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/go/packages"
)

// syntaxErrors records the errors of the parser in a file; text is its contents, if they are not on disk.
func (r *Result) syntaxErrors(name, text string, err error) {
	var list scanner.ErrorList
	if errors.As(err, &list) {
		list = firstOfLines(list) // the parser stumbles on behind the first error of a line
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

// firstOfLines keeps the first error of each line, in the order of the parser.
func firstOfLines(list scanner.ErrorList) (kept scanner.ErrorList) {
	seen := map[int]bool{}
	for _, e := range list {
		if !seen[e.Pos.Line] {
			seen[e.Pos.Line] = true
			kept = append(kept, e)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool { return kept[i].Pos.Offset < kept[j].Pos.Offset })
	return kept
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
	remedy := ""
	if m := missingName.FindStringSubmatch(te.Msg); m != nil {
		if path := importedAs(in, m[1]); translatable(path) {
			if remedy = r.notInStd(te.Pos, path, m[2]); remedy == "" {
				return
			}
		}
	}
	if m := missingMember.FindStringSubmatch(te.Msg); m != nil && translatable(m[1]) {
		if remedy = r.notInStd(te.Pos, m[1], m[2]+"."+m[3]); remedy == "" {
			return
		}
	}
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

// notInStd reports a name that a standard package has, but not the part of it that can be translated. If the package has no such
// name at all it returns what to write instead.
func (r *Result) notInStd(pos token.Pos, pkg, name string) (remedy string) {
	names := r.sess.stdNames(pkg)
	if patched(pkg) && names[name] {
		r.missingStd(pos, pkg, name)
		return ""
	}
	owner, _, isMember := strings.Cut(name, ".")
	var near []string
	for _, n := range sortedKeys(names) {
		if o, _, member := strings.Cut(n, "."); member == isMember && (!member || o == owner) {
			near = append(near, n)
		}
	}
	doc := pkg
	if isMember {
		doc += "." + owner
	}
	if known := Nearest(name, near); known != "" {
		return "write " + pkg + "." + known + "; go doc " + doc + " lists what there is"
	}
	return "use what is there: go doc " + doc + " lists it"
}

// stdNames lists what a standard package exports: functions, types, variables, constants, and Type.Method.
func (s *Session) stdNames(pkg string) map[string]bool {
	names := map[string]bool{}
	if m := s.meta[pkg]; m != nil {
		for _, file := range m.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				continue
			}
			for name := range declaredNames(f) {
				if owner, member, _ := strings.Cut(name, "."); ast.IsExported(owner) && (member == "" || ast.IsExported(member)) {
					names[name] = true
				}
			}
		}
	}
	return names
}

// missingName matches complaints about names of packages.
var missingName = regexp.MustCompile(`^undefined: (\w+)\.(\w+)`)

// missingStd reports the use of a name that the patch of a standard package leaves out.
func (r *Result) missingStd(pos token.Pos, path, name string) {
	full := path + "." + name
	r.Add(pos, "std", full+" is not in the part of package "+path+" that can be translated", remedyForStd(full))
}

// missingMember matches complaints about members of types of packages.
var missingMember = regexp.MustCompile(`^\S+ undefined \(type \*?([\w/]+)\.(\w+) has no field or method (\w+)`)

// importedAs is the path of the standard package that a package imports under this name, "" if there is none, or another one too.
func importedAs(p *Package, name string) string {
	found := ""
	for _, f := range p.Files {
		for _, spec := range f.Imports {
			path := strings.Trim(spec.Path.Value, "\"`")
			as := path[strings.LastIndexByte(path, '/')+1:]
			if spec.Name != nil {
				as = spec.Name.Name
			}
			switch {
			case as != name || path == found:
			case found != "":
				return ""
			default:
				found = path
			}
		}
	}
	return found
}

// foreignUses reports what a package uses of patched packages that their patches do not declare. The type checker lets such names
// pass if the export data of a package that is not translated has brought them.
func (s *Session) foreignUses(p *Package, sink *Result) {
	for id, o := range p.Info.Uses {
		if o.Pkg() == nil || o.Parent() != o.Pkg().Scope() {
			continue
		}
		if names := s.declared[o.Pkg()]; names != nil && !names[o.Name()] {
			sink.missingStd(id.Pos(), o.Pkg().Path(), o.Name())
		}
	}
}

// shortNames makes file names in messages of the type checker like those of positions.
func (r *Result) shortNames(msg string) string {
	if r.ModuleDir == "" {
		return msg
	}
	return strings.ReplaceAll(msg, r.ModuleDir+"/", "")
}

// leadingPos is a position that the go command says in the message.
var leadingPos = regexp.MustCompile(`^(\S+\.go:[0-9]+:[0-9]+): (.*)`)

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
	if strings.HasPrefix(p.Msg, "expected ") { // of a file that the go command cannot read
		p.Rule = "syntax"
	}
	// Pos is "file:line:col", "file:line", "-" or empty.
	if m := leadingPos.FindStringSubmatch(p.Msg); m != nil && (e.Pos == "" || e.Pos == "-") {
		e.Pos, p.Msg = m[1], m[2]
	}
	p.Msg = r.shortNames(p.Msg)
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
