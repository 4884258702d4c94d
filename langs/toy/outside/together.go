package main

import (
	"kiln/framework"
	"kiln/framework/host"
	"kiln/langs/toy/outside/file"
	"kiln/langs/toy/outside/pattern"
	"kiln/langs/toy/outside/probe"
)

// together has three threads compute in compiled loops while a fourth blocks in the host, loses files that nobody closes, and is called
// back by the host on other goroutines, with allocation everywhere.
func together() {
	dir, err := file.TempDir()
	must(err)
	words, err := pattern.Compile(`(\w)=(\d+)`)
	must(err)
	sums := make([]int, 3)
	var threads []*framework.Thread
	for i := range sums {
		threads = append(threads, framework.StartThread(func() {
			s := &state{words: words, numbers: []int{4, 2, 8, 6}}
			sums[i] = run(&program{[]byte("+hncrel")}, s, 60+i)
		}))
	}
	seen := 0
	for i := range 10 {
		f, err := file.Create(dir + "/data")
		must(err)
		_, err = f.Write([]byte("0123456789"))
		must(err)
		probe.Sleep(1)
		probe.Map([]int{i, i}, func(x int) int { seen += x + len(make([]int, 10)); return x })
		if text := probe.Elsewhere(2, func(k int) string { churn(10); return number(k) }); text != "0,1" {
			print("called back wrongly", text)
		}
	}
	for i, t := range threads {
		t.Join()
		print(number(i), number(sums[i]))
	}
	print(number(seen))
	must(file.RemoveAll(dir))
}

// input has a thread compute while the first one waits for standard input.
func input() {
	t := framework.StartThread(func() {
		churn(1000)
		print("computed")
	})
	line, ok := host.ReadLine()
	t.Join()
	print(line, truth(ok))
}
