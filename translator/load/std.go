package load

import (
	"embed"
	"strings"
)

// translatable says whether the functions of a standard package may be translated from its own source.
// Everything else of the standard library is known by its types only, and is reached through host packages.
func translatable(path string) bool { return translatableStd[path] }

var translatableStd = map[string]bool{
	"bytes": true, "cmp": true, "container/heap": true, "container/list": true, "container/ring": true, "errors": true,
	"iter": true, "maps": true, "math": true, "math/bits": true, "slices": true, "sort": true, "strconv": true,
	"strings": true, "unicode": true, "unicode/utf16": true, "unicode/utf8": true,
	// What those stand on.
	"internal/bytealg": true, "internal/stringslite": true, "internal/strconv": true, "internal/itoa": true,
	"internal/byteorder": true,
}

// UserStd lists the standard packages that interpreters may import.
func UserStd(path string) bool {
	return translatableStd[path] && !strings.HasPrefix(path, "internal/")
}

// std holds files that stand in for files of the standard library whose source is assembly or unsafe:
// std/<path>/<file>.go.txt replaces <file>.go; an empty one removes it.
//
//go:embed all:std
var stdFiles embed.FS

func stdReplacement(goroot, name string) (string, bool) {
	rel, ok := strings.CutPrefix(name, goroot+"/src/")
	if !ok {
		return "", false
	}
	data, err := stdFiles.ReadFile("std/" + rel + ".txt")
	return string(data), err == nil
}
