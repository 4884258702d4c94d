package jitgen

import (
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/ref"
	"kiln/jitgen/jitlog"
)

// NewBackend makes the backend of the settings; by default machine code if this platform and its self-test
// allow it, else the reference backend (why is an error of the log's section jit-backend).
func NewBackend(rt backend.Runtime, s Settings, log *jitlog.Log) (backend.Backend, error) {
	opts := backend.Options{GuardFail: s.GuardFail, Seed: s.Seed, Stack: s.Stack}
	if log.On(jitlog.Backend) {
		opts.Log = func(format string, args ...any) { log.Printf(jitlog.Backend, format, args...) }
	}
	if s.Backend == "ref" {
		return ref.New(rt, opts), nil
	}
	be, err := newMachine(rt, opts)
	if err == nil {
		return be, nil
	}
	if s.Backend != "" {
		return nil, &SettingError{"backend=" + s.Backend, err.Error()}
	}
	log.Printf(jitlog.Backend, "using the reference backend: %v", err)
	return ref.New(rt, opts), nil
}
