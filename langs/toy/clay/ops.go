package main

// arith applies an arithmetic operator or a comparison. It answers nil if the operand types do not fit.
func arith(op byte, a, b Value) Value {
	switch a := a.(type) {
	case *Int:
		switch b := b.(type) {
		case *Int:
			return intOp(op, a.v, b.v)
		case *Float:
			return floatOp(op, float64(a.v), b.v)
		}
	case *Float:
		switch b := b.(type) {
		case *Int:
			return floatOp(op, a.v, float64(b.v))
		case *Float:
			return floatOp(op, a.v, b.v)
		}
	case *Str:
		if b, ok := b.(*Str); ok {
			return strOp(op, a.v, b.v)
		}
	case *Bool:
		if b, ok := b.(*Bool); ok {
			switch op {
			case opEq:
				return &Bool{a.v == b.v}
			case opNe:
				return &Bool{a.v != b.v}
			}
		}
	}
	return nil
}

// intOp answers nil for a division by zero.
func intOp(op byte, a, b int) Value {
	switch op {
	case opAdd:
		return &Int{a + b}
	case opSub:
		return &Int{a - b}
	case opMul:
		return &Int{a * b}
	case opDiv:
		if b == 0 {
			return nil
		}
		return &Int{a / b}
	case opMod:
		if b == 0 {
			return nil
		}
		return &Int{a % b}
	case opLt:
		return &Bool{a < b}
	case opLe:
		return &Bool{a <= b}
	case opEq:
		return &Bool{a == b}
	}
	return &Bool{a != b}
}

func floatOp(op byte, a, b float64) Value {
	switch op {
	case opAdd:
		return &Float{a + b}
	case opSub:
		return &Float{a - b}
	case opMul:
		return &Float{a * b}
	case opDiv:
		return &Float{a / b}
	case opMod:
		return nil
	case opLt:
		return &Bool{a < b}
	case opLe:
		return &Bool{a <= b}
	case opEq:
		return &Bool{a == b}
	}
	return &Bool{a != b}
}

func strOp(op byte, a, b string) Value {
	switch op {
	case opAdd:
		return &Str{a + b}
	case opLt:
		return &Bool{a < b}
	case opLe:
		return &Bool{a <= b}
	case opEq:
		return &Bool{a == b}
	case opNe:
		return &Bool{a != b}
	}
	return nil
}
