package mem

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Page is the unit of mapping. Sizes and addresses below are multiples of it.
const Page = 4096

// PageRound rounds n up to whole pages.
func PageRound(n uintptr) uintptr { return (n + Page - 1) &^ (Page - 1) }

// Reserve takes n bytes of address space without memory behind it. Touching it faults until Commit.
//
// Nothing of this package ever gives address space back: a stale pointer into it must not come to
// point into one of Go's spans, which Go's collector would take for its own.
func Reserve(n uintptr) (uintptr, error) {
	return mmap(n, unix.PROT_NONE, unix.MAP_NORESERVE)
}

// Map takes n bytes of zeroed, readable and writable memory.
func Map(n uintptr) (uintptr, error) {
	return mmap(n, unix.PROT_READ|unix.PROT_WRITE, 0)
}

// MapGuarded takes n bytes like Map, with an inaccessible page before and after them, so that
// running over either end faults at once.
func MapGuarded(n uintptr) (uintptr, error) {
	n = PageRound(n)
	base, err := Reserve(n + 2*Page)
	if err != nil {
		return 0, err
	}
	if err := Commit(base+Page, n); err != nil {
		return 0, err
	}
	return base + Page, nil
}

// Commit makes reserved memory readable and writable. It is zero unless it was in use before.
func Commit(p, n uintptr) error {
	return protect(p, n, unix.PROT_READ|unix.PROT_WRITE)
}

// Protect makes memory inaccessible and keeps its contents.
func Protect(p, n uintptr) error { return protect(p, n, unix.PROT_NONE) }

// Release gives the memory behind committed pages back to the system. They stay committed and
// read as zero.
func Release(p, n uintptr) error {
	if n == 0 {
		return nil
	}
	if err := unix.Madvise(Bytes(p, n), unix.MADV_DONTNEED); err != nil {
		return fmt.Errorf("mem: releasing %d bytes at %#x: %w", n, p, err)
	}
	return nil
}

// Huge asks for large pages behind reserved memory, which save misses of the TLB. It may be refused.
func Huge(p, n uintptr) { _ = unix.Madvise(Bytes(p, n), unix.MADV_HUGEPAGE) }

func mmap(n uintptr, protection, flags int) (uintptr, error) {
	p, err := unix.MmapPtr(-1, 0, nil, PageRound(n), protection, unix.MAP_PRIVATE|unix.MAP_ANON|flags)
	if err != nil {
		return 0, fmt.Errorf("mem: mapping %d bytes: %w", n, err)
	}
	return uintptr(p), nil
}

func protect(p, n uintptr, protection int) error {
	if n == 0 {
		return nil
	}
	if err := unix.Mprotect(Bytes(p, n), protection); err != nil {
		return fmt.Errorf("mem: protecting %d bytes at %#x: %w", n, p, err)
	}
	return nil
}
