package bench

import (
	"html/template"
	"io"
	"math"
)

// page is self-contained: no script, no other file. Bars are ratios to the base, on a logarithmic scale when they
// span more than a factor of thirty, since short bars could not be told apart.
var page = template.Must(template.New("bench").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{.Title}}</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 60em; color: #222; background: #fff; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
td { padding: 1px 8px 1px 0; white-space: nowrap }
td.bar { width: 100% }
td.number { text-align: right; font-variant-numeric: tabular-nums }
tr.first td { padding-top: 12px }
th { text-align: left; font-weight: 600; padding-right: 12px; vertical-align: top; padding-top: 12px }
div.bar { height: 14px; border-radius: 2px; min-width: 1px }
tr.mean th, tr.mean td { border-top: 0 } .failed { color: #b00 }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd } .failed { color: #f77 } }
</style></head><body>
<h1>{{.Title}}</h1>
<p>{{.Clock}} time, minimum of {{.Count}} runs, as a multiple of <b>{{.Base}}</b>. Shorter is faster{{if .Log}}; the scale is logarithmic{{end}}.</p>
<table>
{{range .Groups}}{{$g := .}}{{range $i, $b := .Bars}}<tr class="{{if eq $i 0}}first{{end}}">{{if eq $i 0}}<th rowspan="{{len $g.Bars}}">{{$g.Name}}</th>{{end}}
<td>{{.Variant}}</td><td class="number">{{if .Seconds}}{{printf "%.3f s" .Seconds}}{{end}}</td><td class="number">{{if .Ratio}}{{printf "%.2f" .Ratio}}&times;{{end}}</td>
<td class="bar">{{if .Error}}<span class="failed">{{.Error}}</span>{{else if .Ratio}}<div class="bar" style="width:{{printf "%.2f" .Width}}%;background:{{.Colour}}"></div>{{end}}</td></tr>
{{end}}{{end}}</table>
</body></html>
`))

type barGroup struct {
	Name string
	Bars []bar
}

type bar struct {
	Variant, Error        string
	Seconds, Ratio, Width float64
	Colour                template.CSS
}

// colours of the variants, told apart by the colour-blind too (after Okabe and Ito).
var colours = []template.CSS{"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442"}

// WriteHTML writes a page with a bar for each program and variant, and the means on top.
func (r *Report) WriteHTML(w io.Writer) error {
	least, most := math.Inf(1), 0.0
	for _, x := range r.Results {
		if x.Ratio > 0 {
			least, most = min(least, x.Ratio), max(most, x.Ratio)
		}
	}
	log := most > 30*least
	width := func(ratio float64) float64 {
		switch {
		case ratio == 0:
			return 0
		case log: // the shortest bar keeps a twentieth
			return 5 + 95*math.Log(ratio/least)/math.Log(most/least)
		}
		return 100 * ratio / most
	}
	var groups []barGroup
	mean := barGroup{Name: "geometric mean"}
	for i, v := range r.Variants {
		mean.Bars = append(mean.Bars, bar{Variant: v, Ratio: r.Means[v].Ratio, Width: width(r.Means[v].Ratio), Colour: colours[i%len(colours)]})
	}
	groups = append(groups, mean)
	for _, p := range r.Programs {
		g := barGroup{Name: p}
		for i, v := range r.Variants {
			x := r.at(p, v)
			if x.Min > 0 || x.Error != "" {
				g.Bars = append(g.Bars, bar{v, x.Error, x.Min, x.Ratio, width(x.Ratio), colours[i%len(colours)]})
			}
		}
		groups = append(groups, g)
	}
	return page.Execute(w, map[string]any{"Title": r.Title, "Clock": r.Clock, "Count": r.Count, "Base": r.Base, "Log": log, "Groups": groups})
}
