package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kiln/translator/flow"
	"kiln/translator/load"
)

// where says on what a directive may stand.
type where uint8

const (
	onPackage where = 1 << iota
	onFunc
	onType
	onHostType
)

func (w where) String() string {
	return map[where]string{onPackage: "the package comment", onFunc: "a function's comment", onType: "the comment of a named slice type",
		onHostType: "the comment of a type"}[w]
}

// knownDirectives lists the //kiln: lines, where they stand, and which arguments they take.
var knownDirectives = map[string]struct {
	on   where
	args []string // allowed arguments; "" is none
	host bool     // on functions of host packages
}{
	"host":             {onPackage, []string{""}, true},
	"array":            {onType, []string{""}, false},
	"elidable":         {onFunc, []string{"", "promote"}, false},
	"unroll_safe":      {onFunc, []string{""}, false},
	"dont_look_inside": {onFunc, []string{""}, false},
	"look_inside_iff":  {onFunc, []string{anyFunction}, false},
	"loop_invariant":   {onFunc, []string{""}, false},
	"not_in_trace":     {onFunc, []string{""}, false},
	"borrow":           {onFunc, []string{""}, true},
	"blocking":         {onFunc, []string{""}, true},
	"finalizer":        {onHostType, nil, true},
}

// anyFunction stands for the name of a function, which package load finds.
const anyFunction = "FUNCTION"

// directives checks every //kiln: line of the package.
func (c *checker) directives() {
	for _, f := range c.pkg.Files {
		placed := map[*ast.CommentGroup]where{}
		place := func(w where, g *ast.CommentGroup) {
			if g != nil {
				placed[g] |= w
			}
		}
		place(onPackage, f.Doc)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				place(onFunc, d.Doc)
				if !c.pkg.Host {
					c.contradictions(d)
				}
			case *ast.GenDecl:
				if d.Tok != token.TYPE {
					continue
				}
				if len(d.Specs) == 1 {
					place(onType, d.Doc)
				}
				for _, s := range d.Specs {
					place(onType, s.(*ast.TypeSpec).Doc)
					c.arrayDirective(d, s.(*ast.TypeSpec))
				}
			}
		}
		for _, g := range f.Comments {
			for _, d := range load.Directives(g) {
				c.directive(d, placed[g])
			}
			for _, l := range g.List {
				if l.Text == "//go:nointerface" {
					c.add(l.Pos(), "directive", "//go:nointerface belongs to an experiment of Go's (fieldtrack) that translated code does not take part in", "leave it out, or rename the method")
				}
			}
			if placed[g] != 0 {
				c.almostDirective(g)
			}
		}
	}
}

// otherSpelling is how directives look elsewhere.
var otherSpelling = regexp.MustCompile(`^//(?:\s*@kiln[:.]|go:kiln\s+|\+kiln[: ]|\s*kiln\.|\s+kiln\s+)(\w+)\s*$`)

// otherKey finds a tag of Kiln under another key.
var otherKey = regexp.MustCompile(`(\w+):"((?:immutable|quasi|virtualizable)(?:\[\])?)"`)

// almostDirective reports a line that would be a directive without the blank after //: Go ignores it, and so does Kiln.
func (c *checker) almostDirective(g *ast.CommentGroup) {
	for _, line := range g.List {
		if text, ok := strings.CutPrefix(line.Text, "/*"); ok {
			name, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimSuffix(text, "*/")), "kiln:")
			if _, known := knownDirectives[name]; ok && known {
				c.add(line.Pos(), "directive", "directives are lines that begin with //, so this is an ordinary comment", "write //kiln:"+name)
			}
			continue
		}
		if m := otherSpelling.FindStringSubmatch(line.Text); m != nil && knownDirectives[m[1]].on != 0 {
			c.add(line.Pos(), "directive", "this line is an ordinary comment", "write //kiln:"+m[1])
			continue
		}
		rest := strings.TrimPrefix(line.Text, "//")
		name, ok := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "kiln:")
		if !ok || strings.HasPrefix(rest, "kiln:") {
			continue
		}
		name, _, _ = strings.Cut(name, " ")
		if _, known := knownDirectives[name]; known {
			c.add(line.Pos(), "directive", "a directive has no blank after //, so this line is an ordinary comment", "write //kiln:"+name)
		}
	}
}

func (c *checker) directive(d load.Directive, at where) {
	info, ok := knownDirectives[d.Name]
	switch word, _, _ := strings.Cut(d.Args, " "); {
	case d.Name == "" && knownDirectives[word].on != 0:
		c.add(d.Pos, "directive", "a directive has no blank after the colon", "write //kiln:"+d.Args)
		return
	case d.Name == "":
		c.add(d.Pos, "directive", "//kiln: without a name", "remove it; docs/hints.md lists the directives")
		return
	case knownTags[d.Name]:
		c.add(d.Pos, "directive", d.Name+" is a tag of fields, not a directive", "write `kiln:"+strconv.Quote(d.Name)+"` behind the type of the field")
		return
	}
	if !ok {
		c.add(d.Pos, "directive", "unknown directive //kiln:"+d.Name, suggestion(d.Name))
		return
	}
	if info.on == onHostType {
		at |= onHostType
	}
	if at&info.on == 0 {
		c.add(d.Pos, "directive", "//kiln:"+d.Name+" has no effect here", "it belongs at the end of "+info.on.String()+", without an empty line before the declaration")
		return
	}
	if info.host && info.on != onPackage && !c.pkg.Host {
		what := map[where]string{onFunc: "function", onHostType: "type"}[info.on]
		c.add(d.Pos, "directive", "//kiln:"+d.Name+" is for "+what+"s of host packages", "move the "+what+" into a package marked //kiln:host")
	}
	if d.Name == "finalizer" {
		return // hostTypes looks at the argument
	}
	for _, a := range info.args {
		if a == d.Args || a == anyFunction && token.IsIdentifier(d.Args) {
			return
		}
	}
	remedy := "leave it out"
	if info.args[0] == anyFunction {
		c.add(d.Pos, "directive", "//kiln:"+d.Name+" names one function, and not "+strconv.Quote(d.Args), "write //kiln:"+d.Name+" f, with f a function that takes the same arguments and returns a bool")
		return
	}
	if strings.HasPrefix(d.Args, "//") {
		c.add(d.Pos, "directive", "behind //kiln:"+d.Name+" stands a comment", "write it on a line of its own above")
		return
	}
	if len(info.args) > 1 {
		remedy = "leave it out, or write //kiln:" + d.Name + " " + info.args[1]
	}
	c.add(d.Pos, "directive", "//kiln:"+d.Name+" does not take the argument "+strconv.Quote(d.Args), remedy)
}

// suggestion names the known directive that looks most like a wrong one.
func suggestion(name string) string {
	if known := load.Nearest(name, slices.Sorted(maps.Keys(knownDirectives))); known != "" {
		return "write //kiln:" + known
	}
	return "docs/hints.md lists the directives"
}

// contradictions reports hints on one function that cannot all be meant.
func (c *checker) contradictions(d *ast.FuncDecl) {
	has := map[string]bool{}
	for _, dir := range load.Directives(d.Doc) {
		if has[dir.Name] {
			c.add(dir.Pos, "directive", "//kiln:"+dir.Name+" stands twice", "remove one")
		}
		has[dir.Name] = true
	}
	if has["unroll_safe"] && (has["dont_look_inside"] || has["not_in_trace"] || has["elidable"] || has["loop_invariant"]) {
		c.add(d.Name.Pos(), "directive", "//kiln:unroll_safe contradicts a directive that keeps "+d.Name.Name+" out of traces", "remove one of them")
	}
	if has["look_inside_iff"] && (has["unroll_safe"] || has["dont_look_inside"] || has["not_in_trace"] || has["elidable"] || has["loop_invariant"]) {
		c.add(d.Name.Pos(), "directive", "//kiln:look_inside_iff decides for each call of "+d.Name.Name+" what another directive says once and for all", "remove one of them")
	}
	if has["elidable"] && (has["loop_invariant"] || has["not_in_trace"]) {
		c.add(d.Name.Pos(), "directive", "//kiln:elidable contradicts another directive on "+d.Name.Name, "keep the one that is true")
	}
	if d.Type.Results == nil || len(d.Type.Results.List) == 0 {
		for _, name := range []string{"elidable", "loop_invariant"} {
			if has[name] {
				c.add(d.Name.Pos(), "directive", "//kiln:"+name+" is about the result of a function; "+d.Name.Name+" has none", "remove it")
			}
		}
	} else if has["not_in_trace"] {
		c.add(d.Name.Pos(), "directive", "calls of functions marked //kiln:not_in_trace are left out of traces; "+d.Name.Name+" has a result that would be missing", "remove the result or the directive")
	}
}

// arrayDirective checks that //kiln:array stands on a named slice type.
func (c *checker) arrayDirective(d *ast.GenDecl, s *ast.TypeSpec) {
	groups := []*ast.CommentGroup{s.Doc}
	if len(d.Specs) == 1 {
		groups = append(groups, d.Doc)
	}
	for _, dir := range load.Directives(groups...) {
		if dir.Name != "array" {
			continue
		}
		if t, ok := s.Type.(*ast.ArrayType); !ok || t.Len != nil || s.Assign.IsValid() {
			c.add(dir.Pos, "directive", "//kiln:array is for named slice types; "+s.Name.Name+" is not one", "write type "+s.Name.Name+" []T")
		}
	}
}

// knownTags are the values of the kiln key of struct tags.
var knownTags = map[string]bool{
	"immutable": true, "immutable[]": true, "quasi": true, "quasi[]": true, "virtualizable": true, "virtualizable[]": true,
}

// tags checks the struct tags.
func (c *checker) tags() {
	for _, f := range c.pkg.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			s, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range s.Fields.List {
				if field.Tag != nil {
					c.tag(field)
				}
			}
			return true
		})
	}
}

func (c *checker) tag(field *ast.Field) {
	text, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return
	}
	value, ok := reflect.StructTag(text).Lookup("kiln")
	if !ok {
		if m := otherKey.FindStringSubmatch(text); m != nil {
			c.add(field.Tag.Pos(), "tag", "the key of Kiln's tags is kiln, not "+m[1], "write `kiln:"+strconv.Quote(m[2])+"`")
		} else if knownTags[text] {
			c.add(field.Tag.Pos(), "tag", "the struct tag "+field.Tag.Value+" has no key", "write `kiln:"+strconv.Quote(text)+"`")
		} else if strings.Contains(text, "kiln:") {
			c.add(field.Tag.Pos(), "tag", "malformed struct tag "+field.Tag.Value, "write `kiln:\"immutable\"`: the value in double quotes, no space after the colon")
		}
		return
	}
	if strings.Count(text, `kiln:"`) > 1 {
		c.add(field.Tag.Pos(), "tag", "the tag has the key kiln twice", "keep the one that is true")
	}
	if strings.HasPrefix(value, "virtualizable") && c.noFrames() {
		c.r.Notes = append(c.r.Notes, load.Problem{Pos: c.r.Position(field.Tag.Pos()), Rule: "tag", Msg: "no driver names a frame in its option Virtualizable, so the tag has no effect",
			Remedy: "name the variable that points to the frame in the option, or leave the tag out"})
	}
	if !knownTags[value] {
		remedy := "known are immutable, quasi and virtualizable, each also with []"
		if known := load.Nearest(value, slices.Sorted(maps.Keys(knownTags))); known != "" {
			remedy = "write `kiln:" + strconv.Quote(known) + "`; " + remedy
		}
		c.add(field.Tag.Pos(), "tag", "unknown kiln tag "+strconv.Quote(value), remedy)
		return
	}
	if strings.HasSuffix(value, "[]") {
		t := c.pkg.Info.TypeOf(field.Type)
		if t == nil {
			return
		}
		_, isSlice := t.Underlying().(*types.Slice)
		_, isArray := t.Underlying().(*types.Array)
		switch {
		case (isSlice || isArray) && value == "virtualizable[]" && c.r.Program != nil && !c.isFixed(t):
			c.add(field.Tag.Pos(), "tag", "kiln:\"virtualizable[]\" is about the items of a //kiln:array; this field is "+typeString(t)+", whose items stay in memory",
				"declare a named slice type marked //kiln:array for it, or write kiln:\"virtualizable\" for the field alone")
		case !isSlice && !isArray:
			c.add(field.Tag.Pos(), "tag", "kiln:"+strconv.Quote(value)+" is about the items of a slice; this field is "+typeString(t),
				"write kiln:"+strconv.Quote(strings.TrimSuffix(value, "[]")))
		}
	}
}

// noFrames: there are drivers, and none has a frame.
func (c *checker) noFrames() bool {
	if c.r.Program == nil || len(c.r.Program.Drivers) == 0 {
		return false
	}
	return !slices.ContainsFunc(c.r.Program.Drivers, func(d *flow.Driver) bool { return d.Virtualizable != "" })
}

func typeString(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}
