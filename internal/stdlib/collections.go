package main

import (
	"cmp"
	"container/heap"
	"container/list"
	"container/ring"
	"errors"
	"maps"
	"slices"
	"sort"
	"strings"
)

// item has a key that others share, so that stability shows.
type item struct{ key, number int }

type byKey []item

func (l byKey) Len() int           { return len(l) }
func (l byKey) Less(i, j int) bool { return l[i].key < l[j].key }
func (l byKey) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }

func (r *random) items(n int) []item {
	list := make([]item, r.intN(n+1))
	for i := range list {
		list[i] = item{r.intN(n/2 + 1), i}
	}
	return list
}

func (d *digest) items(list []item) {
	d.int(len(list))
	for _, x := range list {
		d.int(x.key)
		d.int(x.number)
	}
}

func sortCase(r *random, d *digest) {
	n := 40
	if r.oneIn(20) {
		n = 600
	}
	list := r.items(n)
	switch r.intN(5) {
	case 0:
		sort.Sort(sort.Reverse(byKey(list)))
	case 1: // sorted, but for a few
		sort.Sort(byKey(list))
		for range min(len(list), 3) {
			list[r.intN(len(list))].key = r.intN(n)
		}
	}
	other := slices.Clone(list)
	sort.Sort(byKey(list))
	d.items(list)
	third := slices.Clone(other)
	fourth := slices.Clone(other)
	sort.Stable(byKey(other))
	sort.Slice(third, func(i, j int) bool { return third[i].key < third[j].key })
	sort.SliceStable(fourth, func(i, j int) bool { return fourth[i].key < fourth[j].key })
	d.bool(slices.Equal(other, fourth))
	d.bool(sort.SliceIsSorted(third, func(i, j int) bool { return third[i].key < third[j].key }))
	for _, x := range third {
		d.int(x.key)
	}
	d.items(other)
	d.bool(sort.IsSorted(byKey(list)))
	xs, fs, ss := r.integers(30), make([]float64, r.intN(20)), r.texts(20)
	for i := range fs {
		fs[i] = r.float()
	}
	d.bool(sort.IntsAreSorted(xs))
	sort.Ints(xs)
	sort.Float64s(fs)
	sort.Strings(ss)
	d.ints(xs)
	for _, f := range fs {
		d.float(f)
	}
	d.strs(ss)
	d.bool(sort.Float64sAreSorted(fs))
	d.bool(sort.StringsAreSorted(ss))
	x, s := r.intN(30), r.text(2)
	d.int(sort.SearchInts(xs, x))
	d.int(sort.SearchFloat64s(fs, r.float()))
	d.int(sort.SearchStrings(ss, s))
	d.int(sort.Search(len(xs), func(i int) bool { return xs[i] >= x }))
	at, found := sort.Find(len(ss), func(i int) int { return strings.Compare(s, ss[i]) })
	d.int(at)
	d.bool(found)
	sort.Sort(sort.Reverse(sort.IntSlice(xs)))
	d.ints(xs)
	sort.Sort(sort.Reverse(sort.StringSlice(ss)))
	d.strs(ss)
	sort.Sort(sort.Float64Slice(fs))
}

func slicesCase(r *random, d *digest) {
	a, b := r.integers(12), r.integers(6)
	even := func(x int) bool { return x%2 == 0 }
	backwards := func(x, y int) int { return cmp.Compare(y, x) }
	c := slices.Clone(a)
	slices.Sort(c)
	d.ints(c)
	slices.SortFunc(c, backwards)
	d.ints(c)
	items := r.items(30)
	slices.SortStableFunc(items, func(x, y item) int { return x.key - y.key })
	d.items(items)
	for _, x := range []int{slices.Index(a, 2), slices.IndexFunc(a, even), slices.Compare(a, b), slices.CompareFunc(a, b, backwards)} {
		d.int(x)
	}
	for _, x := range []bool{slices.Contains(a, 3), slices.ContainsFunc(a, even), slices.Equal(a, b), slices.IsSorted(a), slices.IsSortedFunc(c, backwards),
		slices.EqualFunc(a, b, func(x, y int) bool { return x == y+1 })} {
		d.bool(x)
	}
	if len(a) > 0 {
		for _, x := range []int{slices.Max(a), slices.Min(a), slices.MaxFunc(a, backwards), slices.MinFunc(a, backwards)} {
			d.int(x)
		}
		i := r.intN(len(a))
		j := i + r.intN(len(a)-i+1)
		d.ints(slices.Delete(slices.Clone(a), i, j))
		d.ints(slices.Insert(slices.Clone(a), i, b...))
		d.ints(slices.Replace(slices.Clone(a), i, j, b...))
		room := func() []int { return append(make([]int, 0, len(a)+r.intN(10)), a...) }
		own := room() // what goes in is a part of the slice
		d.ints(slices.Insert(own, i, own[min(i, len(own)-1):j]...))
		own = room()
		d.ints(slices.Replace(own, i, j, own[r.intN(i+1):i]...))
		d.ints(own)
	}
	at, found := slices.BinarySearch(slices.Sorted(slices.Values(a)), r.intN(14)-1)
	d.int(at)
	d.bool(found)
	at, found = slices.BinarySearchFunc(c, r.intN(14)-1, backwards)
	d.int(at)
	d.bool(found)
	d.ints(slices.Compact(slices.Clone(c)))
	d.ints(slices.CompactFunc(slices.Clone(a), func(x, y int) bool { return x%3 == y%3 }))
	d.ints(slices.DeleteFunc(slices.Clone(a), even))
	c = slices.Clone(a)
	slices.Reverse(c)
	d.ints(c)
	d.ints(slices.Concat(a, b, nil, c))
	d.ints(slices.Repeat(b, r.intN(4)))
	d.int(cap(slices.Clip(c)))
	for x := range slices.Chunk(a, 1+r.intN(4)) {
		d.ints(x)
	}
	for i, x := range slices.Backward(a) {
		d.int(i)
		d.int(x)
	}
	for i, x := range slices.All(b) {
		d.int(i)
		d.int(x)
	}
	d.ints(slices.AppendSeq(b, slices.Values(a)))
	d.ints(slices.Collect(slices.Values(b)))
	d.ints(slices.SortedFunc(slices.Values(a), backwards))
	for _, x := range slices.SortedStableFunc(slices.Values(items), func(x, y item) int { return y.number%3 - x.number%3 }) {
		d.int(x.number)
	}
	ss := r.texts(9)
	slices.Sort(ss)
	d.strs(ss)
}

func mapsCase(r *random, d *digest) {
	m := map[string]int{}
	for i, k := range r.texts(12) {
		m[k] = i
	}
	sum := func(m map[string]int) {
		d.int(len(m))
		for _, k := range slices.Sorted(maps.Keys(m)) {
			d.str(k)
			d.int(m[k])
		}
	}
	sum(m)
	c := maps.Clone(m)
	d.bool(maps.Equal(m, c))
	maps.DeleteFunc(c, func(k string, v int) bool { return v%3 == 0 })
	sum(c)
	d.bool(maps.Equal(m, c))
	d.bool(maps.EqualFunc(m, c, func(x, y int) bool { return x == y }))
	maps.Copy(c, map[string]int{"a": 100, "new": 200})
	sum(c)
	d.ints(slices.Sorted(maps.Values(c)))
	sum(maps.Collect(maps.All(c)))
	maps.Insert(c, maps.All(m))
	sum(c)
	d.bool(maps.Clone(map[int]int(nil)) == nil)
	fs := map[float64]int{}
	for i := range r.intN(10) {
		fs[r.float()] += i
	}
	n := 0
	for _, x := range fs {
		n += x
	}
	d.int(n)
	d.int(len(fs))
	ks := map[item]string{}
	for _, x := range r.items(9) {
		ks[item{x.key, 0}] += "x"
	}
	delete(ks, item{r.intN(5), 0})
	for k := range 6 {
		s, ok := ks[item{k, 0}]
		d.str(s)
		d.bool(ok)
	}
}

// failure is an error with another inside.
type failure struct {
	code  int
	inner error
}

func (f *failure) Error() string {
	if f.inner == nil {
		return "failure"
	}
	return "failure: " + f.inner.Error()
}

func (f *failure) Unwrap() error { return f.inner }

func (f *failure) Is(target error) bool { return target == errCode && f.code == 3 }

var errCode, errOther = errors.New("code"), errors.New("other")

// several are errors that cannot be compared.
type several []error

func (s several) Error() string { return "several" }

func (s several) Unwrap() []error { return s }

func errorsCase(r *random, d *digest) {
	err := errOther
	if r.oneIn(2) {
		err = errors.New(r.text(2))
	}
	for range r.intN(5) {
		switch r.intN(3) {
		case 0:
			err = &failure{r.intN(5), err}
		case 1:
			err = errors.Join(err, nil, errors.New("more"))
		case 2:
			err = errors.Join(errCode, err)
		}
	}
	d.err(err)
	d.bool(errors.Is(err, errCode))
	d.bool(errors.Is(err, errOther))
	d.bool(errors.Is(err, nil))
	d.err(errors.Unwrap(err))
	if f, ok := errors.AsType[*failure](err); ok {
		d.int(f.code)
	}
	var f *failure
	if errors.As(err, &f) {
		d.int(f.code)
	}
	var wrapper interface{ Unwrap() []error }
	if errors.As(err, &wrapper) {
		d.int(len(wrapper.Unwrap()))
	}
	d.bool(errors.Is(several{err}, several{err}))
	d.bool(errors.Join(nil, nil) == nil)
}

// queue is a heap of numbers.
type queue []int

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i] < q[j] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(int)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

func containersCase(r *random, d *digest) {
	q := queue(r.integers(20))
	heap.Init(&q)
	for range r.intN(20) {
		switch {
		case r.oneIn(2) || len(q) == 0:
			heap.Push(&q, r.intN(30))
		case r.oneIn(2):
			d.int(heap.Pop(&q).(int))
		case r.oneIn(2):
			d.int(heap.Remove(&q, r.intN(len(q))).(int))
		default:
			i := r.intN(len(q))
			q[i] = r.intN(30)
			heap.Fix(&q, i)
		}
	}
	for len(q) > 0 {
		d.int(heap.Pop(&q).(int))
	}
	lists(r, d)
	ringOf := ring.New(1 + r.intN(5))
	for i := range ringOf.Len() {
		ringOf.Value = i
		ringOf = ringOf.Next()
	}
	ringOf.Link(ring.New(r.intN(3)))
	ringOf.Move(2).Unlink(r.intN(3))
	ringOf.Do(func(x any) {
		if n, ok := x.(int); ok {
			d.int(n)
		} else {
			d.int(-1)
		}
	})
}

// lists changes two lists in all ways.
func lists(r *random, d *digest) {
	l, other := list.New(), list.New()
	var zero list.List // is an empty one
	zero.PushFront(7)
	other.PushBack("x")
	pick := func() *list.Element {
		e := l.Front()
		for range r.intN(l.Len()) {
			e = e.Next()
		}
		return e
	}
	for i := range 2 + r.intN(20) {
		if l.Len() == 0 {
			l.PushFront(i)
			continue
		}
		switch r.intN(11) {
		case 0:
			l.PushFront(i)
		case 1:
			l.PushBack(i)
		case 2:
			l.InsertBefore(i, pick())
		case 3:
			l.InsertAfter(i, pick())
		case 4:
			d.int(l.Remove(pick()).(int))
		case 5:
			l.MoveToFront(pick())
		case 6:
			l.MoveToBack(pick())
		case 7:
			l.MoveBefore(pick(), pick())
		case 8:
			l.MoveAfter(pick(), pick())
		case 9:
			l.Remove(other.Front()) // of another list: nothing happens
			d.bool(l.InsertBefore(i, other.Front()) == nil)
		case 10:
			if l.Len() < 8 {
				l.PushBackList(l)
			} else {
				small := list.New()
				small.PushBack(100 + i)
				l.PushFrontList(small)
			}
		}
	}
	d.int(l.Len())
	for e := l.Front(); e != nil; e = e.Next() {
		d.int(e.Value.(int))
	}
	for e := l.Back(); e != nil; e = e.Prev() {
		d.int(e.Value.(int))
	}
	d.int(zero.Len() + zero.Front().Value.(int))
	l.Init()
	d.bool(l.Front() == nil && l.Back() == nil && l.Len() == 0 && other.Len() == 1)
}
