package load

import (
	"regexp"
	"strings"
)

// goRemedies say what to do about errors that Go itself reports: the first whose pattern matches the message counts. $1 is
// what the pattern's first group matched.
var goRemedies = map[string][]goRemedy{
	"syntax": compile(
		`^expected 'package'`, "begin the file with a package clause: package main",
		`literal not terminated|newline in string|not terminated`, "close it; text over several lines goes between back quotes",
		`method must have no type parameters`, "write a function with the receiver as first parameter, or give the receiver's type the type parameter",
		`must be function call`, "call the function: write parentheses behind it",
		`found 'EOF'`, "a closing bracket is missing: look for the block or list that nothing closes",
		`unexpected newline, expected \{|expected for loop condition`, "put the opening brace at the end of the line",
		`missing ','`, "separate with a comma, also behind the last item of a list that ends on its own line",
		`imports must appear before`, "move the import to the top of the file, below the package clause",
		`expected declaration`, "statements stand in functions: move it into one, or write func, type, var or const",
		`expected operand`, "write the missing expression, or remove what asks for one",
		`illegal character`, "remove the character, or put it into a string",
		``, "correct the syntax; gofmt -e lists the same errors",
	),
	"type": compile(
		`^invalid import path`, "write the path of a package: the name of the module, then the folder",
		`^declared and not used: (\S+)`, "remove $1, or assign it to _",
		`label (\S+) declared and not used`, "remove the label $1",
		`^(\S+) declared and not used`, "remove $1, or use it",
		`imported( as \S+)? and not used`, "remove the import, or use it",
		`^undefined: (\S+)\.(\S+)$`, "use what package $1 exports: go doc $1 lists it",
		`^undefined: (bytes|bufio|cmp|errors|fmt|io|maps|math|os|slices|sort|strconv|strings|unicode|utf8)$`, "import it",
		`^undefined: (\S+)`, "declare $1, import its package, or correct the name",
		`undefined \(type .* has no field or method (\S+), but does have`, "use the name that it has",
		`undefined \(type \*?(\w+\.\w+) has no field or method \S+\)`, "use what the type has: go doc $1 lists it",
		`undefined \(type .* has no field or method (\S+)\)`, "declare $1, or correct the name",
		`undefined \(cannot refer to unexported`, "export it, or use what the package exports",
		`^unknown field Reds in struct literal of type framework`, "leave it out: the reds are all other variables that live at the merge point",
		`^unknown field (\S+) in struct literal of type (\S+)`, "correct the name $1: go doc $2 lists the fields",
		`^missing return`, "end the function with a return, a panic or a loop without end",
		`not enough arguments|too many arguments`, "pass as many arguments as the function has parameters",
		`not enough return values|too many return values`, "return as many values as the function declares results",
		`^assignment mismatch`, "give each value a variable; _ takes one that is not wanted",
		`method (\w+) has pointer receiver`, "convert a pointer to the value, or declare $1 on the type itself",
		`missing method (\w+)`, "declare the method $1 on the type",
		`wrong type for method (\w+)`, "declare the method $1 as the interface does",
		`\(overflows\)|overflows|truncated`, "use a larger type, or convert the value at run time",
		`mismatched types`, "convert one of them to the type of the other",
		`(?:^|: )cannot use .* value in|cannot use .* as .* value`, "convert it to the type wanted, or change the type",
		`cannot convert`, "go by a type that both convert to, or write a function for it",
		`non-boolean condition`, "compare it with something",
		`no new variables on left side`, "write = instead of :=",
		`redeclared|already declared`, "remove one of the two, or call it differently",
		`duplicate (case|key|method|field)`, "remove one of the two",
		`not in for|not in for, switch|out of place|label .* not declared|invalid (break|continue) label|jumps (over|into)`, "move it into the statement it belongs to, or write the control flow with if",
		`initialization cycle`, "set one of the variables in func init",
		`invalid recursive type`, "make the inner one a pointer",
		`without instantiation|type arguments?`, "write as many type arguments as there are type parameters",
		`does not satisfy`, "use a type that the constraint allows, or widen the constraint",
		`outside a type constraint`, "use it as the constraint of a type parameter, or any",
		`division by zero`, "divide by something else",
		`invalid array length`, "use a constant that is not negative, or a slice",
		`out of bounds|must not be negative`, "use an index that exists",
		`func (main|init) must`, "declare it as func $1()",
		`cannot declare (main|init)`, "declare it as func $1()",
		`impossible type (assertion|switch case)`, "declare the missing method, or remove it",
		`is not used$`, "use the value, assign it to _, or remove the statement",
		`does not match \*T`, "pass a pointer",
		`cannot infer`, "write the type arguments: f[T](...)",
		`not comparable|cannot compare|can only be compared to nil|cannot be compared`, "compare what it holds, field by field or element by element",
		`incomparable types in type set`, "constrain the type parameter with comparable",
		`invalid map key type`, "use a type that == compares: a string, a number, a pointer, a struct of such",
		`instantiation cycle`, "let the function or type refer to itself with the same type arguments: infinitely many copies would be needed",
		`cannot fallthrough`, "leave it out: there is no next case to fall through to",
		`^name (\S+) not exported`, "export it: names that other packages use begin with a capital letter",
		`is pointer to (interface|type parameter)`, "use the interface itself: it holds a pointer already",
		`cannot call pointer method`, "store the value in a variable, or begin with a pointer to it",
		`used as value`, "call a function that returns a value",
		`is not a type$`, "name a type",
		`is not a function|cannot call`, "call a function; perhaps a variable has the name of one",
		`cannot assign to`, "assign to a variable: of a map's struct, change a copy and store that",
		`requires go1|requires newer Go|\(-lang was set`, "raise the go line of go.mod",
		`cannot call non-function`, "call a function, or leave the parentheses out",
		`cannot define new methods on non-local type`, "declare a named type of your own with this underlying type, or embed it in a struct, and give that the method",
		`invalid receiver`, "declare methods on named types of the same package",
		`cannot range over`, "range over a slice, array, string, map, number or iterator function",
		`invalid operation`, "use an operator that the type has",
		`cannot take address`, "store it in a variable first",
		``, "correct it: kiln translates what go build accepts",
	),
	"module": compile(
		`missing go\.sum entry`, "run go mod tidy",
		``, "correct go.mod; kiln new writes one that works",
	),
	"import": compile(
		`^invalid import path`, "write the path of a package: the name of the module, then the folder",
		`^package kiln/`, "correct the import path: languages use kiln/framework and kiln/framework/host",
		`is not in std`, "correct the import path; packages of your module begin with the module's name",
		`no required module provides package (\S+)`, "correct the import path, or run go get $1",
		`is relative|local import`, "import it by its full path: the name of the module, then the folder",
		`is a program, not an importable package`, "move what both need into a package of its own that is not called main",
		`use of internal package`, "use what the module exports; internal packages belong to their own module",
		`missing go\.sum entry|go mod download`, "run go mod tidy",
		`import cycle`, "move what both need into a third package",
		`does not compile`, "correct it first: go build lists what is wrong",
		`no Go files|build constraints exclude`, "name a folder with Go files, or set build tags with -tags",
		`replacement directory (\S+) does not exist`, "correct the replace line in go.mod",
		``, "correct the import path, or run go mod tidy",
	),
}

type goRemedy struct {
	pattern *regexp.Regexp
	text    string
}

func compile(pairs ...string) []goRemedy {
	var list []goRemedy
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, goRemedy{regexp.MustCompile(pairs[i]), pairs[i+1]})
	}
	return list
}

// complete gives each problem one line, and a remedy if it has none.
func (ps Problems) complete() {
	for i := range ps {
		p := &ps[i]
		p.Msg = oneLine(p.Msg)
		if p.Remedy != "" {
			continue
		}
		for _, r := range goRemedies[p.Rule] {
			if m := r.pattern.FindStringSubmatchIndex(p.Msg); m != nil {
				p.Remedy = string(r.pattern.ExpandString(nil, r.text, p.Msg, m))
				break
			}
		}
	}
}

// declaredAt is a place outside of the program.
var declaredAt = regexp.MustCompile(` \(declared at /[^)]*\)`)

// inGoroot is what Go adds to say where it looked.
var inGoroot = regexp.MustCompile(`is not in std \(/[^)]*\)`)

// oneLine joins the lines of a message of Go: "have" and "want" of a wrong call, the commands that would help, which are
// the remedy's business.
func oneLine(msg string) string {
	msg = declaredAt.ReplaceAllString(inGoroot.ReplaceAllString(msg, "is not in std"), "")
	lines := strings.Split(msg, "\n")
	out := strings.TrimSpace(lines[0])
	for _, l := range lines[1:] {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "go get ") || strings.HasPrefix(l, "go mod ") {
			continue
		}
		if !strings.HasSuffix(out, ":") {
			out += ","
		}
		out += " " + l
	}
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(out, "; to add it:"), "; to add:"), ":")
}
