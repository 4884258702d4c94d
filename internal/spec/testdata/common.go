package main

// caught runs f and tells of its panic.
func caught(f func()) {
	defer func() {
		switch r := recover().(type) {
		case nil:
			println("no panic")
		case error:
			println("error:", r.Error())
		case string:
			println("string:", r)
		case int:
			println("int:", r)
		default:
			println("another value")
		}
	}()
	f()
}
