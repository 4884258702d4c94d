package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
)

// store keeps results from one run of this command to the next: a file of lines, each a key and a value, written as soon as they
// are known. Keys are hashes of everything that the value depends on, so that nothing is ever out of date.
type store struct {
	mu    sync.Mutex
	dir   string
	known map[string]json.RawMessage
	file  *os.File
}

type storeLine struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

func openStore(dir string) *store {
	if dir == "" {
		root := os.Getenv("KILNCACHE")
		if root == "" {
			user, err := os.UserCacheDir()
			if err != nil {
				fatal(err)
			}
			root = filepath.Join(user, "kiln")
		}
		dir = filepath.Join(root, "gosuite")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "results.jsonl"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		fatal(err)
	}
	s := &store{dir: dir, known: map[string]json.RawMessage{}, file: f}
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		var l storeLine
		if json.Unmarshal(in.Bytes(), &l) == nil { // else the end of a run that was cut off
			s.known[l.Key] = l.Value
		}
	}
	return s
}

// get fills in a value and says whether it was known.
func (s *store) get(key string, value any) bool {
	s.mu.Lock()
	data, ok := s.known[key]
	s.mu.Unlock()
	return ok && json.Unmarshal(data, value) == nil
}

func (s *store) put(key string, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		fatal(err)
	}
	line, err := json.Marshal(storeLine{key, data})
	if err != nil {
		fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[key] = data
	if _, err := s.file.Write(append(line, '\n')); err != nil {
		fatal(err)
	}
}

// hash is a key for a list of texts.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}

// hashOfFile is the hash of a file's contents.
func hashOfFile(name string) string {
	data, err := os.ReadFile(name)
	if err != nil {
		fatal(err)
	}
	return hash(string(data))
}

// hashOfRuntime is the hash of all source that translated binaries are linked with.
func hashOfRuntime(module string) string {
	var names []string
	for _, dir := range []string{"gc", "jitgen", "framework"} {
		filepath.WalkDir(filepath.Join(module, dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && (strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".s")) && !strings.HasSuffix(path, "_test.go") {
				names = append(names, path)
			}
			return nil
		})
	}
	sort.Strings(names)
	var parts []string
	for _, n := range names {
		parts = append(parts, hashOfFile(n))
	}
	return hash(parts...)
}
