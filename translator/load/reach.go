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

// builder finds the functions a program needs and converts them. Order of discovery is the order of Funcs: it
// depends on the source only, since every list it walks is ordered.
//
// Dynamic calls are resolved as in rapid type analysis (Bacon, Sweeney 1996): a method is needed if its type
// is converted to an interface somewhere reachable and an interface method of its name is called somewhere reachable.
type builder struct {
	r       *Result
	prog    *flow.Program
	main    string // import path of the main package
	queue   []*ssa.Function
	funcs   map[*ssa.Function]*flow.Func
	names   map[string]int
	globals map[*ssa.Global]*flow.Global
	drivers map[types.Object]*flow.Driver
	pkgs    map[*types.Package]*Package
	docs    map[token.Pos]*ast.CommentGroup // doc comments by position of the function's name

	concrete typeutil.Map    // types converted to interfaces; value: where first
	dynamic  []types.Type    // the same, in order
	invoked  map[string]bool // ids of interface methods called
	invokes  []string        // the same, in order
	// How many of both lists have been combined with each other.
	doneTypes, doneInvokes int
	hosts                  map[string]*Package // host packages by path
	locations              []location
	lazy                   []*lazyInit // init functions of standard packages
	// via is, for functions of the standard library, where interpreter code got there.
	via map[*ssa.Function]entry
	// refused are the entries already reported.
	refused map[token.Pos]bool
	cur     *ssa.Function // being converted
}

func newBuilder(r *Result) *builder {
	b := &builder{
		r: r, prog: &flow.Program{Name: r.Main.Path}, main: r.Main.Path,
		funcs: map[*ssa.Function]*flow.Func{}, names: map[string]int{}, globals: map[*ssa.Global]*flow.Global{},
		drivers: map[types.Object]*flow.Driver{}, pkgs: map[*types.Package]*Package{}, docs: map[token.Pos]*ast.CommentGroup{},
		invoked: map[string]bool{}, via: map[*ssa.Function]entry{}, refused: map[token.Pos]bool{}, hosts: map[string]*Package{},
	}
	b.prog.FixedArrays = map[*types.TypeName]bool{}
	for _, p := range r.Packages {
		b.pkgs[p.Types] = p
		if p.Host {
			b.hosts[p.Path] = p
		}
		for _, f := range p.Files {
			for _, d := range f.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if d.Doc != nil {
						b.docs[d.Name.Pos()] = d.Doc
					}
				case *ast.GenDecl:
					b.arrayTypes(p, d)
				}
			}
		}
	}
	return b
}

// arrayTypes collects the named slice types marked //kiln:array.
func (b *builder) arrayTypes(p *Package, d *ast.GenDecl) {
	if d.Tok != token.TYPE || p.Info == nil {
		return
	}
	for _, spec := range d.Specs {
		ts := spec.(*ast.TypeSpec)
		for _, dir := range Directives(d.Doc, ts.Doc) {
			if obj, ok := p.Info.Defs[ts.Name].(*types.TypeName); ok && dir.Name == "array" {
				b.prog.FixedArrays[obj] = true
			}
		}
	}
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
	b.addLocations()
	for {
		for len(b.queue) > 0 {
			f := b.queue[0]
			b.queue = b.queue[1:]
			b.convert(f)
		}
		if !b.addMethods() && !b.convertInits() {
			break
		}
	}
	b.dropEmptyInits()
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
	if types.IsInterface(t) {
		return
	}
	if b.concrete.At(t) == nil {
		b.concrete.Set(t, pos)
		b.dynamic = append(b.dynamic, t)
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

// packageOf is the package a function belongs to; instances and wrappers belong to that of their origin.
func (b *builder) packageOf(f *ssa.Function) *Package {
	for f.Parent() != nil {
		f = f.Parent()
	}
	if o := f.Origin(); o != nil {
		f = o
	}
	if f.Pkg != nil {
		return b.pkgs[f.Pkg.Pkg]
	}
	if obj := f.Object(); obj != nil && obj.Pkg() != nil {
		return b.pkgs[obj.Pkg()]
	}
	return nil
}

// fn is the flow function of an SSA function; a new one is queued for conversion. pos is where it is used, for
// messages.
func (b *builder) fn(f *ssa.Function, pos token.Pos) *flow.Func {
	if ff := b.funcs[f]; ff != nil {
		return ff
	}
	ff := b.newFunc(f)
	p := b.packageOf(f)
	if p != nil && p.Std {
		if via, ok := b.via[b.cur]; ok {
			b.via[f] = via
		} else {
			b.via[f] = entry{pos, ssaName(f)}
		}
	}
	switch {
	case p != nil && p.Host && f.Blocks == nil && f.Object() != nil:
		b.r.uses[ff] = pos
		ff.Host, ff.HostPkg, ff.HostName = true, p.Path, f.RelString(f.Pkg.Pkg)
		for _, d := range Directives(b.hostDoc(p, f)) {
			ff.Blocking = ff.Blocking || d.Name == "blocking"
			ff.Borrow = ff.Borrow || d.Name == "borrow"
		}
		for v := range f.Signature.Results().Variables() {
			if types.Identical(v.Type(), types.Universe.Lookup("error").Type()) {
				b.hostErrors()
			}
		}
	case p != nil && p.Std && intrinsics[f.RelString(nil)] != "":
		ff.Intrinsic = intrinsics[f.RelString(nil)]
	case p != nil && p.Std && nativeMath[f.RelString(nil)]:
		ff.Host, ff.HostPkg, ff.HostName = true, p.Path, f.Name()
		ff.Hints.Elidable = true
	case f.Blocks == nil:
		b.noBody(f, p, pos)
		return ff
	default:
		b.queue = append(b.queue, f)
	}
	b.prog.Funcs = append(b.prog.Funcs, ff)
	return ff
}

// newFunc makes the flow function of an SSA function, without deciding how it is implemented.
func (b *builder) newFunc(f *ssa.Function) *flow.Func {
	ff := &flow.Func{Name: b.name(f), Sig: f.Signature, Recv: f.Signature.Recv() != nil, Pos: b.pos(f.Pos())}
	b.funcs[f] = ff
	if obj := f.Object(); obj != nil {
		ff.Hints = hints(b.docs[obj.Pos()])
	}
	for _, v := range f.FreeVars {
		ff.FreeVars = append(ff.FreeVars, v.Type())
	}
	return ff
}

// entry is where interpreter code enters the standard library, and by which function.
type entry struct {
	pos  token.Pos
	name string
}

// stdProblem reports a problem in the code of the standard library where interpreter code uses it, once.
func (b *builder) stdProblem(via entry, why string) {
	if !b.refused[via.pos] {
		b.refused[via.pos] = true
		b.r.Add(via.pos, "std", via.name+" of the standard library cannot be translated: "+why, HostRemedy)
		return
	}
	b.r.followUps++
}

// noBody reports the use of a function that cannot be translated.
func (b *builder) noBody(f *ssa.Function, p *Package, pos token.Pos) {
	name := ssaName(f)
	if via, ok := b.via[b.cur]; ok {
		b.stdProblem(via, name+" is not written in Go that can be translated")
		return
	}
	if !pos.IsValid() {
		pos = b.r.Main.Files[0].Package
	}
	switch {
	case p == nil || !p.Source:
		path := ""
		if f.Object() != nil && f.Object().Pkg() != nil {
			path = f.Object().Pkg().Path()
		}
		b.r.Add(pos, "package", "call of "+name+": package "+path+" cannot be translated",
			HostRemedy)
	case p.Std:
		b.r.Add(pos, "std", name+" of the standard library is written in assembly, which is not supported yet", HostRemedy)
	default:
		b.r.Add(f.Pos(), "assembly", "function "+name+" has no body", "write it in Go, or put it into a host package")
	}
}

// hostDoc finds the doc comment of a host function; its syntax is parsed though its types come from export data.
func (b *builder) hostDoc(p *Package, f *ssa.Function) *ast.CommentGroup {
	recv := ""
	if r := f.Signature.Recv(); r != nil {
		t := r.Type()
		if ptr, ok := t.(*types.Pointer); ok {
			t = ptr.Elem()
		}
		if n, ok := t.(*types.Named); ok {
			recv = n.Obj().Name()
		}
	}
	for _, file := range p.Files {
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Name.Name == f.Name() && recvName(fd) == recv {
				return fd.Doc
			}
		}
	}
	return nil
}

func recvName(fd *ast.FuncDecl) string {
	if fd.Recv == nil || len(fd.Recv.List) == 0 {
		return ""
	}
	t := fd.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// name is the function's name as in flow.Func: go/ssa's, the main package called main; unique.
func (b *builder) name(f *ssa.Function) string {
	name := shorten(f.RelString(nil), b.main)
	b.names[name]++
	if n := b.names[name]; n > 1 {
		name += "~" + itoa(n)
	}
	return name
}

func ssaName(f *ssa.Function) string { return f.RelString(nil) }

// shorten replaces the import path of the main package by main in a name that go/ssa made.
func shorten(name, path string) string {
	if path == "main" || !strings.Contains(name, path+".") {
		return name
	}
	var sb strings.Builder
	for {
		i := strings.Index(name, path+".")
		if i < 0 {
			break
		}
		sb.WriteString(name[:i])
		if i > 0 && (name[i-1] == '/' || name[i-1] == '.' || isIdent(name[i-1])) {
			sb.WriteString(path + ".") // the end of a longer path
		} else {
			sb.WriteString("main.")
		}
		name = name[i+len(path)+1:]
	}
	return sb.String() + name
}

func isIdent(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
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
	return descr.Pos{File: p.Filename, Line: p.Line}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := slices.Collect(maps.Keys(m))
	sort.Strings(keys)
	return keys
}
