package load

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// Initialisers of standard packages are pruned: only variables that the program uses are initialised.
// Package unicode alone would otherwise fill hundreds of tables at start-up, and errors and math initialise
// variables with what cannot be translated.
//
// Idea: the package's init function is sliced backward from the stores into used variables. An instruction is needed if a
// needed one uses its value, or if it stores into an object that a needed one uses; control flow and declared init functions
// are always needed. Initialisers of the standard library have no effects other than on what they make, so calls
// whose results are not needed go too. Functions that needed instructions call may use more variables, so
// slicing and conversion alternate until nothing changes; a package's needs only grow.

// lazyInit is the init function of one standard package.
type lazyInit struct {
	fn     *ssa.Function
	stores map[ssa.Value][]ssa.Instruction // by the object or variable they store into
	needed map[ssa.Instruction]bool
	work   []ssa.Instruction
	size   int // of needed when last converted
}

func newLazyInit(f *ssa.Function) *lazyInit {
	l := &lazyInit{fn: f, stores: map[ssa.Value][]ssa.Instruction{}, needed: map[ssa.Instruction]bool{}, size: -1}
	for _, blk := range f.Blocks {
		for _, instr := range blk.Instrs {
			switch i := instr.(type) {
			case *ssa.Store:
				root := rootOf(i.Addr)
				l.stores[root] = append(l.stores[root], i)
			case *ssa.MapUpdate:
				root := rootOf(i.Map)
				l.stores[root] = append(l.stores[root], i)
			case *ssa.If, *ssa.Jump, *ssa.Return, *ssa.Panic:
				l.need(i)
			case *ssa.Call:
				if callee, ok := i.Call.Value.(*ssa.Function); ok && isInitFunc(callee) {
					l.need(i)
				}
			}
		}
	}
	return l
}

// isInitFunc recognises the init functions declared in source, which go/ssa calls init#1, init#2 ...
func isInitFunc(f *ssa.Function) bool {
	return f.Signature.Recv() == nil && len(f.Name()) > 5 && f.Name()[:5] == "init#"
}

// rootOf is the variable or object that an address or reference leads to.
func rootOf(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.Slice:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return v
			}
			v = x.X
		default:
			return v
		}
	}
}

func (l *lazyInit) need(i ssa.Instruction) {
	if !l.needed[i] {
		l.needed[i] = true
		l.work = append(l.work, i)
	}
}

// needStores makes the stores into a variable or object needed, once that itself is.
func (l *lazyInit) needStores(v ssa.Value) {
	for _, s := range l.stores[v] {
		l.need(s)
	}
	delete(l.stores, v)
}

// slice extends what is needed by what the program uses now, and says whether anything was added since the
// init function was last converted.
func (l *lazyInit) slice(b *builder) bool {
	for root := range l.stores {
		if g, ok := root.(*ssa.Global); ok && b.globals[g] != nil {
			l.needStores(root)
		}
	}
	var operands []*ssa.Value
	for len(l.work) > 0 {
		i := l.work[len(l.work)-1]
		l.work = l.work[:len(l.work)-1]
		if v, ok := i.(ssa.Value); ok {
			l.needStores(v)
		}
		operands = i.Operands(operands[:0])
		for _, o := range operands {
			switch v := (*o).(type) {
			case nil:
			case *ssa.Global:
				l.needStores(v)
			case ssa.Instruction:
				l.need(v)
			}
		}
	}
	return len(l.needed) != l.size
}

// convertInits converts the init functions whose needs have grown, and says whether there were any.
func (b *builder) convertInits() bool {
	any := false
	for _, l := range b.lazy {
		if l.slice(b) {
			l.size = len(l.needed)
			b.convertSome(l.fn, nil, l.needed)
			any = true
		}
	}
	return any
}

// dropEmptyInits removes initialisers that do nothing.
func (b *builder) dropEmptyInits() {
	empty := func(f *flow.Func) bool {
		return f.Graph != nil && len(f.Graph.Blocks) == 1 && len(f.Graph.Blocks[0].Ops) == 0 && f.Graph.Blocks[0].Term == flow.Return
	}
	b.prog.Funcs = slices.DeleteFunc(b.prog.Funcs, func(f *flow.Func) bool {
		return empty(f) && slices.Contains(b.prog.Init, f)
	})
	b.prog.Init = slices.DeleteFunc(b.prog.Init, empty)
}
