package asm

// Inst is an instruction form with a register operand and a register-or-memory operand (or, for the
// unary ones, an opcode extension in the register field).
type Inst uint8

const (
	// Loads and register moves: reg <- r/m.
	Mov Inst = iota // 64 bits
	MovL
	MovzxB
	MovzxW
	MovsxB
	MovsxW
	MovsxL
	Lea
	// Stores: r/m <- reg.
	MovStore
	MovStoreL
	MovStoreW
	MovStoreB
	Xchg

	Imul // reg *= r/m
	Test // r/m & reg
	TestB
	Bsf
	Bsr
	BtR // bit reg of r/m

	// SSE2, reg <- r/m unless it says store.
	Movsd
	MovsdStore
	Movss
	MovssStore
	Movapd
	Movups // 16 bytes, unaligned
	MovupsStore
	MovqToX   // general register -> XMM
	MovqFromX // XMM (reg) -> general register (r/m)
	MovdToX
	MovdFromX
	Addsd
	Subsd
	Mulsd
	Divsd
	Sqrtsd
	Ucomisd
	Cvtsi2sd // from a 64-bit integer
	Cvttsd2si
	Cvtsd2ss
	Cvtss2sd
	Xorpd
	Andpd
	Orpd
	Xorps

	// Unary: the register field is the extension.
	Not
	Neg
	Mul      // RDX:RAX = RAX * r/m
	ImulWide // the same for signed numbers
	Div
	Idiv
	Inc
	Dec
	JmpInd
	CallInd

	numInsts
)

// form is one row of the encoding table.
type form struct {
	name string
	pre  byte // mandatory prefix, or 0
	esc  bool // 0F escape
	op   byte
	w    byte // 8 with REX.W, else 0
	ext  byte // extension of unary forms
	// byteReg, byteRM: the operand is an 8-bit register, so 4-7 need a REX prefix.
	byteReg, byteRM bool
}

var forms = [numInsts]form{
	Mov:       {name: "mov", op: 0x8b, w: 8},
	MovL:      {name: "movl", op: 0x8b},
	MovzxB:    {name: "movzxb", esc: true, op: 0xb6, byteRM: true},
	MovzxW:    {name: "movzxw", esc: true, op: 0xb7},
	MovsxB:    {name: "movsxb", esc: true, op: 0xbe, w: 8, byteRM: true},
	MovsxW:    {name: "movsxw", esc: true, op: 0xbf, w: 8},
	MovsxL:    {name: "movsxl", op: 0x63, w: 8},
	Lea:       {name: "lea", op: 0x8d, w: 8},
	MovStore:  {name: "store", op: 0x89, w: 8},
	MovStoreL: {name: "storel", op: 0x89},
	MovStoreW: {name: "storew", pre: 0x66, op: 0x89},
	MovStoreB: {name: "storeb", op: 0x88, byteReg: true, byteRM: true},
	Xchg:      {name: "xchg", op: 0x87, w: 8},
	Imul:      {name: "imul", esc: true, op: 0xaf, w: 8},
	Test:      {name: "test", op: 0x85, w: 8},
	TestB:     {name: "testb", op: 0x84, byteReg: true, byteRM: true},
	Bsf:       {name: "bsf", esc: true, op: 0xbc, w: 8},
	Bsr:       {name: "bsr", esc: true, op: 0xbd, w: 8},
	BtR:       {name: "bt", esc: true, op: 0xa3, w: 8},

	Movsd:       {name: "movsd", pre: 0xf2, esc: true, op: 0x10},
	MovsdStore:  {name: "movsdst", pre: 0xf2, esc: true, op: 0x11},
	Movss:       {name: "movss", pre: 0xf3, esc: true, op: 0x10},
	MovssStore:  {name: "movssst", pre: 0xf3, esc: true, op: 0x11},
	Movapd:      {name: "movapd", pre: 0x66, esc: true, op: 0x28},
	Movups:      {name: "movups", esc: true, op: 0x10},
	MovupsStore: {name: "movupsst", esc: true, op: 0x11},
	MovqToX:     {name: "movqx", pre: 0x66, esc: true, op: 0x6e, w: 8},
	MovqFromX:   {name: "movxq", pre: 0x66, esc: true, op: 0x7e, w: 8},
	MovdToX:     {name: "movdx", pre: 0x66, esc: true, op: 0x6e},
	MovdFromX:   {name: "movxd", pre: 0x66, esc: true, op: 0x7e},
	Addsd:       {name: "addsd", pre: 0xf2, esc: true, op: 0x58},
	Subsd:       {name: "subsd", pre: 0xf2, esc: true, op: 0x5c},
	Mulsd:       {name: "mulsd", pre: 0xf2, esc: true, op: 0x59},
	Divsd:       {name: "divsd", pre: 0xf2, esc: true, op: 0x5e},
	Sqrtsd:      {name: "sqrtsd", pre: 0xf2, esc: true, op: 0x51},
	Ucomisd:     {name: "ucomisd", pre: 0x66, esc: true, op: 0x2e},
	Cvtsi2sd:    {name: "cvtsi2sd", pre: 0xf2, esc: true, op: 0x2a, w: 8},
	Cvttsd2si:   {name: "cvttsd2si", pre: 0xf2, esc: true, op: 0x2c, w: 8},
	Cvtsd2ss:    {name: "cvtsd2ss", pre: 0xf2, esc: true, op: 0x5a},
	Cvtss2sd:    {name: "cvtss2sd", pre: 0xf3, esc: true, op: 0x5a},
	Xorpd:       {name: "xorpd", pre: 0x66, esc: true, op: 0x57},
	Andpd:       {name: "andpd", pre: 0x66, esc: true, op: 0x54},
	Orpd:        {name: "orpd", pre: 0x66, esc: true, op: 0x56},
	Xorps:       {name: "xorps", esc: true, op: 0x57},

	Not:      {name: "not", op: 0xf7, w: 8, ext: 2},
	Neg:      {name: "neg", op: 0xf7, w: 8, ext: 3},
	Mul:      {name: "mul", op: 0xf7, w: 8, ext: 4},
	ImulWide: {name: "imulwide", op: 0xf7, w: 8, ext: 5},
	Div:      {name: "div", op: 0xf7, w: 8, ext: 6},
	Idiv:     {name: "idiv", op: 0xf7, w: 8, ext: 7},
	Inc:      {name: "inc", op: 0xff, w: 8, ext: 0},
	Dec:      {name: "dec", op: 0xff, w: 8, ext: 1},
	JmpInd:   {name: "jmpind", op: 0xff, ext: 4},
	CallInd:  {name: "callind", op: 0xff, ext: 2},
}

// Alu is a two-operand arithmetic instruction of the classic eight.
type Alu uint8

const (
	Add Alu = iota
	Or
	Adc
	Sbb
	And
	Sub
	Xor
	Cmp
)

// Shift is a shift or rotate by its opcode extension.
type Shift uint8

const (
	Rol Shift = 0
	Ror Shift = 1
	Shl Shift = 4
	Shr Shift = 5
	Sar Shift = 7
)

// Cond is a condition code; Cond^1 is its negation.
type Cond uint8

const (
	O Cond = iota
	NO
	B
	AE
	E
	NE
	BE
	A
	S
	NS
	P
	NP
	L
	GE
	LE
	G
)

func (i Inst) String() string { return forms[i].name }
