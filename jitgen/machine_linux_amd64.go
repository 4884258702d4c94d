package jitgen

import (
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/amd64"
)

// newMachine is the backend that makes machine code on this platform.
func newMachine(rt backend.Runtime, opts backend.Options) (backend.Backend, error) {
	return amd64.New(rt, opts)
}
