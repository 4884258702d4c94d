package metainterp

import (
	"testing"

	"kiln/jitgen/descr"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

func known(t *testing.T, c *heapCache, p place, want trace.Ref) {
	t.Helper()
	if got, _ := c.load(p); got != want {
		t.Errorf("at %+v: %d, want %d", p, got, want)
	}
}

func newCache() *heapCache {
	c := &heapCache{}
	c.reset()
	return c
}

// A store through one object ends what is known about the location in others, which may be the same.
func TestAliases(t *testing.T) {
	c := newCache()
	a, b, other := place{loc: 1, obj: 10}, place{loc: 1, obj: 11}, place{loc: 2, obj: 10}
	c.loaded(a, 100)
	c.loaded(other, 101)
	c.store(b, 102)
	known(t, c, a, trace.None)
	known(t, c, b, 102)
	known(t, c, other, 101)
}

// A fresh object is no other, until it escapes.
func TestFresh(t *testing.T) {
	c := newCache()
	f, a := place{loc: 1, obj: 20}, place{loc: 1, obj: 10}
	c.setFresh(20, 5)
	c.loaded(a, 100)
	c.store(f, 101)
	known(t, c, a, 100) // a store to a fresh object changes no other
	c.store(a, 102)
	known(t, c, f, 101) // and it is not changed by stores to others
	c.escape(20)
	known(t, c, f, trace.None) // escaped after an aliasing store: its entry is of an older version
	c.store(f, 103)
	known(t, c, f, 103)
	c.store(a, 104)
	known(t, c, f, trace.None)
	if got := c.fact(20); got.fresh || got.class != 5 || !got.nonnull {
		t.Errorf("fact %+v", got)
	}
}

// What is stored in a fresh object escapes with it, and when it is read back under another name.
func TestEscapeThroughContainers(t *testing.T) {
	c := newCache()
	c.setFresh(20, 1)
	c.setFresh(21, 1)
	c.setFresh(22, 1)
	c.put(20, 21)
	c.put(21, 22)
	if !c.fact(22).fresh {
		t.Fatal("not fresh inside fresh objects")
	}
	c.escape(20)
	if c.fact(21).fresh || c.fact(22).fresh {
		t.Error("contents of an escaped object are fresh")
	}
	c.setFresh(30, 1)
	c.setFresh(31, 1)
	c.put(30, 31)
	c.load(place{loc: 7, obj: 30, index: 3}) // unknown: whatever is read may be object 31
	if c.fact(31).fresh || !c.fact(30).fresh {
		t.Error("an object read back under another name is fresh")
	}
}

func TestCalls(t *testing.T) {
	c := newCache()
	one, two, f := place{loc: 1, obj: 10}, place{loc: 2, obj: 10}, place{loc: 1, obj: 20}
	c.setFresh(20, 1)
	c.loaded(one, 100)
	c.loaded(two, 101)
	c.store(f, 102)
	c.call(&descr.Effects{Elidable: true, Arbitrary: true})
	known(t, c, one, 100)
	c.call(&descr.Effects{Writes: []descr.Loc{1}})
	known(t, c, one, trace.None)
	known(t, c, two, 101)
	known(t, c, f, 102)
	c.call(&descr.Effects{Arbitrary: true})
	known(t, c, two, trace.None)
	known(t, c, f, 102)
	c.forget(1)
	known(t, c, f, trace.None)
}

func TestResetForgetsFacts(t *testing.T) {
	c := newCache()
	c.setClass(3, 9)
	c.setNonnull(-5)
	c.reset()
	if c.fact(3).nonnull || c.fact(-5).nonnull || c.fact(3).length != trace.None {
		t.Error("facts survive")
	}
}

// Every operation that can occur in jitcode has a handler.
func TestHandlersAreComplete(t *testing.T) {
	for c := op.Code(1); int(c) < op.NumOps(); c++ {
		if (jitcode.InfoOf(c) != nil) != (handlers[c] != nil) {
			t.Errorf("%s: handler and jitcode disagree", c)
		}
	}
}
