package check

import (
	"go/types"

	"kiln/translator/flow"
)

// host checks the signatures of the host functions that the program calls.
func (c *checker) host() {
	for _, f := range c.r.Program.Funcs {
		if !f.Host {
			continue
		}
		if f.Sig.Recv() != nil {
			c.add(c.r.FirstUse(f), "host", "call of method "+f.HostName+" of host package "+f.HostPkg+": handles are not supported yet",
				"write a function that takes a number for the object")
			continue
		}
		if f.Sig.Variadic() {
			c.add(c.r.FirstUse(f), "host", "host function "+f.Name+" is variadic", "give it a slice parameter")
		}
		for v := range f.Sig.Params().Variables() {
			c.boundary(f, v.Type(), "parameter")
		}
		for v := range f.Sig.Results().Variables() {
			c.boundary(f, v.Type(), "result")
		}
	}
}

// boundary checks a type that crosses between translated and host code.
func (c *checker) boundary(f *flow.Func, t types.Type, what string) {
	if crosses(t) || what == "result" && isError(t) {
		return
	}
	c.add(c.r.FirstUse(f), "host", "host function "+f.Name+" has a "+what+" of type "+typeString(t)+", which cannot cross the boundary between translated and host code",
		"use numbers, bools, strings and slices of those"+map[bool]string{true: ", and error as result"}[what == "result"])
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

func crosses(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat|types.IsString) != 0 && t.Info()&types.IsUntyped == 0
	case *types.Slice:
		b, ok := t.Elem().Underlying().(*types.Basic)
		return ok && crosses(b)
	}
	return false
}
