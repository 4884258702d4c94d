//go:build !linux || !amd64

package jitgen

import (
	"errors"

	"kiln/jitgen/backend"
)

// newMachine: there is no machine code for this platform yet.
func newMachine(backend.Runtime, backend.Options) (backend.Backend, error) {
	return nil, errors.New("not available on this platform")
}
