package emit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"kiln/jitgen/op"
)

// Go refused emitted code now and then for constants where one expects variables: uint64(-1) in the key of a lease, a product of
// large numbers. So every operation is emitted with every mixture of variables and awkward constants, and Go's type checker,
// which computes constants as the compiler does, looks at the lot.
func TestAwkwardConstants(t *testing.T) {
	var text strings.Builder
	n := 0
	function := func(result string, lines ...string) {
		fmt.Fprintf(&text, "low func main.f%d%s {\n%s\n}\n", n, result, strings.Join(lines, "\n"))
		n++
	}
	for c := op.Invalid + 1; int(c) < op.NumOps(); c++ {
		if c.Has(op.Call) || c.Has(op.TraceOnly) || slices.Contains([]op.Code{op.GetResultI, op.GetResultR, op.GetResultF}, c) {
			continue // not in graphs
		}
		for _, place := range placesOf(c) {
			for _, args := range mixtures(c, place) {
				line := strings.TrimSpace(c.String() + " " + strings.Join(args, ", "))
				if place.name != "" {
					line += " : " + place.name
				}
				if k := c.Info().Result; k == op.Void {
					function("", head, "  "+line, "  return")
				} else {
					function(" -> "+letter(k), head, "  "+letter(k)+"9 = "+line, "  return "+letter(k)+"9")
				}
			}
		}
	}
	for _, x := range awkward[op.Int] {
		function(" -> i", head, "  branch "+x+", b1, b2", "b1:", "  return "+x, "b2:", "  return i1")
		function(" -> i", head, "  switch "+x+", 0 => b1(3), 9223372036854775807 => b1("+x+"), -9223372036854775808 => b2, default => b2",
			"b1(i8):", "  return i8", "b2:", "  return "+x)
		function("", head, "  call_indirect "+x+", "+x+", 1.5f, nil", "  return")
		for _, y := range awkward[op.Int] {
			function(" -> i", head, "  jump b1("+x+", i1)", "b1(i10, i11):", "  merge_point i10, i11 : driver",
				"  branch i11, b2, b3", "b2:", "  i12, i13 = can_enter_jit "+x+", "+y+" : driver", "  jump b1(i12, i13)", "b3:", "  return i10")
		}
	}
	p := testProgram(t, text.String())
	for _, off := range []bool{false, true} {
		text, err := source(t, p, Options{Without: map[string]bool{Masks: off, Barriers: off}})
		if err != nil {
			t.Fatal(err)
		}
		typeCheck(t, text+"\nvar k0 unsafe.Pointer\nvar dispatch_Area, typeSet_Shape [1]int32\n")
	}
}

// awkward are constants of each kind, and what is no constant: variables, results of operations on constants only, and of a question that
// emitted code answers at once.
var awkward = map[op.Kind][]string{
	op.Int:   {"i1", "i4", "i5", "0", "1", "-1", "64", "255", "300", "4294967295", "9223372036854775807", "-9223372036854775808"},
	op.Ref:   {"r2", "r6", "nil", "^0"},
	op.Float: {"f3", "f7", "-0f", "1.5f", "-1e+300f", "5e-324f", "+Inff", "NaNf"},
}

// head defines what awkward mentions.
const head = `b0(i1, r2, f3):
  i4 = int_sub 0, 9223372036854775807
  i5 = is_constant_i i1
  r6 = same_as_r nil
  f7 = float_neg 1e+300f`

// place is a descriptor of testProgram, and the kind of value that is there.
type place struct {
	name string
	kind op.Kind
}

func placesOf(c op.Code) []place {
	all := map[string][]place{
		"":         {{}},
		"field":    {{"main.T.x", op.Int}, {"main.T.b", op.Int}, {"main.T.s", op.Int}, {"main.T.next", op.Ref}, {"main.T.f", op.Float}},
		"size":     {{"main.T", op.Void}},
		"array":    {{"[]uint8", op.Int}, {"[]int32", op.Int}, {"[]*main.T", op.Ref}},
		"interior": {{"[]main.P.a", op.Int}, {"[]main.P.r", op.Ref}},
		"dispatch": {{"Area", op.Void}},
		"typeset":  {{"Shape", op.Void}},
	}[c.Info().Descr]
	var list []place
	for _, p := range all {
		reads := c.Has(op.ReadsHeap) && strings.Contains(c.String(), "get")
		bytes := strings.HasPrefix(c.String(), "bytes_")
		if reads && p.kind != c.Info().Result || bytes && p.name != "[]uint8" {
			continue
		}
		list = append(list, p)
	}
	return list
}

// mixtures are lists of operands: all there are of two, of more those where one differs from the others.
func mixtures(c op.Code, p place) [][]string {
	var kinds []op.Kind
	for _, l := range c.Info().Args {
		kinds = append(kinds, map[rune]op.Kind{'i': op.Int, 'r': op.Ref, 'f': op.Float, '?': p.kind}[l])
	}
	var lists [][]string
	add := func(args []string) { lists = append(lists, slices.Clone(args)) }
	for _, other := range []int{0, 3} { // the operands that do not vary: variables, or constants
		args := make([]string, len(kinds))
		for i, k := range kinds {
			args[i] = awkward[k][min(other, len(awkward[k])-1)]
		}
		add(args)
		for i := range kinds {
			for j := i; j < len(kinds) && (len(kinds) == 2 || j == i); j++ {
				x, y := args[i], args[j]
				for _, args[i] = range awkward[kinds[i]] {
					for _, v := range awkward[kinds[j]] {
						if i != j {
							args[j] = v
						}
						add(args)
					}
				}
				args[i], args[j] = x, y
			}
		}
	}
	slices.SortFunc(lists, slices.Compare)
	return slices.CompactFunc(lists, slices.Equal)
}

func letter(k op.Kind) string { return map[op.Kind]string{op.Int: "i", op.Ref: "r", op.Float: "f"}[k] }

// typeCheck has Go check a file of a package.
func typeCheck(t *testing.T, source string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "emitted.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(source, "\n")
	config := types.Config{Importer: importsOf(t, file), Error: func(err error) {
		t.Errorf("%v\n%s", err, lines[fset.Position(err.(types.Error).Pos).Line-1])
	}}
	config.Check("main", fset, []*ast.File{file}, nil)
}

// imported are the packages that emitted code imports.
type imported map[string]*types.Package

func (m imported) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	return m[path], nil
}

func importsOf(t *testing.T, file *ast.File) imported {
	var paths []string
	for _, spec := range file.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	m := imported{}
	for _, p := range loaded {
		m[p.PkgPath] = p.Types
	}
	return m
}
