package opt

import (
	"testing"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// TestPureTable: an entry is found by exactly its operation, descriptor and operands, whatever the hashes are.
func TestPureTable(t *testing.T) {
	var table pureTable
	one, two := &descr.Array{}, &descr.Array{}
	lists := [][]trace.Ref{{1}, {2}, {1, 2}, {2, 1}, {1, -2}, {1, 2, 3}, {1, 2, 4}, {1, 2, 3, 4}, {1, 2, 3, 5}}
	type key struct {
		code op.Code
		d    descr.Descr
		list int
	}
	want := map[key]trace.Ref{}
	value := trace.Ref(0)
	for code := op.Code(1); int(code) < op.NumOps(); code++ {
		for i, args := range lists {
			for _, d := range []descr.Descr{nil, one, two} {
				if value++; value%3 == 0 { // the others must not be found
					table.add(code, d, args, value, none)
					want[key{code, d, i}] = value
				}
			}
		}
	}
	for code := op.Code(1); int(code) < op.NumOps(); code++ {
		for i, args := range lists {
			for _, d := range []descr.Descr{nil, one, two} {
				e := table.find(code, d, args)
				v, ok := want[key{code, d, i}]
				if (e != nil) != ok || ok && e.value != v {
					t.Fatalf("%s%v: found %+v, want %d, %v", code, args, e, v, ok)
				}
			}
		}
	}
}
