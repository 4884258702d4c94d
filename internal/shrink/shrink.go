package shrink

// Tree makes a failing tree smaller as long as it keeps failing, trying about limit candidates. fails is called with
// candidates that may be wrong in any way but run forever, at most batch at a time, and says which of them fail.
func Tree(root *Node, limit, batch int, fails func([]*Node) []bool) *Node {
	s := &shrinker{best: root, left: limit, batch: batch, fails: fails}
	for changed := true; changed && s.left > 0; {
		changed = false
		for n := longest(s.best); n > 0; n /= 2 {
			changed = s.round(func() []edits { return drops(s.best, n) }) || changed
		}
		changed = s.round(func() []edits { return replacements(s.best) }) || changed
	}
	return s.best
}

type shrinker struct {
	best        *Node
	left, batch int
	fails       func([]*Node) []bool
}

// round tries every change of a kind. After each success the list is made anew, and goes on where it was.
func (s *shrinker) round(list func() []edits) (changed bool) {
	all := list()
	for at := 0; at < len(all) && s.left > 0; {
		part := all[at:min(at+s.batch, len(all))]
		good := s.try(part)
		if len(good) == 0 {
			at += len(part)
			continue
		}
		changed = true
		before := len(all)
		s.best = s.combine(good)
		all = list()
		at = max(0, at+len(part)-max(before-len(all), len(good)))
	}
	return changed
}

// try says which changes keep the failure.
func (s *shrinker) try(list []edits) (good []edits) {
	trees := make([]*Node, len(list))
	for i, e := range list {
		trees[i] = e.apply(s.best)
	}
	s.left -= len(list)
	for i, failed := range s.fails(trees) {
		if failed {
			good = append(good, list[i])
		}
	}
	return good
}

// combine applies as many of some changes, each of which keeps the failure, as keep it together.
func (s *shrinker) combine(good []edits) *Node {
	for n := len(good); n > 1; n /= 2 {
		sum := edits{}
		for _, e := range good[:n] {
			for at, by := range e {
				if _, ok := sum[at]; !ok {
					sum[at] = by
				}
			}
		}
		if len(s.try([]edits{sum})) > 0 {
			return sum.apply(s.best)
		}
	}
	return good[0].apply(s.best)
}
