package load

// intrinsics are the standard functions that lowering replaces by operations, whether or not they have a body in Go.
// Lowering knows them by flow.Func.Intrinsic.
var intrinsics = map[string]bool{
	"math.Float64bits":     true,
	"math.Float64frombits": true,
	"math.Float32bits":     true,
	"math.Float32frombits": true,
	"math.Sqrt":            true,
	"math.sqrt":            true,
	"math.Abs":             true,
	"math/bits.Mul64":      true,
}
