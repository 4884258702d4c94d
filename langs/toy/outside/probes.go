package main

import (
	"fmt"

	"kiln/framework"
	"kiln/langs/toy/outside/file"
	"kiln/langs/toy/outside/probe"
)

func scalars() {
	fmt.Println(probe.Ints(-2, 254, -32768, 65534, -1, 0xffffffff, -1, 0xffffffffffffffff, 7, 8))
	fmt.Println(probe.Ints(127, 255, 32767, 65535, 2147483647, 0, 9223372036854775807, 1, 0xffffffffffffffff, 0))
	fmt.Println(probe.Floats(1, 1, true))
	c, d, s := probe.Named(probe.Red, 1500, []probe.Color{1, 2})
	print(number(int(c)), number(int(d)), number(len(s)), number(int(s[2])))
	print(number(probe.Sum(2)), number(probe.Sum(2, 1, 2, 3)), number(probe.Sum(2, []int{5}...)))
	print(probe.Join("-"), probe.Join("-", "a"), probe.Join("-", "a", "b", "c"))
}

func slices() {
	a := []int{5, 3, 9, 1, 7}
	probe.Sort(a[1:4])
	fmt.Println(a)
	s := []string{"x", "y", "z"}
	t := probe.Upper(s[1:])
	fmt.Println(s, t)
	fmt.Println(probe.Nil(nil, []byte{}))
	b := []byte("abcdef")
	print(probe.Fill(b[2:4], '*'), string(b))
	n := make([]int32, 20)
	print(probe.SlowFill(n[5:15], "filled"), number(int(n[14])), number(int(n[15])))
	large := make([]int32, 50_000)
	print(probe.SlowFill(large, "filled"), number(int(large[49_999])))
}

type ourError struct{ n int }

func (e *ourError) Error() string { return "our error " + number(e.n) }

func errors() {
	end := probe.End()
	print(end.Error(), truth(probe.IsEnd(end)), truth(probe.IsEnd(probe.Wrap(end))), truth(probe.IsEnd(probe.Wrap(probe.Wrap(end)))))
	print(probe.Wrap(end).Error(), truth(probe.IsEnd(nil)), truth(probe.Same(nil) == nil))
	var ours error = &ourError{7}
	print(truth(probe.Same(ours) == ours), probe.Wrap(ours).Error(), truth(probe.IsEnd(ours)))
	if e, ok := probe.Same(ours).(*ourError); ok {
		print("still ours", number(e.n))
	}
	n, err := probe.Fail(3)
	print(number(n), err.Error())
	calls := 0
	print(truth(probe.Try(func(i int) error { calls++; return nil }) == nil), number(calls))
	err = probe.Try(func(i int) error {
		if i == 4 {
			return &ourError{i}
		}
		return nil
	})
	_, isOurs := err.(*ourError)
	print(err.Error(), truth(isOurs))
	print(truth(probe.IsEnd(probe.Try(func(i int) error { return end }))))
	wrapped := fmt.Errorf("twice: %w", fmt.Errorf("once: %w", end))
	print(probe.Wrap(wrapped).Error(), truth(probe.IsEnd(wrapped)), truth(probe.IsEnd(fmt.Errorf("our own: %w", ours))))
}

type labelled interface{ Label() string }

func handles() {
	a := probe.NewNode("a", nil)
	b := probe.NewNode("b", a)
	print(b.Next().Label(), truth(b.Next() == a), truth(b == a), truth(a.Next() == nil))
	var l labelled = b
	print(l.Label())
	var x any = b.Next()
	node, ok := x.(*probe.Node)
	print(truth(ok), truth(node == a))
	_, ok = x.(*ourError)
	print(truth(ok))
	names := map[*probe.Node]int{a: 1, b: 2}
	print(number(names[b.Next()]), number(names[b]), number(names[nil]))
	n := probe.AsNamer(a)
	print(n.Label(), probe.LabelOf(n), probe.LabelOf(probe.Hidden("x")), probe.LabelOf(a), probe.LabelOf(nil), truth(probe.NoNamer() == nil))
	print(truth(n == probe.AsNamer(a)), truth(n == probe.AsNamer(b)), truth(probe.Hidden("x") == n))
	label := b.Label
	print(label())
	b.Each(func(n *probe.Node, depth int) bool {
		print(number(depth), n.Label(), truth(n == a))
		return true
	})
	live := probe.Live()
	c := probe.NewCounter()
	c.Close()
	print(truth(c.Closed()), number(probe.Live()-live))
}

// churn allocates, so that objects move.
func churn(n int) int {
	var list [][]int
	for i := range n {
		list = append(list, []int{i})
	}
	total := 0
	for _, l := range list {
		total += l[0]
	}
	return total
}

func callbacks() {
	base := 10
	fmt.Println(probe.Map([]int{1, 2, 3}, func(x int) int { churn(20); return x*base + probe.Sum(1, x, x) }))
	compares := 0
	fmt.Println(probe.SortBy([]string{"pear", "fig", "apple", "kiwi"}, func(a, b string) bool {
		compares++
		churn(5)
		return len(a)*100+int(a[0]) < len(b)*100+int(b[0])
	}), compares > 0)
	print(probe.All(func(a int, b float64, c string, d []int, e *probe.Node, err error) (int, float64, string, []int, *probe.Node, error) {
		churn(30)
		return a + 1, b * 2, c + "!", append(d, len(e.Label())), probe.NewNode(e.Label()+"?", e), probe.Wrap(err)
	}))
	// Nested: the host calls us, we call the host, which calls us.
	print(number(probe.Map([]int{5}, func(x int) int {
		return probe.Map([]int{x + 1}, func(y int) int {
			return probe.Map([]int{y * 2}, func(z int) int { return z + churn(10) + x })[0]
		})[0]
	})[0]))
	print(probe.Elsewhere(4, func(i int) string { return number(i*i + churn(50)) }))
	probe.Store(func() int { base++; return churn(10) })
	probe.Store(func() int { base += 100; return 1 })
	churn(100)
	print(number(probe.RunStored()), number(probe.RunStored()), number(base))
	probe.Forget()
}

func recovering(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = "recovered " + fmt.Sprint(r)
		}
	}()
	f()
	return "fine"
}

func panics() {
	print(recovering(func() { probe.Map([]int{1, 2}, func(x int) int { panic("in a callback") }) }))
	print(recovering(func() {
		probe.Map([]int{1, 2}, func(x int) int {
			var p []int
			return p[x]
		})
	}))
	print(recovering(func() { print(probe.Protected(func() int { return 3 })) }))
	print(recovering(func() { probe.Map([]int{1}, func(x int) int { return churn(x) }) }))
	print(recovering(func() { probe.Panic("a panic of the host's") }))
	func() {
		defer func() {
			text, ok := recover().(string)
			print(text, truth(ok))
		}()
		probe.Map([]int{1}, func(x int) int { probe.Panic("and through it"); return 1 })
	}()
}

// leaks drops handles, files, functions and errors, and waits until most of them are gone.
func leaks() {
	dir, err := file.TempDir()
	must(err)
	most := 0
	for range 20_000 { // next to nothing is allocated, and a process may have a few hundred files
		_, err := file.Create(dir + "/data")
		must(err)
		most = max(most, file.Open())
	}
	print("open at a time: " + few(most/20))
	for i := range 300 {
		probe.NewCounter()
		_, err := file.Create(dir + "/data")
		must(err)
		probe.Map([]int{i}, func(x int) int { return x + i })
		probe.Same(&ourError{i})
		probe.NewNode("a", nil)
		probe.End()
	}
	for range 20 {
		churn(10_000)
		framework.RunFinalizers()
		probe.Collect()
		if probe.Live() < 50 && file.Open() < 50 {
			break
		}
	}
	probe.Map([]int{1}, func(x int) int { return x })
	print("open counters: "+few(probe.Live())+",", "open files: "+few(file.Open()))
	must(file.RemoveAll(dir))
}

func few(n int) string {
	if n < 50 {
		return "few"
	}
	return number(n)
}
