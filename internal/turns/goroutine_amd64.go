package turns

// Goroutine identifies the running goroutine among those alive.
func Goroutine() uintptr
