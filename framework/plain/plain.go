// Package plain is what package framework needs in plain Go only: identities of objects and the check of a driver's
// options. Translated programs have neither, so that framework itself, which is loaded with every program, imports
// next to nothing.
//
// Imports nothing of Kiln. Not for interpreters.
//
//kiln:host
package plain

import (
	"fmt"
	"reflect"
)

// Hook is a function that a driver's options name: nil, or from the greens to a result like Result.
type Hook struct {
	Name     string
	Function any
	Result   any
}

// DriverProblem says what is wrong with a driver's options, "" if nothing is.
func DriverProblem(name string, greens []string, hooks ...Hook) string {
	seen := map[string]bool{}
	for _, g := range greens {
		if g == "" || seen[g] {
			return fmt.Sprintf("the names of the greens %q must be different and not empty", greens)
		}
		seen[g] = true
	}
	switch {
	case name == "":
		return "Name is missing"
	case len(greens) == 0:
		return "Greens are missing: at least the position in the program is green"
	}
	for _, h := range hooks {
		if h.Function == nil {
			continue
		}
		f, want := reflect.TypeOf(h.Function), reflect.TypeOf(h.Result)
		if f.Kind() != reflect.Func || f.IsVariadic() || f.NumIn() != len(greens) || f.NumOut() != 1 || f.Out(0).Kind() != want.Kind() {
			return fmt.Sprintf("%s is %v, want a function of the %d greens that returns a %v", h.Name, f, len(greens), want)
		}
	}
	return ""
}
