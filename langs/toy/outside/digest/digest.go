// Package digest is SHA-256 for translated code.
//
//kiln:host
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// Hash is a running hash.
type Hash struct{ h hash.Hash }

// New begins a hash.
func New() *Hash { return &Hash{sha256.New()} }

// Add hashes more data, without a copy.
//
//kiln:borrow
func (h *Hash) Add(data []byte) { h.h.Write(data) }

// Sum is the hash of all data, in hexadecimal.
func (h *Hash) Sum() string { return hex.EncodeToString(h.h.Sum(nil)) }
