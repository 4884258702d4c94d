package emit

import (
	"github.com/dave/jennifer/jen"

	"kiln/translator/flow"
)

func (u *unit) hostFunction(file *jen.File, fn *flow.Func) error {
	return &EmitError{fn.Pos, fn.Name, "host"}
}
