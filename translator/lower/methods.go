package lower

import (
	"go/types"
	"strings"

	"kiln/translator/flow"
)

// finish fills the dispatch tables and type sets, when all types that interfaces may hold are known. Wrappers made on
// the way may make further types known. It is called again when there are more.
func (l *lowerer) finish() {
	for done := -1; done != l.pending(); {
		done = l.pending()
		for i := 0; i < len(l.dispatches); i++ {
			l.fillDispatch(l.dispatches[i])
		}
	}
	l.table.Dispatches, l.table.TypeSets = nil, nil
	for _, d := range l.dispatches {
		l.fillDispatch(d)
		l.table.Dispatches = append(l.table.Dispatches, d.desc)
	}
	for _, s := range l.setList {
		s.desc.Has = make([]bool, len(l.table.Types))
		for _, d := range l.dynamic {
			if s.typ == nil {
				s.desc.Has[d.id] = d.byIdentity()
			} else {
				s.desc.Has[d.id] = types.Implements(d.typ, s.typ)
			}
		}
		l.table.TypeSets = append(l.table.TypeSets, s.desc)
	}
}

// pending changes whenever another round may find more to do.
func (l *lowerer) pending() int {
	return len(l.dynamic) + len(l.dispatches) + len(l.prog.Funcs) + len(l.table.Types)
}

func (l *lowerer) fillDispatch(d *dispatch) {
	for len(d.desc.Table) < len(l.table.Types) {
		d.desc.Table = append(d.desc.Table, -1)
	}
	for i := 0; i < len(l.dynamic); i++ {
		t := l.dynamic[i]
		if int(t.id) >= len(d.desc.Table) || d.desc.Table[t.id] >= 0 {
			continue
		}
		if d.helper != nil {
			d.desc.Table[t.id] = int32(d.helper(t).Index)
		} else if f := l.methodFor(d, t); f != nil {
			d.desc.Table[t.id] = int32(f.Index)
		}
	}
}

// methodFor is the function that implements a method for a dynamic type, taking the object first; nil if the type has no
// such method.
func (l *lowerer) methodFor(d *dispatch, t *dynamicType) *flow.Func {
	obj, path, _ := types.LookupFieldOrMethod(t.typ, false, d.pkg, d.name)
	m, ok := obj.(*types.Func)
	if !ok || !identicalSig(m.Type().(*types.Signature), d.sig) {
		return nil
	}
	if t.box == nil && (len(path) == 1 || ofPart(t.typ, m, path)) {
		if f := l.declared(t.typ, d.name); f != nil {
			return f
		}
	}
	return l.methodWrapper(d, t, m, path)
}

// ofPart says whether the receiver of a promoted method is the address of a part of an object, which is no value. Package load made
// a function that calls such a method.
func ofPart(t types.Type, m *types.Func, path []int) bool {
	part := false
	for _, i := range path[:len(path)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t, part = p.Elem(), false
		}
		t, part = t.Underlying().(*types.Struct).Field(i).Type(), part || i != 0
	}
	_, wantPtr := m.Type().(*types.Signature).Recv().Type().Underlying().(*types.Pointer)
	return wantPtr && part && underIs[*types.Struct](t)
}

// declared is the function of a method with exactly this receiver type.
func (l *lowerer) declared(recv types.Type, name string) *flow.Func {
	m, _ := l.methods.At(recv).(map[string]*flow.Func)
	return m[name]
}

// methodWrapper takes the object of a dynamic type, finds the receiver in it (unboxing, following embedded fields) and
// calls the method.
func (l *lowerer) methodWrapper(d *dispatch, t *dynamicType, m *types.Func, path []int) *flow.Func {
	name := "wrapper " + goName(t.typ) + "." + d.name + signatureName(d.sig)
	if t.plain != nil {
		name = "boxed " + name
	}
	if f := l.helpers[name]; f != nil && f.Call.Func >= 0 && l.wrapperOf[f] == t {
		return f
	}
	f := l.newFunc(l.typeName(name), d.call.Args, d.call.Results)
	l.helpers[name] = f
	l.wrapperOf[f] = t
	b, p := l.newBuilder(f)
	b.learn(nonNil, p[0], nil)
	fl := &funcLowerer{builder: *b}
	r := receiver{typ: t.typ, words: []value{p[0]}}
	if t.box != nil {
		r.words = fl.inside(t, p[0])
	}
	if t.plain != nil && fl.onWrapped(t, m, path, r.words[0], d, p[1:]) {
		return f
	}
	for _, i := range path[:len(path)-1] {
		r = fl.embedded(r, i)
	}
	fl.callOn(r, m, p[1:])
	tidy(fl.g)
	return f
}

// onWrapped calls a method on a pointer from a box: a method of the pointer type itself, as it is called on other pointers. Of nil the other
// methods cannot be called.
func (fl *funcLowerer) onWrapped(t *dynamicType, m *types.Func, path []int, v value, d *dispatch, args []value) bool {
	ofValue := !underIs[*types.Pointer](m.Type().(*types.Signature).Recv().Type())
	switch {
	case len(path) == 1 && ofValue && m.Pkg() != nil:
		name := goName(t.typ)[1:]
		fl.unless(fl.isNil(v), func() {
			fl.trap(flow.TrapMessage, "value method "+name+"."+m.Name()+" called using nil *"+name[strings.LastIndex(name, ".")+1:]+" pointer")
		})
	case len(path) > 1:
		fl.checkNil(v)
	}
	if len(path) > 1 && !ofPart(t.typ, m, path) {
		return false
	}
	f := fl.l.declared(t.typ, d.name)
	if f == nil {
		return false
	}
	fl.ret(fl.call(f, append([]value{v}, args...)...)...)
	tidy(fl.g)
	return true
}

// receiver is a value on the way to a method's receiver: by words, or the place a pointer refers to.
type receiver struct {
	typ   types.Type
	words []value
	place *place // set: typ is the type of the variable
}

// embedded steps into an embedded field.
func (fl *funcLowerer) embedded(r receiver, field int) receiver {
	if p, ok := r.typ.Underlying().(*types.Pointer); ok && r.place == nil {
		r = receiver{typ: p.Elem(), place: fl.refPlace(r.words[0], p.Elem())}
	}
	st := r.typ.Underlying().(*types.Struct)
	ft := st.Field(field).Type()
	at := fl.l.fieldLeaf(st, field)
	if r.place == nil {
		return receiver{typ: ft, words: r.words[at : at+len(fl.l.shapeOf(ft).leaves)]}
	}
	p := *r.place
	p.leaf += at
	p.typ = ft
	if underIs[*types.Struct](ft) {
		return receiver{typ: ft, place: &p}
	}
	return receiver{typ: ft, words: fl.load(&p)}
}

// callOn calls a method on the receiver found and returns its results.
func (fl *funcLowerer) callOn(r receiver, m *types.Func, args []value) {
	sig := m.Type().(*types.Signature)
	if types.IsInterface(r.typ) {
		x := r.words[0]
		fl.checkNil(x)
		fl.ret(fl.callMethod(fl.l.dispatchOf(m), x, args)...)
		return
	}
	want := sig.Recv().Type()
	_, wantPtr := want.Underlying().(*types.Pointer)
	_, havePtr := r.typ.Underlying().(*types.Pointer)
	have := r.typ
	switch {
	case r.place != nil && wantPtr:
		have = types.NewPointer(r.typ)
		r.words = []value{fl.pointerTo(r.place)}
	case r.place != nil:
		r.words = fl.load(r.place)
	case havePtr && !wantPtr:
		have = r.typ.Underlying().(*types.Pointer).Elem()
		r.words = fl.load(fl.refPlace(r.words[0], have))
	}
	f := fl.l.declared(have, m.Name())
	if f == nil {
		fail(fl.pos, "please report it", "method %s of %s was not loaded", m.Name(), goName(have))
	}
	fl.ret(fl.call(f, append(append([]value{}, r.words...), args...)...)...)
}

// methodName is the method's name in the name of a function: "(*main.List[int]).Push" is Push, and so is "(*main.List).Push~2", whose
// specialisation for a part of something was met first.
func methodName(name string) string {
	if i := strings.LastIndex(name, ")."); i >= 0 {
		name = name[i+2:]
	} else {
		name = name[strings.LastIndex(name, ".")+1:]
	}
	name, _, _ = strings.Cut(name, "[")
	name, _, _ = strings.Cut(name, "~")
	return name
}
