// Package clock waits.
//
//kiln:host
package clock

import "time"

// Sleep waits for some milliseconds, while other threads run.
//
//kiln:blocking
func Sleep(ms int) { time.Sleep(time.Duration(ms) * time.Millisecond) }
