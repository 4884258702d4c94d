package flow

import (
	"errors"
	"testing"
)

func TestBeside(t *testing.T) {
	const n = 100
	done := make([]chan bool, n)
	for i := range done {
		done[i] = make(chan bool)
	}
	// Each waits for the one before, as passes wait for functions that are called.
	Beside(n, func(i int) {
		defer close(done[i])
		if i > 0 {
			<-done[i-1]
		}
	})
	Beside(0, func(int) { t.Error("called for nothing") })
}

func TestBesidePanics(t *testing.T) {
	defer func() {
		err, _ := recover().(error)
		var fault *Fault
		if !errors.As(err, &fault) || fault.Value != 7 {
			t.Errorf("got %v, want the panic of the smallest number", err)
		}
	}()
	Beside(100, func(i int) {
		if i >= 7 {
			panic(i)
		}
	})
}
