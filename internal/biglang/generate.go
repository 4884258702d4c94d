package main

import (
	"embed"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
)

// Sizes of a domain package.
const (
	classesPerDomain = 10
	funcsPerDomain   = 15
)

var handlerPackages = []string{"opsarith", "opsobject", "opstext"}

//go:embed static
var static embed.FS

// generate makes an interpreter of at least the given number of lines; the same seed makes the same bytes. kiln is the
// folder of the module kiln.
func generate(lines int, seed int64, kiln string) map[string]string {
	g := &generator{r: rand.New(rand.NewSource(seed)), out: map[string]string{}, used: map[string]bool{}}
	for from, to := range map[string]string{"kernel/object": "kernel/object", "kernel/values": "kernel/values", "text/text": "text/text",
		"machine/code": "machine/code", "main": "main"} {
		text, err := static.ReadFile("static/" + from + ".txt")
		if err != nil {
			panic(err)
		}
		g.add(to+".go", string(text))
	}
	g.names()
	var pkgs []string
	for i := 0; g.lines < lines-5000 || i < 2; i++ {
		pkg := domains[i%len(domains)]
		if i >= len(domains) {
			pkg = fmt.Sprintf("%s%d", pkg, i/len(domains)+1)
		}
		pkgs = append(pkgs, pkg)
		g.domain(pkg, classesPerDomain, funcsPerDomain)
	}
	all := append([]instruction(nil), basic...)
	for i, pkg := range handlerPackages {
		all = append(all, g.handlers(pkg, 26)...)
		all = append(all, g.inlined([]int{20, 18, 16}[i])...)
	}
	g.portal(all)
	for g.lines < lines-60 {
		pkg := fmt.Sprintf("extra%d", len(pkgs))
		pkgs = append(pkgs, pkg)
		g.domain(pkg, 3, 9)
	}
	g.library(pkgs)
	g.out["go.mod"] = "module biglang\n\ngo 1.26.0\n\nrequire kiln v0.0.0\n\nreplace kiln => " + kiln + "\n"
	g.out["demo.big"] = g.program(all)
	return g.out
}

// names writes the constants of attribute names.
func (g *generator) names() {
	w := &writer{}
	w.line("// Package names numbers the names of attributes.")
	w.line("package names")
	w.line("")
	w.line("import \"biglang/kernel\"")
	w.line("")
	w.line("// Numbers of attributes, in the order in which Install interns them.")
	w.line("const (")
	for i, a := range attributes {
		if i == 0 {
			w.line("%s = iota", capital(a))
		} else {
			w.line("%s", capital(a))
		}
	}
	w.line(")")
	w.line("")
	w.line("var list = []string{")
	for _, a := range attributes {
		w.line("%q,", a)
	}
	w.line("}")
	w.line("")
	w.line("// Install interns the names; it comes before everything else that does.")
	w.line("func Install() {")
	w.line("for _, name := range list {")
	w.line("kernel.Intern(name)")
	w.line("}")
	w.line("}")
	g.add("names/names.go", w.sb.String())
}

// library writes the package that installs all others.
func (g *generator) library(pkgs []string) {
	w := &writer{}
	w.line("// Package library puts the domain packages together.")
	w.line("package library")
	w.line("")
	w.line("import (")
	for _, p := range append([]string{"names"}, pkgs...) {
		w.line("%q", "biglang/"+p)
	}
	w.line(")")
	w.line("")
	w.line("// Install registers everything.")
	w.line("func Install() {")
	for _, p := range append([]string{"names"}, pkgs...) {
		w.line("%s.Install()", p)
	}
	w.line("}")
	g.add("library/library.go", w.sb.String())
}

// write puts files into a folder, which is made.
func write(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// countLines is the number of lines of Go.
func countLines(files map[string]string) (n int) {
	for name, text := range files {
		if strings.HasSuffix(name, ".go") {
			n += strings.Count(text, "\n")
		}
	}
	return n
}
