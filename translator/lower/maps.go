package lower

import (
	"kiln/translator/flow"
)

func (fl *funcLowerer) noMaps() {
	fail(fl.pos, "use a slice or a hash table of your own", "maps are not supported yet")
}

func (fl *funcLowerer) lowerLookup(o *flow.Op)          { fl.noMaps() }
func (fl *funcLowerer) lowerMapUpdate(o *flow.Op)       { fl.noMaps() }
func (fl *funcLowerer) lowerMakeMap(o *flow.Op)         { fl.noMaps() }
func (fl *funcLowerer) lowerDelete(o *flow.Op)          { fl.noMaps() }
func (fl *funcLowerer) clearMap(x value)                { fl.noMaps() }
func (fl *funcLowerer) mapLen(m value) value            { fl.noMaps(); return nil }
func (fl *funcLowerer) nextEntry(o *flow.Op, lv *local) { fl.noMaps() }
func (l *lowerer) boxHash(d *dynamicType) *flow.Func    { return nil }

type mapType struct{}
