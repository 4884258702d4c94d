package load

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// copiedAtOnce: Go's compiler converts some types to interfaces by functions that take the address of the value. What has
// none, a literal or the result of an operator, it computes where it stands, into a variable of its own
// (cmd/compile/internal/walk: dataWordFuncName says which types, orderState.addrTemp which values).
func copiedAtOnce(v ssa.Value) bool {
	if addressable(v) {
		return false
	}
	t := v.Type()
	switch size, align := words.Sizeof(t), words.Alignof(t); {
	case size == 2 && align == 2, size == align && (size == 4 || size == 8) && !hasPointers(t):
		return false // functions that take a word
	}
	switch t := soleComponent(t).(type) {
	case *types.Slice:
		return false
	case *types.Basic:
		return t.Info()&types.IsString == 0
	}
	return true
}

// addressTaken: an operand that Go's compiler passes by its address and, if it has none, computes into a variable where it
// stands: of a comparison of structs or arrays, and a key of most maps. Calls in other operands of the same operation come
// first (orderState.expr1), so it is only the operations in at, before the call, that count.
func addressTaken(v ssa.Value, at map[ssa.Instruction]int) bool {
	for _, u := range *v.Referrers() {
		_, before := at[u]
		switch u := u.(type) {
		case *ssa.BinOp:
			if before && isAggregate(v.Type()) && !addressable(v) {
				return true
			}
		case *ssa.MapUpdate:
			if u.Key == v && keyCopied(u.Map.Type().Underlying().(*types.Map), v) {
				return true
			}
		case *ssa.Lookup:
			if m, ok := u.X.Type().Underlying().(*types.Map); ok && before && u.Index == v && keyCopied(m, v) {
				return true
			}
		}
	}
	return false
}

// keyCopied: cmd/compile/internal/walk: mapfast and mapKeyTemp.
func keyCopied(m *types.Map, key ssa.Value) bool {
	t := m.Key()
	size := words.Sizeof(t)
	switch {
	case words.Sizeof(m.Elem()) > 128:
		return !addressable(key)
	case isMemory(t) && (size == 4 || size == 8):
		return isAggregate(t) // read as a number
	}
	if b, ok := soleComponent(t).(*types.Basic); ok && b.Info()&types.IsString != 0 {
		return false
	}
	return !addressable(key)
}

// words are the sizes that Go's compiler decides by.
var words = types.SizesFor("gc", "amd64")

// addressable: the value of a variable, not of a literal, a conversion or an operator.
func addressable(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	switch a := load.X.(type) {
	case *ssa.Alloc:
		return a.Comment != "complit"
	case *ssa.SliceToArrayPointer:
		return false
	}
	return true
}

func isAggregate(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// isPointerShaped: an interface holds the value itself (cmd/compile/internal/types.IsDirectIface).
func isPointerShaped(t types.Type) bool {
	switch soleComponent(t).(type) {
	case *types.Pointer, *types.Map, *types.Signature, *types.Chan:
		return true
	}
	return false
}

// isMemory: values are equal when their bytes are, and there is no padding.
func isMemory(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsInteger|types.IsBoolean) != 0
	case *types.Pointer, *types.Chan:
		return true
	case *types.Array:
		return isMemory(u.Elem())
	case *types.Struct:
		sum := int64(0)
		for f := range u.Fields() {
			if f.Name() == "_" || !isMemory(f.Type()) {
				return false
			}
			sum += words.Sizeof(f.Type())
		}
		return sum == words.Sizeof(t)
	}
	return false
}

// soleComponent is what a value of one part consists of.
func soleComponent(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if u.NumFields() == 1 {
			return soleComponent(u.Field(0).Type())
		}
	case *types.Array:
		if u.Len() == 1 {
			return soleComponent(u.Elem())
		}
	}
	return t.Underlying()
}

func hasPointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Struct:
		for f := range u.Fields() {
			if hasPointers(f.Type()) {
				return true
			}
		}
		return false
	case *types.Array:
		return u.Len() > 0 && hasPointers(u.Elem())
	}
	return true
}
