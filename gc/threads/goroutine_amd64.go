package threads

// goroutine identifies the running goroutine among those alive.
func goroutine() uintptr
