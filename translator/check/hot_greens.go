package check

import (
	"fmt"
	"strings"

	"kiln/translator/flow"
)

// What is noted about a portal: variables alive at the merge point, reds therefore, that are functions of the greens. In a trace the
// greens are constants and so would be what is computed from them, but a red is not, nor anything loaded through it.

// greens looks for such reds in the portal of a driver.
func (h *hot) greens(d *flow.Driver) {
	if !h.isOwn(d.Portal.Pos.File) {
		return
	}
	b := newBody(d.Portal)
	l := b.dispatchLoop()
	merge := b.mergePoint(d)
	if l == nil || merge == nil || len(merge.Args) != len(d.Greens) {
		return
	}
	green := map[*flow.Value]string{}
	for i, a := range merge.Args {
		green[a] = d.Greens[i]
	}
	h.invariantReds(b, l, green)
	h.changingReds(b, l, green, merge)
}

func (b *body) mergePoint(d *flow.Driver) *flow.Op {
	for _, blk := range b.f.Graph.Blocks {
		for _, o := range blk.Ops {
			if hint, ok := o.Aux.(flow.Hint); ok && hint.Name == "MergePoint" && hint.Driver == d {
				return o
			}
		}
	}
	return nil
}

// invariantReds are computed before the loop and used in it.
func (h *hot) invariantReds(b *body, l *loop, green map[*flow.Value]string) {
	seen := map[*flow.Value]bool{}
	use := func(v *flow.Value) {
		if v == nil || seen[v] || green[v] != "" || b.def(v) == nil || l.blocks[b.block[v]] {
			return
		}
		seen[v] = true
		if from := b.ofGreens(v, green); strings.Contains(from, "$") {
			h.redOfGreens(b.def(v), v, from)
		}
	}
	for _, blk := range b.dom.Order() {
		if !l.blocks[blk] {
			continue
		}
		for _, o := range blk.Ops {
			for _, a := range o.Args {
				use(a)
			}
		}
		for _, a := range blk.Args {
			use(a)
		}
	}
}

// changingReds are variables of the loop that get, wherever the greens get new values, the same function of them.
func (h *hot) changingReds(b *body, l *loop, green map[*flow.Value]string, merge *flow.Op) {
	preds := flow.Preds(b.f.Graph)[l.head.ID]
	for i, p := range l.head.Params {
		if green[p] != "" {
			continue
		}
		from, at := "", (*flow.Op)(nil)
		same := true
		for _, pred := range preds {
			for _, e := range pred.Succs {
				if e.To != l.head {
					continue
				}
				there := map[*flow.Value]string{}
				for v, name := range green {
					there[v] = name
				}
				for j, q := range l.head.Params {
					if green[q] != "" {
						delete(there, q)
						there[e.Args[j]] = green[q]
					}
				}
				x := b.ofGreens(e.Args[i], there)
				if e.Args[i] == p { // unchanged, and so must the greens be
					x = unchangedGreens(l, e, green, from)
				}
				if from == "" {
					from = x
				}
				same = same && x != "" && x == from
				if o := b.def(e.Args[i]); o != nil {
					at = o
				}
			}
		}
		if same && at != nil && strings.Contains(from, "$") {
			h.redOfGreens(at, p, from)
		}
	}
}

// unchangedGreens is the function that holds on an edge where neither a red nor the greens that it is made of change.
func unchangedGreens(l *loop, e flow.Edge, green map[*flow.Value]string, from string) string {
	for j, q := range l.head.Params {
		if name := green[q]; name != "" && e.Args[j] != q && (from == "" || strings.Contains(from, "$"+name)) {
			return ""
		}
	}
	return from
}

func (h *hot) redOfGreens(o *flow.Op, v *flow.Value, from string) {
	from = strings.ReplaceAll(from, "$", "")
	what := "what is computed here, " + from + ", is used behind the merge point"
	if v.Name != "" {
		what = "variable " + v.Name + " is always " + from + " at the merge point"
	}
	h.note(o, "hot-red", what+": it is a red, which traces do not know, made of greens, which they do", "compute it behind the merge point, or make it green as well")
}

// ofGreens writes a value as an expression of greens ($name), constants and immutable fields of such; "" if it is none.
func (b *body) ofGreens(v *flow.Value, green map[*flow.Value]string) string {
	if name := green[v]; name != "" {
		return "$" + name
	}
	if v.Const != nil {
		if v.Const.Global != nil || v.Const.Func != nil {
			return ""
		}
		return fmt.Sprint(v.Const.Value)
	}
	o := b.def(v)
	if o == nil {
		return ""
	}
	all := func(format string, args ...*flow.Value) string {
		var texts []any
		for _, a := range args {
			t := b.ofGreens(a, green)
			if t == "" {
				return ""
			}
			texts = append(texts, t)
		}
		return fmt.Sprintf(format, texts...)
	}
	switch o.Code {
	case flow.GoLoad:
		a := b.def(o.Args[0])
		if a == nil {
			return ""
		}
		switch a.Code {
		case flow.GoFieldAddr:
			if field, tag, _ := fieldOf(a); field != nil && strings.HasPrefix(tag, "immutable") {
				return all("%s."+field.Name(), a.Args[0])
			}
		case flow.GoIndexAddr:
			if l := b.def(a.Args[0]); l != nil && l.Code == flow.GoLoad {
				if fa := b.def(l.Args[0]); fa != nil && fa.Code == flow.GoFieldAddr {
					if _, tag, _ := fieldOf(fa); tag == "immutable[]" {
						return all("%s[%s]", a.Args[0], a.Args[1])
					}
				}
			}
		}
	case flow.GoBuiltin:
		if o.Aux == "len" && len(o.Args) == 1 {
			return all("len(%s)", o.Args[0])
		}
	case flow.GoConvert, flow.GoChangeType:
		return all("%s", o.Args[0])
	case flow.GoIndex:
		return all("%s[%s]", o.Args[0], o.Args[1])
	case flow.GoBinOp:
		return all("%s "+strings.ReplaceAll(fmt.Sprint(o.Aux), "%", "%%")+" %s", o.Args[0], o.Args[1])
	}
	return ""
}
