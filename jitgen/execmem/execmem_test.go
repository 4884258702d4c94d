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

// TestFreeAndReuse: freed memory is handed out again, neighbours become one, and all of it freed is as if nothing had been.
func TestFreeAndReuse(t *testing.T) {
	m, err := New(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	var at [6]uintptr
	for i := range at {
		at[i], _ = m.Alloc(100)
		m.Write(at[i], []byte{0x90, 0x90})
	}
	m.Free(at[1], 100)
	m.Free(at[3], 100)
	if b := *(*byte)(ptr(at[1])); b != breakpoint {
		t.Errorf("freed memory starts with %#x", b)
	}
	if m.Used() != 4*128 {
		t.Errorf("%d bytes used", m.Used())
	}
	if p, _ := m.Alloc(128); p != at[1] {
		t.Error("the first gap is not used first")
	}
	if p, _ := m.Alloc(129); p != at[5]+128 {
		t.Error("a gap that is too small was used")
	}
	m.Free(at[1], 128)
	m.Free(at[2], 100) // now 1 to 3 are free
	if p, _ := m.Alloc(3 * 128); p != at[1] {
		t.Error("neighbours did not become one")
	}
	m.Free(at[5]+128, 129)
	for _, i := range []int{5, 0, 4} {
		m.Free(at[i], 100)
	}
	m.Free(at[1], 3*128)
	if m.Used() != 0 || m.used != 0 || len(m.free) != 0 {
		t.Errorf("%d bytes used, end %d, free %v", m.Used(), m.used, m.free)
	}
	m.Alloc(64)
	defer func() {
		if recover() == nil {
			t.Error("freed twice without a panic")
		}
	}()
	m.Free(at[1], 64)
}
