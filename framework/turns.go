package framework

import "kiln/framework/plain"

// What threads are made of in plain Go; translated programs have functions of their own.

func init() { plain.OnEnd(threadEnds) }

func startThread(f func()) { plain.Start(f) }
func switchThread()        { plain.Yield() }
func threadNumber() int    { return plain.Number() }
func newSemaphore() int    { return plain.NewSemaphore() }
func wait(s int)           { plain.Wait(s) }
func wake(s int)           { plain.Wake(s) }
