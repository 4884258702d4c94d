package lower

import (
	"fmt"
	"go/types"
	"strings"
)

// reflectName is the name of a type as Go prints it at run time (%T, panics): package names instead of paths, no names of
// parameters, full paths within type arguments.
func reflectName(t types.Type) string {
	var sb strings.Builder
	writeTypeName(&sb, t, false)
	return sb.String()
}

func writeTypeName(sb *strings.Builder, t types.Type, full bool) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		sb.WriteString(goName(t))
	case *types.Named:
		writeNamed(sb, t, full)
	case *types.Pointer:
		sb.WriteByte('*')
		writeTypeName(sb, t.Elem(), full)
	case *types.Slice:
		sb.WriteString("[]")
		writeTypeName(sb, t.Elem(), full)
	case *types.Array:
		fmt.Fprintf(sb, "[%d]", t.Len())
		writeTypeName(sb, t.Elem(), full)
	case *types.Map:
		sb.WriteString("map[")
		writeTypeName(sb, t.Key(), full)
		sb.WriteByte(']')
		writeTypeName(sb, t.Elem(), full)
	case *types.Signature:
		sb.WriteString("func")
		writeSignature(sb, t, full)
	case *types.Struct:
		writeStruct(sb, t, full)
	case *types.Interface:
		writeInterface(sb, t, full)
	default:
		sb.WriteString(goName(t))
	}
}

func writeNamed(sb *strings.Builder, t *types.Named, full bool) {
	obj := t.Obj()
	if p := obj.Pkg(); p != nil {
		if full && p.Name() != "main" { // whatever its folder is called, Go compiles it as package main
			sb.WriteString(p.Path() + ".")
		} else {
			name := p.Name()
			if p.Path() == unwindPath {
				name = "runtime" // where Go has these types
			}
			sb.WriteString(name + ".")
		}
	}
	sb.WriteString(obj.Name())
	for i := range t.TypeArgs().Len() {
		sb.WriteByte("[,"[min(i, 1)])
		writeTypeName(sb, t.TypeArgs().At(i), true)
	}
	if t.TypeArgs().Len() > 0 {
		sb.WriteByte(']')
	}
}

func writeSignature(sb *strings.Builder, t *types.Signature, full bool) {
	sb.WriteByte('(')
	n := t.Params().Len()
	for i := range n {
		if i > 0 {
			sb.WriteString(", ")
		}
		p := t.Params().At(i).Type()
		if s, ok := p.(*types.Slice); ok && t.Variadic() && i == n-1 {
			sb.WriteString("...")
			p = s.Elem()
		}
		writeTypeName(sb, p, full)
	}
	sb.WriteByte(')')
	switch m := t.Results().Len(); m {
	case 0:
	case 1:
		sb.WriteByte(' ')
		writeTypeName(sb, t.Results().At(0).Type(), full)
	default:
		for i := range m {
			sb.WriteString([]string{" (", ", "}[min(i, 1)])
			writeTypeName(sb, t.Results().At(i).Type(), full)
		}
		sb.WriteByte(')')
	}
}

func writeStruct(sb *strings.Builder, t *types.Struct, full bool) {
	sb.WriteString("struct {")
	for i := range t.NumFields() {
		sb.WriteString([]string{" ", "; "}[min(i, 1)])
		if f := t.Field(i); !f.Embedded() {
			sb.WriteString(f.Name() + " ")
		}
		writeTypeName(sb, t.Field(i).Type(), full)
		if tag := t.Tag(i); tag != "" {
			fmt.Fprintf(sb, " %q", tag)
		}
	}
	if t.NumFields() > 0 {
		sb.WriteByte(' ')
	}
	sb.WriteByte('}')
}

func writeInterface(sb *strings.Builder, t *types.Interface, full bool) {
	sb.WriteString("interface {")
	for i := range t.NumMethods() {
		m := t.Method(i)
		sb.WriteString([]string{" ", "; "}[min(i, 1)])
		if !m.Exported() && m.Pkg() != nil {
			sb.WriteString(m.Pkg().Name() + ".")
		}
		sb.WriteString(m.Name())
		writeSignature(sb, m.Type().(*types.Signature), full)
	}
	if t.NumMethods() > 0 {
		sb.WriteByte(' ')
	}
	sb.WriteByte('}')
}
