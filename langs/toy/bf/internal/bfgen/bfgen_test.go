package bfgen

import (
	"testing"
	"time"
)

func TestPrograms(t *testing.T) {
	for _, p := range Programs() {
		t.Run(p.Name, func(t *testing.T) {
			start := time.Now()
			got, steps, err := Evaluate(p.Source, p.Input)
			if err != nil || got != p.Want {
				t.Errorf("%v: prints\n%.3000s\nwant\n%.3000s", err, got, p.Want)
			}
			t.Logf("%d bytes, %d steps, %v", len(p.Source), steps, time.Since(start))
		})
	}
}
