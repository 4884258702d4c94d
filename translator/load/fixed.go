package load

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

const fixedRemedy = "use an ordinary slice, or make another one and copy the elements"

// isFixed says whether values of a type are one pointer to an array of fixed length.
func (c *converter) isFixed(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && c.b.prog.FixedArrays[n.Origin().Obj()]
}

// instanceOnFixed says whether this is the copy of a generic function for such a type, whose source shows only a type
// parameter; what other functions do to fixed arrays is seen in the source, by package check. An array made for a
// fixed one is sliced once.
func (c *converter) instanceOnFixed(from, to types.Type) bool {
	return c.ssa.Origin() != nil && c.isFixed(from) && c.isFixed(to)
}

// toFixedArray refuses conversions of slices that are not just made: their array may be longer, or shared.
func (c *converter) toFixedArray(i *ssa.ChangeType) {
	if !c.isFixed(i.Type()) || c.isFixed(i.X.Type()) {
		return
	}
	switch i.X.(type) {
	case *ssa.MakeSlice, *ssa.Slice, *ssa.Const, *ssa.ChangeType:
		return // lowering sees whether it is the whole of a new array
	}
	pos := i.Pos()
	if pos == token.NoPos {
		pos = c.lastPos
	}
	name := typeName(i.Type())
	c.problem(pos, "fixed-array", "a slice of type "+typeName(i.X.Type())+" cannot become a "+name+": that is a //kiln:array, one pointer to an array of fixed length",
		"make it with make("+name+", n) and copy the elements")
}

// hintAsValue refuses functions of package framework that are not called: the hint would be lost.
func (c *converter) hintAsValue(f *ssa.Function) {
	if c.isFramework(f) && !c.isFramework(c.ssa) {
		name := f.Name()
		if o := f.Origin(); o != nil {
			name = o.Name()
		}
		c.problem(token.NoPos, "hint", "framework's "+shortMethod(name)+" is used as a value: it is a hint to the translator, which knows calls only", "call it")
	}
}

// shortMethod leaves out what go/ssa adds to the name of a method value.
func shortMethod(name string) string {
	const bound = "$bound"
	if len(name) > len(bound) && name[len(name)-len(bound):] == bound {
		return name[:len(name)-len(bound)]
	}
	return name
}
