// Package gc is the heap of translated programs: allocation, two collectors, roots, weak references, finalizers,
// identity hashes, and a verifier. docs/gc.md is the tour.
//
// Input: the layouts of all object types (gc/layout), made by the translator. Output: objects off
// Go's heap, referred to by plain addresses, and the Thread records (gc/thread) that emitted code and
// machine code allocate through.
//
// Memory is one reservation of address space per space, committed as the heap grows and never unmapped:
//
//	nursery -> old generation        generational.go: objects that survive their first collection move once
//	semispace A | semispace B        semispace.go, the oracle: each collection copies the live objects over
//	immortal                         objects that never move: prebuilt ones, and those made by package
//	                                 initialisation; all of them are roots
//
// A thread takes chunks of zeroed memory from the nursery, or the semispace in use, and allocates by bumping
// Thread.NurseryFree; AllocSlow is called when a chunk is used up. The collectors stand behind interface collector.
//
// Rules for callers. One thread runs at a time (the global lock): nothing here locks. What may collect
// is said at each function; there, every reference that is needed afterwards must be in a root: a
// shadow stack, ArgR[:RefArgs] or ResR[:RefResults] of a Thread, or a place that a walker registered with
// AddRoots visits. A collection rewrites roots in place. Before a reference is stored into an object comes a write barrier (gc/barrier).
//
// Imports gc/layout, gc/thread, gc/mem, gc/barrier and gc/trap; must not import jitgen or the translator. Linked into
// translated binaries.
package gc
