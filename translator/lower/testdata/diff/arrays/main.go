// Arrays: by value, small and large, in structs, variable indices, comparison, pointers to arrays.
package main

import "kiln/translator/lower/testdata/show"

type vec [3]int
type regs struct {
	small [4]int
	large [100]int
	name  string
	cells [2]struct{ a, b int8 }
}

func (v vec) dot(w vec) int { return v[0]*w[0] + v[1]*w[1] + v[2]*w[2] }
func (v *vec) scale(n int) {
	for i := range v {
		v[i] *= n
	}
}

func sum(a [3]int) int {
	a[0] += 100
	t := 0
	for _, x := range a {
		t += x
	}
	return t
}

func big() (r [50]int) {
	for i := range r {
		r[i] = i * i
	}
	return
}

func bump(a [50]int) int {
	a[3] = -1
	return a[3] + a[4]
}

var table [256]int
var matrix [3][3]int
var primes = [...]int{2, 3, 5, 7, 11}

type grid [20][20]int
type board struct {
	cells [8][30]byte
	n     int
}

var world grid
var boards [2]board

func (g *grid) set(x, y, v int) { g[x][y] = v }
func (g grid) diag() (t int) {
	g[0][0] += 1000
	for i := range g {
		t += g[i][i]
	}
	return
}

func nested() {
	var g grid
	for i := range g {
		for j := range g[i] {
			g[i][j] = i * j
		}
	}
	h := g
	h[3][3] = -1
	h.set(4, 4, -2)
	row := h[5]
	row[5] = 0
	p := &h[6]
	p[6] = 77
	show.Ints("grid", g.diag(), h.diag(), g[3][3], h[4][4], h[5][5], h[6][6], g[0][0])
	world.set(2, 3, 23)
	world[3] = row
	saved := world
	world[2][3] = 0
	show.Ints("world", world[2][3], saved[2][3], world[3][4], saved.diag())
	show.Bool("eq", saved == world, g == g, h == g)
	boards[1].cells[7][29] = 'x'
	b := boards[1]
	b.cells[7][29] = 'y'
	b.n++
	boards[0] = b
	q := &boards[0]
	q.cells[1][1]++
	show.Ints("boards", int(boards[1].cells[7][29]), int(boards[0].cells[7][29]), boards[0].n, int(boards[0].cells[1][1]), int(b.cells[1][1]))
	bs := boards[:]
	bs[1].cells[0][0] = 9
	show.Ints("bs", int(boards[1].cells[0][0]), len(bs))
	small := [3][20]int{{1}, {2}, {3}}
	copied := small
	copied[1][0] = 50
	ps := &small
	ps[2][1] = 31
	i := 2
	show.Ints("small", small[1][0], copied[1][0], small[i][1], copied[i][1], len(small[0]))
	any1 := any(small)
	show.Bool("any", any1 == any(small), any1 == any(copied))
}

func main() {
	nested()
	var a [3]int
	a[1] = 5
	b := a
	b[1]++
	show.Ints("copy", a[1], b[1], len(a))
	i := 2
	a[i] = 9
	show.Ints("dyn", a[i], a[(i+1)%3], sum(a), a[0])
	show.Bool("eq", a == b, a == [3]int{0, 5, 9}, a != b)
	v := vec{1, 2, 3}
	v.scale(2)
	show.Ints("vec", v.dot(vec{1, 1, 1}), v[0])
	p := &a
	p[0] = 77
	for i := range p {
		p[i]++
	}
	show.Ints("ptr", a[0], a[1], len(p))
	var r regs
	r.small[i] = 4
	r.small[1]++
	r.large[i*10] = 6
	r.large[99] = 7
	r.cells[1].b = -3
	r.cells[i-1].a = 5
	q := r
	q.small[2] = 0
	q.large[20] = 0
	q.large[99]++
	show.Ints("regs", r.small[2], r.small[1], r.large[20], r.large[99], int(r.cells[1].b), int(r.cells[1].a))
	show.Ints("regs copy", q.small[2], q.large[20], q.large[99], int(q.cells[1].a))
	rp := &r
	for k := 0; k < 4; k++ {
		rp.small[k] += k
		rp.large[k] += k
	}
	show.Ints("rp", rp.small[3], rp.large[3], r.large[2])
	sl := rp.large[10:30]
	sl[0] = 123
	show.Ints("slice of array", rp.large[10], len(sl), cap(sl))
	show.Bool("regs eq", r == q, q == q)
	big1 := big()
	big2 := big1
	big2[7] = 0
	show.Ints("big", big1[7], big2[7], bump(big1), big1[3])
	show.Bool("big eq", big1 == big2, big1 == big())
	for k := range table {
		table[k] = k * 2
	}
	show.Ints("table", table[200], table[byte(255)])
	for x := range 3 {
		for y := range 3 {
			matrix[x][y] = x*10 + y
		}
	}
	m := matrix
	m[1][1] = -1
	row := m[1]
	row[0] = 99
	show.Ints("matrix", matrix[1][1], m[1][1], m[1][0], row[0], m[2][2])
	t := 0
	for _, x := range primes {
		t += x
	}
	show.Ints("primes", t, len(primes))
	var bytes [8]byte
	n := copy(bytes[:], "hi there you")
	show.Ints("bytes", n)
	show.Text("bytes", string(bytes[:]))
	arrs := [][2]int{{1, 2}, {3, 4}}
	arrs[1][0] = 5
	k := 1
	arrs[k][k] = 6
	arrs = append(arrs, [2]int{7, 8})
	show.Ints("arrs", arrs[1][0], arrs[1][1], arrs[2][1])
	pa := &[2]string{"x", "y"}
	pa[0] += "!"
	for i, s := range pa {
		show.Ints("pa", i, len(s))
	}
	var strs [3]string
	strs[1] = "mid"
	show.Text("strs", strs[0], strs[1], strs[i])
	var none [0]int
	show.Ints("none", len(none))
	var manyNothings [1 << 30]struct{} // lowering once went through them one by one
	manyNothings[5] = struct{}{}
	show.Ints("nothings", len(manyNothings))
	for i, x := range [3]string{"a", "b", "c"} {
		show.Text("lit", x)
		_ = i
	}
	keyed := [5]int{1: 10, 3: 30}
	show.Ints("keyed", keyed[:]...)
	fn := func() [3]int { return [3]int{4, 5, 6} }
	show.Ints("call", fn()[1])
}
