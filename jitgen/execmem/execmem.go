// Package execmem owns the memory that machine code lives in.
//
// One memfd is mapped twice: read-write for the compiler and the collector, read-execute for the
// CPU. No page is writable and executable through the same mapping, and no mprotect is needed to
// patch (measured: 30 ns a patch, against 11-20 us for toggling protection).
//
// The region is reserved once, at its final size, so that every piece of code reaches every other
// with a 32-bit displacement; the kernel only backs the pages that are touched. It is never unmapped: a stale
// return or resume address must not come to point into something else.
//
// Data that machine code reads by RIP-relative addresses (literals, constant tables) may live in it
// too: the collector writes them through the RW mapping.
//
// Imports the standard library and x/sys only; linked into translated binaries.
package execmem

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// DefaultSize is the reserved size of a region in bytes.
const DefaultSize = 256 << 20

// Align is the alignment of every allocation: a cache line, so that data of one piece does not share
// a line with code of another.
const Align = 64

// Memory is one region of code memory. Its methods may be called from several goroutines.
type Memory struct {
	mu   sync.Mutex
	rw   uintptr // base of the writable mapping
	rx   uintptr // base of the executable mapping
	size int
	used int    // everything from here on is untouched
	free []span // below used, ascending, not touching each other
}

// span is a range of free memory, in offsets; both are multiples of Align.
type span struct{ from, to int }

// FullError reports that a region is exhausted. The JIT answers by compiling nothing more.
type FullError struct{ Size, Want int }

func (e *FullError) Error() string {
	return fmt.Sprintf("execmem: code memory of %d MB is full (wanted %d bytes more)", e.Size>>20, e.Want)
}

// New reserves a region of size bytes (rounded up to whole pages).
func New(size int) (*Memory, error) {
	size = (size + 0xffff) &^ 0xffff
	fd, err := unix.MemfdCreate("kiln-jit", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("execmem: memfd_create: %w", err)
	}
	defer unix.Close(fd) // the mappings keep the memory
	if err := unix.Ftruncate(fd, int64(size)); err != nil {
		return nil, fmt.Errorf("execmem: ftruncate: %w", err)
	}
	m := &Memory{size: size}
	if m.rw, err = mapShared(fd, size, unix.PROT_READ|unix.PROT_WRITE); err != nil {
		return nil, fmt.Errorf("execmem: mmap read-write: %w", err)
	}
	if m.rx, err = mapShared(fd, size, unix.PROT_READ|unix.PROT_EXEC); err != nil {
		return nil, fmt.Errorf("execmem: mmap read-execute (is the memfd mount noexec?): %w", err)
	}
	return m, nil
}

func mapShared(fd, size, prot int) (uintptr, error) {
	p, err := unix.MmapPtr(fd, 0, nil, uintptr(size), prot, unix.MAP_SHARED|unix.MAP_NORESERVE)
	return uintptr(p), err
}

// Alloc reserves n bytes and returns their executable address: of freed memory the first that is large enough.
func (m *Memory) Alloc(n int) (uintptr, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	want := (n + Align - 1) &^ (Align - 1)
	for i := range m.free {
		if f := &m.free[i]; f.to-f.from >= want {
			at := f.from
			if f.from += want; f.from == f.to {
				m.free = slices.Delete(m.free, i, i+1)
			}
			return m.rx + uintptr(at), nil
		}
	}
	if m.used+want > m.size {
		return 0, &FullError{m.size, want}
	}
	at := m.rx + uintptr(m.used)
	m.used += want
	return at, nil
}

// Free gives back the n bytes that Alloc returned at rx. Nobody may be running there or be able to come back: to make
// sure that whoever does stops at once, the memory is filled with breakpoints.
func (m *Memory) Free(rx uintptr, n int) {
	n = (n + Align - 1) &^ (Align - 1)
	m.check(rx, n)
	code := unsafe.Slice((*byte)(ptr(m.Writable(rx))), n)
	for i := range code {
		code[i] = breakpoint
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := span{int(rx - m.rx), int(rx-m.rx) + n}
	i, found := slices.BinarySearchFunc(m.free, s, func(a, b span) int { return a.from - b.from })
	if found || i > 0 && m.free[i-1].to > s.from || i < len(m.free) && m.free[i].from < s.to || s.to > m.used {
		panic(fmt.Sprintf("execmem: %#x is free already", rx))
	}
	if i < len(m.free) && m.free[i].from == s.to {
		s.to = m.free[i].to
		m.free = slices.Delete(m.free, i, i+1)
	}
	if i > 0 && m.free[i-1].to == s.from {
		m.free[i-1].to = s.to
	} else {
		m.free = slices.Insert(m.free, i, s)
	}
	if last := len(m.free) - 1; m.free[last].to == m.used {
		m.used = m.free[last].from
		m.free = m.free[:last]
	}
}

// breakpoint is the instruction INT3.
const breakpoint = 0xcc

// Write copies code to a fresh allocation at executable address rx (from Alloc). Whatever runs there
// must not have been reachable before.
func (m *Memory) Write(rx uintptr, code []byte) {
	if len(code) == 0 {
		return
	}
	m.check(rx, len(code))
	copy(unsafe.Slice((*byte)(ptr(m.Writable(rx))), len(code)), code)
}

// Patch32 replaces the 4 bytes at executable address rx, see Patch.
func (m *Memory) Patch32(rx uintptr, v uint32) {
	m.Patch(rx, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
}

// Patch replaces the bytes at executable address rx, which must lie within an aligned word of 8 bytes, in one atomic
// store of that word: a thread that is executing there sees the old or the new value. Patches of one word must not
// be concurrent.
func (m *Memory) Patch(rx uintptr, code ...byte) {
	if rx&7+uintptr(len(code)) > 8 {
		panic(fmt.Sprintf("execmem: patch of unaligned address %#x", rx))
	}
	m.check(rx, len(code))
	word := (*uint64)(ptr(m.Writable(rx &^ 7)))
	v := *word
	for i, b := range code {
		shift := (rx&7 + uintptr(i)) * 8
		v = v&^(0xff<<shift) | uint64(b)<<shift
	}
	atomic.StoreUint64(word, v)
}

// Writable is the address of the same bytes in the writable mapping.
func (m *Memory) Writable(rx uintptr) uintptr { return rx - m.rx + m.rw }

// Contains says whether an address is in the executable mapping.
func (m *Memory) Contains(pc uintptr) bool { return pc-m.rx < uintptr(m.size) }

// Range is the executable mapping: its first address and its size.
func (m *Memory) Range() (base uintptr, size int) { return m.rx, m.size }

// Used is the number of bytes that are allocated.
func (m *Memory) Used() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.used
	for _, f := range m.free {
		n -= f.to - f.from
	}
	return n
}

func (m *Memory) check(rx uintptr, n int) {
	if rx < m.rx || rx+uintptr(n) > m.rx+uintptr(m.size) {
		panic(fmt.Sprintf("execmem: address %#x is not in the region", rx))
	}
}

// ptr turns an address off the Go heap into a pointer. The detour over a pointer's bits keeps
// checkptr and vet from taking it for a computed Go pointer.
func ptr(at uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }
