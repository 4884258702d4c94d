package jittest

import (
	"testing"

	"kiln/framework/plain"
	"kiln/langs/toy/outside/digest"
	"kiln/langs/toy/outside/file"
	"kiln/langs/toy/outside/pattern"
	"kiln/langs/toy/outside/probe"
	"kiln/langs/toy/outside/web"
)

// outside are the host functions of langs/toy/outside.
var outside = map[string]any{}

func register(pkg string, functions map[string]any) {
	for name, f := range functions {
		outside["kiln/"+pkg+"."+name] = f
	}
}

func init() {
	const dir = "langs/toy/outside/"
	register(dir+"pattern", map[string]any{"Compile": pattern.Compile, "(*Pattern).Find": (*pattern.Pattern).Find, "(*Pattern).Replace": (*pattern.Pattern).Replace})
	register(dir+"file", map[string]any{"Open": file.Open, "Create": file.Create, "TempDir": file.TempDir, "RemoveAll": file.RemoveAll, "IsClosed": file.IsClosed,
		"(*File).Write": (*file.File).Write, "(*File).Read": (*file.File).Read, "(*File).Rewind": (*file.File).Rewind, "(*File).Close": (*file.File).Close})
	register(dir+"digest", map[string]any{"New": digest.New, "(*Hash).Add": (*digest.Hash).Add, "(*Hash).Sum": (*digest.Hash).Sum})
	register(dir+"web", map[string]any{"Serve": web.Serve, "Get": web.Get, "(*Server).Address": (*web.Server).Address, "(*Server).Close": (*web.Server).Close})
	register(dir+"probe", map[string]any{
		"Ints": probe.Ints, "Floats": probe.Floats, "Named": probe.Named, "Sum": probe.Sum, "Join": probe.Join, "Sort": probe.Sort, "Upper": probe.Upper, "Nil": probe.Nil,
		"Fill": probe.Fill, "SlowFill": probe.SlowFill, "End": probe.End, "Wrap": probe.Wrap, "IsEnd": probe.IsEnd, "Same": probe.Same, "Fail": probe.Fail, "Try": probe.Try,
		"NewNode": probe.NewNode, "(*Node).Label": (*probe.Node).Label, "(*Node).Next": (*probe.Node).Next, "(*Node).Each": (*probe.Node).Each,
		"AsNamer": probe.AsNamer, "Hidden": probe.Hidden, "NoNamer": probe.NoNamer, "LabelOf": probe.LabelOf, "Namer.Label": probe.Namer.Label,
		"Map": probe.Map, "SortBy": probe.SortBy, "All": probe.All, "Elsewhere": probe.Elsewhere, "Protected": probe.Protected, "Store": probe.Store,
		"RunStored": probe.RunStored, "Forget": probe.Forget, "Collect": probe.Collect, "Sleep": probe.Sleep, "Panic": probe.Panic,
		"NewCounter": probe.NewCounter, "(*Counter).Close": (*probe.Counter).Close, "(*Counter).Closed": (*probe.Counter).Closed, "Live": probe.Live,
	})
	register("framework/plain", map[string]any{"DriverProblem": plain.DriverProblem, "NewSemaphore": plain.NewSemaphore, "Block": plain.Block, "Wake": plain.Wake})
}

// Host functions from emitted code, jitcode and compiled code: handles, functions of the program that the host calls, and calls that let
// others run, while everything moves.
func TestOutside(t *testing.T) {
	p := BuildDir(t, "../..", "./langs/toy/outside")
	p.Matrix(t, Config{Args: []string{"loop"}, Host: outside, Stress: 7})
}

func TestOutsideExamples(t *testing.T) {
	p := BuildDir(t, "../..", "./langs/toy/outside")
	for _, gc := range []string{"", "stress=1", "stress=3,collector=semispace,verify=on"} {
		c := Config{Jit: "off", Host: outside}
		want := p.Run(t, c)
		c.GC, c.Jit = gc, "threshold=2,bridge=2"
		if got := p.Run(t, c); got.Output() != want.Output() || want.Status != 0 {
			t.Errorf("%s: %.2000s\nwant: %.2000s", gc, got.Output(), want.Output())
		}
	}
}
