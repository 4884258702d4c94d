package flow

import (
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
)

// Column is a graph at one stage of translation, for WriteHTML.
type Column struct {
	Stage string
	Graph *Graph
	Note  string // shown instead, if there is no graph
}

// WriteHTML writes one self-contained page with a column for each stage. A click on a value, a block or a source
// line marks it in all columns: source lines are what stages have in common.
func WriteHTML(w io.Writer, title string, columns []Column) error {
	var sb strings.Builder
	fmt.Fprintf(&sb, pageHead, html.EscapeString(title), html.EscapeString(title))
	for i, c := range columns {
		fmt.Fprintf(&sb, "<section><h2>%s</h2>\n", html.EscapeString(c.Stage))
		if c.Graph == nil {
			fmt.Fprintf(&sb, "<p>%s</p>\n", html.EscapeString(c.Note))
		} else {
			sb.WriteString("<pre>")
			for line := range strings.Lines(c.Graph.String()) {
				sb.WriteString(markLine(strings.TrimSuffix(line, "\n"), i) + "\n")
			}
			sb.WriteString("</pre>\n")
		}
		sb.WriteString("</section>\n")
	}
	sb.WriteString(pageTail)
	_, err := io.WriteString(w, sb.String())
	return err
}

var (
	nameInText = regexp.MustCompile(`\b[vrifb][0-9]+\b`)
	posInText  = regexp.MustCompile(`  ; (\S+:[0-9]+)$`)
)

// markLine makes the names and the source position of a line clickable. Names mean something within a column only.
func markLine(line string, column int) string {
	pos := ""
	if m := posInText.FindStringSubmatch(line); m != nil {
		pos = m[1]
		line = line[:len(line)-len(m[0])]
	}
	out := nameInText.ReplaceAllStringFunc(html.EscapeString(line), func(name string) string {
		return fmt.Sprintf(`<b data-k="%d %s">%s</b>`, column, name, name)
	})
	if strings.HasPrefix(line, "b") {
		out = "<i>" + out + "</i>"
	}
	if pos != "" {
		p := html.EscapeString(pos)
		out += fmt.Sprintf(`  <s data-k="%s">%s</s>`, p, p)
	}
	return out
}

const pageHead = `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>%s</title>
<style>
body { font: 14px sans-serif; margin: 1em; }
main { display: flex; gap: 1em; align-items: flex-start; }
section { border: 1px solid #ccc; padding: 0 .7em; overflow-x: auto; min-width: 24em; resize: horizontal; }
pre { font: 12px/1.45 monospace; }
b { font-weight: normal; cursor: pointer; } i { font-style: normal; color: #06c; }
s { text-decoration: none; color: #999; cursor: pointer; }
.on { background: #fd6; color: #000; }
</style>
<h1>%s</h1>
<main>
`

const pageTail = `</main>
<script>
document.addEventListener("click", e => {
  const key = e.target.dataset && e.target.dataset.k;
  if (!key) return;
  const on = !e.target.classList.contains("on");
  for (const x of document.querySelectorAll("[data-k]"))
    if (x.dataset.k === key) x.classList.toggle("on", on);
});
</script>
</html>
`
