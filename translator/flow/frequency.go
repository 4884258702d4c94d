package flow

// Frequencies estimates how often each block runs, by Block.ID, for a function that is entered once. Nothing is
// measured: a loop runs ten times, the cases of a switch are equally likely, and so are the ways of a branch, unless one
// ends in a panic. The estimate serves to compare blocks of one function.
func Frequencies(g *Graph) []float64 {
	const rounds, unlikely = 10, 1.0 / 1024
	t := Dominators(g)
	freq := make([]float64, g.NumBlocks())
	head := make([]bool, g.NumBlocks())
	for _, b := range t.Order() {
		for _, s := range b.Succs {
			if t.IsBackEdge(b, s.To) {
				head[s.To.ID] = true
			}
		}
	}
	freq[g.Entry().ID] = 1
	for _, b := range t.Order() {
		if head[b.ID] {
			freq[b.ID] *= rounds
		}
		weights, sum := make([]float64, len(b.Succs)), 0.0
		for i, s := range b.Succs {
			weights[i] = 1
			if s.To.Term == Panic {
				weights[i] = unlikely
			}
			sum += weights[i]
		}
		for i, s := range b.Succs {
			if !t.IsBackEdge(b, s.To) {
				freq[s.To.ID] += freq[b.ID] * weights[i] / sum
			}
		}
	}
	return freq
}
