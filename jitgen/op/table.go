package op

import "sync"

const (
	Invalid Code = iota

	// Integers, 64 bits, wrapping.
	IntAdd
	IntSub
	IntMul
	IntDiv // truncated; divisor not 0 (CheckZero first); MinInt / -1 = MinInt
	IntMod // sign of the dividend; divisor not 0; MinInt % -1 = 0
	UintDiv
	UintMod
	IntAnd
	IntOr
	IntXor
	IntShl  // count is unsigned; 64 and more give 0
	IntShr  // arithmetic; count unsigned; 64 and more give the sign
	UintShr // logical; count unsigned; 64 and more give 0
	IntNeg
	IntInvert
	UintMulHi // high 64 bits of the unsigned product
	IntSext8  // sign-extend the low 8, 16, 32 bits
	IntSext16
	IntSext32
	IntZext8 // zero-extend the low 8, 16, 32 bits
	IntZext16
	IntZext32

	IntEq
	IntNe
	IntLt
	IntLe
	IntGt
	IntGe
	UintLt
	UintLe
	UintGt
	UintGe
	IntIsZero // x == 0
	IntIsTrue // x != 0

	IntAddFits // x + y does not overflow, as signed integers; likewise below
	IntSubFits
	IntMulFits

	PtrEq
	PtrNe
	PtrIsZero
	PtrNonzero

	FloatAdd
	FloatSub
	FloatMul
	FloatDiv
	FloatNeg
	FloatAbs
	FloatSqrt
	FloatEq
	FloatNe
	FloatLt
	FloatLe
	FloatGt
	FloatGe
	FloatRound32    // to the nearest float32, as a float64
	CastIntToFloat  // signed
	CastUintToFloat // unsigned
	CastFloatToInt  // truncation as Go does on amd64 (CVTTSD2SQ)
	CastFloatToUint // as Go does on amd64
	FloatBits       // math.Float64bits
	FloatFromBits   // math.Float64frombits
	FloatBits32     // math.Float32bits of the value as float32
	FloatFromBits32

	SameAsI
	SameAsR
	SameAsF

	// Heap. Objects of traces and lowered graphs; the base is never nil (CheckNil or a guard first).
	GetFieldI
	GetFieldR
	GetFieldF
	SetField // object, value
	GetArrayItemI
	GetArrayItemR
	GetArrayItemF
	SetArrayItem // array, index, value
	GetInteriorI // array of structs, index; field by descriptor
	GetInteriorR
	GetInteriorF
	SetInterior // array, index, value
	ArrayLen
	TypeIDOf // type id of a non-nil object
	New
	NewArray     // length (not negative, see CheckLen); zeroed
	ArrayCopy    // src, srcStart, dst, dstStart, n: like Go's copy, overlap allowed; ranges checked before. See descr.Array.From
	ArrayClear   // array, start, n: zeroes items
	BytesEqual   // a, aStart, b, bStart, n over 1-byte items: 0 or 1
	BytesCompare // a, aStart, aLen, b, bStart, bLen: -1, 0, 1
	BytesIndex   // array, start, end, byte: index of the first such byte, or -1

	// Whole-program dispatch.
	MethodLookup // type id -> function index of the method the descriptor names
	TypeInSet    // type id -> 0 or 1: member of the descriptor's set (assertion to an interface type)

	// Checks: Go's run-time panics.
	CheckIndex    // index, length: 0 <= index < length
	CheckSlice    // low, high, max: 0 <= low <= high <= max, the capacity of a slice
	CheckSliceLen // the same for the length of a string or an array, of which Go speaks in other words
	CheckNil      // reference
	CheckZero     // divisor
	CheckShift    // shift count >= 0
	CheckLen      // make: 0 <= n <= a sane maximum

	// Hints.
	PromoteI // in jitcode: guard_value; elsewhere the identity
	PromoteR
	PromoteF
	PromoteString // in jitcode: guards that the string has the contents it has now; elsewhere the identity
	IsConstantI   // 1 if the tracer knows the operand as a constant, else 0
	IsConstantR
	IsConstantF
	IsVirtual        // 1 if the tracer knows the operand as an object of the trace that nothing else refers to, else 0
	WeAreJitted      // 1 in jitcode being traced or blackholed, 0 elsewhere
	JitDebug         // text, integer: a line in the log of the trace
	RecordExactClass // object, type id constant: the tracer may take for granted that the object is exactly of this type
	IdentityHash     // deterministic sequence number of the object
	QuasiWrite       // object: its quasi-immutable field is about to be stored to, so code that relies on the contents is invalidated

	// Calls. Operand 0 is the function index, constant for direct calls.
	CallI
	CallR
	CallF
	CallN
	CallPureI // elidable: may be folded on constants and merged; never writes
	CallPureR
	CallPureF
	CallPureN
	GetResultI // #slot: further results of the call just before
	GetResultR
	GetResultF

	// Guards (traces).
	GuardTrue
	GuardFalse
	GuardValueI // value, constant
	GuardValueR
	GuardValueF
	GuardClass // object (not nil), type id constant
	GuardNonnull
	GuardIsnull
	GuardNonnullClass // object, type id constant
	GuardNotInvalidated

	// Control of traces.
	Label
	Jump
	Finish          // results of the portal
	DebugMergePoint // driver #, greens ...: for the log only

	// After gcrewrite (backends).
	MallocNursery    // #bytes: bump allocation of zeroed memory, header not set; may collect
	NurseryIncrement // object inside the block just allocated: base, #bytes
	InitHeader       // object, #type id
	MallocArray      // length: variable-size allocation by the descriptor; may collect; header and length set

	// Write barriers (gc/barrier), before a store of a reference: made by gcrewrite in traces and by gcxform in
	// graphs to be emitted. Package exec, which has all other stores, does the barrier with the store.
	WriteBarrier     // object
	WriteBarrierItem // array, index

	// A guard that never holds: a trace that is too long goes on in a bridge (traces).
	GuardAlwaysFails
	// GuardNoAction holds unless something is to be done at a merge point (Thread.Actions).
	GuardNoAction

	// Calls of compiled code (traces): the portal from the merge point that the token names. Operands are the reds.
	CallAssemblerI
	CallAssemblerR
	CallAssemblerF
	CallAssemblerN

	// QuasiRead: the trace takes the contents that a quasi-immutable field of a constant object has now for a constant
	// (traces). Whether that still holds where it matters is tested by a GuardNotInvalidated before it.
	QuasiRead

	DebugNote // integer: what JitDebug leaves in a trace that is logged

	// Virtualizable objects over calls that may force them (traces): Own and Disown set and clear layout.FlagOwned. The guard holds if
	// all its operands have the flag; as recorded it has none. ForceObject: the call to come forced the object while the trace was
	// recorded; the optimiser consumes it.
	Own
	Disown
	GuardNotForced
	ForceObject

	numOps
)

const (
	get   = ReadsHeap
	set   = WritesHeap
	pc    = Pure | Commutative
	cmp   = Pure | Compare
	ccmp  = Pure | Compare | Commutative
	guard = Guard | TraceOnly
)

var table = [numOps]Info{
	Invalid: {Name: "invalid"},

	IntAdd:    {"int_add", "ii", Int, "", pc},
	IntSub:    {"int_sub", "ii", Int, "", Pure},
	IntMul:    {"int_mul", "ii", Int, "", pc},
	IntDiv:    {"int_div", "ii", Int, "", Pure},
	IntMod:    {"int_mod", "ii", Int, "", Pure},
	UintDiv:   {"uint_div", "ii", Int, "", Pure},
	UintMod:   {"uint_mod", "ii", Int, "", Pure},
	IntAnd:    {"int_and", "ii", Int, "", pc},
	IntOr:     {"int_or", "ii", Int, "", pc},
	IntXor:    {"int_xor", "ii", Int, "", pc},
	IntShl:    {"int_shl", "ii", Int, "", Pure},
	IntShr:    {"int_shr", "ii", Int, "", Pure},
	UintShr:   {"uint_shr", "ii", Int, "", Pure},
	IntNeg:    {"int_neg", "i", Int, "", Pure},
	IntInvert: {"int_invert", "i", Int, "", Pure},
	UintMulHi: {"uint_mul_hi", "ii", Int, "", pc},
	IntSext8:  {"int_sext8", "i", Int, "", Pure},
	IntSext16: {"int_sext16", "i", Int, "", Pure},
	IntSext32: {"int_sext32", "i", Int, "", Pure},
	IntZext8:  {"int_zext8", "i", Int, "", Pure},
	IntZext16: {"int_zext16", "i", Int, "", Pure},
	IntZext32: {"int_zext32", "i", Int, "", Pure},

	IntEq:     {"int_eq", "ii", Int, "", ccmp},
	IntNe:     {"int_ne", "ii", Int, "", ccmp},
	IntLt:     {"int_lt", "ii", Int, "", cmp},
	IntLe:     {"int_le", "ii", Int, "", cmp},
	IntGt:     {"int_gt", "ii", Int, "", cmp},
	IntGe:     {"int_ge", "ii", Int, "", cmp},
	UintLt:    {"uint_lt", "ii", Int, "", cmp},
	UintLe:    {"uint_le", "ii", Int, "", cmp},
	UintGt:    {"uint_gt", "ii", Int, "", cmp},
	UintGe:    {"uint_ge", "ii", Int, "", cmp},
	IntIsZero: {"int_is_zero", "i", Int, "", cmp},
	IntIsTrue: {"int_is_true", "i", Int, "", cmp},

	IntAddFits: {"int_add_fits", "ii", Int, "", ccmp},
	IntSubFits: {"int_sub_fits", "ii", Int, "", cmp},
	IntMulFits: {"int_mul_fits", "ii", Int, "", ccmp},

	PtrEq:      {"ptr_eq", "rr", Int, "", ccmp},
	PtrNe:      {"ptr_ne", "rr", Int, "", ccmp},
	PtrIsZero:  {"ptr_is_zero", "r", Int, "", cmp},
	PtrNonzero: {"ptr_nonzero", "r", Int, "", cmp},

	FloatAdd:        {"float_add", "ff", Float, "", pc},
	FloatSub:        {"float_sub", "ff", Float, "", Pure},
	FloatMul:        {"float_mul", "ff", Float, "", pc},
	FloatDiv:        {"float_div", "ff", Float, "", Pure},
	FloatNeg:        {"float_neg", "f", Float, "", Pure},
	FloatAbs:        {"float_abs", "f", Float, "", Pure},
	FloatSqrt:       {"float_sqrt", "f", Float, "", Pure},
	FloatEq:         {"float_eq", "ff", Int, "", ccmp},
	FloatNe:         {"float_ne", "ff", Int, "", ccmp},
	FloatLt:         {"float_lt", "ff", Int, "", cmp},
	FloatLe:         {"float_le", "ff", Int, "", cmp},
	FloatGt:         {"float_gt", "ff", Int, "", cmp},
	FloatGe:         {"float_ge", "ff", Int, "", cmp},
	FloatRound32:    {"float_round32", "f", Float, "", Pure},
	CastIntToFloat:  {"cast_int_to_float", "i", Float, "", Pure},
	CastUintToFloat: {"cast_uint_to_float", "i", Float, "", Pure},
	CastFloatToInt:  {"cast_float_to_int", "f", Int, "", Pure},
	CastFloatToUint: {"cast_float_to_uint", "f", Int, "", Pure},
	FloatBits:       {"float_bits", "f", Int, "", Pure},
	FloatFromBits:   {"float_from_bits", "i", Float, "", Pure},
	FloatBits32:     {"float_bits32", "f", Int, "", Pure},
	FloatFromBits32: {"float_from_bits32", "i", Float, "", Pure},

	SameAsI: {"same_as_i", "i", Int, "", Pure},
	SameAsR: {"same_as_r", "r", Ref, "", Pure},
	SameAsF: {"same_as_f", "f", Float, "", Pure},

	GetFieldI:     {"getfield_i", "r", Int, "field", get},
	GetFieldR:     {"getfield_r", "r", Ref, "field", get},
	GetFieldF:     {"getfield_f", "r", Float, "field", get},
	SetField:      {"setfield", "r?", Void, "field", set},
	GetArrayItemI: {"getarrayitem_i", "ri", Int, "array", get},
	GetArrayItemR: {"getarrayitem_r", "ri", Ref, "array", get},
	GetArrayItemF: {"getarrayitem_f", "ri", Float, "array", get},
	SetArrayItem:  {"setarrayitem", "ri?", Void, "array", set},
	GetInteriorI:  {"getinterior_i", "ri", Int, "interior", get},
	GetInteriorR:  {"getinterior_r", "ri", Ref, "interior", get},
	GetInteriorF:  {"getinterior_f", "ri", Float, "interior", get},
	SetInterior:   {"setinterior", "ri?", Void, "interior", set},
	ArrayLen:      {"arraylen", "r", Int, "array", Pure},
	TypeIDOf:      {"typeid_of", "r", Int, "", Pure},
	New:           {"new", "", Ref, "size", Allocates},
	NewArray:      {"new_array", "i", Ref, "array", Allocates},
	ArrayCopy:     {"array_copy", "ririi", Void, "array", ReadsHeap | WritesHeap},
	ArrayClear:    {"array_clear", "rii", Void, "array", WritesHeap},
	BytesEqual:    {"bytes_equal", "ririi", Int, "array", ReadsHeap},
	BytesCompare:  {"bytes_compare", "riirii", Int, "array", ReadsHeap},
	BytesIndex:    {"bytes_index", "riii", Int, "array", ReadsHeap},

	MethodLookup: {"method_lookup", "i", Int, "dispatch", Pure},
	TypeInSet:    {"type_in_set", "i", Int, "typeset", Pure},

	CheckIndex:    {"check_index", "ii", Void, "", Check},
	CheckSlice:    {"check_slice", "iii", Void, "", Check},
	CheckSliceLen: {"check_slice_len", "iii", Void, "", Check},
	CheckNil:      {"check_nil", "r", Void, "", Check},
	CheckZero:     {"check_zero", "i", Void, "", Check},
	CheckShift:    {"check_shift", "i", Void, "", Check},
	CheckLen:      {"check_len", "i", Void, "", Check},

	PromoteI:         {"promote_i", "i", Int, "", FlowOnly},
	PromoteR:         {"promote_r", "r", Ref, "", FlowOnly},
	PromoteF:         {"promote_f", "f", Float, "", FlowOnly},
	PromoteString:    {"promote_string", "r", Ref, "", FlowOnly},
	IsConstantI:      {"is_constant_i", "i", Int, "", FlowOnly},
	IsConstantR:      {"is_constant_r", "r", Int, "", FlowOnly},
	IsConstantF:      {"is_constant_f", "f", Int, "", FlowOnly},
	IsVirtual:        {"is_virtual", "r", Int, "", FlowOnly},
	WeAreJitted:      {"we_are_jitted", "", Int, "", FlowOnly},
	JitDebug:         {"jit_debug", "ri", Void, "", FlowOnly},
	RecordExactClass: {"record_exact_class", "ri", Void, "", 0},
	IdentityHash:     {"identity_hash", "r", Int, "", ReadsHeap | WritesHeap},
	QuasiWrite:       {"quasi_write", "r", Void, "field", 0},

	CallI:      {"call_i", "i*", Int, "call", Call},
	CallR:      {"call_r", "i*", Ref, "call", Call},
	CallF:      {"call_f", "i*", Float, "call", Call},
	CallN:      {"call_n", "i*", Void, "call", Call},
	CallPureI:  {"call_pure_i", "i*", Int, "call", Call},
	CallPureR:  {"call_pure_r", "i*", Ref, "call", Call},
	CallPureF:  {"call_pure_f", "i*", Float, "call", Call},
	CallPureN:  {"call_pure_n", "i*", Void, "call", Call},
	GetResultI: {"getresult_i", "i", Int, "", 0},
	GetResultR: {"getresult_r", "i", Ref, "", 0},
	GetResultF: {"getresult_f", "i", Float, "", 0},

	GuardTrue:           {"guard_true", "i", Void, "guard", guard},
	GuardFalse:          {"guard_false", "i", Void, "guard", guard},
	GuardValueI:         {"guard_value_i", "ii", Void, "guard", guard},
	GuardValueR:         {"guard_value_r", "rr", Void, "guard", guard},
	GuardValueF:         {"guard_value_f", "ff", Void, "guard", guard},
	GuardClass:          {"guard_class", "ri", Void, "guard", guard},
	GuardNonnull:        {"guard_nonnull", "r", Void, "guard", guard},
	GuardIsnull:         {"guard_isnull", "r", Void, "guard", guard},
	GuardNonnullClass:   {"guard_nonnull_class", "ri", Void, "guard", guard},
	GuardNotInvalidated: {"guard_not_invalidated", "", Void, "guard", guard},

	Label:           {"label", "*", Void, "target", TraceOnly},
	Jump:            {"jump", "*", Void, "target", TraceOnly | Ends},
	Finish:          {"finish", "*", Void, "", TraceOnly | Ends},
	DebugMergePoint: {"debug_merge_point", "i*", Void, "", TraceOnly},

	MallocNursery:    {"malloc_nursery", "i", Ref, "", TraceOnly | Allocates},
	NurseryIncrement: {"nursery_increment", "ri", Ref, "", TraceOnly},
	InitHeader:       {"init_header", "ri", Void, "", TraceOnly | WritesHeap},
	MallocArray:      {"malloc_array", "i", Ref, "array", TraceOnly | Allocates},

	WriteBarrier:     {"write_barrier", "r", Void, "", WritesHeap | Barrier},
	WriteBarrierItem: {"write_barrier_item", "ri", Void, "", WritesHeap | Barrier},

	GuardAlwaysFails: {"guard_always_fails", "", Void, "guard", guard},
	GuardNoAction:    {"guard_no_action", "", Void, "guard", guard},

	CallAssemblerI: {"call_assembler_i", "*", Int, "token", TraceOnly | Call},
	CallAssemblerR: {"call_assembler_r", "*", Ref, "token", TraceOnly | Call},
	CallAssemblerF: {"call_assembler_f", "*", Float, "token", TraceOnly | Call},
	CallAssemblerN: {"call_assembler_n", "*", Void, "token", TraceOnly | Call},

	QuasiRead: {"quasi_read", "r", Void, "field", TraceOnly},
	DebugNote: {"debug_note", "i", Void, "text", TraceOnly},

	Own:            {"own", "r", Void, "", TraceOnly},
	Disown:         {"disown", "r", Void, "", TraceOnly},
	GuardNotForced: {"guard_not_forced", "*", Void, "guard", guard},
	ForceObject:    {"force_object", "r", Void, "", TraceOnly},
}

// byName is made when it is first needed: texts are read, not by every program that starts.
var byName = sync.OnceValue(func() map[string]Code {
	m := make(map[string]Code, len(table))
	for c := Code(1); int(c) < len(table); c++ {
		m[table[c].Name] = c
	}
	return m
})

type relation struct{ negated, swapped Code }

var relations = [numOps]relation{
	IntEq: {IntNe, IntEq}, IntNe: {IntEq, IntNe},
	IntLt: {IntGe, IntGt}, IntLe: {IntGt, IntGe}, IntGt: {IntLe, IntLt}, IntGe: {IntLt, IntLe},
	UintLt: {UintGe, UintGt}, UintLe: {UintGt, UintGe}, UintGt: {UintLe, UintLt}, UintGe: {UintLt, UintLe},
	IntIsZero: {IntIsTrue, Invalid}, IntIsTrue: {IntIsZero, Invalid},
	PtrEq: {PtrNe, PtrEq}, PtrNe: {PtrEq, PtrNe},
	PtrIsZero: {PtrNonzero, Invalid}, PtrNonzero: {PtrIsZero, Invalid},
	FloatEq: {FloatNe, FloatEq}, FloatNe: {FloatEq, FloatNe},
	FloatLt: {Invalid, FloatGt}, FloatLe: {Invalid, FloatGe}, FloatGt: {Invalid, FloatLt}, FloatGe: {Invalid, FloatLe},
}

// Negated is the comparison that is true exactly when c is false, or Invalid (ordered float comparisons have none).
func Negated(c Code) Code { return related(c).negated }

// Swapped is the comparison with operands exchanged, or Invalid.
func Swapped(c Code) Code { return related(c).swapped }

func related(c Code) relation {
	if int(c) >= len(relations) { // a private operation
		return relation{}
	}
	return relations[c]
}
