package lower

import (
	"go/token"
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Zeroed memory holds nil strings, and so may any word of type string. Testing for nil at every len(s) and s[i]
// would be slow, most of all in loops; so a string value that needs to be an object somewhere is made one where
// it is defined, once. Where paths meet, the need passes to what comes in, so that a loop does not test at its head.

// findStrings computes the strings that must be objects.
func (fl *funcLowerer) findStrings() {
	fl.needed = map[value]bool{}
	var work []value
	need := func(v value) {
		if v.Const == nil && !fl.needed[v] && isString(v.Type) {
			fl.needed[v] = true
			work = append(work, v)
		}
	}
	for _, b := range fl.dom.Order() {
		for _, o := range b.Ops {
			if needsObject(o) {
				for _, a := range o.Args {
					if a != nil {
						need(a)
					}
				}
			}
		}
	}
	param := map[value]use{} // where a block parameter is defined
	for _, b := range fl.dom.Order() {
		for i, p := range b.Params {
			param[p] = use{block: b, arg: i}
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		d, ok := param[v]
		if !ok || d.block == fl.src.Entry() {
			continue
		}
		for _, p := range fl.preds[d.block.ID] {
			for _, e := range p.Succs {
				if e.To == d.block {
					need(e.Args[d.arg])
				}
			}
		}
	}
}

// needsObject says whether an operation accesses its string operand inline.
func needsObject(o *flow.Op) bool {
	switch o.Code {
	case flow.GoIndex, flow.GoRange, flow.GoMakeInterface:
		return true
	case flow.GoBuiltin:
		return o.Aux == "len"
	case flow.GoChangeType, flow.GoConvert: // between string types
		return isString(o.Results[0].Type) && isString(o.Args[0].Type)
	case flow.GoBinOp:
		tok, _ := o.Aux.(token.Token)
		return (tok == token.EQL || tok == token.NEQ) && (isEmptyString(o.Args[0]) || isEmptyString(o.Args[1]))
	}
	return false
}

func isEmptyString(v value) bool {
	s, ok := stringConst(v)
	return ok && s == ""
}

// normalise makes a string that must be an object one, at its definition.
func (fl *funcLowerer) normalise(v value) {
	if !fl.needed[v] {
		return
	}
	w := fl.words[v][0]
	if fl.isNonNil(w) {
		return
	}
	if fl.isJoinParam(v) {
		fl.learn(nonNil, w, nil)
		return
	}
	fl.words[v] = []value{fl.stringObject(w)}
}

// isJoinParam: a parameter of the current block, which receives objects only.
func (fl *funcLowerer) isJoinParam(v value) bool {
	if fl.block == fl.src.Entry() {
		return false
	}
	for _, p := range fl.block.Params {
		if p == v {
			return true
		}
	}
	return false
}

// stringObject is the string as an object: nil becomes the empty string.
func (b *builder) stringObject(w value) value {
	if b.isNonNil(w) {
		return w
	}
	empty := flow.PrebuiltRef(b.l.intern(""))
	if isNilConst(w) {
		return empty
	}
	s := b.choose(b.int(op.PtrIsZero, w), []kind{op.Ref},
		func() []value { return []value{empty} },
		func() []value { return []value{w} })[0]
	s.Name = w.Name
	b.learn(nonNil, s, nil)
	return s
}

// knownString marks a string that is surely an object.
func (b *builder) knownString(w value) value {
	if w.Const == nil {
		b.learn(nonNil, w, nil)
	}
	return w
}

// onTrue postpones body to the branch taken if ok is true, when that is all ok is used for and the operation's other
// results are used there only. So a comma-ok form costs one branch, not two.
func (fl *funcLowerer) onTrue(o *flow.Op, ok value, body func()) bool {
	b := fl.block
	if b.Term != flow.Branch || b.Args[0] != ok || len(fl.uses[ok]) != 1 || b.Succs[0].To == b.Succs[1].To {
		return false
	}
	yes := b.Succs[0].To
	if len(fl.preds[yes.ID]) != 1 {
		return false
	}
	for _, r := range o.Results {
		if r == ok {
			continue
		}
		for _, u := range fl.uses[r] {
			if !fl.dom.Dominates(yes, u.block) {
				return false
			}
		}
	}
	fl.late[yes] = append(fl.late[yes], body)
	return true
}

func isBasicKind(t types.Type, k types.BasicKind) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == k
}
