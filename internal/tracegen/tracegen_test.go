package tracegen

import (
	"testing"
)

// The reference backend agrees with itself, in worlds with other addresses and other collections.
func TestRefAgainstItself(t *testing.T) {
	a, b := RefSide(), RefSide()
	b.Name = "ref again"
	CompareMany(t, 1, 60, a, b)
}
