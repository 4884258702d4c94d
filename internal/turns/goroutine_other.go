//go:build !amd64

package turns

import (
	"bytes"
	"runtime"
	"strconv"
)

// Goroutine identifies the running goroutine among those alive: by the first line of its stack trace, "goroutine 7 [running]:".
func Goroutine() uintptr {
	var buf [64]byte
	fields := bytes.Fields(buf[:runtime.Stack(buf[:], false)])
	n, err := strconv.ParseUint(string(fields[1]), 10, 64)
	if err != nil {
		panic("turns: cannot tell goroutines apart: " + err.Error())
	}
	return uintptr(n)
}
