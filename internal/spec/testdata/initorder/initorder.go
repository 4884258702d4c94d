// Package initorder is a package that others initialise through.
package initorder

// Log lists what was initialised.
var Log []string

func init() { Log = append(Log, "initorder") }

var count int

// Counter counts its calls.
func Counter() int { count++; return count }
