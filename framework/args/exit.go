package args

// exits are what the run time does when the program ends, in order of registration: a process-wide registration.
var exits []func()

// AtExit registers f to run when the program ends by host.Exit or by returning from main.
func AtExit(f func()) { exits = append(exits, f) }

// RunAtExit runs what AtExit registered, once.
func RunAtExit() {
	list := exits
	exits = nil
	for _, f := range list {
		f()
	}
}
