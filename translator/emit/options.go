package emit

// Optimisations of emission that Options.Without can leave out, to measure what they are worth. docs/emission.md has the figures.
const (
	Barriers = "barriers" // write barriers are written out, without calls
	Spills   = "spills"   // loop variables are saved around calls by hand
	Masks    = "masks"    // masks of 8, 16 and 32 bits are conversions
)

// Optimisations lists the names that Options.Without knows.
var Optimisations = []string{Barriers, Spills, Masks}

// off says whether an optimisation is left out.
func (u *unit) off(name string) bool { return u.opts.Without[name] }
