package langfuzz

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"kiln/internal/vmtest"
)

// A test runs a fixed number of random programs. How long to go on instead, and the seed of the first one, come from the environment:
//
//	LANGFUZZ_TIME=10m LANGFUZZ_SEED=7000000 go test ./internal/langfuzz -run 'TestRandom/clay' -timeout 0
//
// LANGFUZZ_KEEP names a folder: differences are written there and the search goes on.

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// inTests is how many programs of each language a test runs.
const inTests = 80

// until says whether to go on after n programs.
func until(tb testing.TB) (more func(n int) bool) {
	text := os.Getenv("LANGFUZZ_TIME")
	if text == "" {
		return func(n int) bool { return n < inTests }
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		tb.Fatal(err)
	}
	end := time.Now().Add(d)
	return func(int) bool { return time.Now().Before(end) }
}

var languages = map[string]struct {
	pkg, extension string
	generate       func(seed uint64) *Case
}{
	"bf":   {"./langs/toy/bf", ".b", Bf},
	"clay": {"./langs/toy/clay", ".clay", Clay},
	"lox":  {"./langs/toy/lox", ".lox", Lox},
}

func runner(t *testing.T, name string) *Runner {
	lang := languages[name]
	r := &Runner{Plain: os.Getenv("LANGFUZZ_PLAIN"), Translated: os.Getenv("LANGFUZZ_TRANSLATED"),
		Dir: t.TempDir(), Extension: lang.extension, Limit: 2 * time.Second}
	if r.Plain == "" {
		r.Plain, r.Translated = vmtest.BuildPlain(t, lang.pkg), vmtest.BuildTranslated(t, lang.pkg)
	}
	return r
}

// TestRandom looks for differences.
func TestRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("builds binaries")
	}
	for name := range languages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			find(t, runner(t, name), languages[name].generate)
		})
	}
}

func find(t *testing.T, r *Runner, generate func(uint64) *Case) {
	seed := uint64(setting("LANGFUZZ_SEED", 1))
	more := until(t)
	programs, runs, late, failed, loud := 0, 0, 0, 0, 0
	defer func() {
		t.Logf("%d programs, %d of them ending with an error, %d runs; %d programs took too long in plain Go", programs, failed, runs, late)
		// Only long runs say something about the generator.
		if programs >= 300 && (failed == 0 || failed > programs/2 || loud < programs*9/10) {
			t.Errorf("the programs are not what they should be: %d end with an error, %d print something", failed, loud)
		}
	}()
	for ; more(programs); seed++ {
		c := generate(seed)
		rng := rand.New(rand.NewPCG(seed, 3))
		want, err := r.Oracle(c)
		if err != nil {
			t.Fatal(err)
		}
		if want.Late {
			late++
			continue
		}
		programs++
		if want.Exit != 0 {
			failed++
		}
		if want.Stdout != "" {
			loud++
		}
		for range 4 {
			runs++
			d, err := r.Check(c, want, RandomVariant(rng, c))
			if err != nil {
				t.Fatal(err)
			}
			if d != nil {
				report(t, r, seed, d)
				break
			}
		}
	}
}

// report writes a difference, made smaller; unless they are collected, it ends the test.
func report(t *testing.T, r *Runner, seed uint64, d *Difference) {
	first := d.Variant.String()
	d = r.Shrink(d)
	keep := os.Getenv("LANGFUZZ_KEEP")
	if keep == "" {
		t.Fatalf("seed %d, found with %s\n%s", seed, first, d)
	}
	t.Errorf("seed %d", seed)
	name := filepath.Join(keep, strconv.FormatUint(seed, 10)+r.Extension)
	if err := os.WriteFile(name, []byte(d.Case.Source()), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name+".txt", []byte(first+"\n"+d.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}
