package tracegen

import (
	"math"
	"math/rand/v2"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// shape is what objects a reference can refer to.
type shape uint8

const (
	noShape shape = iota // not a reference
	node                 // a Node or a Pair
	pair
	arrayInt
	arrayUint8
	arrayInt16
	arrayUint32
	arrayFloat
	arrayFloat32
	arrayRef
	arrayPt
	numShapes
)

var shapeNames = [...]string{"", "Node", "Pair", "[]int", "[]uint8", "[]int16", "[]uint32", "[]float", "[]float32", "[]ref", "[]Pt"}

// is says whether an object of shape s can stand where shape t is asked for.
func (s shape) is(t shape) bool { return s == t || s == pair && t == node }

// shapeOf is the shape of the references in a location.
func shapeOf(l descr.Location) shape {
	if l.Acc().Kind != op.Ref {
		return noShape
	}
	if f, ok := l.(*descr.Field); ok && f.Name == "mate" {
		return pair
	}
	return node
}

// fact is what holds of a value in every execution.
type fact struct {
	kind    op.Kind
	shape   shape
	nonnil  bool
	exact   bool // the class is exactly the shape's
	small   bool // 0 <= v < minLen
	nonzero bool
	boolean bool // 0 or 1
	number  bool // a float that is not a NaN
}

// implies says whether a value with fact f can stand where g is asked for.
func (f fact) implies(g fact) bool {
	return f.kind == g.kind && (f.kind != op.Ref || f.shape.is(g.shape)) &&
		(f.nonnil || !g.nonnil) && (f.exact && f.shape == g.shape || !g.exact) &&
		(f.small || !g.small) && (f.nonzero || !g.nonzero) && (f.number || !g.number) && (f.boolean || !g.boolean)
}

// randomInt prefers the numbers where encodings and operations have their edges.
func randomInt(rng *rand.Rand) int64 {
	switch rng.IntN(8) {
	case 0, 1, 2:
		return int64(rng.IntN(20)) - 4
	case 3:
		return int64(rng.IntN(600)) - 300
	case 4:
		edges := []int64{math.MinInt64, math.MinInt64 + 1, math.MinInt32 - 1, math.MinInt32, -32769, -32768, -129, -128, 127, 128, 255, 256, 32767, 32768,
			65535, 65536, math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32, math.MaxUint32 + 1, 1 << 53, math.MaxInt64}
		return edges[rng.IntN(len(edges))]
	case 5:
		return 1 << rng.IntN(63)
	case 6:
		return int64(int32(rng.Uint32()))
	}
	return int64(rng.Uint64())
}

func randomFloat(rng *rand.Rand) float64 {
	switch rng.IntN(6) {
	case 0:
		edges := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), 5e-324, math.MaxFloat64, 1 << 31, 1 << 53, 1 << 63, -(1 << 63), 1 << 64, 1e300}
		return edges[rng.IntN(len(edges))]
	case 1:
		return float64(rng.IntN(1000)) / 8
	case 2:
		return rng.NormFloat64() * 1e10
	}
	return float64(rng.IntN(40) - 20)
}
