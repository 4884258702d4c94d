package load

import (
	"go/token"
	"go/types"
	"slices"

	"kiln/translator/flow"
)

// foreignMethod is the host function that calls a method of a foreign interface.
func (b *builder) foreignMethod(recv types.Type, m *types.Func, pos token.Pos) *flow.Func {
	named := types.Unalias(recv).(*types.Named).Obj()
	name := named.Name() + "." + m.Name()
	key := named.Pkg().Path() + "." + name
	if f := b.foreign[key]; f != nil {
		return f
	}
	sig := m.Type().(*types.Signature)
	sig = types.NewSignatureType(types.NewVar(token.NoPos, nil, "", recv), nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	f := &flow.Func{Name: key, Sig: sig, Recv: true, Host: true, HostPkg: named.Pkg().Path(), HostName: name}
	b.foreign[key] = f
	b.r.uses[f] = pos
	b.hostResults(sig)
	b.prog.Funcs = append(b.prog.Funcs, f)
	return f
}

// foreignInterface refuses conversions between foreign interfaces and others: what is in a foreign interface is known to the host
// only. A handle may become one.
func (c *converter) foreignInterface(pos token.Pos, from, to types.Type) {
	p := c.b.prog
	isForeign := func(t types.Type) bool { return types.IsInterface(t) && p.Foreign(t) && !c.refused() }
	switch {
	case isForeign(from):
		c.problem(pos, "host", "a value of type "+typeText(from)+" is converted to "+typeText(to)+": what is in an interface of a host package is known there only",
			"let a function of the host package do it")
	case isForeign(to) && !p.Handle(from):
		c.problem(pos, "host", "a value of type "+typeText(from)+" is converted to "+typeText(to)+", an interface that is not translated: the host cannot call methods of translated code",
			"pass functions instead")
	}
}

// refused says whether the package imports one that it must not: what follows from that is no problem of its own.
func (c *converter) refused() bool {
	p := c.b.packageOf(c.ssa)
	return p != nil && slices.ContainsFunc(p.Imports, func(q *Package) bool { return !q.Host && !q.Source })
}

// hostResults notes what the results of host functions are in translated code.
func (b *builder) hostResults(sig *types.Signature) {
	for v := range sig.Results().Variables() {
		if b.prog.Crosses(v.Type()) == flow.ErrorCrossing {
			b.hostErrors()
		}
	}
	for v := range sig.Params().Variables() {
		b.errorForHost(v.Type())
		if f, ok := v.Type().Underlying().(*types.Signature); ok { // a function that the host calls
			for p := range f.Params().Variables() {
				if b.prog.Crosses(p.Type()) == flow.ErrorCrossing {
					b.hostErrors()
				}
			}
			for r := range f.Results().Variables() {
				b.errorForHost(r.Type())
			}
		}
	}
}

// errorForHost: errors of the program that the host gets are asked for their text.
func (b *builder) errorForHost(t types.Type) {
	if b.prog.Crosses(t) == flow.ErrorCrossing {
		b.need(TextPath, token.NoPos, "Error", "Unwrap")
	}
}
