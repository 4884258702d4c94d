// Package first is imported by second.
package first

import "kiln/internal/spec/testdata/initorder"

// Value comes from a function.
var Value = value()

func value() int {
	initorder.Log = append(initorder.Log, "first variable")
	return initorder.Counter() * 10
}

func init() { initorder.Log = append(initorder.Log, "first init") }
