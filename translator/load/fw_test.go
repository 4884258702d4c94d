package load

import "testing"

func TestDriver(t *testing.T) {
	p := source(t, `package main

import "kiln/framework"
import "kiln/framework/host"

var driver = framework.NewJitDriver(framework.DriverOptions{Name: "d", Greens: []string{"pc", "code"}, Location: where})

func where(pc int, code string) string { return code[pc:] }

func run(code string) int {
	pc, acc := 0, 0
	for pc < len(code) {
		driver.MergePoint(pc, code)
		switch code[pc] {
		case '+': acc++
		case '-': acc--
		case 'l':
			if acc < 100 { pc = 0; driver.CanEnterJit(pc, code); continue }
		default: acc = framework.Promote(acc)
		}
		pc++
	}
	return acc
}

type sh interface { Area() int }
type sq struct { a int }
func (s *sq) Area() int { return s.a }

func main() {
	xs := []int{1,2,3}
	xs = append(xs, 4, 5)
	var s sh = &sq{run(host.Args()[0])}
	println(s.Area(), xs[2])
}
`)
	for _, f := range p.Funcs {
		t.Log(f.Name)
		if f.Graph != nil {
			t.Log(f.Graph)
		}
	}
	t.Logf("%+v", p.Drivers[0])
}
