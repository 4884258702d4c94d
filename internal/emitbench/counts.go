package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// counts are the instructions that executables needed for programs, kept in a file of the user's cache folder. The keys are hashes of
// the executable, its switches and the program: equal ones need not be run again, so that a run that was interrupted goes on where it
// was, and optimisations that change nothing cost nothing to measure.
type counts struct {
	file  string
	known map[string]float64
}

func openCounts() (*counts, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "kiln")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	c := &counts{filepath.Join(dir, "emitbench.json"), map[string]float64{}}
	text, err := os.ReadFile(c.file)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	return c, json.Unmarshal(text, &c.known)
}

// get is what is known of key, else what count finds.
func (c *counts) get(key string, count func() (float64, error)) (float64, error) {
	key = hashed([]byte(key))
	if n, ok := c.known[key]; ok {
		return n, nil
	}
	n, err := count()
	if err != nil {
		return 0, err
	}
	c.known[key] = n
	text, err := json.Marshal(c.known)
	if err != nil {
		return 0, err
	}
	// Renamed into place: an interruption must not leave half a file.
	if err := os.WriteFile(c.file+".new", text, 0o644); err != nil {
		return 0, err
	}
	return n, os.Rename(c.file+".new", c.file)
}

func hashFile(name string) (string, error) {
	text, err := os.ReadFile(name)
	return hashed(text), err
}

func hashed(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])[:32]
}
