// Package lower turns high-level flow graphs (Go types and operations, from package load) into
// low-level ones (words of three kinds and the operations of jitgen/op) and fills the whole-program
// tables of descr.Program: object layouts, memory locations, calls, dispatch tables, prebuilt objects.
//
// How Go values become words and objects is fixed in docs/architecture.md. What this package adds:
//
//   - An array by value of at most maxInline words is exploded into them; a larger one is one reference to
//     an array object that belongs to its variable alone (loading copies it, storing copies into it).
//   - A pointer to an array is the reference of an array object of type []T, so slicing it shares.
//   - []byte arrays have the layout of strings (a hash word, unused), so that one array_copy moves
//     bytes between the two; its descriptor says from which to which (layouts.go, copying).
//   - A pointer to a field or an element is not a value: it is folded into the loads and stores through it,
//     and its nil and bounds checks happen there, as in compiled Go. A field embedded first is an upcast.
//   - A variable whose address stays in the function becomes words in SSA form (locals.go).
//   - A string in memory may be nil; a string whose length or bytes are used is replaced by a non-nil one
//     where it is defined (nonnil.go).
//   - A global of struct or array type is a prebuilt object of its own; other globals are fields of one
//     object per package, cells if their address is used as a value.
//   - The free variables of a closure's graph come before its parameters; after lowering, the closure
//     object comes instead of them.
//
// Helpers of lowered code that are easier written in Go are in translator/rt and lowered with the program.
//
// Input: a verified high-level program. Output: the same program, low level, Table filled (drivers and
// adapters are the portal pass's and the emitter's), effects of calls computed by package hints; a later pass that
// adds calls or functions computes them again. Imports the translator's flow and the descriptor
// packages only; build time.
package lower

import (
	"fmt"
	"go/types"
	"runtime/debug"
	"slices"

	"golang.org/x/tools/go/types/typeutil"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
	"kiln/translator/hints"
)

// Error is a construct that cannot be lowered.
type Error struct {
	Pos    descr.Pos
	Func   string
	What   string
	Remedy string
	// Stack is that of a mistake of lowering itself.
	Stack string
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: in %s: %s", e.Pos, e.Func, e.What)
	if e.Remedy != "" {
		s += "; " + e.Remedy
	}
	return s
}

// Errors are all the errors of a program, by function.
type Errors []*Error

func (e Errors) Error() string {
	s := ""
	for i, x := range e {
		if i > 0 {
			s += "\n"
		}
		s += x.Error()
	}
	return s
}

// lowerer is the state of lowering one program.
type lowerer struct {
	prog  *flow.Program
	table *descr.Program
	errs  Errors

	byName  map[string]*flow.Func
	methods typeutil.Map // receiver type -> map[string]*flow.Func

	// Layouts, see types.go. Keys are Go types.
	sliced    typeutil.Map // types of arrays inside other values that are sliced
	shapes    typeutil.Map // any type -> *shape
	objects   typeutil.Map // what a pointer refers to -> *object
	arrays    typeutil.Map // element type -> *array
	boxes     typeutil.Map // type of a value in an interface -> *object
	closures  map[*flow.Func]*object
	funcBase  *object
	typeNames map[string]int
	firstIn   map[layout.TypeID]bool // types embedded first somewhere
	strings   *array
	copies    map[[2]*array]*descr.Array // by destination and source, see copying
	strHash   *descr.Field

	// Interfaces.
	dynamic    []*dynamicType // types converted to an interface, in order of discovery
	dynByType  typeutil.Map   // Go type -> *dynamicType
	dispatches []*dispatch
	typeSets   typeutil.Map // interface type -> *typeSet
	setList    []*typeSet
	identities *typeSet // types compared by identity; nil until somebody asks
	eqTable    *dispatch
	hashTable  *dispatch
	reflects   map[string]*dispatch // tables for package fmt, see reflect.go

	// Calls, values of function type, generated helpers.
	closureCalls typeutil.Map // signature -> *descr.Call
	funcValues   map[*flow.Func]*descr.Prebuilt
	isValue      map[*flow.Func]bool // wrappers of plain functions as values
	growers      map[*array]*flow.Func
	helpers      map[string]*flow.Func
	maps         typeutil.Map // map type -> *mapType

	// Pointers in interfaces that are no objects, see wrapped.go.
	wraps   wrapState
	lowered map[*flow.Func]bool // functions of the program

	// Constants and globals.
	helperType map[*flow.Func]types.Type
	unfilled   []unfilled
	wrapperOf  map[*flow.Func]*dynamicType
	interned   map[string]*descr.Prebuilt
	empties    map[layout.TypeID]*descr.Prebuilt
	boxed      map[string]*descr.Prebuilt // constants in interfaces, by type and words
	globals    map[*flow.Global]*global
}

// hostTypes lays out what a host function's wrapper makes, whether or not the program ever looks inside: the arrays of slices and
// the objects of handles, in results and in arguments of functions that the host calls.
func (l *lowerer) hostTypes(f *flow.Func) {
	l.hostTuple(f.Sig.Results())
	for v := range f.Sig.Params().Variables() {
		if s, ok := v.Type().Underlying().(*types.Signature); ok {
			l.hostTuple(s.Params())
		}
	}
}

func (l *lowerer) hostTuple(tuple *types.Tuple) {
	for v := range tuple.Variables() {
		switch t := v.Type(); l.prog.Crosses(t) {
		case flow.SliceCrossing:
			l.arrayOf(t.Underlying().(*types.Slice).Elem())
		case flow.HandleCrossing:
			if p, ok := t.Underlying().(*types.Pointer); ok {
				t = p.Elem()
			}
			l.objectOf(t)
		}
	}
}

// Program lowers p in place. On error p is unusable; the error is of type Errors.
func Program(p *flow.Program) error {
	l := newLowerer(p)
	l.index()
	l.noteSliced(p)
	// The types that lowering meets, and framework.Error, which the errors of host functions are.
	l.guarded(nil, func() {
		for _, t := range p.Dynamic {
			l.dynamicOf(t)
		}
	})
	l.layGlobals()
	for _, f := range slices.Clone(p.Funcs) {
		l.signature(f)
		if f.Host {
			l.guarded(nil, func() { l.hostTypes(f) })
		}
	}
	if len(l.errs) > 0 {
		return l.errs // calls of functions without signature make no sense
	}
	for _, f := range slices.Clone(p.Funcs) {
		switch {
		case isIntrinsic(f):
			f.Graph, f.Intrinsic = nil, f.Name
		case f.Graph != nil:
			l.guarded(f, func() { l.function(f) })
		}
	}
	if len(l.errs) == 0 {
		l.guarded(nil, l.fillGlobals)
		l.guarded(nil, l.finish)
	}
	if len(l.errs) > 0 {
		return l.errs
	}
	l.guarded(nil, l.settle)
	if len(l.errs) > 0 {
		return l.errs
	}
	for _, e := range hints.Frames(p, l.newForce) {
		l.errs = append(l.errs, &Error{Pos: e.Pos, Func: e.Func, What: e.What, Remedy: e.Remedy()})
	}
	if len(l.errs) > 0 {
		return l.errs
	}
	l.fillFuncs()
	p.Table.Threads = p.SeveralThreads()
	hints.QuasiWrites(p)
	hints.Effects(p)
	return nil
}

func newLowerer(p *flow.Program) *lowerer {
	p.Table, p.Records = &descr.Program{}, map[*layout.Type]bool{}
	l := &lowerer{
		prog: p, table: p.Table,
		byName:     map[string]*flow.Func{},
		closures:   map[*flow.Func]*object{},
		typeNames:  map[string]int{},
		copies:     map[[2]*array]*descr.Array{},
		firstIn:    map[layout.TypeID]bool{},
		funcValues: map[*flow.Func]*descr.Prebuilt{},
		isValue:    map[*flow.Func]bool{},
		growers:    map[*array]*flow.Func{},
		helpers:    map[string]*flow.Func{},
		helperType: map[*flow.Func]types.Type{},
		wrapperOf:  map[*flow.Func]*dynamicType{},
		interned:   map[string]*descr.Prebuilt{},
		empties:    map[layout.TypeID]*descr.Prebuilt{},
		boxed:      map[string]*descr.Prebuilt{},
		globals:    map[*flow.Global]*global{},
		reflects:   map[string]*dispatch{},
		wraps:      newWrapState(),
		lowered:    map[*flow.Func]bool{},
	}
	l.table.Types = []*layout.Type{nil}
	l.table.Sizes = []*descr.Size{nil}
	l.table.Arrays = []*descr.Array{nil}
	l.makeStrings()
	l.makeFuncBase()
	return l
}

// index finds functions by name and methods by receiver.
func (l *lowerer) index() {
	for i, f := range l.prog.Funcs {
		f.Index = i
		l.byName[f.Name] = f
		if f.Sig == nil || f.Sig.Recv() == nil || !f.Recv {
			continue
		}
		recv := f.Sig.Recv().Type()
		m, _ := l.methods.At(recv).(map[string]*flow.Func)
		if m == nil {
			m = map[string]*flow.Func{}
			l.methods.Set(recv, m)
		}
		m[methodName(f.Name)] = f
	}
}

// guarded runs one function's lowering and turns what it raises into errors with a position.
func (l *lowerer) guarded(f *flow.Func, body func()) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			if f != nil {
				e.Func = f.Name
				if e.Pos.Line == 0 {
					e.Pos = f.Pos
				}
			}
			l.errs = append(l.errs, e)
		default:
			x := &Error{What: fmt.Sprintf("internal error of kiln in pass \"lower\": %v", e), Remedy: flow.ReportRemedy, Stack: string(debug.Stack())}
			if f != nil {
				x.Func, x.Pos = f.Name, f.Pos
			}
			l.errs = append(l.errs, x)
		}
	}()
	body()
}

// fail raises an error about the construct being lowered; guarded adds the function.
func fail(pos descr.Pos, remedy, format string, args ...any) {
	panic(&Error{Pos: pos, What: fmt.Sprintf(format, args...), Remedy: remedy})
}

// newFunc adds a function made by lowering itself (wrappers and helpers).
func (l *lowerer) newFunc(name string, args, results []kind) *flow.Func {
	f := &flow.Func{Index: len(l.prog.Funcs), Name: name}
	l.prog.Funcs = append(l.prog.Funcs, f)
	f.Call = l.newCall(name, f.Index, args, results)
	return f
}

// newForce makes the function that writes back what compiled code keeps of an object.
func (l *lowerer) newForce() *flow.Func {
	f := l.newFunc("kiln.force", []kind{op.Ref}, nil)
	f.Runtime = "force"
	l.table.Force = 1 + f.Index
	return f
}

// fillFuncs makes the run-time table of functions; adapters and jitcode are added by later passes.
func (l *lowerer) fillFuncs() {
	for _, f := range l.prog.Funcs {
		l.table.Funcs = append(l.table.Funcs, &descr.Func{
			Index: f.Index, Name: f.Name, Args: f.Call.Args, Results: f.Call.Results, Pos: f.Pos, JitCode: -1,
		})
	}
}

// underIs says whether t's underlying type is of the given kind.
func underIs[T types.Type](t types.Type) bool { _, ok := t.Underlying().(T); return ok }
