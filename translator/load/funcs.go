package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

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
	p := b.packageOf(f)
	b.noteStd(f, p, pos)
	if ff := b.funcs[f]; ff != nil {
		return ff
	}
	ff := b.newFunc(f)
	b.enterStd(f, pos)
	if o := f.Origin(); o != nil && p != nil && p.Path == FrameworkPath && o.Name() == "NewThreadLocal" {
		b.threadLocals = true
	}
	switch {
	case p != nil && p.Host && f.Origin() != nil:
		b.r.Add(pos, "host", "host function "+ssaName(f.Origin())+" is generic: translated code cannot tell it which copy to call",
			"write a function for each type")
		return ff
	case p != nil && p.Host && f.Blocks == nil && f.Object() != nil:
		b.r.uses[ff] = pos
		ff.Host, ff.HostPkg, ff.HostName = true, p.Path, f.RelString(f.Pkg.Pkg)
		for _, d := range Directives(b.hostDoc(p, f)) {
			ff.Blocking = ff.Blocking || d.Name == "blocking"
			ff.Borrow = ff.Borrow || d.Name == "borrow"
		}
		b.hostResults(f.Signature)
	case p != nil && p.Std && intrinsics[f.RelString(nil)] != "":
		ff.Intrinsic = intrinsics[f.RelString(nil)]
		b.reflects = b.reflects || ff.Intrinsic == "reflect.part"
	case p != nil && runtimeFuncs[f.RelString(nil)] != "":
		ff.Runtime = runtimeFuncs[f.RelString(nil)]
	case p != nil && p.Std && nativeMath[f.RelString(nil)]:
		ff.Host, ff.HostPkg, ff.HostName = true, p.Path, f.Name()
		ff.Hints.Elidable = true
	case f.Blocks == nil:
		b.noBody(f, p, pos)
		return ff
	default:
		b.queue = append(b.queue, job{f, nil})
	}
	b.prog.Funcs = append(b.prog.Funcs, ff)
	return ff
}

// enterStd notes where interpreter code came to a function of the standard library.
func (b *builder) enterStd(f *ssa.Function, pos token.Pos) {
	if p := b.packageOf(f); p == nil || !p.Std {
		return
	}
	if _, known := b.via[f]; known {
		return
	}
	if via, ok := b.via[b.cur]; ok {
		b.via[f] = via
	} else {
		b.via[f] = entry{pos, ssaName(f)}
	}
}

// runtimeFuncs are the functions that executors implement, see flow.Func.Runtime.
var runtimeFuncs = map[string]string{
	UnwindPath + ".try":              "try",
	FrameworkPath + ".addFinalizer":  "addFinalizer",
	FrameworkPath + ".nextFinalizer": "nextFinalizer",
	FrameworkPath + ".startThread":   "startThread",
	FrameworkPath + ".switchThread":  "switchThread",
	FrameworkPath + ".threadNumber":  "threadNumber",
	UnwindPath + ".threadNumber":     "threadNumber",
}

// newFunc makes the flow function of an SSA function, without deciding how it is implemented.
func (b *builder) newFunc(f *ssa.Function) *flow.Func {
	ff := &flow.Func{Name: b.name(f), Sig: f.Signature, Recv: f.Signature.Recv() != nil, Pos: b.pos(f.Pos()), Unit: b.unitOf(f)}
	b.funcs[f] = ff
	if obj := f.Object(); obj != nil {
		ff.Hints = hints(b.docs[obj.Pos()])
		b.lookInsideIff(f, ff)
	}
	for _, v := range f.FreeVars {
		ff.FreeVars = append(ff.FreeVars, v.Type())
	}
	return ff
}

// noBody reports the use of a function that cannot be translated.
func (b *builder) noBody(f *ssa.Function, p *Package, pos token.Pos) {
	name := ssaName(f)
	if b.inStd(b.cur) {
		b.stdProblem(f, name+" is not written in Go that can be translated")
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
		b.r.Add(f.Pos(), "assembly", "function "+shorten(name, b.main)+" has no body", "write it in Go, or put it into a host package")
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

// unitOf is the unit of a function, see flow.Func.Unit. What a program makes of the standard library's generic functions is
// apart from the rest, which hardly ever changes.
func (b *builder) unitOf(f *ssa.Function) string {
	p := b.packageOf(f)
	switch {
	case p == nil:
		return ""
	case p.Std && len(f.TypeArgs()) > 0:
		return "instances"
	case p.Std:
		return "std"
	case !p.Dialect() && !p.Host:
		return "kiln"
	}
	return p.Path
}
