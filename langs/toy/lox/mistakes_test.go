package main

import (
	"fmt"
	"strings"
)

// mistake is a program with an error: what it prints before, and the messages.
type mistake struct{ source, stdout, stderr string }

var mistakes = append(append(compileMistakes, runMistakes...), large()...)

var compileMistakes = []mistake{
	// The scanner.
	{"print 1;\n@", "", "[line 2] Error: Unexpected character."},
	{"var s = \"a\nb", "", "[line 2] Error: Unterminated string."},
	{"print ü;", "", "[line 1] Error: Unexpected character."},

	// Expressions.
	{"print;", "", "[line 1] Error at ';': Expect expression."},
	{"1 +", "", "[line 1] Error at end: Expect expression."},
	{"(1;", "", "[line 1] Error at ';': Expect ')' after expression."},
	{"f(1;", "", "[line 1] Error at ';': Expect ')' after arguments."},
	{"f(1,);", "", "[line 1] Error at ')': Expect expression."},
	{"a.1;", "", "[line 1] Error at '1': Expect property name after '.'."},
	{"a.;", "", "[line 1] Error at ';': Expect property name after '.'."},
	{"123.;", "", "[line 1] Error at ';': Expect property name after '.'."},
	{".5;", "", "[line 1] Error at '.': Expect expression."},
	{"a + b = 1;", "", "[line 1] Error at '=': Invalid assignment target."},
	{"(a) = 1;", "", "[line 1] Error at '=': Invalid assignment target."},
	{"-a = 1;", "", "[line 1] Error at '=': Invalid assignment target."},
	{"f() = 1;", "", "[line 1] Error at '=': Invalid assignment target."},
	{"1 = 2 = 3;", "", "[line 1] Error at '=': Invalid assignment target."},
	{"print this;", "", "[line 1] Error at 'this': Can't use 'this' outside of a class."},
	{"fun f() { this.a = 1; }", "", "[line 1] Error at 'this': Can't use 'this' outside of a class."},
	{"super.a;", "", "[line 1] Error at 'super': Can't use 'super' outside of a class."},
	{"class A { f() { super.f(); } }", "", "[line 1] Error at 'super': Can't use 'super' in a class with no superclass."},
	{"class A {} class B < A { f() { super; } }", "", "[line 1] Error at ';': Expect '.' after 'super'."},
	{"class A {} class B < A { f() { super.1; } }", "", "[line 1] Error at '1': Expect superclass method name."},

	// Statements; after one error the next statement is compiled.
	{"print 1", "", "[line 1] Error at end: Expect ';' after value."},
	{"1", "", "[line 1] Error at end: Expect ';' after expression."},
	{"if true) 1;\nwhile true) 2;\nfor var i) 3;", "", "[line 1] Error at 'true': Expect '(' after 'if'.\n" +
		"[line 2] Error at 'true': Expect '(' after 'while'.\n[line 3] Error at 'var': Expect '(' after 'for'."},
	{"if (true 1;\nwhile (true 2;", "", "[line 1] Error at '1': Expect ')' after condition.\n[line 2] Error at '2': Expect ')' after condition."},
	{"for (;true) 1;", "", "[line 1] Error at ')': Expect ';' after loop condition."},
	{"for (;;1 2;", "", "[line 1] Error at '2': Expect ')' after for clauses."},
	{"if (true) var a = 1;", "", "[line 1] Error at 'var': Expect expression."},
	{"while (true) fun f() {}", "", "[line 1] Error at 'fun': Expect expression."},
	{"for (;;) class A {}", "", "[line 1] Error at 'class': Expect expression."},
	{"{ 1;", "", "[line 1] Error at end: Expect '}' after block."},
	{"return;", "", "[line 1] Error at 'return': Can't return from top-level code."},
	{"fun f() { return 1 }", "", "[line 1] Error at '}': Expect ';' after return value.\n[line 1] Error at end: Expect '}' after block."},
	{"class A { init() { return 1; } }", "", "[line 1] Error at 'return': Can't return a value from an initializer."},

	// Declarations.
	{"var 1;", "", "[line 1] Error at '1': Expect variable name."},
	{"var nil = 1;", "", "[line 1] Error at 'nil': Expect variable name."},
	{"var a = 1", "", "[line 1] Error at end: Expect ';' after variable declaration."},
	{"{ var a = a; }", "", "[line 1] Error at 'a': Can't read local variable in its own initializer."},
	{"{ var a; var a; }", "", "[line 1] Error at 'a': Already a variable with this name in this scope."},
	{"fun f(a, a) {}", "", "[line 1] Error at 'a': Already a variable with this name in this scope."},
	{"fun f(a) { var a; }", "", "[line 1] Error at 'a': Already a variable with this name in this scope."},
	{"fun 1() {}", "", "[line 1] Error at '1': Expect function name.\n[line 1] Error at end: Expect '}' after block."},
	{"fun f {}", "", "[line 1] Error at '{': Expect '(' after function name."},
	{"fun f(1) {}", "", "[line 1] Error at '1': Expect parameter name.\n[line 1] Error at end: Expect '}' after block."},
	{"fun f(a b) {}", "", "[line 1] Error at 'b': Expect ')' after parameters.\n[line 1] Error at end: Expect '}' after block."},
	{"fun f() 1;", "", "[line 1] Error at '1': Expect '{' before function body.\n[line 1] Error at end: Expect '}' after block."},
	{"class 1 {}", "", "[line 1] Error at '1': Expect class name.\n[line 1] Error at end: Expect '}' after block."},
	{"class A < 1 {}", "", "[line 1] Error at '1': Expect superclass name.\n[line 1] Error at end: Expect '}' after block."},
	{"class A < A {}", "", "[line 1] Error at 'A': A class can't inherit from itself."},
	{"class A 1 {}", "", "[line 1] Error at '1': Expect '{' before class body.\n[line 1] Error at end: Expect '}' after block."},
	{"class A { 1 }", "", "[line 1] Error at '1': Expect method name.\n[line 1] Error at end: Expect '}' after block."},
	{"class A { f() {}", "", "[line 1] Error at end: Expect '}' after class body."},
}

var runMistakes = []mistake{
	{"print 1;\nprint a;", "1\n", "Undefined variable 'a'.\n[line 2] in script"},
	{"a = 1;", "", "Undefined variable 'a'.\n[line 1] in script"},
	{"fun f() {\n  g();\n}\nfun g() {\n  var x = 1;\n  h;\n}\n{\n  f();\n}", "",
		"Undefined variable 'h'.\n[line 6] in g()\n[line 2] in f()\n[line 9] in script"},
	{"class A {\n  init() {\n    this.go(\n1\n);\n  }\n  go(n) { return -this; }\n}\nA();", "",
		"Operand must be a number.\n[line 7] in go()\n[line 5] in init()\n[line 9] in script"},
	{"1 + nil;", "", "Operands must be two numbers or two strings.\n[line 1] in script"},
	{"\"a\" + 1;", "", "Operands must be two numbers or two strings.\n[line 1] in script"},
	{"1 + \"a\";", "", "Operands must be two numbers or two strings.\n[line 1] in script"},
	{"{ var a = 1; var b = true; a + b; }", "", "Operands must be two numbers or two strings.\n[line 1] in script"},
	{"{ var a = \"s\"; a + 1; }", "", "Operands must be two numbers or two strings.\n[line 1] in script"},
	{"{ var a = \"s\"; 1 + a; }", "", "Operands must be two numbers or two strings.\n[line 1] in script"},
	{"1 -\n\n nil;", "", "Operands must be numbers.\n[line 3] in script"},
	{"nil - 1;", "", "Operands must be numbers.\n[line 1] in script"},
	{"\"a\" * \"b\";", "", "Operands must be numbers.\n[line 1] in script"},
	{"nil * 2;", "", "Operands must be numbers.\n[line 1] in script"},
	{"2 * nil;", "", "Operands must be numbers.\n[line 1] in script"},
	{"true / 1;", "", "Operands must be numbers.\n[line 1] in script"},
	{"1 / true;", "", "Operands must be numbers.\n[line 1] in script"},
	{"print \"a\" < \"b\";", "", "Operands must be numbers.\n[line 1] in script"},
	{"print 1 < nil;", "", "Operands must be numbers.\n[line 1] in script"},
	{"print nil > 1;", "", "Operands must be numbers.\n[line 1] in script"},
	{"print 1 > nil;", "", "Operands must be numbers.\n[line 1] in script"},
	{"print nil <= nil;", "", "Operands must be numbers.\n[line 1] in script"},
	{"if (nil < 1) 1;", "", "Operands must be numbers.\n[line 1] in script"},
	{"if (1 < nil) 1;", "", "Operands must be numbers.\n[line 1] in script"},
	{"if (!(nil >= 1)) 1;", "", "Operands must be numbers.\n[line 1] in script"},
	{"if (clock < clock) 1;", "", "Operands must be numbers.\n[line 1] in script"},
	{"while (\"a\" > 1) 1;", "", "Operands must be numbers.\n[line 1] in script"},
	{"-\"a\";", "", "Operand must be a number.\n[line 1] in script"},
	{"\"a\"();", "", "Can only call functions and classes.\n[line 1] in script"},
	{"nil();", "", "Can only call functions and classes.\n[line 1] in script"},
	{"class A {}\nA()();", "", "Can only call functions and classes.\n[line 2] in script"},
	{"class A {}\nvar a = A(); a.f = 1; a.f();", "", "Can only call functions and classes.\n[line 2] in script"},
	{"fun f(a) {}\nf();", "", "Expected 1 arguments but got 0.\n[line 2] in script"},
	{"fun f(a) {}\nf(1, 2);", "", "Expected 1 arguments but got 2.\n[line 2] in script"},
	{"class A {}\nA(1);", "", "Expected 0 arguments but got 1.\n[line 2] in script"},
	{"class A { init(a, b) {} }\nA(1);", "", "Expected 2 arguments but got 1.\n[line 2] in script"},
	{"class A { f() {} }\nA().f(1);", "", "Expected 0 arguments but got 1.\n[line 2] in script"},
	{"class A { f() {} } class B < A { f() { super.f(1); } }\nB().f();", "", "Expected 0 arguments but got 1.\n[line 1] in f()\n[line 2] in script"},
	{"nil.a;", "", "Only instances have properties.\n[line 1] in script"},
	{"class A {} A.a;", "", "Only instances have properties.\n[line 1] in script"},
	{"\"s\".length();", "", "Only instances have methods.\n[line 1] in script"},
	{"1.a = 2;", "", "Only instances have fields.\n[line 1] in script"},
	{"nil.a = undefined;", "", "Undefined variable 'undefined'.\n[line 1] in script"},
	{"class A {}\nA().a;", "", "Undefined property 'a'.\n[line 2] in script"},
	{"class A {}\nA().a();", "", "Undefined property 'a'.\n[line 2] in script"},
	{"class A {} class B < A { f() { super.g(); } g() {} }\nB().f();", "", "Undefined property 'g'.\n[line 1] in f()\n[line 2] in script"},
	{"class A {} class B < A { f() { super.g; } g() {} }\nB().f();", "", "Undefined property 'g'.\n[line 1] in f()\n[line 2] in script"},
	{"var A = nil;\nclass B < A {}", "", "Superclass must be a class.\n[line 2] in script"},
	{"fun A() {}\nclass B < A {}", "", "Superclass must be a class.\n[line 2] in script"},

	// Errors after a while, when compiled code runs.
	{"fun f(n) { if (n > 90) return nil; return n; }\nvar s = 0;\nfor (var i = 0; i < 100; i = i + 1)\n  s = s + f(i);\n", "",
		"Operands must be two numbers or two strings.\n[line 4] in script"},
	{"class A { f(n) {\n  if (n > 90) return this.gone;\n  return n; } }\nvar a = A(); var s = 0;\nwhile (true) { s = s + 1;\n  a.f(s); }", "",
		"Undefined property 'gone'.\n[line 2] in f()\n[line 6] in script"},
	{"var n = 0;\nfun loop() {\n  while (true) { n = n + 1; if (n > 80) missing; }\n}\nloop();", "", "Undefined variable 'missing'.\n[line 3] in loop()\n[line 5] in script"},
}

// large are programs beyond limits, and just within.
func large() []mistake {
	list := func(n int, format, separator string) string {
		var parts []string
		for i := range n {
			parts = append(parts, fmt.Sprintf(strings.ReplaceAll(format, "#", "%[1]d"), i))
		}
		return strings.Join(parts, separator)
	}
	var overflow strings.Builder
	overflow.WriteString("Stack overflow.\n")
	for range maxDepth {
		overflow.WriteString("[line 2] in f()\n")
	}
	overflow.WriteString("[line 4] in script")
	return []mistake{
		{"fun f(" + list(255, "a#", ", ") + ") { return a254; }\nprint f(" + list(255, "#", ", ") + "); f();", "254\n",
			"Expected 255 arguments but got 0.\n[line 2] in script"},
		{"fun f(" + list(256, "a#", ", ") + ") {}", "", "[line 1] Error at 'a255': Can't have more than 255 parameters."},
		{"f(" + list(256, "#", ", ") + ");", "", "[line 1] Error at '255': Can't have more than 255 arguments."},
		{"fun f() { " + list(255, "var a#;", " ") + " print a254; }\nf(1);", "", "Expected 0 arguments but got 1.\n[line 2] in script"},
		{"fun f() { " + list(256, "var a#;", " ") + " }", "", "[line 1] Error at 'a255': Too many local variables in function."},
		{"fun f() { " + list(200, "var a#;", " ") + "fun g() { " + list(200, "var b#;", " ") + " fun h() { " + list(200, "a#;", " ") + list(57, "b#;", " ") + " } } }",
			"", "[line 1] Error at 'b56': Too many closure variables in function."},
		{"var a = " + list(2000, "#", " + ") + "; print a; a = \"" + strings.Repeat("x", 300) + "\" - 1;", "1.999e+06\n", "Operands must be numbers.\n[line 1] in script"},
		{"fun f() {\n  return 1 + f();\n}\nf();", "", overflow.String()},
		{strings.Repeat("(", 500) + "nil" + strings.Repeat(")", 500) + " + 1;", "", "Operands must be two numbers or two strings.\n[line 1] in script"},
	}
}
