package second

import "kiln/internal/spec/testdata/initorder"

var other = func() int {
	initorder.Log = append(initorder.Log, "second other")
	return 1
}()

func init() { initorder.Log = append(initorder.Log, "second b init") }
