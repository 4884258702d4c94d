package translator

import (
	"fmt"
	"io"
	"os"
)

// progress tells of a stage that takes time.
func (o *Options) progress(format string, args ...any) {
	if o.Progress != nil {
		o.progressDone()
		fmt.Fprintf(o.Progress, "kiln: "+format+"\n", args...)
	}
}

// step tells what is done at the moment, on a terminal: in a line that the next step takes the place of.
func (o *Options) step(format string, args ...any) {
	if terminal(o.Progress) {
		fmt.Fprintf(o.Progress, "\r\x1b[Kkiln: "+format, args...)
	}
}

// progressDone takes the line of the last step away.
func (o *Options) progressDone() {
	if terminal(o.Progress) {
		fmt.Fprint(o.Progress, "\r\x1b[K")
	}
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
