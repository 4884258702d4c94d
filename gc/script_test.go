package gc

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/internal/filetest"
)

// TestScripts runs heap scripts: "test heap SETTINGS", then commands, one a line.
//
//	type NAME size=N refs=N,N                    a struct type (offsets in bytes)
//	type NAME size=N length=N item=N itemrefs=N  an array type
//	type NAME size=N refs=N,N weak=1             with weak references
//	X = new TYPE [LENGTH]       allocate; X is a root from now on
//	X = immortal TYPE [LENGTH]  allocate in the immortal space
//	X = string "TEXT"
//	X = Y.OFFSET                read a reference
//	X.OFFSET = Y                write a reference (or nil)
//	X.OFFSET = 123              write a word
//	forget X ...                no roots any more
//	keep X                      make immortal
//	collect | init on | init off
//	show X ... | hash X ... | where X ... | stats     print
//	finalize X Y                call for Y as the finalizer of X
//	finalizers                  print and forget the finalizers that are due
//	verify                      print what Verify says
//	bad X.OFFSET                write a reference into the middle of X's own object
func TestScripts(t *testing.T) {
	both(t, testScripts)
}

func testScripts(t *testing.T, collector string) {
	filetest.Run(t, "testdata/*.heap", func(t *testing.T, c *filetest.Case) string {
		s := &script{t: t, settings: strings.Join(append([]string{collector}, c.Args...), ","), names: map[string]int{}, types: []*layout.Type{nil,
			{ID: layout.StringType, Name: "string", Size: 24, ItemSize: 1, LenOffset: 16}}}
		for n, line := range strings.Split(c.Input, "\n") {
			if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) == "" {
				continue
			}
			s.where = fmt.Sprintf("line %d: %s", n+1, line)
			s.line(strings.Fields(line))
		}
		return s.out.String()
	})
}

type script struct {
	t        *testing.T
	settings string
	types    []*layout.Type
	h        *Heap
	th       *thread.Thread
	names    map[string]int
	roots    words
	out      strings.Builder
	where    string
}

func (s *script) fail(problem string) { s.t.Fatalf("%s: %s", s.where, problem) }

func (s *script) line(w []string) {
	if w[0] == "type" {
		s.defineType(w[1], w[2:])
		return
	}
	if s.h == nil {
		s.h, s.th = newHeap(s.t, s.settings)
		s.h = New(s.h.config, s.types)
		s.th = s.h.NewThread()
		s.h.AddRoots(&s.roots)
	}
	if len(w) >= 3 && w[1] == "=" {
		s.assign(w[0], w[2:])
		return
	}
	switch w[0] {
	case "collect":
		s.h.Collect(s.th)
	case "init":
		s.h.SetInit(w[1] == "on")
	case "verify":
		if err := s.h.Verify(); err != nil {
			s.print("%s", s.symbolic(err.Error()))
		} else {
			s.print("verified")
		}
	case "stats":
		st := s.h.Stats()
		s.print("collections %d, moving %d bytes, immortal %d bytes", max(st.Minor, st.Major), st.Used, st.Immortal)
	case "finalize":
		s.h.AddFinalizer(*s.slot(w[1]), *s.slot(w[2]))
	case "finalizers":
		s.finalizers()
	case "bad":
		p, off := s.place(w[1])
		mem.StoreRef(p, off, p+8)
	default:
		for _, name := range w[1:] {
			s.each(w[0], name)
		}
	}
}

func (s *script) finalizers() {
	if due := s.th.Finalizers != 0; !due {
		s.print("none due")
	}
	for {
		object, function, ok := s.h.NextFinalizer(s.th)
		if !ok {
			return
		}
		s.print("%s of %s", s.show(function, map[uintptr]int{}), s.show(object, map[uintptr]int{}))
	}
}

func (s *script) each(command, name string) {
	slot := s.slot(name)
	switch command {
	case "forget":
		*slot = 0
		delete(s.names, name)
	case "keep":
		s.h.MakeImmortal(s.th, slot)
	case "show":
		s.print("%s: %s", name, s.show(*slot, map[uintptr]int{}))
	case "hash":
		s.print("%s: %d", name, s.h.IdentityHash(*slot))
	case "where":
		place := "moving"
		if s.h.IsImmortal(*slot) {
			place = "immortal"
		}
		s.print("%s: %s", name, place)
	default:
		s.fail("unknown command")
	}
}

func (s *script) print(format string, args ...any) { fmt.Fprintf(&s.out, format+"\n", args...) }

// symbolic replaces addresses, which differ from run to run.
func (s *script) symbolic(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		if strings.HasPrefix(w, "0x") && len(w) > 8 {
			words[i] = "ADDRESS" + strings.TrimLeft(w, "0123456789abcdefx")
		}
	}
	return strings.Join(words, " ")
}

func (s *script) slot(name string) *uintptr {
	i, known := s.names[name]
	if !known {
		s.fail("unknown name " + name)
	}
	return &s.roots.list[i]
}

func (s *script) number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		s.fail(err.Error())
	}
	return n
}

func (s *script) defineType(name string, options []string) {
	t := &layout.Type{ID: layout.TypeID(len(s.types)), Name: name}
	for _, o := range options {
		key, value, _ := strings.Cut(o, "=")
		var list []int
		for _, n := range strings.Split(value, ",") {
			list = append(list, s.number(n))
		}
		switch key {
		case "size":
			t.Size = list[0]
		case "refs":
			t.Refs = list
		case "length":
			t.LenOffset = list[0]
		case "item":
			t.ItemSize = list[0]
		case "itemrefs":
			t.ItemRefs = list
		case "weak":
			t.Weak = list[0] != 0
		default:
			s.fail("unknown option " + key)
		}
	}
	s.types = append(s.types, t)
}

// place resolves X.OFFSET.
func (s *script) place(text string) (p, off uintptr) {
	name, offset, ok := strings.Cut(text, ".")
	if !ok {
		s.fail("want NAME.OFFSET, got " + text)
	}
	return *s.slot(name), uintptr(s.number(offset))
}

func (s *script) assign(to string, from []string) {
	if strings.Contains(to, ".") {
		p, off := s.place(to)
		if n, err := strconv.ParseInt(from[0], 10, 64); err == nil {
			mem.Store64(p, off, n)
		} else if from[0] == "nil" {
			mem.StoreRef(p, off, 0)
		} else {
			barrier.Object(s.th, mem.Ptr(p))
			mem.StoreRef(p, off, *s.slot(from[0]))
		}
		return
	}
	p := s.value(from)
	if _, known := s.names[to]; !known {
		s.names[to] = len(s.roots.list)
		s.roots.list = append(s.roots.list, 0)
	}
	*s.slot(to) = p
}

func (s *script) value(from []string) uintptr {
	switch from[0] {
	case "string":
		text, err := strconv.Unquote(strings.Join(from[1:], " "))
		if err != nil {
			s.fail(err.Error())
		}
		return s.h.NewString(s.th, text)
	case "new", "immortal":
		typ, length := s.typeNamed(from[1]), 0
		if len(from) > 2 {
			length = s.number(from[2])
		}
		switch {
		case from[0] == "immortal":
			return s.h.NewImmortal(typ.ID, length)
		case typ.IsArray():
			return s.h.NewArray(s.th, typ.ID, length)
		}
		return s.h.New(s.th, typ.ID)
	}
	p, off := s.place(from[0])
	return mem.LoadRef(p, off)
}

func (s *script) typeNamed(name string) *layout.Type {
	for _, t := range s.types[1:] {
		if t.Name == name {
			return t
		}
	}
	s.fail("unknown type " + name)
	return nil
}

// show prints an object and what it refers to; an object that occurs again is named by its number.
func (s *script) show(p uintptr, seen map[uintptr]int) string {
	if p == 0 {
		return "nil"
	}
	if n := seen[p]; n != 0 {
		return fmt.Sprintf("#%d", n)
	}
	seen[p] = len(seen) + 1
	t := s.h.TypeOf(p)
	text := fmt.Sprintf("#%d %s", seen[p], t.Name)
	if t.ID == layout.StringType {
		return text + " " + strconv.Quote(s.h.GoString(p))
	}
	if t.IsArray() {
		text += fmt.Sprintf("[%d]", s.h.Len(p))
	}
	refs := map[uintptr]bool{}
	s.h.references(p, func(off uintptr) { refs[off] = true })
	var parts []string
	size := uintptr(t.Size)
	if t.IsArray() {
		size += uintptr(s.h.Len(p) * t.ItemSize)
	}
	for off := uintptr(8); off+8 <= size; off += 8 {
		switch {
		case refs[off]:
			parts = append(parts, fmt.Sprintf("%d: %s", off, s.show(mem.LoadRef(p, off), seen)))
		case off != uintptr(t.LenOffset) && mem.LoadI64(p, off) != 0:
			parts = append(parts, fmt.Sprintf("%d: %d", off, mem.LoadI64(p, off)))
		}
	}
	return text + " {" + strings.Join(parts, ", ") + "}"
}
