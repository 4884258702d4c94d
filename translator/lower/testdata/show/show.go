// Package show prints values for the differential tests.
package show

import "kiln/framework/host"

// Ints prints a label and numbers on a line.
func Ints(label string, ns ...int) {
	host.Print(label)
	host.Print(":")
	for _, n := range ns {
		host.Print(" ")
		host.Print(host.FormatInt(n))
	}
	host.Print("\n")
}

// Uint prints an unsigned number, by halves.
func Uint(label string, u uint64) { Ints(label, int(u>>32), int(u&0xFFFFFFFF)) }

// Floats prints a label and numbers on a line.
func Floats(label string, fs ...float64) {
	host.Print(label + ":")
	for _, f := range fs {
		host.Print(" " + host.FormatFloat(f))
	}
	host.Print("\n")
}

// Text prints a label and quoted strings.
func Text(label string, ss ...string) {
	host.Print(label + ":")
	for _, s := range ss {
		host.Print(" \"" + s + "\"")
	}
	host.Print("\n")
}

// Bytes prints the bytes of a string.
func Bytes(label string, s string) {
	host.Print(label + ":")
	for i := 0; i < len(s); i++ {
		host.Print(" " + host.FormatInt(int(s[i])))
	}
	host.Print("\n")
}

// Bool prints booleans.
func Bool(label string, bs ...bool) {
	host.Print(label + ":")
	for _, b := range bs {
		if b {
			host.Print(" true")
		} else {
			host.Print(" false")
		}
	}
	host.Print("\n")
}
