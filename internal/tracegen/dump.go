package tracegen

import (
	"fmt"
	"math"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
)

// dumper prints the graph of objects: an object by its number in order of the first visit, then the contents.
// Addresses do not show.
type dumper struct {
	w     *World
	out   strings.Builder
	index map[uint64]int
	queue []uint64
}

// Dump is the text of the values and of everything reachable from them and from the named objects. Does not collect.
func (w *World) Dump(kinds []op.Kind, values []uint64) string {
	d := &dumper{w: w, index: map[uint64]int{}}
	for i, k := range kinds {
		fmt.Fprintf(&d.out, " %s", d.word(k, values[i]))
	}
	d.out.WriteByte('\n')
	for i, f := range fixtures {
		fmt.Fprintf(&d.out, "%s=%s ", f.name, d.word(op.Ref, w.named[i]))
	}
	d.out.WriteByte('\n')
	for i := 0; i < len(d.queue); i++ {
		d.object(i, d.queue[i])
	}
	return d.out.String()
}

func (d *dumper) word(k op.Kind, w uint64) string {
	switch k {
	case op.Int:
		return fmt.Sprint(int64(w))
	case op.Float:
		// Which NaN an operation gives is not defined.
		if f := math.Float64frombits(w); f != f {
			return "nan"
		}
		return fmt.Sprintf("%v", math.Float64frombits(w))
	}
	if w == 0 {
		return "nil"
	}
	n, ok := d.index[w]
	if !ok {
		n = len(d.queue)
		d.index[w] = n
		d.queue = append(d.queue, w)
	}
	return fmt.Sprintf("@%d", n)
}

func (d *dumper) object(n int, obj uint64) {
	t := d.w.Heap.TypeOf(uintptr(obj))
	fmt.Fprintf(&d.out, "@%d %s", n, t.Name)
	length := uint64(0)
	if t.IsArray() {
		length = exec.Length(obj, t)
		fmt.Fprintf(&d.out, "[%d]", length)
	}
	for _, l := range d.w.Names.Program.Locs {
		k := l.Acc().Kind
		switch l := l.(type) {
		case *descr.Field:
			if l.Owner == t || l.Owner.ID == t.Base {
				fmt.Fprintf(&d.out, " %s:%s", l.Name, d.word(k, exec.LoadField(obj, l)))
			}
		case *descr.Array:
			if l.Type == t && l.Width > 0 {
				for i := range length {
					d.out.WriteString(" " + d.word(k, exec.LoadItem(obj, i, l)))
				}
			}
		case *descr.Interior:
			if l.Array.Type == t {
				for i := range length {
					fmt.Fprintf(&d.out, " %s:%s", l.Name, d.word(k, exec.LoadInterior(obj, i, l)))
				}
			}
		}
	}
	d.out.WriteByte('\n')
}
