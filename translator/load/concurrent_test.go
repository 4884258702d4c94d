package load

import (
	"fmt"
	"sync"
	"testing"
)

// TestConcurrentSource: tests that run in parallel share one session.
func TestConcurrentSource(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			p, err := Program(fmt.Sprintf("package main\n\nimport \"strconv\"\n\nvar x = %d\n\nfunc main() { f(strconv.Itoa(x)) }\n\nfunc f(s string) {}\n", i))
			if err != nil {
				t.Error(err)
				return
			}
			for _, f := range p.Funcs {
				if f.Graph != nil {
					_ = f.Graph.String()
				}
			}
		})
	}
	wg.Wait()
}
