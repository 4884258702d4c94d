package main

import (
	"fmt"
	"go/types"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"kiln/internal/filetest"
	"kiln/internal/textdiff"
	"kiln/translator/check"
	"kiln/translator/load"
	"kiln/translator/lower"
)

const tableFile = "../../docs/stdlib.md"

// tablePackages are those that docs/stdlib.md is about.
var tablePackages = []string{"bufio", "bytes", "cmp", "compress/bzip2", "compress/lzw", "container/heap", "container/list", "container/ring", "encoding/ascii85", "encoding/base32",
	"encoding/base64", "encoding/csv", "encoding/hex", "encoding/pem", "errors", "fmt", "hash/adler32", "hash/crc32", "hash/crc64", "hash/fnv", "html", "io", "iter", "maps", "math",
	"math/bits", "math/cmplx", "path", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "text/scanner", "text/tabwriter", "unicode", "unicode/utf16", "unicode/utf8"}

const tableHead = `# The standard library

Which functions and methods of the standard library translate, from their own source or a patch of it (translator/load/std). A test translates each of
them: ` + "`go test ./internal/stdlib -run TestTable -update`" + ` writes this page.
` + "`internal/stdlib`" + ` calls those of strconv, strings, bytes, unicode, utf8, utf16, sort, slices, maps, math, math/bits, cmp, errors and the containers on random arguments, and
requires the same results in plain Go and translated. Generic functions were tried on ints.

Packages that are not listed are for host packages; framework/host has arguments, files, streams and the clock.
`

// function is one of the standard library: how to name it in a program, and why it does not translate.
type function struct {
	name, use, reason string
}

// TestTable holds docs/stdlib.md against the translator.
func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("translates the standard library")
	}
	session := load.NewSession(".", "")
	var sb strings.Builder
	sb.WriteString(tableHead)
	for _, path := range tablePackages {
		describe(&sb, path, translate(t, session, path))
	}
	if filetest.Update() {
		if err := os.WriteFile(tableFile, []byte(sb.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != sb.String() {
		t.Errorf("%s is not up to date, go test ./internal/stdlib -run TestTable -update writes it:\n%s", tableFile, textdiff.All(string(text), sb.String()))
	}
}

func describe(sb *strings.Builder, path string, list []*function) {
	var good []string
	var bad []*function
	for _, f := range list {
		if f.reason == "" {
			good = append(good, f.name)
		} else {
			bad = append(bad, f)
		}
	}
	fmt.Fprintf(sb, "\n## %s\n\n%d of %d translate", path, len(good), len(list))
	if len(good) > 0 {
		sb.WriteString(": " + strings.Join(good, ", "))
	}
	sb.WriteString(".\n")
	if len(bad) == 0 {
		return
	}
	sb.WriteString("\n| not | why |\n|---|---|\n")
	for _, f := range bad {
		fmt.Fprintf(sb, "| %s | %s |\n", f.name, strings.ReplaceAll(f.reason, "|", "\\|"))
	}
}

// translate finds out about all functions of a package.
func translate(t *testing.T, s *load.Session, path string) []*function {
	all := functions(t, path)
	for left := all; len(left) > 0; {
		failed := try(t, s, path, left)
		if failed == 0 {
			break
		}
		var rest []*function
		for _, f := range left {
			if f.reason == "" {
				rest = append(rest, f)
			}
		}
		left = rest
	}
	return all
}

// try translates a program that uses some functions, and notes reasons for those that problems are about.
func try(t *testing.T, s *load.Session, path string, list []*function) (failed int) {
	var sb strings.Builder
	fmt.Fprintf(&sb, "package main; import %q; func keep[T any](T) {}; func main() {\n", path)
	for _, f := range list {
		sb.WriteString("keep(" + f.use + ")\n")
	}
	sb.WriteString("}\n")
	r, err := s.Source(map[string]string{"main.go": sb.String()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range check.Program(r) {
		line := p.Pos.Line - 2
		if p.Pos.Filename != "main.go" || line < 0 || line >= len(list) {
			t.Fatalf("%s: %v", path, p)
		}
		if list[line].reason == "" {
			list[line].reason = reason(p.Msg)
			failed++
		}
	}
	if failed > 0 {
		return failed
	}
	err = lower.Program(r.Program)
	switch {
	case err == nil:
		return 0
	case len(list) == 1:
		list[0].reason = reason(err.Error())
		return 1
	}
	return try(t, s, path, list[:len(list)/2]) + try(t, s, path, list[len(list)/2:])
}

// reason shortens a message to what is wrong.
func reason(msg string) string {
	msg, _, _ = strings.Cut(msg, "\n")
	if _, why, ok := strings.Cut(msg, "cannot be translated: "); ok {
		msg = why
	}
	msg, _, _ = strings.Cut(msg, " ($GOROOT")
	msg, _, _ = strings.Cut(msg, ": objects move")
	return msg
}

// functions lists the exported functions and methods of a package, as Go has it.
func functions(t *testing.T, path string) (list []*function) {
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports}, path)
	if err != nil || len(loaded) != 1 || loaded[0].Types == nil {
		t.Fatalf("%s: %v", path, err)
	}
	pkg := loaded[0].Types
	qualifier := func(*types.Package) string { return pkg.Name() }
	for _, name := range pkg.Scope().Names() {
		switch o := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if o.Exported() {
				list = append(list, &function{name: name, use: pkg.Name() + "." + name + typeArguments(o.Signature())})
			}
		case *types.TypeName:
			named, ok := o.Type().(*types.Named)
			if !ok || !o.Exported() || o.IsAlias() || named.TypeParams().Len() > 0 || types.IsInterface(named) {
				continue
			}
			methods := types.NewMethodSet(types.NewPointer(named))
			for m := range methods.Methods() {
				if m.Obj().Exported() {
					list = append(list, &function{name: name + "." + m.Obj().Name(), use: "(*" + types.TypeString(named, qualifier) + ")." + m.Obj().Name()})
				}
			}
		}
	}
	return list
}

// typeArguments instantiates a generic function on ints: slices of them, maps from ints to ints.
func typeArguments(sig *types.Signature) string {
	var args []string
	for p := range sig.TypeParams().TypeParams() {
		arg := "int"
		if u, ok := p.Constraint().Underlying().(*types.Interface); ok {
			for e := range u.EmbeddedTypes() {
				if union, ok := e.(*types.Union); ok && union.Len() == 1 {
					switch union.Term(0).Type().(type) {
					case *types.Slice:
						arg = "[]int"
					case *types.Map:
						arg = "map[int]int"
					}
				} else if n, ok := e.(*types.Named); ok && n.Obj().Pkg() == nil && n.Obj().Name() == "error" {
					arg = "error"
				}
			}
			if p.Constraint().String() == "error" {
				arg = "error"
			}
		}
		args = append(args, arg)
	}
	if len(args) == 0 {
		return ""
	}
	return "[" + strings.Join(args, ", ") + "]"
}
