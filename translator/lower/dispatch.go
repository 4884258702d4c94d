package lower

import (
	"go/types"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// dispatch is a table under construction: a method by name and signature.
type dispatch struct {
	desc   *descr.Dispatch
	call   *descr.Call
	name   string
	pkg    *types.Package // of an unexported method
	sig    *types.Signature
	helper func(d *dynamicType) *flow.Func // for tables of helpers (equality, hashes) instead of methods
}

// nameTable is the table of the names of dynamic types.
func (l *lowerer) nameTable() *dispatch {
	return l.textTable("name", func(t *dynamicType) string { return reflectName(t.typ) })
}

// missingTable is the table of the methods that types lack for an interface.
func (l *lowerer) missingTable(t types.Type, it *types.Interface) *dispatch {
	return l.textTable("missing for "+reflectName(t), func(d *dynamicType) string {
		if m, _ := types.MissingMethod(d.typ, it, true); m != nil {
			return m.Name()
		}
		return ""
	})
}

// textTable is a table of functions that return a constant text; equal texts share them.
func (l *lowerer) textTable(name string, text func(*dynamicType) string) *dispatch {
	if d := l.reflects[name]; d != nil {
		return d
	}
	d := l.newDispatch(name, []kind{op.Ref}, []kind{op.Ref})
	d.helper = func(t *dynamicType) *flow.Func {
		s := text(t)
		if f := l.helpers["text "+s]; f != nil {
			return f
		}
		f := l.newFunc("text "+s, d.call.Args, d.call.Results)
		l.helpers["text "+s] = f
		b, _ := l.newBuilder(f)
		b.ret(b.textConst(s))
		return f
	}
	l.reflects[name] = d
	return d
}

func (fl *funcLowerer) lowerCallInterface(o *flow.Op) {
	m := o.Aux.(*types.Func)
	x := fl.get1(o.Args[0])
	fl.checkNil(x)
	var args []value
	for _, a := range o.Args[1:] {
		args = append(args, fl.get(a)...)
	}
	fl.setResults(o, fl.callMethod(fl.l.dispatchOf(m), x, args))
}

// callMethod calls a method of an interface value that is not nil.
func (b *builder) callMethod(d *dispatch, x value, args []value) []value {
	f := b.int2(op.MethodLookup, d.desc, b.typeID(x))
	return b.callIndirect(f, d.call, append([]value{x}, args...)...)
}

// dispatchOf is the table of a method.
func (l *lowerer) dispatchOf(m *types.Func) *dispatch {
	sig := m.Type().(*types.Signature)
	var pkg *types.Package
	if !m.Exported() {
		pkg = m.Pkg()
	}
	for _, d := range l.dispatches {
		if d.helper == nil && d.name == m.Name() && d.pkg == pkg && identicalSig(d.sig, sig) {
			return d
		}
	}
	args, results := l.signatureKinds(sig)
	name := m.Name() + signatureName(sig)
	d := l.newDispatch(name, append([]kind{op.Ref}, args...), results)
	d.name, d.pkg, d.sig = m.Name(), pkg, sig
	return d
}

func (l *lowerer) newDispatch(name string, args, results []kind) *dispatch {
	d := &dispatch{desc: &descr.Dispatch{Index: len(l.dispatches), Name: l.typeName(name)}}
	d.call = l.newCall("method "+d.desc.Name, -1, args, results)
	l.dispatches = append(l.dispatches, d)
	return d
}

func identicalSig(a, b *types.Signature) bool {
	return types.Identical(a.Params(), b.Params()) && types.Identical(a.Results(), b.Results()) && a.Variadic() == b.Variadic()
}

func signatureName(sig *types.Signature) string {
	return goName(types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic()))[len("func"):]
}
