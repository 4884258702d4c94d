package jittest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Frames whose variables are boxes: as operands of calls of compiled code they are handed over as their contents, if nobody else sees them.
func TestFrames(t *testing.T) {
	text, err := os.ReadFile("testdata/frames.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := Build(t, map[string]string{"main.go": string(text)})
	for _, c := range []struct {
		name, program string
		stress        int
		forms         bool // must be compiled in the first variant
		forced        bool // objects must be
	}{
		{name: "tree recursion", program: "20 9 ?00-01m20-01m30C3Am13C2Ap21r20", forms: true, stress: 5},
		{name: "arguments that live on", program: "20 8 ?00-01m20-01m30c3Am13c2Ap21p24r20", forms: true, stress: 5},
		{name: "a box changed by the callee", program: "12 6 ?00-01m10m20m30!31C2Bp23p24m10c1Ap01r00 !02?01m20m30!05*01r00", stress: 3},
		{name: "is it the same box", program: "12 6 ?00-01m20m30=23C3Bp23c0Ap02r00 m20=20!01p02r00", stress: 3},
		{name: "a loop in a callee", program: "12 4 ?00-01k15m20m30C1BC2BC0Ap01p02r00 k29p12#13l21r10", forms: true, stress: 7},
		{name: "loops in a recursion", program: "7 3 ?00m10m20m30-31C3Ap23#22!22l13r20", forms: true, stress: 7},
		{name: "a kept box", program: "14 7 ?00K00-01m20m30C2AG10p12!13K20r10", stress: 3},
		{name: "mutual recursion", program: "30 14 ?00-01m20C2Bp20r20 ?00-02m20m30C3A*32r30", forms: true, stress: 5},
		{name: "different contents at each call", program: "6 4 ?00-01m20m30C3Bx00k13C1Bm20C2Bp23r20 ?01-01m20m30c2A*12C1Ar10", stress: 5},
		{name: "the caller's variables are read", program: "9 5 k13p10m20m30S2BS3Bp12p13n11l02r10 g10g21p12#12?01m30-31r12", stress: 5},
		{name: "the caller's variables are changed", program: "9 5 k12p10m20S2Bp12p10#13l02r10 s02s13p01r00", stress: 5},
		{name: "its own variables are looked up", program: "8 30 k12h10p10w12p12h21p12#11n12l01r10", stress: 7},
		{name: "calls that might look, and do now and then", program: "8 90 k15m20v11p12!21v22p21l02r10", stress: 31, forced: true},
		{name: "calls that might look, in calls", program: "12 7 ?00-01m20S2Am30v11p12v32p13n11r10", stress: 5, forced: true},
		{name: "shown frames in loops", program: "9 6 k12m20S2Bp12v11l02r10 m10v12s01p01n11g20p02r00", stress: 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := p.Matrix(t, Config{Args: strings.Fields(c.program), Stress: c.stress})
			if c.forms && r.Counters.Forms == 0 {
				t.Errorf("no code for a form: %+v", r.Counters)
			}
			if c.forced && r.Counters.ForcedObjects == 0 {
				t.Errorf("nothing was forced: %+v", r.Counters)
			}
		})
	}
}

// Random programs of that language, in random variants. FRAMES_SEEDS=from,to runs others than those of every day.
func TestRandomFrames(t *testing.T) {
	text, err := os.ReadFile("testdata/frames.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := Build(t, map[string]string{"main.go": string(text)})
	from, to := 1, 60
	if s := os.Getenv("FRAMES_SEEDS"); s != "" {
		a, b, _ := strings.Cut(s, ",")
		from, _ = strconv.Atoi(a)
		to, _ = strconv.Atoi(b)
	}
	forced, forms, loops := 0, 0, 0
	for seed := from; seed <= to; seed++ {
		rng := rand.New(rand.NewPCG(uint64(seed), 5))
		args := randomFrames(rng)
		want := p.Run(t, Config{Args: args, Jit: "off"}).Output()
		for range 3 {
			c := randomVariant(rng)
			c.Args = args
			r := p.Run(t, c)
			forced, forms, loops = forced+r.Counters.ForcedObjects, forms+r.Counters.Forms, loops+r.Counters.Loops
			if got := r.Output(); got != want {
				t.Fatalf("seed %d: %s --jit %s --gc %s\n got: %.600s\nwant: %.600s", seed, strings.Join(args, " "), c.Jit, c.GC, got, want)
			}
		}
	}
	t.Logf("%d objects forced, %d forms, %d loops", forced, forms, loops)
	if to-from > 50 && (forced == 0 || forms == 0 || loops == 0) {
		t.Error("the programs are not what they should be")
	}
}

func randomVariant(rng *rand.Rand) Config {
	one := func(of ...string) string { return of[rng.IntN(len(of))] }
	c := Config{Jit: one("threshold=2", "threshold=3,function=2", "threshold=7,function=3") + one(",bridge=1", ",bridge=2", ",bridge=5", "") +
		one("", "", ",unroll=0", ",unroll=1", ",unroll=5") + one("", "", ",nested=0", ",nested=9") + one("", "", ",guardfail=5", ",guardfail=30") +
		one("", "", "", ",opt=none", ",opt=all-unroll", ",opt=all-heap", ",opt=all-virtualize", ",tracelimit=60") + fmt.Sprintf(",seed=%d", rng.IntN(99)) +
		one(",backend=ref", ",backend=amd64", ",backend=amd64")}
	c.GC = one("", "", "", "stress=13", "stress=3", "nursery=16K")
	return c
}

// randomFrames makes the arguments of a random program.
func randomFrames(rng *rand.Rand) []string {
	funcs := 1 + rng.IntN(4)
	args := []string{"0" + strconv.Itoa(1+rng.IntN(12)), strconv.Itoa(rng.IntN(30))}
	for range funcs {
		var b strings.Builder
		n := 3 + rng.IntN(14)
		for i := range n {
			code := "kmmpp-*!=##KGx?llcCCSSSgshhwnvvv"[rng.IntN(32)]
			a, x := rng.IntN(width), rng.IntN(width)
			if rng.IntN(3) > 0 {
				a = rng.IntN(3)
			}
			switch code {
			case 'k', '-', '!', '#', 'n':
				x = rng.IntN(10)
			case 'l':
				x = rng.IntN(min(i+1, 9))
			case 'c', 'C', 'S':
				fmt.Fprintf(&b, "%c%d%c", code, a, 'A'+rng.IntN(funcs))
				continue
			}
			fmt.Fprintf(&b, "%c%d%d", code, a, x)
		}
		fmt.Fprintf(&b, "r%d0", rng.IntN(width))
		args = append(args, b.String())
	}
	return args
}

const width = 6 // of frames
