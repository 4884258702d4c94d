package emit

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// Packages. The functions of each package of the source become a Go package of their own, so that after an edit Go's build
// cache has all but a few of them, and two are compiled at a time. What must not happen is that they import each other: Go
// compiles a package anew if anything in one that it imports has changed, and imports may not be circular, whereas lowering,
// inlining and instances of generic functions make calls in all directions. So a function of another package is declared
// without a body and found by the linker:
//
//	//go:linkname kernel_NewInt PATH/p_kernel.kernel_NewInt
//	func kernel_NewInt(t *thread.Thread, v1 int) unsafe.Pointer
//
// Such a call costs what any other costs. For the same reason the text of a package must not depend on what others contain: numbers of
// functions, prebuilt objects and tables stand in the main package, which hands them out when the program starts
// (jitgen/support.Start). What does get in are type ids and offsets of fields.
//
// Rejected: exported names and imports in the order of calls, with the packages of a cycle merged: with interfaces and generic functions
// most of a program was one cycle, and an edit at the bottom compiled all of it.

// Units of functions that no package of the program owns, see flow.Func.Unit.
const (
	helperUnit = "helpers"
	// maxPack is how many operations a package may have before it is split by source files.
	maxPack = 60_000
)

// pack is one generated package.
type pack struct {
	*unit
	name  string // also its folder
	funcs []*flow.Func
	files map[string][]byte

	// What its functions turned out to use.
	prebuilt   map[int]int // number in the program to number here
	prebuiltAt []int       // and back
	foreign    map[*flow.Func]bool
	tablesUsed map[string]string // name to type
}

// split makes the packages and distributes the functions that can be reached.
func (u *unit) split() []*pack {
	size := map[string]int{}
	for _, f := range u.prog.Funcs {
		if u.reached[f] && f.Graph != nil {
			for _, b := range f.Graph.Blocks {
				size[f.Unit] += len(b.Ops) + 1
			}
		}
	}
	byKey := map[string]*pack{}
	taken := map[string]bool{}
	var packs []*pack
	for _, f := range u.prog.Funcs {
		if !u.reached[f] {
			continue
		}
		key := cmp.Or(f.Unit, helperUnit)
		if size[f.Unit] > maxPack {
			key += "/" + strings.TrimSuffix(f.Pos.File[strings.LastIndexByte(f.Pos.File, '/')+1:], ".go")
		}
		if u.opts.OnePackage {
			key = helperUnit
		}
		k := byKey[key]
		if k == nil {
			k = &pack{unit: u, name: packName(key, taken)}
			byKey[key] = k
			packs = append(packs, k)
		}
		k.funcs = append(k.funcs, f)
		u.home[f] = k
	}
	slices.SortFunc(packs, func(a, b *pack) int { return strings.Compare(a.name, b.name) })
	return packs
}

// packName is a package name that is not taken: "p_" keeps it apart from the packages that generated code imports.
func packName(key string, taken map[string]bool) string {
	base := "p_" + identifier(key[strings.LastIndexByte(key, '/')+1:])
	name := base
	for i := 2; taken[name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	taken[name] = true
	return name
}

// emit writes the files of the package.
func (k *pack) emit() (err error) {
	defer flow.Catch(&err)
	k.files, k.prebuilt, k.foreign, k.tablesUsed = map[string][]byte{}, map[int]int{}, map[*flow.Func]bool{}, map[string]string{}
	add := func(name string, f *jen.File) (err error) {
		k.files[k.name+"/"+name], err = render(f)
		return err
	}
	for i, n := 0, 0; i < len(k.funcs); i, n = i+k.opts.FuncsPerFile, n+1 {
		file := k.newFile(k.name)
		for _, f := range k.funcs[i:min(i+k.opts.FuncsPerFile, len(k.funcs))] {
			if err := k.function(file, f); err != nil {
				return err
			}
		}
		if err := add(fmt.Sprintf("funcs_%03d.go", n), file); err != nil {
			return err
		}
	}
	tables := k.newFile(k.name)
	k.adapters(tables)
	k.shared(tables)
	return add("tables.go", tables)
}

// callee is the name to call a function by; one of another package gets a declaration.
func (k *pack) callee(f *flow.Func) string {
	if home := k.home[f]; home != nil && home != k {
		k.foreign[f] = true
	}
	return k.names[f]
}

// prebuiltVar is the variable of a prebuilt object.
func (k *pack) prebuiltVar(number int) string {
	at, ok := k.prebuilt[number]
	if !ok {
		at = len(k.prebuiltAt)
		k.prebuilt[number] = at
		k.prebuiltAt = append(k.prebuiltAt, number)
	}
	return fmt.Sprintf("k%d", at)
}

func (k *pack) dispatchVar(d *descr.Dispatch) string { return k.useTable(d, "int32") }
func (k *pack) typeSetVar(d *descr.TypeSet) string   { return k.useTable(d, "uint8") }

func (k *pack) useTable(d any, typ string) string {
	name := k.tables[d]
	k.tablesUsed[name] = typ
	return name
}

// nameAll gives the functions and tables names that do not depend on what else there is, as far as they are different.
func (u *unit) nameAll() {
	taken := map[string]int{}
	unique := func(s string) string {
		taken[s]++
		if n := taken[s]; n > 1 {
			return fmt.Sprintf("%s__%d", s, n) // no name has two underscores in a row
		}
		return s
	}
	for _, f := range u.prog.Funcs {
		u.names[f] = unique(functionName(f.Name))
	}
	for _, d := range u.prog.Table.Dispatches {
		u.tables[d] = unique("dispatch_" + identifier(d.Name))
	}
	for _, d := range u.prog.Table.TypeSets {
		u.tables[d] = unique("typeSet_" + identifier(d.Name))
	}
}

// Names gives the name of each function in emitted code.
func Names(p *flow.Program) map[*flow.Func]string {
	u := &unit{prog: p, names: map[*flow.Func]string{}, tables: map[any]string{}}
	u.nameAll()
	return u.names
}

var folders = regexp.MustCompile(`[\w.~-]+/`)

// functionName is a Go name for a function as go/ssa prints it: "(*a/b/kernel.Int).Hash" is kernel_Int_Hash.
func functionName(s string) string {
	s = identifier(folders.ReplaceAllString(s, ""))
	if !strings.Contains(s, "_") {
		s = "f_" + s // generated packages have other names of their own
	}
	return s
}

// identifier replaces what cannot stand in a Go identifier; there are no two underscores in a row.
func identifier(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			out = append(out, c)
		case len(out) > 0 && out[len(out)-1] != '_':
			out = append(out, '_')
		}
	}
	return strings.TrimSuffix(string(out), "_")
}
