package jitgen

import "kiln/gc/thread"

// Force implements Portal.
func (j *JIT) Force(t *thread.Thread, obj uintptr) { panic("jitgen: nothing owns objects yet") }
