package opt

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"kiln/jitgen/trace"
)

// BenchmarkLoop optimises the loops of testdata/unroll.txtar; the metric is time per recorded operation.
func BenchmarkLoop(b *testing.B) {
	data, err := os.ReadFile("testdata/unroll.txtar")
	if err != nil {
		b.Fatal(err)
	}
	decl, err := os.ReadFile("testdata/declarations.txt")
	if err != nil {
		b.Fatal(err)
	}
	ns := trace.NewNamespace(nil)
	if err := ns.Declare(string(decl)); err != nil {
		b.Fatal(err)
	}
	var traces []*trace.Trace
	ops := 0
	for _, f := range txtar.Parse(data).Files {
		if strings.HasSuffix(f.Name, "/input") {
			t, err := trace.Parse(string(f.Data), ns)
			if err != nil {
				b.Fatal(err)
			}
			traces = append(traces, t)
			ops += len(t.Ops)
		}
	}
	o := New(ns.Program, Config{})
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range traces {
			if _, err := o.Loop(&Input{Trace: t}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(ops), "ns/recorded-op")
}
