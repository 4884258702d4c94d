module kiln

go 1.26.0

require (
	github.com/dave/jennifer v1.7.1
	github.com/twitchyliquid64/golang-asm v0.15.1
	golang.org/x/mod v0.42.0
	golang.org/x/sys v0.49.0
	golang.org/x/tools v0.52.0
)

require golang.org/x/sync v0.24.0 // indirect
