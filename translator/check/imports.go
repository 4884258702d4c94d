package check

import (
	"go/token"
	"slices"
	"strings"

	"kiln/translator/load"
)

func (c *checker) add(pos token.Pos, rule, msg, remedy string) {
	c.found = append(c.found, load.Problem{Pos: c.r.Position(pos), Rule: rule, Msg: msg, Remedy: remedy})
}

const hostRemedy = load.HostRemedy

// forbiddenImports gives reasons for packages that are often wanted.
var forbiddenImports = map[string][2]string{
	"unsafe": {"package unsafe is not in the dialect: objects of translated code have another layout and move",
		"write the same with ordinary types, or use a host package"},
	"reflect":      {"package reflect is not in the dialect: types do not exist at run time as Go knows them", "use interfaces and type switches"},
	"time":         {"package time cannot be translated", "use the clock of framework/host, or a host package"},
	"math/rand":    {"package math/rand cannot be translated", "write a generator of your own, which takes a few lines, or use a host package"},
	"math/rand/v2": {"package math/rand/v2 cannot be translated", "write a generator of your own, which takes a few lines, or use a host package"},
	"flag":         {"package flag cannot be translated", "read host.Args of framework/host"},
	"testing":      {"package testing cannot be translated", "write tests in files whose names end in _test.go: they are not translated"},
	"embed":        {"package embed cannot be translated", "read the file with os.ReadFile, or embed it in a host package"},
	"context":      {"package context cannot be translated: there are no goroutines to cancel", "leave it out, or use a host package"},
	"math/big":     {"package math/big cannot be translated", hostRemedy},
}

// imports checks the import declarations.
func (c *checker) imports() {
	for _, f := range c.pkg.Files {
		for _, spec := range f.Imports {
			path := strings.Trim(spec.Path.Value, "\"`")
			if path == load.FrameworkPath || load.UserStd(path) || path == "C" { // load reports cgo
				continue
			}
			if why, ok := forbiddenImports[path]; ok {
				c.add(spec.Pos(), "import", why[0], why[1])
				continue
			}
			dep := c.dependency(path)
			switch {
			case dep != nil && dep.Std && slices.Contains(strings.Split(path, "/"), "internal"):
				c.internal(spec.Pos(), path)
			case dep == nil: // the go command or the type checker has said so
			case dep.Host || dep.Dialect() || strings.HasPrefix(path, "kiln/") || strings.HasPrefix(path, "internal/"): // or load has said so
			default:
				c.add(spec.Pos(), "import", "package "+path+" of the standard library cannot be translated", hostRemedy)
			}
		}
	}
}

// internal reports the import of an internal package of the standard library, if the go command has not: it reports one for each package.
func (c *checker) internal(pos token.Pos, path string) {
	at := c.r.Position(pos)
	if !slices.ContainsFunc(c.r.Problems, func(p load.Problem) bool { return p.Pos.Filename == at.Filename && p.Pos.Line == at.Line }) {
		c.add(pos, "import", "use of internal package "+path+" not allowed", "use what the standard library exports")
	}
}

func (c *checker) dependency(path string) *load.Package {
	for _, p := range c.pkg.Imports {
		if p.Path == path {
			return p
		}
	}
	return nil
}
