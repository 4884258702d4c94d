package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// RTPath is the package of helpers that lowering calls; all its functions belong to every program.
const RTPath = "kiln/translator/rt"

// TextPath is the package of texts that lowered code shows; its functions belong to programs that need them.
const TextPath = RTPath + "/text"

// builder finds the functions a program needs and converts them. Order of discovery is the order of Funcs: it
// depends on the source only, since every list it walks is ordered.
//
// Dynamic calls are resolved as in rapid type analysis (Bacon, Sweeney 1996): a method is needed if its type
// is converted to an interface somewhere reachable and an interface method of its name is called somewhere reachable.
type builder struct {
	r       *Result
	prog    *flow.Program
	main    string // import path of the main package
	queue   []job
	funcs   map[*ssa.Function]*flow.Func
	special map[*ssa.Function][]*specialisation
	// conditional has the functions made for conditional calls, by the function they call.
	conditional map[*flow.Func]*flow.Func
	keepers     map[paramKey]*keeper
	names       map[string]int
	globals     map[*ssa.Global]*flow.Global
	drivers     map[types.Object]*flow.Driver
	pkgs        map[*types.Package]*Package
	docs        map[token.Pos]*ast.CommentGroup // doc comments by position of the function's name

	concrete typeutil.Map    // types converted to interfaces; value: where first
	dynamic  []types.Type    // the same, in order
	invoked  map[string]bool // ids of interface methods called
	invokes  []string        // the same, in order
	// How many of both lists have been combined with each other.
	doneTypes, doneInvokes int
	hosts                  map[string]*Package   // host packages by path
	foreign                map[string]*flow.Func // methods of foreign interfaces
	hooks                  []hook
	lazy                   []*lazyInit // init functions of standard packages
	// via is, for functions of the standard library, where interpreter code got there.
	via map[*ssa.Function]entry
	std stdUses
	cur *ssa.Function // being converted
	// reflects: the program prints values by their parts, so the types of parts are dynamic types, too.
	reflects  bool
	doneParts int // of dynamic
	// unwinds: the program defers or recovers, see defers.go; thunks counts deferred calls.
	unwinds bool
	// threadLocals: the program makes thread-local variables.
	threadLocals bool
	thunks       int
}

// job is a function to convert: itself, or a specialisation.
type job struct {
	fn      *ssa.Function
	special *specialisation
}

func newBuilder(r *Result) *builder {
	b := &builder{
		r: r, prog: &flow.Program{Name: r.Main.Path}, main: r.Main.Path,
		funcs: map[*ssa.Function]*flow.Func{}, special: map[*ssa.Function][]*specialisation{}, conditional: map[*flow.Func]*flow.Func{}, keepers: map[paramKey]*keeper{}, names: map[string]int{}, globals: map[*ssa.Global]*flow.Global{},
		drivers: map[types.Object]*flow.Driver{}, pkgs: map[*types.Package]*Package{}, docs: map[token.Pos]*ast.CommentGroup{},
		invoked: map[string]bool{}, via: map[*ssa.Function]entry{}, std: stdUses{calls: map[*ssa.Function][]*ssa.Function{}, reasons: map[*ssa.Function]string{}}, hosts: map[string]*Package{}, foreign: map[string]*flow.Func{},
	}
	b.prog.FixedArrays = map[*types.TypeName]bool{}
	b.prog.Sources, b.prog.Closers = map[*types.Package]bool{}, map[*types.TypeName]string{}
	for _, p := range r.Packages {
		b.pkgs[p.Types] = p
		if p.Host {
			b.hosts[p.Path] = p
		}
		if p.Source {
			b.prog.Sources[p.Types] = true
		}
		for _, f := range p.Files {
			for _, d := range f.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && d.Doc != nil {
					b.docs[d.Name.Pos()] = d.Doc
				}
			}
		}
		p.typeDirectives(func(name *types.TypeName, dir Directive) {
			switch {
			case dir.Name == "array" && p.Info != nil:
				b.prog.FixedArrays[name] = true
			case dir.Name == "finalizer" && p.Host: // how a handle is released
				b.prog.Closers[name] = dir.Args
			}
		})
	}
	return b
}

// addThreadEnds adds what wants to know of threads that end, if the program has it, and says whether there is something new.
func (b *builder) addThreadEnds() bool {
	before := len(b.prog.ThreadEnds)
	add := func(path, name string) {
		for _, p := range b.r.Packages {
			if p.Path == path {
				if f := p.SSA.Func(name); b.funcs[f] == nil {
					b.prog.ThreadEnds = append(b.prog.ThreadEnds, b.fn(f, token.NoPos))
				}
			}
		}
	}
	if b.threadLocals {
		add(FrameworkPath, "threadEnds")
	}
	if b.unwinds && b.prog.SeveralThreads() {
		add(UnwindPath, "End")
		b.prog.Uncaught = b.unwind("Uncaught", token.NoPos)
	}
	return len(b.prog.ThreadEnds) > before
}

func (b *builder) build() *flow.Program {
	b.findDrivers()
	for _, p := range initOrder(b.r.Packages) {
		if p.SSA != nil && p.Source && p.Path != FrameworkPath {
			init := p.SSA.Func("init")
			if p.Std {
				b.lazy = append(b.lazy, newLazyInit(init))
				b.prog.Init = append(b.prog.Init, b.newFunc(init))
				b.prog.Funcs = append(b.prog.Funcs, b.funcs[init])
			} else {
				b.prog.Init = append(b.prog.Init, b.fn(init, token.NoPos))
			}
		}
		if p.Path == RTPath {
			b.addAll(p)
		}
	}
	b.prog.Main = b.fn(b.r.Main.SSA.Func("main"), token.NoPos)
	b.addHooks()
	for {
		for len(b.queue) > 0 {
			next := b.queue[0]
			b.queue = b.queue[1:]
			b.convertSome(next.fn, next.special, nil)
		}
		if !b.addMethods() && !b.convertInits() && !b.addThreadEnds() {
			break
		}
	}
	b.reportStd()
	b.dropEmptyInits()
	b.wrapTops()
	b.splitConditional()
	for i, f := range b.prog.Funcs {
		f.Index = i
	}
	b.prog.Dynamic = b.dynamic
	b.finishDrivers()
	constantGlobals(b.prog)
	return b.prog
}

// initOrder is the order in which Go initialises packages: sorted by import path, the first of which all imports
// are initialised comes next.
func initOrder(packages []*Package) []*Package {
	rest := slices.Clone(packages)
	slices.SortFunc(rest, func(a, b *Package) int { return strings.Compare(a.Path, b.Path) })
	done := map[*Package]bool{}
	var order []*Package
	for len(rest) > 0 {
		i := slices.IndexFunc(rest, func(p *Package) bool {
			return !slices.ContainsFunc(p.Imports, func(d *Package) bool { return !done[d] })
		})
		done[rest[i]] = true
		order = append(order, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return order
}

// addAll makes every function of a package part of the program.
func (b *builder) addAll(p *Package) {
	for _, name := range sortedKeys(p.SSA.Members) {
		if f, ok := p.SSA.Members[name].(*ssa.Function); ok && f.Signature.TypeParams() == nil && !strings.HasPrefix(name, "init") {
			b.fn(f, token.NoPos)
		}
	}
}

// addMethods queues the methods that dynamic calls may reach and says whether there were new ones.
func (b *builder) addMethods() bool {
	for ; b.reflects && b.doneParts < len(b.dynamic); b.doneParts++ {
		b.addParts(b.dynamic[b.doneParts])
	}
	for i, t := range b.dynamic {
		from := 0
		if i < b.doneTypes {
			from = b.doneInvokes
		}
		if from == len(b.invokes) {
			continue
		}
		wanted := map[string]bool{}
		for _, id := range b.invokes[from:] {
			wanted[id] = true
		}
		for sel := range b.r.sess.prog.MethodSets.MethodSet(t).Methods() {
			if wanted[sel.Obj().Id()] {
				if f := b.r.sess.prog.MethodValue(sel); f != nil {
					b.fn(f, b.concrete.At(t).(token.Pos))
				}
			}
		}
	}
	b.doneTypes, b.doneInvokes = len(b.dynamic), len(b.invokes)
	return len(b.queue) > 0
}

// convertedToInterface notes that values of type t have a dynamic type.
func (b *builder) convertedToInterface(t types.Type, pos token.Pos) {
	if types.IsInterface(t) || b.prog.Foreign(t) {
		return
	}
	if b.concrete.At(t) == nil {
		b.concrete.Set(t, pos)
		b.dynamic = append(b.dynamic, t)
	}
}

// addParts notes the types of a type's parts.
func (b *builder) addParts(t types.Type) {
	if !flow.PartsShown(t) {
		return
	}
	pos := b.concrete.At(t).(token.Pos)
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			b.convertedToInterface(f.Type(), pos)
		}
	case *types.Array:
		b.convertedToInterface(u.Elem(), pos)
	case *types.Slice:
		b.convertedToInterface(u.Elem(), pos)
	case *types.Pointer:
		b.convertedToInterface(u.Elem(), pos) // not of a handle: that is foreign
	case *types.Map:
		b.convertedToInterface(u.Key(), pos)
		b.convertedToInterface(u.Elem(), pos)
	}
}

// need makes functions of a helper package part of the program.
func (b *builder) need(path string, pos token.Pos, names ...string) {
	for _, p := range b.r.Packages {
		if p.Path == path {
			for _, name := range names {
				b.fn(p.SSA.Func(name), pos)
			}
		}
	}
}

// hostErrors makes *framework.Error a dynamic type: errors of host functions arrive as that.
func (b *builder) hostErrors() {
	for _, p := range b.r.Packages {
		if p.Path == FrameworkPath {
			if t := p.Types.Scope().Lookup("Error"); t != nil {
				b.convertedToInterface(types.NewPointer(t.Type()), t.Pos())
			}
		}
	}
}

func (b *builder) invoke(m *types.Func) {
	if id := m.Id(); !b.invoked[id] {
		b.invoked[id] = true
		b.invokes = append(b.invokes, id)
	}
}

// global is the flow global of an SSA global.
func (b *builder) global(g *ssa.Global) *flow.Global {
	fg := b.globals[g]
	if fg == nil {
		fg = &flow.Global{Name: shorten(g.RelString(nil), b.main), Type: g.Type().(*types.Pointer).Elem(), Pos: b.pos(g.Pos())}
		b.globals[g] = fg
		b.prog.Globals = append(b.prog.Globals, fg)
	}
	return fg
}

func (b *builder) pos(pos token.Pos) descr.Pos {
	if !pos.IsValid() {
		return descr.Pos{}
	}
	p := b.r.Position(pos)
	return descr.Pos{File: p.Filename, Line: p.Line, Column: p.Column}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := slices.Collect(maps.Keys(m))
	sort.Strings(keys)
	return keys
}
