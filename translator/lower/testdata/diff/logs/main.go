// Packages log and io/ioutil.
package main

import (
	"bytes"
	"fmt"
	"io"
	"io/ioutil"
	"log"
	"os"
	"strings"
)

type noisy struct{}

func (noisy) String() string {
	fmt.Println("asked")
	return "noisy"
}

func main() {
	var b bytes.Buffer
	l := log.New(&b, "pre: ", 0)
	l.Print("a", 1, 2, "b")
	l.Printf("%d\n", 5)
	l.Println()
	l.Println("x", 3)
	l.SetFlags(log.Lmsgprefix)
	l.SetPrefix("[p] ")
	l.Println(l.Prefix(), l.Flags(), l.Writer() == io.Writer(&b))
	fmt.Print(b.String())
	b.Reset()
	for _, flags := range []int{log.LstdFlags, log.Ldate, log.Ltime, log.Lmicroseconds | log.LUTC, log.LstdFlags | log.Lmicroseconds | log.Lmsgprefix} {
		l.SetFlags(flags)
		l.Print("m")
		fmt.Println(shape(b.String()))
		b.Reset()
	}
	l.SetOutput(io.Discard)
	l.Println(noisy{})
	log.SetOutput(os.Stdout)
	log.SetFlags(0)
	log.SetPrefix("std ")
	log.Print(noisy{}, " ", log.Flags(), log.Prefix())
	func() {
		defer func() { log.Println("recovered", recover()) }()
		log.Panicf("bad %v", []int{1})
	}()
	data, err := ioutil.ReadAll(strings.NewReader("text"))
	fmt.Println(string(data), err)
	_, err = ioutil.ReadFile("/does/not/exist")
	fmt.Println(err)
	log.Default().Println("the", "end")
}

// shape replaces digits.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '9'
		}
		return r
	}, s)
}
