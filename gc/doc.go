// Package gc is the heap of translated programs: allocation, a moving collector, roots, identity
// hashes, and a verifier.
//
// Input: the layouts of all object types (gc/layout), made by the translator. Output: objects off
// Go's heap, referred to by plain addresses, and the Thread records (gc/thread) that emitted code and
// machine code allocate through.
//
// Memory is one reservation of address space per space, committed as the heap grows and never unmapped:
//
//	semispace A | semispace B        objects live in one of them; a collection copies the live ones over
//	immortal                         objects that never move: prebuilt ones, those made by package
//	                                 initialisation, and those the JIT asked to keep still; all of them are roots
//
// A thread takes chunks of zeroed memory from the current space and allocates by bumping
// Thread.NurseryFree; AllocSlow is called when a chunk is used up. The semispace collector stays as the
// oracle for later collectors (interface collector).
//
// Rules for callers. One thread runs at a time (the global lock): nothing here locks. What may collect
// is said at each function; there, every reference that is needed afterwards must be in a root: a
// shadow stack, ArgR[:RefArgs] or ResR[:RefResults] of a Thread, or a place that a walker registered with
// AddRoots visits. A collection rewrites roots in place.
//
// Imports gc/layout, gc/thread, gc/mem and gc/trap; must not import jitgen or the translator. Linked into
// translated binaries.
package gc
