package emit

// Optimisations of emission that Options.Without can leave out, to measure what they are worth. docs/emission.md has the figures.
const (
	Barriers = "barriers" // write barriers are written out, without calls
	Spills   = "spills"   // loop variables are saved around calls by hand
)

// Optimisations lists the names that Options.Without knows.
var Optimisations = []string{Barriers, Spills}

// off says whether an optimisation is left out.
func (u *unit) off(name string) bool { return u.opts.Without[name] }
