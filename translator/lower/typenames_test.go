package lower

import (
	"go/token"
	"go/types"
	"testing"
)

// Type arguments have the path of their package, but that of the main package is main.
func TestReflectName(t *testing.T) {
	named := func(path, pkg, name string) *types.Named {
		return types.NewNamed(types.NewTypeName(token.NoPos, types.NewPackage(path, pkg), name, nil), types.Typ[types.Int], nil)
	}
	generic := func(pkg *types.Named, arg types.Type) types.Type {
		p := types.NewTypeParam(types.NewTypeName(token.NoPos, nil, "T", nil), types.NewInterfaceType(nil, nil))
		pkg.SetTypeParams([]*types.TypeParam{p})
		inst, err := types.Instantiate(nil, pkg, []types.Type{arg}, false)
		if err != nil {
			t.Fatal(err)
		}
		return inst
	}
	for want, typ := range map[string]types.Type{
		"main.F[main.foo]":         generic(named("example.org/m", "main", "F"), named("example.org/m", "main", "foo")),
		"x.F[example.org/x.foo]":   generic(named("example.org/x", "x", "F"), named("example.org/x", "x", "foo")),
		"map[string][]*x.foo":      types.NewMap(types.Typ[types.String], types.NewSlice(types.NewPointer(named("example.org/x", "x", "foo")))),
		"interface {}":             types.NewInterfaceType(nil, nil),
		"func(int, ...string) int": types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "a", types.Typ[types.Int]), types.NewVar(0, nil, "b", types.NewSlice(types.Typ[types.String]))), types.NewTuple(types.NewVar(0, nil, "", types.Typ[types.Int])), true),
	} {
		if got := reflectName(typ); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
