package rt

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

var texts = []string{"", "a", "ab", "abc", "héllo", "日本語", "a\x80b", "\xff\xfe", "\xe6\x97", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "😀!", "\xf0\x9f\x98"}

func TestStrings(t *testing.T) {
	for _, a := range texts {
		for _, b := range texts {
			if StringEqual(a, b) != (a == b) {
				t.Errorf("StringEqual(%q, %q)", a, b)
			}
			if c := StringCompare(a, b); (c < 0) != (a < b) || (c > 0) != (a > b) {
				t.Errorf("StringCompare(%q, %q) = %d", a, b, c)
			}
			if Concat2(a, b) != a+b || Concat3(a, b, a) != a+b+a || Concat4(a, b, b, a) != a+b+b+a {
				t.Errorf("concatenation of %q and %q", a, b)
			}
		}
		for i := range len(a) + 1 {
			if StringFrom(a, i) != a[i:] {
				t.Errorf("StringFrom(%q, %d)", a, i)
			}
			for j := i; j <= len(a); j++ {
				if Substring(a, i, j) != a[i:j] {
					t.Errorf("Substring(%q, %d, %d)", a, i, j)
				}
			}
		}
		if BytesToString(StringToBytes(a)) != a || RunesToString(StringToRunes(a)) != string([]rune(a)) {
			t.Errorf("conversion of %q", a)
		}
	}
}

// TestDecodeRune covers all strings of two bytes and random ones of four.
func TestDecodeRune(t *testing.T) {
	check := func(s string) {
		at := 0
		for i, r := range s {
			if i != at {
				t.Fatalf("%q: rune at %d, want %d", s, at, i)
			}
			var got rune
			if got, at = DecodeRune(s, at); got != r {
				t.Fatalf("%q at %d: %U, want %U", s, i, got, r)
			}
		}
	}
	for i := range 1 << 16 {
		check(string([]byte{byte(i >> 8), byte(i)}))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		b := make([]byte, 4)
		for i := range b {
			b[i] = []byte{0xE0, 0xED, 0xF0, 0xF4, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 'a'}[rng.IntN(12)]
		}
		check(string(b))
	}
}

func TestRunes(t *testing.T) {
	for r := int64(-2); r < 0x110002; r++ {
		if got := RuneToString(r); got != string(rune(r)) {
			t.Fatalf("RuneToString(%#x) = %q", r, got)
		}
	}
	if RuneToString(1<<40) != "\uFFFD" {
		t.Error("RuneToString out of range")
	}
}

func TestNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300_000 {
		n := int64(rng.Uint64()) >> rng.IntN(60)
		if rng.IntN(3) == 0 {
			n = n&^0xFFFFF | int64(1)<<uint(rng.IntN(20)) // near a tie
		}
		if got := Int64ToFloat32(n); got != float32(n) {
			t.Fatalf("Int64ToFloat32(%d) = %v, want %v", n, got, float32(n))
		}
		if got := Uint64ToFloat32(uint64(n)); got != float32(uint64(n)) {
			t.Fatalf("Uint64ToFloat32(%d) = %v, want %v", uint64(n), got, float32(uint64(n)))
		}
		f := math.Float64frombits(rng.Uint64())
		if f > -1<<31-1 && f < 1<<31 && FloatToInt32(f) != int64(int32(f)) {
			t.Fatalf("FloatToInt32(%v)", f)
		}
	}
	fs := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN()}
	for _, x := range fs {
		for _, y := range fs {
			if a, b := FloatMin(x, y), min(x, y); math.Float64bits(a) != math.Float64bits(b) && a == a {
				t.Errorf("FloatMin(%v, %v) = %v", x, y, a)
			}
			if a, b := FloatMax(x, y), max(x, y); math.Float64bits(a) != math.Float64bits(b) && a == a {
				t.Errorf("FloatMax(%v, %v) = %v", x, y, a)
			}
		}
	}
}

func TestGrowCap(t *testing.T) {
	growLike[byte](t, false)
	growLike[int16](t, false)
	growLike[int64](t, false)
	growLike[*int](t, true)
	growLike[string](t, true)
	growLike[[]int](t, true)
	growLike[[3]int64](t, false)
	growLike[[5]int64](t, false)
	growLike[struct {
		p *int
		n [9]int
	}](t, true)
	growLike[struct{}](t, false)
}

// growLike compares with Go's append.
func growLike[T any](t *testing.T, pointers bool) {
	size := int(unsafe.Sizeof(*new(T)))
	var sink []T // escapes: Go keeps small slices that do not on the stack
	defer func() { sinkOf = sink }()
	try := func(old, want int) {
		sink = append(make([]T, old, old), make([]T, want-old)...)
		if got := GrowCap(old, want, size, pointers); got != cap(sink) {
			t.Fatalf("GrowCap gives %d for %d items of %d bytes, %d before, Go %d", got, want, size, old, cap(sink))
		}
	}
	old := 0
	for old < 50_000 {
		try(old, old+1)
		old = cap(sink)
	}
	for range 500 {
		old := rand.IntN(3000)
		try(old, old+1+rand.IntN(3000))
	}
}

var sinkOf any

// TestMap runs random operations on the index against a model that keeps entries in a list. Keys are numbers, few
// hashes for many keys.
func TestMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		m := &Map{}
		var keys []int // by entry, as lowering keeps them
		var model []int
		find := func(k int) int {
			if m.count == 0 {
				return -1
			}
			h := HashInt(k % 37)
			for slot := MapSlot(m, h); ; {
				var e int
				if e, slot = MapProbe(m, h, slot); e < 0 || keys[e] == k {
					return e
				}
			}
		}
		add := func(k int) {
			if find(k) >= 0 {
				return
			}
			if !MapRoom(m) {
				n := MapNewCap(m)
				var moved []int
				for e := range m.used {
					if MapLive(m, e) {
						moved = append(moved, keys[e])
					}
				}
				MapRebuild(m, n)
				keys = append(moved, make([]int, n-len(moved))...)
			}
			keys[MapAdd(m, HashInt(k%37))] = k
			model = append(model, k)
		}
		remove := func(k int) {
			if e := find(k); e >= 0 {
				MapDelete(m, e)
				model = slices.DeleteFunc(model, func(x int) bool { return x == k })
			}
		}
		for range rng.IntN(600) {
			switch k := rng.IntN(100); rng.IntN(5) {
			case 0, 1, 2:
				add(k)
			case 3:
				remove(k)
			case 4:
				// An iteration during which things change meets each entry at most once, and all that stay.
				before := slices.Clone(model)
				met := map[int]bool{}
				gone := map[int]bool{}
				for e, pos := MapIter(m, 0); e >= 0; e, pos = MapIter(m, pos) {
					k := keys[e]
					if met[k] && !gone[k] {
						t.Fatalf("entry %d twice", k)
					}
					met[k] = true
					delete(gone, k)
					if rng.IntN(2) == 0 {
						x := rng.IntN(100)
						remove(x)
						gone[x] = true
					} else if len(met) < 50 {
						add(1000 + rng.IntN(50))
					}
				}
				for _, k := range before {
					if slices.Contains(model, k) && !met[k] {
						t.Fatalf("entry %d not met", k)
					}
				}
			}
			if m.count != len(model) {
				t.Fatalf("%d entries, want %d", m.count, len(model))
			}
		}
		var order []int
		for e, pos := MapIter(m, 0); e >= 0; e, pos = MapIter(m, pos) {
			order = append(order, keys[e])
		}
		if !slices.Equal(order, model) {
			t.Fatalf("order %v, want %v", order, model)
		}
	}
}
