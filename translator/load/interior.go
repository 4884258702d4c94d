package load

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// interior refuses pointers to fields and elements that are used as values: the collector moves objects and
// knows references to their start only. A pointer to a struct embedded first is the pointer to the whole.
func (c *converter) interior(addr ssa.Value, base ssa.Value, pos token.Pos) {
	if c.upcast(addr) || c.skip[addr.(ssa.Instruction)] {
		return
	}
	for _, use := range *addr.Referrers() {
		k, fine := c.b.keptBy(addr, use)
		if fine || c.isForeign(addr) {
			continue
		}
		kept := ""
		if k != nil {
			kept = ", and " + c.b.keptWhere(k)
		}
		if !pos.IsValid() {
			pos = use.Pos()
		}
		what, where := "an element", "of an array or slice"
		if f, ok := addr.(*ssa.FieldAddr); ok {
			what = "field " + fieldOf(f).Name()
			where = "of " + typeName(f.X.Type())
		}
		c.problem(pos, "interior-pointer", "the address of "+what+" "+where+" is used as a value"+kept+": objects move, and only pointers to their start are known to the collector",
			remedyFor(addr))
		return
	}
}

// keptWhere tells who keeps a pointer.
func (b *builder) keptWhere(k *keeper) string {
	name := shorten(k.fn.RelString(nil), b.main)
	if p := b.packageOf(k.fn); p == nil || !p.Dialect() || !k.pos.IsValid() {
		return name + " needs it as one"
	}
	at := b.r.Position(k.pos)
	return name + " needs it as one (" + at.Filename + ":" + itoa(at.Line) + ")"
}

// checkAddr makes &x.f and &a[i] panic where they stand if there is no such part: addresses are otherwise checked when something
// is done through them.
func (c *converter) checkAddr(i *ssa.DebugRef) {
	e, ok := i.Expr.(*ast.UnaryExpr)
	if !ok || e.Op != token.AND || i.IsAddr || !c.isInterior(i.X) || c.values[i.X] == nil {
		return
	}
	if a, isInstr := i.X.(ssa.Instruction); isInstr && c.skip[a] {
		return
	}
	c.emit(flow.GoCheckAddr, nil, c.values[i.X])
}

// isForeign: the type belongs to a package that cannot be translated anyway, which is a problem of its own.
func (c *converter) isForeign(addr ssa.Value) bool {
	n, ok := types.Unalias(addr.Type().Underlying().(*types.Pointer).Elem()).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	p := c.b.pkgs[n.Obj().Pkg()]
	return p == nil || !p.Source && !p.Host
}

func remedyFor(addr ssa.Value) string {
	if p, ok := addr.Type().Underlying().(*types.Pointer); ok {
		if _, isStruct := p.Elem().Underlying().(*types.Struct); isStruct {
			return "make the field or element a pointer to a struct of its own, or embed the struct first"
		}
	}
	return "pass the object and the index or a setter, or make it a pointer to a variable of its own"
}

func fieldOf(f *ssa.FieldAddr) *types.Var {
	return f.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct).Field(f.Field)
}

// isUpcast says whether an address is that of a struct embedded in first position of a heap object.
func isUpcast(v ssa.Value) bool {
	f, ok := v.(*ssa.FieldAddr)
	if !ok || f.Field != 0 {
		return false
	}
	field := fieldOf(f)
	if _, isStruct := field.Type().Underlying().(*types.Struct); !field.Embedded() || !isStruct {
		return false
	}
	switch base := f.X.(type) {
	case *ssa.FieldAddr:
		return isUpcast(base)
	case *ssa.IndexAddr:
		return false
	}
	return true
}

// okUse says whether an instruction uses an address only to get at what it points to.
func okUse(addr ssa.Value, use ssa.Instruction) bool {
	switch u := use.(type) {
	case *ssa.DebugRef:
		return true
	case *ssa.UnOp:
		return u.Op == token.MUL
	case *ssa.Store:
		return u.Addr == addr && u.Val != addr
	case *ssa.Convert:
		return isUnsafePointer(u.Type()) // refused itself
	case *ssa.Call:
		b, ok := u.Call.Value.(*ssa.Builtin)
		return ok && (b.Name() == "String" || b.Name() == "Slice") // of package unsafe, refused itself
	case *ssa.FieldAddr, *ssa.IndexAddr:
		return true // its own uses are looked at when it is converted
	case *ssa.Slice:
		return true // of an array; lowering knows which arrays are objects of their own
	}
	return false
}

// typeName is a type for messages: pointers without their star.
func typeName(t types.Type) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return typeText(t)
}

func typeText(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}
