package execmem

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestBothMappingsShowTheSameBytes(t *testing.T) {
	m, err := New(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := m.Alloc(10)
	b, _ := m.Alloc(10)
	if a%Align != 0 || b-a != Align {
		t.Errorf("allocations at %#x and %#x are not %d-aligned neighbours", a, b, Align)
	}
	m.Write(a, []byte{1, 2, 3, 4, 5, 6, 7, 8})
	m.Patch32(a+4, 0x0a0b0c0d)
	got := *(*uint64)(ptr(a))
	if got != 0x0a0b0c0d04030201 {
		t.Errorf("executable mapping reads %#x", got)
	}
	if !m.Contains(a) || m.Contains(m.Writable(a)) {
		t.Error("Contains must hold for the executable mapping only")
	}
}

func TestNoPageIsWritableAndExecutable(t *testing.T) {
	m, err := New(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	seen := 0
	for _, line := range strings.Split(string(maps), "\n") {
		if strings.Contains(line, "kiln-jit") {
			seen++
			if strings.Contains(line, "wx") {
				t.Errorf("writable and executable: %s", line)
			}
		}
	}
	if seen < 2 {
		t.Errorf("expected two mappings, found %d", seen)
	}
	_ = m
}

func TestExhaustionIsAnError(t *testing.T) {
	m, err := New(1 << 16)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Alloc(1 << 15); err != nil {
		t.Fatal(err)
	}
	_, err = m.Alloc(1<<15 + 1)
	var full *FullError
	if !errors.As(err, &full) {
		t.Errorf("want FullError, got %v", err)
	}
}

func TestPatchRejectsUnaligned(t *testing.T) {
	m, _ := New(1 << 16)
	a, _ := m.Alloc(64)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	m.Patch32(a+5, 0)
}
