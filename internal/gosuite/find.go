package main

import (
	"go/build/constraint"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// program is one program of the suite.
type program struct {
	File  string
	Name  string   // relative to the suite
	More  []string // further files of the program: run lines may name them
	Flags []string // of go build
	Env   []string // for go build
	Args  []string // of the program
	// Foreign is a flag of Go's compiler without which the program does something else, and which Kiln does not have.
	Foreign string
	// Excluded is the build constraint that keeps the file out of programs for this machine.
	Excluded string
}

// findPrograms lists the programs whose recipe is "run". Go's runner (cmd/internal/testdir) reads the recipe from the first
// line that is neither empty nor a build constraint; "rundir", "runoutput" and "runindir" are other recipes, for programs of
// several packages and programs that write programs.
func findPrograms(root string, match *regexp.Regexp) []*program {
	var list []*program
	filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return nil
		}
		name, _ := filepath.Rel(root, path)
		text, err := os.ReadFile(path)
		if err != nil || !match.MatchString(name) {
			return nil
		}
		p := &program{File: path, Name: name}
		if p.recipe(root, string(text)) {
			list = append(list, p)
		}
		return nil
	})
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// recipe reads what the first lines say, and whether that is "run".
func (p *program) recipe(root, text string) bool {
	header, _, _ := strings.Cut(text, "\npackage")
	action := ""
	for line := range strings.Lines(text) {
		if constraint.IsGoBuild(line) || constraint.IsPlusBuild(line) {
			continue
		}
		if action = strings.TrimSpace(strings.TrimPrefix(line, "//")); action != "" {
			break
		}
	}
	words := splitQuoted(action)
	if len(words) == 0 || words[0] != "run" {
		return false
	}
	p.arguments(root, words[1:])
	for line := range strings.Lines(header) {
		line = strings.TrimSpace(line)
		if !constraint.IsGoBuild(line) {
			continue
		}
		if x, err := constraint.Parse(line); err != nil || !x.Eval(p.hasTag) {
			p.Excluded = line
		}
	}
	return true
}

// hasTag says which build tags hold: those of this machine and of the recipe's flags.
func (p *program) hasTag(tag string) bool {
	switch tag {
	case "linux", "amd64", "unix", "gc", "cgo":
		return true
	}
	for _, f := range p.Flags {
		if f == "-tags="+tag || f == "-race" && tag == "race" {
			return true
		}
	}
	for _, e := range p.Env {
		if strings.TrimPrefix(e, "GOEXPERIMENT=") == strings.TrimPrefix(tag, "goexperiment.") {
			return true
		}
	}
	return strings.HasPrefix(tag, "go1.")
}

// arguments reads the rest of a run line: flags of the go command, files, arguments of the program.
func (p *program) arguments(root string, words []string) {
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		switch f := words[0]; {
		case f == "-goexperiment" && len(words) > 1:
			words = words[1:]
			p.Env = append(p.Env, "GOEXPERIMENT="+words[0])
		case f == "-gcflags" && len(words) > 1:
			words = words[1:]
			p.Flags = append(p.Flags, f+"="+words[0])
		default:
			p.Flags = append(p.Flags, f)
		}
		if strings.Contains(words[0], "-d=maymorestack=") { // inserts calls into functions
			p.Foreign = words[0]
		}
		words = words[1:]
	}
	for len(words) > 0 && strings.HasSuffix(words[0], ".go") {
		p.More = append(p.More, filepath.Join(root, words[0]))
		words = words[1:]
	}
	p.Args = words
}

// splitQuoted splits a line at spaces outside of quotes, which are taken away.
func splitQuoted(line string) []string {
	var words []string
	word, quote, open := "", rune(0), false
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word += string(c)
		case c == '"' || c == '\'':
			quote, open = c, true
		case c == ' ' || c == '\t':
			if word != "" || open {
				words = append(words, word)
			}
			word, open = "", false
		default:
			word += string(c)
		}
	}
	if word != "" || open {
		words = append(words, word)
	}
	return words
}

// texts reads the program's files, by base name.
func (p *program) texts() (map[string]string, error) {
	texts := map[string]string{}
	for _, f := range append([]string{p.File}, p.More...) {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		texts[filepath.Base(f)] = string(text)
	}
	return texts, nil
}
