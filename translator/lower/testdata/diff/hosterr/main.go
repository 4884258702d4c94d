// Errors of host functions.
package main

import (
	"kiln/framework/host"
	"kiln/translator/lower/testdata/show"
)

func parse(s string) (int, error) {
	n, err := host.ParseInt(s)
	if err != nil {
		return -1, err
	}
	return n * 2, nil
}

func main() {
	for _, s := range []string{"12", "x", ""} {
		n, err := parse(s)
		show.Ints("parse", n)
		if err != nil {
			show.Text("error", err.Error())
		}
		show.Bool("nil", err == nil)
	}
	_, err := host.ReadFile("/nonexistent/file")
	show.Text("read", err.Error())
	f, err := host.ParseFloat("2.5")
	show.Floats("float", f)
	show.Bool("ok", err == nil)
}
