package load

import (
	"testing"
	"time"
)

func TestBF(t *testing.T) {
	start := time.Now()
	s := NewSession("../..", "")
	r, err := s.Load("./langs/toy/bf")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
	for _, p := range r.Problems {
		t.Error(p)
	}
	if r.Program == nil {
		return
	}
	for _, f := range r.Program.Funcs {
		t.Log(f.Name, f.Host)
		if f.Graph != nil {
			t.Log(f.Graph)
		}
	}
	for _, p := range r.Packages {
		t.Log(p.Path, p.Source, p.Host, p.Dialect())
	}
}
