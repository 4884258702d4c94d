//go:build ignore

package main

import "fmt"

type body struct {
	x, y, z, vx, vy, vz, mass float64
	next                      *body
}

func (a *body) attract(b *body, dt float64) {
	dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
	f := dt / (dx*dx + dy*dy + dz*dz + 0.01)
	a.vx = a.vx - dx*b.mass*f
	a.vy = a.vy - dy*b.mass*f
	a.vz = a.vz - dz*b.mass*f
	b.vx = b.vx + dx*a.mass*f
	b.vy = b.vy + dy*a.mass*f
	b.vz = b.vz + dz*a.mass*f
}

func (a *body) move(dt float64) {
	a.x, a.y, a.z = a.x+dt*a.vx, a.y+dt*a.vy, a.z+dt*a.vz
}

func step(bodies *body, dt float64) {
	for a := bodies; a != nil; a = a.next {
		for b := a.next; b != nil; b = b.next {
			a.attract(b, dt)
		}
	}
	for a := bodies; a != nil; a = a.next {
		a.move(dt)
	}
}

func main() {
	var bodies *body
	for i := 0.0; i < 5; i++ {
		bodies = &body{i, i * i / 4, 3 - i, 0.1 * i, 0.2, -0.1 * i, 1 + i/2, bodies}
	}
	for range 1000000 {
		step(bodies, 0.001)
	}
	for b := bodies; b != nil; b = b.next {
		fmt.Printf("%.6g\n", b.x)
	}
}
