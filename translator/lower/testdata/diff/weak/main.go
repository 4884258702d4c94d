// Weak references and finalizers.
package main

import (
	"fmt"

	"kiln/framework"
)

type node struct {
	id   int
	next *node
	data [100]int
}

var log []int
var saved *node

func make1(id int) *framework.WeakRef[node] {
	n := &node{id: id}
	framework.SetFinalizer(n, func(n *node) {
		log = append(log, n.id)
		if n.id == 2 {
			saved = n
		}
	})
	return framework.NewWeakRef(n)
}

func main() {
	keep := &node{id: 100}
	kept := framework.NewWeakRef(keep)
	w1, w2 := make1(1), make1(2)
	var sink *node
	for i := 0; len(log) < 2 && i < 10_000_000; i++ {
		sink = &node{id: i, next: nil}
		framework.RunFinalizers()
	}
	_ = sink
	sum := 0
	for _, x := range log {
		sum += x
	}
	fmt.Println(len(log), sum, w1.Get() == nil, w2.Get() == nil, kept.Get() == keep, saved.id, keep.id)
	var none *node
	framework.SetFinalizer(none, func(*node) {})
	fmt.Println(framework.NewWeakRef(none).Get() == nil)
}
