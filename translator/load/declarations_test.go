package load

import (
	"go/types"
	"testing"

	"golang.org/x/tools/go/packages"
)

// Types from source without bodies are those of export data, as far as anyone outside of the package can tell.
func TestDeclarations(t *testing.T) {
	want := []string{"internal/abi", "internal/cpu", "internal/reflectlite", "kiln/framework/host", "kiln/framework/plain", "os", "sync", "time"}
	fromSource, fromExports := NewSession(".", ""), NewSession(".", "")
	if _, err := fromSource.list(want...); err != nil {
		t.Fatal(err)
	}
	if !fromSource.declare(want) {
		t.Fatal("not read from source")
	}
	roots, err := fromExports.ask(packages.NeedName|packages.NeedExportFile, want...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range roots {
		fromExports.files[p.PkgPath] = p.ExportFile
	}
	for _, path := range want {
		a, b := publicly(t, fromSource, path), publicly(t, fromExports, path)
		for name, text := range b {
			if a[name] != text {
				t.Errorf("%s.%s is\n\t%s\nfrom source, and\n\t%s\nfrom export data", path, name, a[name], text)
			}
		}
		if len(a) != len(b) || len(b) == 0 {
			t.Errorf("%s: %d names from source, %d from export data", path, len(a), len(b))
		}
	}
}

// publicly describes the exported objects of a package, with the sizes and methods of types.
func publicly(t *testing.T, s *Session, path string) map[string]string {
	p, err := s.readExport(path)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range p.Scope().Names() {
		obj := p.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		text := types.ObjectString(obj, nil)
		if c, ok := obj.(*types.Const); ok {
			text += " " + c.Val().ExactString()
		}
		if _, ok := obj.(*types.TypeName); ok {
			for _, typ := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
				for m := range types.NewMethodSet(typ).Methods() {
					if m.Obj().Exported() {
						text += "\n\t" + m.String()
					}
				}
			}
		}
		out[name] = text
	}
	return out
}

// A host package of the program's own is compiled by Go, which says what is wrong in it; all types come from export data then.
func TestDeclarationsLeaveHostPackagesToGo(t *testing.T) {
	s := NewSession("../..", "")
	const own = "kiln/langs/toy/outside/digest"
	if _, err := s.list(own, "sync"); err != nil {
		t.Fatal(err)
	}
	if s.meta[own] == nil {
		t.Fatal("no such package")
	}
	if s.declare([]string{own, "sync"}) {
		t.Error("read from source")
	}
}
