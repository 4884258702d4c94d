// Package host is the host package of basics: arguments, exit, files, clock, environment, numbers as text, and
// standard input and output. It is ordinary Go in both worlds; translated code calls it through the host boundary,
// which copies strings and slices and turns errors into framework.Error.
//
// Imports framework/args only, of Kiln.
//
//kiln:host
package host

import (
	"os"
	"strconv"
	"time"

	"kiln/framework/args"
)

// Args returns the program's own arguments: without its name, and without Kiln's switches (package args). If those
// are wrong, the program ends with a message and status 2.
func Args() []string {
	_, rest, err := args.Split(os.Args, os.Getenv)
	if err != nil {
		Eprint(err.Error() + "\n")
		Exit(2)
	}
	return rest
}

// Exit flushes standard output and ends the program with this status.
func Exit(status int) {
	Flush()
	args.RunAtExit()
	os.Exit(status)
}

// Getenv returns an environment variable, "" if it is not set.
func Getenv(name string) string { return os.Getenv(name) }

// ReadFile returns the contents of a file. The error names the file.
//
//kiln:blocking
func ReadFile(name string) (string, error) {
	data, err := os.ReadFile(name)
	return string(data), err
}

// WriteFile creates or overwrites a file. The error names the file.
//
//kiln:blocking
func WriteFile(name, contents string) error { return os.WriteFile(name, []byte(contents), 0o666) }

// started is when the process began, as far as this package can tell.
var started = time.Now()

// Clock returns the seconds since the program started, from a clock that is never set back.
func Clock() float64 { return time.Since(started).Seconds() }

// Now returns the date and time of day, of UTC or of the local time zone.
func Now(utc bool) (year, month, day, hour, minute, second, microsecond int) {
	t := time.Now()
	if utc {
		t = t.UTC()
	}
	return t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond() / 1000
}

// FormatInt returns n in decimal.
func FormatInt(n int) string { return strconv.Itoa(n) }

// ParseInt reads a decimal integer with an optional sign; the error quotes what is wrong.
func ParseInt(text string) (int, error) { return strconv.Atoi(text) }

// FormatFloat returns the shortest text that ParseFloat reads as f: 0.1, 3, 1e+21, NaN, +Inf.
func FormatFloat(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// ParseFloat reads a floating-point number in Go's syntax; the error quotes what is wrong.
func ParseFloat(text string) (float64, error) { return strconv.ParseFloat(text, 64) }

// FormatFloat32 is FormatFloat for the digits of a float32.
func FormatFloat32(f float32) string { return strconv.FormatFloat(float64(f), 'g', -1, 32) }
