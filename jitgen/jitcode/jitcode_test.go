package jitcode

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// sample is a program with one descriptor of each kind.
func sample() *descr.Program {
	str := &layout.Type{ID: 1, Name: "string", Size: 24, LenOffset: 16, ItemSize: 1}
	frame := &layout.Type{ID: 2, Name: "main.Frame", Size: 32, Refs: []int{16}}
	points := &layout.Type{ID: 3, Name: "[]main.Point", Size: 16, LenOffset: 8, ItemSize: 16, ItemRefs: []int{8}}
	p := &descr.Program{Types: []*layout.Type{nil, str, frame, points}}
	bytes := &descr.Array{Loc: 0, Access: descr.Access{Kind: op.Int, Width: 1, Immutable: true}, Type: str}
	items := &descr.Array{Loc: 1, Type: points}
	p.Arrays = []*descr.Array{nil, bytes, nil, items}
	p.Sizes = []*descr.Size{nil, nil, {Type: frame}, nil}
	text := &layout.Type{ID: 4, Name: "[]uint8", Size: 24, LenOffset: 16, ItemSize: 1}
	p.Types = append(p.Types, text)
	p.Arrays = append(p.Arrays, &descr.Array{Loc: 7, Access: descr.Access{Kind: op.Int, Width: 1}, Type: text})
	p.Sizes = append(p.Sizes, nil)
	view := &descr.Array{Loc: 5, Access: descr.Access{Immutable: true}, Type: points, Of: items}
	p.Locs = []descr.Location{bytes, items,
		&descr.Field{Loc: 2, Access: descr.Access{Kind: op.Int, Width: 8}, Owner: frame, Name: "pc", Offset: 8},
		&descr.Field{Loc: 3, Access: descr.Access{Kind: op.Ref, Width: 8}, Owner: frame, Name: "next", Offset: 16},
		&descr.Interior{Loc: 4, Access: descr.Access{Kind: op.Int, Width: 4, Signed: true}, Array: items, Name: "x"},
		view,
		&descr.Interior{Loc: 6, Access: descr.Access{Kind: op.Ref, Width: 8}, Array: view, Name: "y", Offset: 8},
		p.Arrays[4],
		&descr.Array{Loc: 8, Access: descr.Access{Kind: op.Int, Width: 1}, Type: text, Of: p.Arrays[4], From: bytes},
	}
	p.Calls = []*descr.Call{
		{Index: 0, Name: "main.add", Func: 0, Args: []op.Kind{op.Int, op.Float}, Results: []op.Kind{op.Int, op.Ref, op.Int},
			Effects: descr.Effects{Collects: true, Reads: []descr.Loc{2}, Writes: []descr.Loc{2, 4}}},
		{Index: 1, Name: "main.pure", Func: -1, Effects: descr.Effects{Elidable: true, Panics: true}},
	}
	p.Dispatches = []*descr.Dispatch{{Name: "Text", Table: []int32{-1, -1, 7, -1}}}
	p.TypeSets = []*descr.TypeSet{{Name: "main.Value", Has: []bool{false, false, true, false}}}
	p.Funcs = []*descr.Func{
		{Index: 0, Name: "main.add", Args: []op.Kind{op.Int, op.Float}, Results: []op.Kind{op.Int}, JitCode: -1, Adapter: true,
			Pos: descr.Pos{File: "main.go", Line: 12}},
		{Index: 1, Name: "main.run", JitCode: 0},
	}
	p.Prebuilt = []*descr.Prebuilt{
		{Index: 0, Type: 1, String: "\x00\xff text", Name: "string"},
		{Index: 1, Type: 2, Words: []descr.Word{{Field: p.Locs[2].(*descr.Field), Bits: 1 << 63}, {Field: p.Locs[3].(*descr.Field), Bits: 1}}},
	}
	p.Drivers = []*descr.Driver{{Name: "d", Portal: 1, Greens: []descr.Var{{Name: "pc", Kind: op.Int}},
		Reds: []descr.Var{{Name: "f", Kind: op.Ref}}, Results: []op.Kind{op.Float}, Hooks: descr.NoHooks()}}
	return p
}

func resolver(p *descr.Program) Resolver {
	return func(kind, name string) (descr.Descr, bool) {
		var all []descr.Descr
		switch kind {
		case "field", "interior":
			for _, l := range p.Locs {
				all = append(all, l)
			}
		case "array":
			for _, l := range p.Locs {
				if _, ok := l.(*descr.Array); ok {
					all = append(all, l)
				}
			}
		case "size":
			for _, s := range p.Sizes {
				if s != nil {
					all = append(all, s)
				}
			}
		case "call":
			for _, c := range p.Calls {
				all = append(all, c)
			}
		case "dispatch":
			all = append(all, p.Dispatches[0])
		case "typeset":
			all = append(all, p.TypeSets[0])
		}
		for _, d := range all {
			if d.String() == name {
				return d, true
			}
		}
		return nil, false
	}
}

func parseSample(t *testing.T, p *descr.Program) *JitCode {
	t.Helper()
	text, err := os.ReadFile("testdata/all.jitcode")
	if err != nil {
		t.Fatal(err)
	}
	j, err := Parse(string(text), 1, resolver(p))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// Printing what was parsed and parsing what was printed are a fixpoint.
func TestTextFixpoint(t *testing.T) {
	p := sample()
	j := parseSample(t, p)
	text := j.String()
	again, err := Parse(text, 1, resolver(p))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if got := again.String(); got != text {
		t.Errorf("second text differs:\n%s\nfirst:\n%s", got, text)
	}
	for _, c := range Opcodes() {
		if c >= op.FirstPrivate && !strings.Contains(text, InfoOf(c).Name) {
			t.Errorf("testdata/all.jitcode has no %s", InfoOf(c).Name)
		}
	}
}

func TestProgramFile(t *testing.T) {
	p := sample()
	j := parseSample(t, p)
	im := &Image{Prog: p, Codes: []*JitCode{j}}
	file, err := Encode(im)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Prog, p) {
		t.Errorf("tables differ after decoding")
	}
	if got.Code(0).String() != j.String() {
		t.Errorf("jitcode differs after decoding:\n%s\nwant:\n%s", got.Code(0), j)
	}
	again, err := Encode(got)
	if err != nil || string(again) != string(file) {
		t.Errorf("encoding what was decoded gives other bytes (%v)", err)
	}
	if got.Of(1) != got.Code(0) || got.Of(0) != nil {
		t.Error("Image.Of")
	}
}

func TestDamagedFile(t *testing.T) {
	file, err := Encode(&Image{Prog: sample()})
	if err != nil {
		t.Fatal(err)
	}
	for i := range file {
		bad := append([]byte(nil), file...)
		bad[i] ^= 0x40
		if _, err := Decode(bad); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("damage at byte %d: %v", i, err)
		}
	}
	for n := range file {
		if _, err := Decode(file[:n]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
}

// A descriptor that is not in its table cannot be written.
func TestForeignDescriptor(t *testing.T) {
	p := sample()
	j := parseSample(t, p)
	j.Descrs[0] = &descr.Call{Index: 0, Name: "elsewhere"}
	if _, err := Encode(&Image{Prog: p, Codes: []*JitCode{j}}); err == nil {
		t.Error("no error")
	}
}

func TestLiveness(t *testing.T) {
	j := parseSample(t, sample())
	pc := j.MergePC(0)
	l := j.LiveAt(pc)
	ints, refs, floats := l.Each()
	if !reflect.DeepEqual(ints, []uint16{0, 1}) || !reflect.DeepEqual(refs, []uint16{0}) || len(floats) != 0 || l.Len() != 3 {
		t.Errorf("live at merge point: %v %v %v", ints, refs, floats)
	}
	if j.CanResume(pc + 1) {
		t.Error("liveness in the middle of an instruction")
	}
}

func TestSwitch(t *testing.T) {
	dense := Switch{Cases: []int64{-1, 0, 1, 2}, Targets: []int32{10, 11, 12, 13}, Default: 99}
	sparse := Switch{Cases: []int64{-1 << 63, 5, 1<<63 - 1}, Targets: []int32{1, 2, 3}, Default: 99}
	for _, c := range []struct {
		s    *Switch
		v    int64
		want int
	}{{&dense, -2, 99}, {&dense, -1, 10}, {&dense, 2, 13}, {&dense, 3, 99}, {&sparse, -1 << 63, 1}, {&sparse, 5, 2},
		{&sparse, 6, 99}, {&sparse, 1<<63 - 1, 3}, {&Switch{Default: 7}, 0, 7}} {
		if got := c.s.Target(c.v); got != c.want {
			t.Errorf("Target(%d) = %d, want %d", c.v, got, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"", "int_add i0 i1 -> i2", "jitcode f() \n  nonsense", "jitcode f()\n  int_add i0 -> i1",
		"jitcode f()\n  int_add i0 r0 -> i1", "jitcode f()\n  goto L1", "jitcode f()\n  getfield_i r0 -> i0 <no.Such>"} {
		if _, err := Parse(text, 0, resolver(sample())); err == nil {
			t.Errorf("no error for %q", text)
		}
	}
}
