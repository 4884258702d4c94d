package framework

import (
	"errors"
	"os/exec"
	"runtime"
	"slices"
	"sort"
	"strings"
	"testing"
)

type program struct{ code string }

func location(pc int, p *program) string { return p.code[pc:] }

var driver = NewJitDriver(DriverOptions{Name: "test", Greens: []string{"pc", "prog"}, Location: location})

func TestOptions(t *testing.T) {
	if driver.Name() != "test" {
		t.Error(driver.Name())
	}
	for want, o := range map[string]DriverOptions{
		"Name is missing":       {Greens: []string{"pc"}},
		"Greens are missing":    {Name: "x"},
		"must be different":     {Name: "x", Greens: []string{"pc", "pc"}},
		"of the 1 greens":       {Name: "x", Greens: []string{"pc"}, Location: location},
		"that returns a strin":  {Name: "x", Greens: []string{"pc"}, Location: func(int) int { return 0 }},
		"Location is int":       {Name: "x", Greens: []string{"pc"}, Location: 5},
		"that returns a bool":   {Name: "x", Greens: []string{"pc"}, Confirm: func(int) int { return 0 }},
		"NeverInline is func(":  {Name: "x", Greens: []string{"pc"}, NeverInline: func() bool { return true }},
		"UnrollOneIteration is": {Name: "x", Greens: []string{"pc"}, UnrollOneIteration: "f"},
	} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, want) {
					t.Errorf("want %q, got %q", want, text)
				}
			}()
			NewJitDriver(o)
		}()
	}
}

func TestHintsMeanNothing(t *testing.T) {
	if Promote(5) != 5 || Promote("x") != "x" || IsConstant(1) || WeAreJitted() {
		t.Error("a hint has a meaning in plain Go")
	}
	var err error = &Error{Msg: "text"}
	if err.Error() != "text" || !errors.As(err, new(*Error)) {
		t.Error("Error")
	}
}

//go:noinline
func loopWithHints(p *program, n int) (sum int) {
	for pc := 0; n > 0; pc++ {
		driver.MergePoint(pc, p)
		if pc == len(p.code) {
			pc = 0
			n--
		}
		sum += int(Promote(p.code[pc]))
	}
	return sum
}

//go:noinline
func loopEntering(p *program, n int) (sum int) {
	for pc := 0; n > 0; pc++ {
		if pc == len(p.code) {
			pc = 0
			n--
			driver.CanEnterJit(pc, p)
		}
		sum += int(p.code[pc])
	}
	return sum
}

//go:noinline
func loopWithout(p *program, n int) (sum int) {
	for pc := 0; n > 0; pc++ {
		if pc == len(p.code) {
			pc = 0
			n--
		}
		sum += int(p.code[pc])
	}
	return sum
}

// Variadic hints take their arguments as interfaces, which could allocate.
func TestHintsDoNotAllocate(t *testing.T) {
	p := &program{strings.Repeat("abc", 1000)} // positions too large for Go's table of small integers
	if n := testing.AllocsPerRun(10, func() { loopWithHints(p, 1); loopEntering(p, 1) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The claim that hints cost nothing: the two loops compile to the same
// instructions, though not always in the same order. A CanEnterJit is one test.
func TestHintsCompileToNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a test binary")
	}
	binary := t.TempDir() + "/test"
	if out, err := exec.Command("go", "test", "-c", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	with, without := instructions(t, binary, "loopWithHints"), instructions(t, binary, "loopWithout")
	if with != without {
		t.Errorf("with hints:\n%s\nwithout:\n%s", with, without)
	}
	entering := strings.Fields(instructions(t, binary, "loopEntering"))
	if n := len(entering) - len(strings.Fields(without)); n > 30 || slices.Contains(entering, "LOCK") {
		t.Errorf("CanEnterJit is %d instructions: %s", n, entering)
	}
	if !strings.Contains(without, "RET") {
		t.Errorf("no code:\n%s", without)
	}
}

// instructions disassembles a function: the mnemonics, sorted, without padding.
func instructions(t *testing.T, binary, function string) string {
	out, err := exec.Command("go", "tool", "objdump", "-s", `framework\.`+function+`$`, binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, line := range strings.Split(string(out), "\n") {
		if words := strings.Fields(line); len(words) > 3 && !strings.HasPrefix(words[3], "NOP") && words[0] != "TEXT" {
			list = append(list, words[3])
		}
	}
	sort.Strings(list)
	return strings.Join(list, " ")
}

func BenchmarkWithHints(b *testing.B)    { loopWithHints(&program{"abcdefgh"}, b.N) }
func BenchmarkWithoutHints(b *testing.B) { loopWithout(&program{"abcdefgh"}, b.N) }

type inner struct{ n int }
type outer struct {
	inner
	p *int
}

var global int

func TestIdentityHash(t *testing.T) {
	a, b := &inner{}, &outer{}
	first := IdentityHash(a)
	if IdentityHash(b) != first+1 || IdentityHash(a) != first {
		t.Error("not in order of asking, or not stable")
	}
	if IdentityHash(&b.inner) != IdentityHash(b) {
		t.Error("an object and its first embedded struct are different")
	}
	if IdentityHash((*inner)(nil)) != 0 {
		t.Error("nil")
	}
	if n := IdentityHash(&global); n != first+2 || IdentityHash(&global) != n {
		t.Error("package variable")
	}
	small := [2]*int8{new(int8), new(int8)}
	if IdentityHash(small[0]) == IdentityHash(small[1]) {
		t.Error("two small objects are the same")
	}
	runtime.KeepAlive(a)
	runtime.KeepAlive(small)
}

func TestWeakRefAndFinalizer(t *testing.T) {
	type big struct{ data [100]int }
	kept := &big{}
	keeper := NewWeakRef(kept)
	finalized := 0
	dying := func() *WeakRef[big] {
		p := &big{}
		SetFinalizer(p, func(*big) { finalized++ })
		return NewWeakRef(p)
	}()
	SetFinalizer((*big)(nil), func(*big) { t.Error("finalizer of nil") })
	for i := 0; i < 200 && (dying.Get() != nil || finalized == 0); i++ {
		runtime.GC()
		RunFinalizers()
	}
	if dying.Get() != nil || finalized != 1 {
		t.Errorf("still there: %v, finalized %d times", dying.Get() != nil, finalized)
	}
	if keeper.Get() != kept {
		t.Error("a live object is gone")
	}
	runtime.KeepAlive(kept)
}
