package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The convention. A language's benchmark programs lie in the folder bench of its package:
//
//	NAME.EXT     the program, in the language; EXT is any extension but those below
//	NAME.args    arguments behind the program's file, one a line
//	NAME.in      its standard input
//	NAME.ignore  regular expressions, one a line: lines of output that need not be equal
//	NAME.go      the same program in straight Go, behind //go:build ignore: what a program cannot beat by much
//
// Files whose name starts with a dot or an underscore, and README files, are no programs.

// Program is one benchmark program.
type Program struct {
	Name string
	// File is the absolute path of the program in the language; Stdin, Ignore and GoSource those of the files beside it, or "".
	File, Stdin, Ignore, GoSource string
	Args                          []string
	// Straight is the executable made of GoSource, set by who builds it.
	Straight string
}

// beside lists the extensions of files that belong to a program.
var beside = []string{".args", ".in", ".ignore", ".go"}

// Find lists the programs of a folder, in order of their names.
func Find(dir string) ([]Program, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		n := e.Name()
		if e.IsDir() || strings.HasPrefix(n, ".") || strings.HasPrefix(n, "_") || strings.HasPrefix(n, "README") || slices.Contains(beside, filepath.Ext(n)) {
			continue
		}
		files = append(files, filepath.Join(dir, n))
	}
	return Files(files)
}

// Files makes programs of files, in the order given.
func Files(files []string) ([]Program, error) {
	var out []Program
	seen := map[string]string{}
	for _, file := range files {
		p, err := newProgram(file)
		if err != nil {
			return nil, err
		}
		if other := seen[p.Name]; other != "" {
			return nil, fmt.Errorf("%s and %s are two programs called %s", other, file, p.Name)
		}
		seen[p.Name] = file
		out = append(out, p)
	}
	return out, nil
}

func newProgram(file string) (Program, error) {
	info, err := os.Stat(file)
	if err != nil {
		return Program{}, err
	}
	if info.IsDir() {
		return Program{}, fmt.Errorf("%s is a folder, not a program", file)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return Program{}, err
	}
	stem := strings.TrimSuffix(abs, filepath.Ext(abs))
	p := Program{Name: filepath.Base(stem), File: abs}
	there := func(ext string) string {
		if _, err := os.Stat(stem + ext); err != nil {
			return ""
		}
		return stem + ext
	}
	p.Stdin, p.Ignore, p.GoSource = there(".in"), there(".ignore"), there(".go")
	if args := there(".args"); args != "" {
		text, err := os.ReadFile(args)
		if err != nil {
			return Program{}, err
		}
		p.Args = lines(string(text))
	}
	return p, nil
}

// lines splits a text; empty lines are not there.
func lines(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return s == "" })
}
