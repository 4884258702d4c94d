package main

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"kiln/internal/vmtest"
)

// TestSameAsGo calls the standard library in plain Go and translated: the digests must be the same. The number of
// cases of each group and the seed come from the environment:
//
//	STDLIB=1000000 STDLIB_SEED=5 go test ./internal/stdlib -run TestSameAsGo/floats -timeout 0
func TestSameAsGo(t *testing.T) {
	if testing.Short() {
		t.Skip("builds binaries")
	}
	plain, vm := vmtest.BuildPlain(t, "./internal/stdlib"), vmtest.BuildTranslated(t, "./internal/stdlib")
	cases, seed := setting("STDLIB", 2000), setting("STDLIB_SEED", 1)
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			want, got := output(t, plain, g.name, seed, 0, cases), output(t, vm, g.name, seed, 0, cases)
			for i := range want {
				if i < len(got) && want[i] == got[i] {
					continue
				}
				// The block that differs, case by case.
				w, v := output(t, plain, g.name, seed, i*1000, 1000, 1), output(t, vm, g.name, seed, i*1000, 1000, 1)
				for k := range w {
					if k >= len(v) || results(w[k]) != results(v[k]) {
						t.Fatalf("plain Go:   %s\ntranslated: %s", w[k], strings.Join(v[min(k, len(v)):min(k+1, len(v))], ""))
					}
				}
				t.Fatalf("digests of block %d differ: %s, translated %s", i, want[i], strings.Join(got[min(i, len(got)):min(i+1, len(got))], ""))
			}
		})
	}
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

func output(t *testing.T, binary, group string, numbers ...int) []string {
	t.Helper()
	args := []string{group}
	for _, n := range numbers {
		args = append(args, strconv.Itoa(n))
	}
	r, err := vmtest.Run(binary, args, "")
	if err != nil || r.Exit != 0 {
		t.Fatalf("%s %s: %v, status %d\n%s", binary, strings.Join(args, " "), err, r.Exit, r.Stderr)
	}
	return strings.Split(strings.TrimSuffix(r.Stdout, "\n"), "\n")
}

// results is a line for a case without the digest, which sums up those before, too.
func results(line string) string {
	parts := strings.SplitN(line, " ", 4)
	return parts[len(parts)-1]
}
