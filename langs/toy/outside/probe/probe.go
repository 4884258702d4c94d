// Package probe has host functions of all kinds, for tests of the boundary.
//
//kiln:host
package probe

import (
	"errors"
	"fmt"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

type Color uint8

const Red Color = 3

func (c Color) Next() Color { return c + 1 }

func Ints(a int8, b uint8, c int16, d uint16, e int32, f uint32, g int64, h uint64, i uint, j uintptr) (int8, uint8, int16, uint16, int32, uint32, int64, uint64, uint, uintptr) {
	return a + 1, b + 1, c + 1, d + 1, e + 1, f + 1, g + 1, h + 1, i + 1, j + 1
}
func Floats(a float32, b float64, c bool) (float32, float64, bool) { return a / 3, b / 3, !c }
func Named(c Color, d time.Duration, s []Color) (Color, time.Duration, []Color) {
	return c.Next(), 2 * d, append(s, c)
}
func Sum(scale int, more ...int) int {
	n := 0
	for _, x := range more {
		n += x
	}
	return scale * n
}
func Join(sep string, parts ...string) string { return strings.Join(parts, sep) }
func Sort(s []int)                            { sort.Ints(s) }
func Upper(s []string) []string {
	for i := range s {
		s[i] = strings.ToUpper(s[i])
	}
	return append(s, "more")
}
func Nil(a []byte, b []byte) (bool, bool, []byte, []byte) { return a == nil, b == nil, nil, []byte{} }

//kiln:borrow
func Fill(s []byte, c byte) string {
	for i := range s {
		s[i] = c
	}
	return fmt.Sprint(len(s))
}

//kiln:borrow
//kiln:blocking
func SlowFill(s []int32, text string) string {
	time.Sleep(time.Millisecond)
	for i := range s {
		s[i] += int32(i)
	}
	return text + "!"
}

// Errors.

var ErrEnd = errors.New("the end")

func End() error              { return ErrEnd }
func Wrap(err error) error    { return fmt.Errorf("wrapped: %w", err) }
func IsEnd(err error) bool    { return errors.Is(err, ErrEnd) }
func Same(err error) error    { return err }
func Fail(n int) (int, error) { return n, fmt.Errorf("failure %d", n) }
func Try(f func(int) error) (err error) {
	for i := range 10 {
		if err = f(i); err != nil {
			return err
		}
	}
	return nil
}

// Handles.

type Node struct {
	Name string
	next *Node
}

type Namer interface{ Label() string }

func NewNode(name string, next *Node) *Node { return &Node{name, next} }
func (n *Node) Label() string               { return n.Name }
func (n *Node) Next() *Node                 { return n.next }
func (n *Node) Each(f func(n *Node, depth int) bool) {
	for depth := 0; n != nil && f(n, depth); depth++ {
		n = n.next
	}
}
func AsNamer(n *Node) Namer { return n }

type secret struct{ s string }

func (s secret) Label() string { return "secret " + s.s }

func Hidden(s string) Namer { return secret{s} }
func NoNamer() Namer        { return nil }
func LabelOf(n Namer) string {
	if n == nil {
		return "none"
	}
	return n.Label()
}

// Callbacks.

func Map(s []int, f func(int) int) []int {
	out := make([]int, len(s))
	for i, x := range s {
		out[i] = f(x)
	}
	return out
}

//kiln:borrow
func SortBy(s []string, less func(a, b string) bool) []string {
	out := append([]string{}, s...)
	sort.Slice(out, func(i, j int) bool { return less(out[i], out[j]) })
	return out
}

func All(f func(a int, b float64, c string, d []int, e *Node, err error) (int, float64, string, []int, *Node, error)) string {
	a, b, c, d, e, err := f(1, 2.5, "three", []int{4, 5}, &Node{Name: "six"}, ErrEnd)
	return fmt.Sprint(a, b, c, d, e.Name, err, errors.Is(err, ErrEnd))
}

// Elsewhere calls f on n other goroutines.
func Elsewhere(n int, f func(int) string) string {
	out := make([]string, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { out[i] = f(i) })
	}
	group.Wait()
	return strings.Join(out, ",")
}

// Protected calls f and says what it panics with, if it does so here.
func Protected(f func() int) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprint("recovered ", r)
		}
	}()
	return fmt.Sprint("returned ", f())
}

var mu sync.Mutex
var stored []func() int

func Store(f func() int) {
	mu.Lock()
	defer mu.Unlock()
	stored = append(stored, f)
}

//kiln:blocking
func RunStored() int {
	mu.Lock()
	list := stored
	mu.Unlock()
	n := 0
	for _, f := range list {
		n += f()
	}
	return n
}

func Forget() {
	mu.Lock()
	defer mu.Unlock()
	stored = nil
}

// Collect runs Go's collector.
//
//kiln:blocking
func Collect() {
	for range 3 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

//kiln:blocking
func Sleep(ms int) { time.Sleep(time.Duration(ms) * time.Millisecond) }

func Panic(text string) { panic(text) }

// Counter is a handle whose open and closed values are counted.
//
//kiln:finalizer Close
type Counter struct{ closed bool }

var opened, closed int

func NewCounter() *Counter {
	mu.Lock()
	defer mu.Unlock()
	opened++
	return &Counter{}
}

func (c *Counter) Close() {
	mu.Lock()
	defer mu.Unlock()
	if !c.closed {
		c.closed = true
		closed++
	}
}

func (c *Counter) Closed() bool { return c.closed }

// Live is the number of counters that are open.
func Live() int {
	mu.Lock()
	defer mu.Unlock()
	return opened - closed
}
