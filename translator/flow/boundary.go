package flow

import "go/types"

// Crossing says how a value crosses the boundary between translated and host code.
type Crossing uint8

const (
	NoCrossing     Crossing = iota
	ScalarCrossing          // a number or bool: as it is
	StringCrossing          // copied
	SliceCrossing           // of scalars or strings: copied there and back
	ErrorCrossing           // the text; an error of the other side that comes home is itself again
	HandleCrossing          // a reference to something of the host (Foreign)
	FuncCrossing            // a function value of translated code, which the host may call
)

// Crosses says how values of a type cross.
func (p *Program) Crosses(t types.Type) Crossing {
	switch {
	case types.Identical(t, errorType):
		return ErrorCrossing
	case p.Handle(t):
		return HandleCrossing
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return StringCrossing
		case IsScalar(u):
			return ScalarCrossing
		}
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && (IsScalar(b) || b.Info()&types.IsString != 0) {
			return SliceCrossing
		}
	case *types.Signature:
		if p.callback(u) {
			return FuncCrossing
		}
	}
	return NoCrossing
}

var errorType = types.Universe.Lookup("error").Type()

// IsScalar says whether a basic type is a number (not complex) or bool.
func IsScalar(b *types.Basic) bool {
	return b.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat) != 0 && b.Info()&types.IsUntyped == 0
}

// callback says whether the host can call functions of a signature: all it takes and returns crosses, and is no function.
func (p *Program) callback(s *types.Signature) bool {
	for _, tuple := range []*types.Tuple{s.Params(), s.Results()} {
		for v := range tuple.Variables() {
			if c := p.Crosses(v.Type()); c == NoCrossing || c == FuncCrossing {
				return false
			}
		}
	}
	return !s.Variadic()
}

// Foreign says whether a type is declared in a package that is not translated, and is more than a name for scalars, strings,
// slices, pointers or functions: translated code knows nothing of what such a value consists of.
func (p *Program) Foreign(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || p.Sources == nil || n.Obj().Pkg() == nil || p.Sources[n.Obj().Pkg()] {
		return false
	}
	switch n.Underlying().(type) {
	case *types.Basic, *types.Slice, *types.Pointer, *types.Signature:
		return false
	}
	return true
}

// Handle says whether values of a type are references to what belongs to the host: pointers to foreign types, and
// foreign interfaces.
func (p *Program) Handle(t types.Type) bool {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		return p.Foreign(ptr.Elem()) && !types.IsInterface(ptr.Elem())
	}
	return types.IsInterface(t) && p.Foreign(t)
}

// CallsBack says whether a host function gets functions of translated code.
func (p *Program) CallsBack(f *Func) bool {
	for v := range f.Sig.Params().Variables() {
		if p.Crosses(v.Type()) == FuncCrossing {
			return true
		}
	}
	return false
}

// Opens says whether objects may move, and anything change, while a host function runs: it lets other threads run, or calls translated
// code. The latter may be any host function once one can keep functions of translated code, except those of Kiln's own.
func (p *Program) Opens(f *Func) bool {
	if p.Releases(f) || p.CallsBack(f) || p.takesErrors(f) {
		return true
	}
	if p.keeps == 0 {
		p.keeps = 1
		for _, g := range p.Funcs {
			if g.Host && !g.Borrow && p.CallsBack(g) {
				p.keeps = 2
			}
		}
	}
	return p.keeps == 2 && !ownHost[f.HostPkg]
}

// takesErrors: errors of translated code are asked for their text before the call.
func (p *Program) takesErrors(f *Func) bool {
	for v := range f.Sig.Params().Variables() {
		if p.Crosses(v.Type()) == ErrorCrossing {
			return true
		}
	}
	return false
}

// ownHost are host packages that never call back.
var ownHost = map[string]bool{"kiln/framework/host": true, "kiln/framework/plain": true, "math": true}

// Releases says whether a host function runs without the turn of its thread: one that may block, if there may be other threads, or that may
// call back from other goroutines.
func (p *Program) Releases(f *Func) bool {
	return f.Blocking && p.SeveralThreads() || p.CallsBack(f) && !f.Borrow
}

// SeveralThreads says whether the program may have more than one: it starts some, or the host may call its functions on goroutines of
// its own.
func (p *Program) SeveralThreads() bool {
	for _, f := range p.Funcs {
		if f.Runtime == "startThread" || f.Host && f.Sig != nil && p.CallsBack(f) && !f.Borrow {
			return true
		}
	}
	return false
}
