package main

import (
	"testing"

	"kiln/internal/vmtest"
)

// TestMatrix runs every program of testdata on plain Go and on all variants of the translated interpreter.
func TestMatrix(t *testing.T) {
	vmtest.Matrix(t, "./langs/toy/bf", vmtest.Programs(t, "testdata/*.b", "mandelbrot.b"))
}
