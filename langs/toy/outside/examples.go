package main

import (
	"strings"

	"kiln/langs/toy/outside/digest"
	"kiln/langs/toy/outside/file"
	"kiln/langs/toy/outside/pattern"
	"kiln/langs/toy/outside/web"
)

// patterns: a handle, an error, and a function of ours that the host calls.
func patterns() {
	p, err := pattern.Compile(`(\w+)=(\d+)`)
	must(err)
	print(p.Find("width=10, height=20")...)
	total := 0
	print(p.Replace("width=10, height=20", func(match string) string {
		total += len(match)
		return strings.ToUpper(match)
	}), number(total))
	_, err = pattern.Compile("(")
	print(err.Error())
}

// files: a handle with a finalizer, calls that may block, bytes without a copy.
func files() {
	dir, err := file.TempDir()
	must(err)
	f, err := file.Create(dir + "/data")
	must(err)
	line := []byte("0123456789")
	for range 1000 {
		_, err := f.Write(line)
		must(err)
	}
	must(f.Rewind())
	buffer := make([]byte, 4096)
	total := 0
	for {
		n, err := f.Read(buffer)
		must(err)
		if n == 0 {
			break
		}
		total += n
	}
	print("read", number(total), "bytes, the last of them", string(buffer[total%4096-1:total%4096]))
	must(f.Close())
	err = f.Close()
	print("closed twice:", truth(file.IsClosed(err)))
	_, err = file.Create(dir + "/none/data")
	print("no folder:", truth(err != nil), truth(file.IsClosed(err)))
	must(file.RemoveAll(dir))
}

// digests: large data, borrowed.
func digests() {
	h := digest.New()
	h.Add([]byte("abc"))
	print(h.Sum())
	data := make([]byte, 100_000)
	for i := range data {
		data[i] = byte(i)
	}
	h = digest.New()
	for range 3 {
		h.Add(data)
	}
	print(h.Sum())
}

// pages: the server calls us on other goroutines, while we wait for the answer.
func pages() {
	hits := map[string]int{}
	s, err := web.Serve(func(method, path, body string) (int, string) {
		hits[path]++
		if path != "/hello" {
			return 404, "no " + path
		}
		return 200, method + " number " + number(hits[path])
	})
	must(err)
	for range 3 {
		status, body, err := web.Get(s.Address() + "/hello")
		must(err)
		print(number(status), body)
	}
	status, body, err := web.Get(s.Address() + "/other")
	must(err)
	print(number(status), body)
	address := s.Address()
	must(s.Close())
	_, _, err = web.Get(address)
	print("closed:", truth(err != nil))
}
