// Package second has two files.
package second

import (
	"kiln/internal/spec/testdata/initorder"
	"kiln/internal/spec/testdata/initorder/first"
)

// Value depends on another file and another package.
var Value = other + first.Value

func init() { initorder.Log = append(initorder.Log, "second a init") }
