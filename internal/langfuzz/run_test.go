package langfuzz

import (
	"os"
	"testing"
	"time"
)

// Programs that take too much processor time are late, those that a signal ends by itself or that take other time are not.
func TestLate(t *testing.T) {
	r := &Runner{Dir: t.TempDir(), Extension: ".sh"}
	for _, c := range []struct {
		text string
		late bool
		exit int
	}{
		{"while :; do :; done", true, 0},
		{"sleep 1.2; exit 3", false, 3},
		{"kill -9 $$", false, -1},
	} {
		if err := os.WriteFile(r.file(), []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if got, err := r.run("/bin/sh", nil, "", time.Second); err != nil || got.Late != c.late || got.Exit != c.exit {
			t.Errorf("%s: %+v, %v", c.text, got, err)
		}
	}
}
