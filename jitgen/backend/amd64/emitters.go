package amd64

import (
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
)

// emitters has the emitter of every operation that may be in a trace; the others are in Rejected.
var emitters = func() (all [op.FirstPrivate]func(*compiler)) {
	for _, part := range []map[op.Code]func(*compiler){integerOps, floatOps, heapOps, barrierOps, guardOps, controlOps} {
		for code, f := range part {
			all[code] = f
		}
	}
	return all
}()

// Rejected says for each operation that this backend does not compile why.
var Rejected = map[op.Code]string{
	op.Invalid:       "not an operation",
	op.PromoteI:      whyFlow,
	op.PromoteR:      whyFlow,
	op.PromoteF:      whyFlow,
	op.PromoteString: whyFlow,
	op.IsVirtual:     whyFlow,
	op.IsConstantI:   whyFlow,
	op.IsConstantR:   whyFlow,
	op.IsConstantF:   whyFlow,
	op.WeAreJitted:   whyFlow,
	op.JitDebug:      whyFlow,
	op.QuasiRead:     "the optimiser consumes it",
	op.ForceObject:   "the optimiser consumes it",
}

const whyFlow = "a hint: the metainterpreter consumes it"

var integerOps = map[op.Code]func(*compiler){
	op.IntAdd: emitAdd, op.IntSub: emitSub, op.IntMul: emitMul,
	op.IntDiv: emitDiv(asm.RAX), op.IntMod: emitDiv(asm.RDX),
	op.UintDiv: emitUdiv(asm.RAX), op.UintMod: emitUdiv(asm.RDX), op.UintMulHi: emitMulHi,
	op.IntAnd: emitAnd, op.IntOr: emitOr, op.IntXor: emitXor,
	op.IntShl: emitShift(asm.Shl), op.IntShr: emitShift(asm.Sar), op.UintShr: emitShift(asm.Shr),
	op.IntNeg: emitNeg, op.IntInvert: emitNot,
	op.IntSext8: emitExtend(asm.MovsxB), op.IntSext16: emitExtend(asm.MovsxW), op.IntSext32: emitExtend(asm.MovsxL),
	op.IntZext8: emitExtend(asm.MovzxB), op.IntZext16: emitExtend(asm.MovzxW), op.IntZext32: emitExtend(asm.MovL),
	op.SameAsI: emitSame, op.SameAsR: emitSame, op.SameAsF: emitSame,

	op.IntEq: emitCompare, op.IntNe: emitCompare, op.IntLt: emitCompare, op.IntLe: emitCompare,
	op.IntGt: emitCompare, op.IntGe: emitCompare, op.UintLt: emitCompare, op.UintLe: emitCompare,
	op.UintGt: emitCompare, op.UintGe: emitCompare, op.IntIsZero: emitCompare, op.IntIsTrue: emitCompare,
	op.IntAddFits: emitCompare, op.IntSubFits: emitCompare, op.IntMulFits: emitCompare,
	op.PtrEq: emitCompare, op.PtrNe: emitCompare, op.PtrIsZero: emitCompare, op.PtrNonzero: emitCompare,
}

var floatOps = map[op.Code]func(*compiler){
	op.FloatAdd: emitFloat(asm.Addsd, true), op.FloatSub: emitFloat(asm.Subsd, false),
	op.FloatMul: emitFloat(asm.Mulsd, true), op.FloatDiv: emitFloat(asm.Divsd, false),
	op.FloatNeg: emitSign(asm.Xorpd, 1<<63), op.FloatAbs: emitSign(asm.Andpd, 1<<63-1), op.FloatSqrt: emitSqrt,
	op.FloatEq: emitCompare, op.FloatNe: emitCompare, op.FloatLt: emitCompare, op.FloatLe: emitCompare,
	op.FloatGt: emitCompare, op.FloatGe: emitCompare,
	op.FloatRound32: emitRound32, op.CastIntToFloat: emitIntToFloat, op.CastUintToFloat: emitUintToFloat,
	op.CastFloatToInt: emitFloatToInt, op.CastFloatToUint: emitFloatToUint,
	op.FloatBits: emitFloatBits, op.FloatFromBits: emitFloatFromBits,
	op.FloatBits32: emitFloatBits32, op.FloatFromBits32: emitFloatFromBits32,
}

var heapOps = map[op.Code]func(*compiler){
	op.GetFieldI: emitGetField, op.GetFieldR: emitGetField, op.GetFieldF: emitGetField, op.SetField: emitSetField,
	op.GetArrayItemI: emitGetItem, op.GetArrayItemR: emitGetItem, op.GetArrayItemF: emitGetItem, op.SetArrayItem: emitSetItem,
	op.GetInteriorI: emitGetInterior, op.GetInteriorR: emitGetInterior, op.GetInteriorF: emitGetInterior,
	op.SetInterior: emitSetInterior, op.ArrayLen: emitArrayLen, op.TypeIDOf: emitTypeID,
	op.MallocNursery: emitMalloc, op.NurseryIncrement: emitNurseryIncrement, op.InitHeader: emitInitHeader,
	op.New: emitHelper, op.NewArray: emitHelper, op.MallocArray: emitMallocArray, op.IdentityHash: emitHelper,
	op.ArrayCopy: emitArrayCopy, op.ArrayClear: emitArrayClear, op.BytesEqual: emitBytesEqual,
	op.BytesCompare: emitBytesCompare, op.BytesIndex: emitBytesIndex,
	op.MethodLookup: emitMethodLookup, op.TypeInSet: emitTypeInSet,
}

var guardOps = map[op.Code]func(*compiler){
	op.GuardTrue: emitGuardBool(true), op.GuardFalse: emitGuardBool(false),
	op.GuardValueI: emitGuardValue, op.GuardValueR: emitGuardValue, op.GuardValueF: emitGuardValueF,
	op.GuardClass: emitGuardClass, op.GuardNonnullClass: emitGuardNonnullClass,
	op.GuardNonnull: emitGuardZero(asm.NE), op.GuardIsnull: emitGuardZero(asm.E),
	op.GuardNotForced: emitGuardNotForced, op.GuardNotInvalidated: emitGuardNotInvalidated, op.GuardAlwaysFails: emitGuardAlwaysFails,
	op.GuardNoAction: emitGuardNoAction,
	op.CheckIndex:    emitCheckIndex, op.CheckSlice: emitCheckSlice, op.CheckSliceLen: emitCheckSlice, op.CheckLen: emitCheckLen,
	op.CheckNil: emitCheckZero(asm.E), op.CheckZero: emitCheckZero(asm.E), op.CheckShift: emitCheckZero(asm.S),
}

var controlOps = map[op.Code]func(*compiler){
	op.Label: emitLabel, op.Jump: emitJump, op.Finish: emitFinish, op.DebugMergePoint: emitNothing, op.RecordExactClass: emitNothing, op.DebugNote: emitNothing,
	op.CallI: emitCall, op.CallR: emitCall, op.CallF: emitCall, op.CallN: emitCall,
	op.CallPureI: emitCall, op.CallPureR: emitCall, op.CallPureF: emitCall, op.CallPureN: emitCall,
	op.CallAssemblerI: emitCallAssembler, op.CallAssemblerR: emitCallAssembler, op.CallAssemblerF: emitCallAssembler,
	op.CallAssemblerN: emitCallAssembler,
	op.GetResultI:     emitGetResult, op.GetResultR: emitGetResult, op.GetResultF: emitGetResult,
}
