package load

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// entry is where interpreter code enters the standard library, and by which function.
type entry struct {
	pos  token.Pos
	name string
}

// stdUses collects what is needed to report functions of the standard library that cannot be translated wherever the
// program uses them: the reason is often some calls further down.
type stdUses struct {
	uses    []stdUse
	calls   map[*ssa.Function][]*ssa.Function // between functions of the standard library
	reasons map[*ssa.Function]string          // why a function cannot be translated
}

// stdUse is a use of a function of the standard library by interpreter code.
type stdUse struct {
	fn  *ssa.Function
	pos token.Pos
}

// noteStd notes that the function being converted uses f, of package p.
func (b *builder) noteStd(f *ssa.Function, p *Package, pos token.Pos) {
	if b.inStd(b.cur) {
		b.std.calls[b.cur] = append(b.std.calls[b.cur], f)
	} else if p != nil && p.Std && pos.IsValid() {
		b.std.uses = append(b.std.uses, stdUse{f, pos})
	}
}

// inStd says whether a function is of the standard library: reached from interpreter code, or an initialiser.
func (b *builder) inStd(f *ssa.Function) bool {
	if _, ok := b.via[f]; ok || f == nil {
		return ok
	}
	p := b.packageOf(f)
	return p != nil && p.Std
}

// stdProblem notes why a function of the standard library cannot be translated.
func (b *builder) stdProblem(f *ssa.Function, why string) {
	if b.std.reasons[f] == "" {
		b.std.reasons[f] = why
	}
	b.r.followUps++
}

// reportStd reports the uses of functions that cannot be translated or lead to such.
func (b *builder) reportStd() {
	if len(b.std.reasons) == 0 {
		return
	}
	reported := map[token.Pos]bool{}
	for _, u := range b.std.uses {
		why := b.std.why(u.fn, map[*ssa.Function]bool{})
		if why == "" || reported[u.pos] {
			continue
		}
		reported[u.pos] = true
		name := b.std.named(u)
		b.r.Add(u.pos, "std", name+" of the standard library cannot be translated: "+why, remedyForStd(name))
	}
	if len(reported) == 0 { // reached by nothing that has a position
		for f, why := range b.std.reasons {
			b.r.Add(b.r.Main.Files[0].Package, "std", ssaName(f)+" of the standard library cannot be translated: "+why, remedyForStd(ssaName(f)))
		}
	}
}

// named is the function that the program names where it uses one: a method may be there because a value that it
// calls for is made there.
func (s *stdUses) named(u stdUse) string {
	for _, v := range s.uses {
		if v.pos == u.pos && v.fn.Signature.Recv() == nil {
			return ssaName(v.fn)
		}
	}
	return ssaName(u.fn)
}

// why is the reason that a function or what it calls cannot be translated, "" if there is none.
func (s *stdUses) why(f *ssa.Function, seen map[*ssa.Function]bool) string {
	if r := s.reasons[f]; r != "" || seen[f] {
		return r
	}
	seen[f] = true
	for _, c := range s.calls[f] {
		if r := s.why(c, seen); r != "" {
			return r
		}
	}
	return ""
}

// plainName leaves the type arguments out of a function's name.
func plainName(name string) string {
	if i := strings.IndexByte(name, '['); i > 0 && !strings.HasPrefix(name, "(") {
		return name[:i]
	}
	return name
}
