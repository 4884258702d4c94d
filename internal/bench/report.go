package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Report is a finished measurement.
type Report struct {
	Title    string   `json:"title,omitempty"`
	Base     string   `json:"base"`
	Clock    Clock    `json:"clock"`
	Count    int      `json:"count"`
	Programs []string `json:"programs"`
	Variants []string `json:"variants"`
	// Results holds one entry for each program and variant, in order.
	Results []*Result `json:"results"`
	// Means are geometric means of the ratios, by variant.
	Means map[string]Mean `json:"geometricMeans"`
}

// Mean is a geometric mean.
type Mean struct {
	Ratio    float64 `json:"ratio"`
	Programs int     `json:"programs"` // that went into it
}

// minSeconds stands for times too short for the clock.
const minSeconds = 0.001

// compute fills what follows from the samples.
func (r *Report) compute() {
	r.Means = map[string]Mean{}
	base := map[string]float64{}
	for _, x := range r.Results {
		if x.Error == "" && len(x.Seconds) > 0 {
			x.Min = max(slices.Min(x.Seconds), minSeconds)
		}
		if x.Variant == r.Base {
			base[x.Program] = x.Min
		}
	}
	logs := map[string]float64{}
	for _, x := range r.Results {
		if b := base[x.Program]; b > 0 && x.Min > 0 {
			x.Ratio = x.Min / b
			logs[x.Variant] += math.Log(x.Ratio)
			m := r.Means[x.Variant]
			m.Programs++
			r.Means[x.Variant] = m
		}
	}
	for name, m := range r.Means {
		m.Ratio = math.Exp(logs[name] / float64(m.Programs))
		r.Means[name] = m
	}
}

// Failures lists what went wrong, one line each.
func (r *Report) Failures() []string {
	var out []string
	for _, x := range r.Results {
		if x.Error != "" {
			out = append(out, fmt.Sprintf("%s, %s: %s", x.Program, x.Variant, x.Error))
		}
	}
	return out
}

// at is the result of a program in a variant.
func (r *Report) at(program, variant string) *Result {
	for _, x := range r.Results {
		if x.Program == program && x.Variant == variant {
			return x
		}
	}
	return &Result{}
}

// WriteTable writes a line for each program with the least time and, behind it, the ratio to the base of each variant.
func (r *Report) WriteTable(w io.Writer) error {
	rows := [][]string{{""}}
	for _, v := range r.Variants {
		if v == r.Base {
			v += " (base)"
		}
		rows[0] = append(rows[0], v)
	}
	for _, p := range r.Programs {
		row := []string{p}
		for _, v := range r.Variants {
			row = append(row, r.cell(r.at(p, v)))
		}
		rows = append(rows, row)
	}
	last := []string{"geometric mean"}
	for _, v := range r.Variants {
		text := ""
		if m := r.Means[v]; m.Programs > 0 {
			text = times(m.Ratio)
			if m.Programs < len(r.Programs) {
				text = fmt.Sprintf("(of %d) %s", m.Programs, text)
			}
		}
		last = append(last, text)
	}
	rows = append(rows, last)
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], len(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(&line, "%-*s", width[i], cell)
			} else {
				fmt.Fprintf(&line, "  %*s", width[i], cell)
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s time, minimum of %d, and its ratio to %s: below 1 is faster\n", r.Clock, r.Count, r.Base)
	return err
}

func (r *Report) cell(x *Result) string {
	switch {
	case x.Error != "":
		return "failed"
	case x.Min == 0:
		return ""
	case x.Ratio == 0:
		return fmt.Sprintf("%.3fs      ", x.Min)
	}
	return fmt.Sprintf("%.3fs %6s", x.Min, times(x.Ratio))
}

// times shows a ratio with enough digits to compare small ones.
func times(ratio float64) string {
	if ratio < 0.095 {
		return fmt.Sprintf("%.3fx", ratio)
	}
	return fmt.Sprintf("%.2fx", ratio)
}

// WriteJSON writes everything, all samples too.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
