//go:build ignore

// The same in straight Go: what bf's commands say, without an interpreter.
package main

import "os"

func main() {
	var m [16]byte
	for m[2] += 15; m[2] != 0; m[2]-- {
		for m[3] += 15; m[3] != 0; m[3]-- {
			for m[4] += 15; m[4] != 0; m[4]-- {
				for m[5] += 15; m[5] != 0; m[5]-- {
					for m[6] += 15; m[6] != 0; m[6]-- {
						for m[7] += 15; m[7] != 0; m[7]-- {
							m[8] += 3
							m[9]++
						}
					}
				}
			}
		}
	}
	os.Stdout.Write([]byte{m[9], m[8], 10})
}
