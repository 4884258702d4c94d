package load

import (
	"embed"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// translatable says whether the functions of a standard package may be translated from its own source.
// Everything else of the standard library is known by its types only, and is reached through host packages.
func translatable(path string) bool { return translatableStd[path] }

var translatableStd = map[string]bool{
	"bytes": true, "cmp": true, "container/heap": true, "container/list": true, "container/ring": true, "errors": true,
	"iter": true, "maps": true, "math": true, "math/bits": true, "math/cmplx": true, "slices": true, "sort": true, "strconv": true,
	"strings": true, "unicode": true, "unicode/utf16": true, "unicode/utf8": true,
	"bufio": true, "fmt": true, "io": true, "io/ioutil": true, "log": true, "os": true, "path": true, "runtime": true, "sync": true, "sync/atomic": true,
	"compress/bzip2": true, "compress/lzw": true, "encoding": true, "encoding/ascii85": true, "encoding/base32": true, "encoding/base64": true,
	"encoding/csv": true, "encoding/hex": true, "encoding/pem": true, "hash": true, "hash/adler32": true, "hash/crc32": true,
	"hash/crc64": true, "hash/fnv": true, "html": true, "text/scanner": true, "text/tabwriter": true,
	// What those stand on.
	"internal/bytealg": true, "internal/stringslite": true, "internal/strconv": true, "internal/itoa": true,
	"internal/byteorder": true, "internal/fmtsort": true, "internal/reflectlite": true, "reflect": true,
}

// hiddenStd are packages that others stand on and that interpreters may not import.
var hiddenStd = map[string]bool{"reflect": true}

// UserStd says whether interpreters may import a standard package.
func UserStd(path string) bool {
	return translatableStd[path] && !hiddenStd[path] && !strings.HasPrefix(path, "internal/")
}

// intrinsics are the standard functions that lowering replaces by operations, whether or not they have a body in Go,
// and the names by which it knows them (flow.Func.Intrinsic).
var intrinsics = map[string]string{
	"math.Float64bits":     "math.Float64bits",
	"math.Float64frombits": "math.Float64frombits",
	"math.Float32bits":     "math.Float32bits",
	"math.Float32frombits": "math.Float32frombits",
	"math.Sqrt":            "math.Sqrt",
	"math.sqrt":            "math.Sqrt",
	"math.Abs":             "math.Abs",
	"math/bits.Mul64":      "math/bits.Mul64",

	"reflect.describe":    "reflect.describe",
	"reflect.part":        "reflect.part",
	"reflect.nilReceiver": "reflect.nilReceiver",
	"reflect.entry":       "reflect.entry",
	"reflect.swap":        "reflect.swap",
	"reflect.assign":      "reflect.assign",

	"internal/strconv.float64bits":     "math.Float64bits",
	"internal/strconv.float64frombits": "math.Float64frombits",
	"internal/strconv.float32bits":     "math.Float32bits",
	"internal/strconv.float32frombits": "math.Float32frombits",
}

// nativeMath are functions of package math that Go implements in assembly on this machine. Their results may differ in the
// last bit from the portable source, so translated code calls the very same ones, as it calls host functions;
// they depend on their operands only.
var nativeMath = map[string]bool{
	"math.Exp": true, "math.Log": true, "math.Hypot": true, "math.Floor": true, "math.Ceil": true, "math.Trunc": true,
	"math.Max": true, "math.Min": true,
}

// std holds the patches, see std/README.md.
//
//go:embed all:std
var stdFiles embed.FS

// patch applies the patch of a standard package to its parsed files.
func (s *Session) patch(path string, files []*ast.File, sink *Result) []*ast.File {
	text, err := stdFiles.ReadFile("std/" + path + "/patch.go.txt")
	if err != nil {
		return files // the usual case: no patch
	}
	p, err := s.parseFile(filepath.Join(s.goroot, "src", path, "kiln_patch.go"), text)
	if err != nil {
		sink.syntaxErrors("kiln_patch.go", string(text), err)
		return files
	}
	h := patchHeader(string(text))
	if h.only {
		return []*ast.File{p}
	}
	var kept []*ast.File
	declared := declaredNames(p)
	for _, f := range files {
		name := filepath.Base(s.fset.Position(f.Pos()).Filename)
		if slices.Contains(h.drop, name) {
			continue
		}
		f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool { return replaced(d, declared, h.keepMethods) })
		kept = append(kept, f)
	}
	return append(kept, p)
}

// header is the first lines of a patch, see std/README.md.
type header struct {
	only        bool
	drop        []string
	keepMethods []string
}

func patchHeader(text string) (h header) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "// ") {
			break
		}
		name, list, _ := strings.Cut(line[3:], ": ")
		switch name {
		case "only":
			h.only = true
		case "drop":
			h.drop = strings.Fields(list)
		case "keep methods":
			h.keepMethods = strings.Fields(list)
		}
	}
	return h
}

// patched says whether a package is changed or cut down.
func patched(path string) bool {
	_, err := stdFiles.ReadFile("std/" + path + "/patch.go.txt")
	return err == nil
}

// stdRemedies are what to write instead of functions of the standard library that cannot be translated.
var stdRemedies = map[string]string{
	"fmt.Sscanf": "read with package strconv", "fmt.Sscan": "read with package strconv", "fmt.Sscanln": "read with package strconv",
	"fmt.Scan": "read lines with bufio or framework/host", "fmt.Scanln": "read lines with bufio or framework/host", "fmt.Scanf": "read lines with bufio or framework/host",
	"fmt.Fscan": "read lines with bufio and numbers with strconv", "fmt.Fscanln": "read lines with bufio and numbers with strconv", "fmt.Fscanf": "read lines with bufio and numbers with strconv",
	"strings.NewReplacer": "use strings.ReplaceAll for each pair", "(*strings.Replacer).Replace": "use strings.ReplaceAll for each pair",
	"slices.Insert": "append, and copy the tail", "slices.Replace": "append the parts to a new slice",
	"container/list.New": "use a slice, or a list of your own whose nodes are pointers",
	"errors.Join":        "use an error type of your own that holds a slice of errors",
	"runtime.Caller":     "say where you are in the text yourself", "runtime.SetFinalizer": "use framework.SetFinalizer", "runtime.AddCleanup": "use framework.SetFinalizer", "runtime.NumGoroutine": "there are no goroutines: leave it out",
	"sync.WaitGroup": "there are no goroutines to wait for: leave it out", "sync.Cond": "use the locks and conditions of package framework", "sync.NewCond": "use the locks and conditions of package framework",
	"log.Lshortfile": "say where you are in the text yourself", "log.Llongfile": "say where you are in the text yourself",
	"os.Open": "read whole files with os.ReadFile, or " + HostRemedy, "os.Create": "write whole files with os.WriteFile, or " + HostRemedy,
	"iter.Pull": "turn the loop inside out: pass a function to the iterator", "iter.Pull2": "turn the loop inside out: pass a function to the iterator",
}

func remedyForStd(name string) string {
	if r := stdRemedies[plainName(name)]; r != "" {
		return r
	}
	return HostRemedy
}

// patchedWhole says whether a package consists of its patch only.
func patchedWhole(path string) bool {
	text, err := stdFiles.ReadFile("std/" + path + "/patch.go.txt")
	return err == nil && patchHeader(string(text)).only
}

// declaredNames lists what a file declares at package level; a method as Type.Method.
func declaredNames(f *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			} else {
				names[recvName(d)+"."+d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names[spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range spec.Names {
						names[n.Name] = true
					}
				}
			}
		}
	}
	return names
}

// replaced says whether a declaration goes; of a group of declarations the replaced ones are removed.
func replaced(d ast.Decl, declared map[string]bool, keepMethods []string) bool {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			recv := recvName(d)
			return declared[recv+"."+d.Name.Name] || declared[recv] && !slices.Contains(keepMethods, recv)
		}
		return declared[d.Name.Name]
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return false
		}
		d.Specs = slices.DeleteFunc(d.Specs, func(spec ast.Spec) bool {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				return declared[spec.Name.Name]
			case *ast.ValueSpec:
				return declared[spec.Names[0].Name]
			}
			return false
		})
		return len(d.Specs) == 0
	}
	return false
}
