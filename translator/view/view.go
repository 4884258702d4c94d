// Package view writes what becomes of one function, or of one trace of the JIT, as a page: a column for each stage, the source beside
// them. Source lines, values and names are marked in all columns at once, by mouse or keyboard. A page is one
// self-contained HTML file.
//
// Input: the texts of the stages (flow graphs, jitcode, Go), whose lines tell the source positions they come from. The readers of
// texts are in lines.go and trace.go; page.css and page.js are part of each page.
//
// Build time only; imports nothing of Kiln.
package view

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"
)

// Page is what becomes of a function.
type Page struct {
	Title   string // the function's name
	Where   string // FILE:LINE of it
	Columns []Column
	// Index, if not empty, is the file name of a list of pages.
	Index string
}

// Column is one stage.
type Column struct {
	Stage string // "lowered"
	About string // what the stage is, in a few words
	Lines []Line
	Note  string // shown above the lines, or instead if there are none
}

// Line is a line of a column.
type Line struct {
	Spans []Span
	// File and Number are the source line that it comes from; 0 is unknown.
	File   string
	Number int
	Head   bool // begins a block
}

// Span is a piece of a line. Pieces with the same Key are the same thing (a value, a block), those with the same Name
// belong to the same variable of the source.
type Span struct {
	Text      string
	Class     string // of page.css: op, type, str, com, kw; "" is plain
	Key, Name string
	Link      string // page to go to
}

//go:embed page.css
var css string

//go:embed page.js
var js string

// columnKeys show and hide the columns, in their order; page.js has them, too.
const columnKeys = "1234567890-="

// WriteHTML writes the page.
func (p *Page) WriteHTML(w io.Writer) error {
	var sb strings.Builder
	title := html.EscapeString(p.Title)
	fmt.Fprintf(&sb, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%s</title>\n<style>\n%s</style></head>\n<body>\n", title, css)
	fmt.Fprintf(&sb, "<header><h1>%s</h1> <span class=\"where\">%s</span>", title, html.EscapeString(p.Where))
	if p.Index != "" {
		fmt.Fprintf(&sb, " <a href=\"%s\">all pages</a>", html.EscapeString(p.Index))
	}
	sb.WriteString("\n<nav aria-label=\"stages\">")
	for i, c := range p.Columns {
		key := ""
		if i < len(columnKeys) {
			key = "<kbd>" + columnKeys[i:i+1] + "</kbd> "
		}
		fmt.Fprintf(&sb, "<button type=\"button\" data-c=\"%d\" aria-pressed=\"true\" title=\"show or hide\">%s%s</button>", i, key, html.EscapeString(c.Stage))
	}
	sb.WriteString("</nav> <input type=\"search\" placeholder=\"find (/)\" aria-label=\"find text\"> <button type=\"button\" id=\"help\" title=\"keys (?)\">keys</button></header>\n")
	sb.WriteString("<main>\n")
	files := map[string]int{}
	for _, c := range p.Columns {
		c.write(&sb, files, p.file())
	}
	sb.WriteString("</main>\n")
	sb.WriteString(keysHelp)
	fmt.Fprintf(&sb, "<script>\n%s</script>\n</body>\n</html>\n", js)
	_, err := io.WriteString(w, sb.String())
	return err
}

// file is the file of the function.
func (p *Page) file() string {
	file, _, _ := cutPosition(p.Where)
	return file
}

func (c *Column) write(sb *strings.Builder, files map[string]int, home string) {
	fmt.Fprintf(sb, "<section tabindex=\"-1\" aria-label=\"%s\"><h2>%s <small>%s</small></h2>\n", html.EscapeString(c.Stage), html.EscapeString(c.Stage), html.EscapeString(c.About))
	if c.Note != "" {
		fmt.Fprintf(sb, "<p class=\"note\">%s</p>\n", html.EscapeString(c.Note))
	}
	sb.WriteString("<div class=\"text\">")
	for _, l := range c.Lines {
		l.write(sb, files, home)
	}
	sb.WriteString("</div></section>\n")
}

// write writes a line; files numbers the source files, to keep pages small.
func (l *Line) write(sb *strings.Builder, files map[string]int, home string) {
	class := "l"
	if l.Head {
		class += " head"
	}
	if l.Number > 0 && home != "" && l.File != home {
		class += " other" // inlined from elsewhere
	}
	fmt.Fprintf(sb, "<div class=\"%s\"", class)
	gutter := ""
	if l.Number > 0 {
		n, ok := files[l.File]
		if !ok {
			n = len(files)
			files[l.File] = n
		}
		fmt.Fprintf(sb, " data-l=\"%d:%d\"", n, l.Number)
		gutter = fmt.Sprint(l.Number)
	}
	fmt.Fprintf(sb, "><i title=\"%s\">%s</i><code>", html.EscapeString(l.position()), gutter)
	for _, s := range l.Spans {
		s.write(sb)
	}
	sb.WriteString("</code></div>\n")
}

func (l *Line) position() string {
	if l.Number == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", l.File, l.Number)
}

func (s *Span) write(sb *strings.Builder) {
	text := html.EscapeString(s.Text)
	if s.Link != "" {
		fmt.Fprintf(sb, "<a href=\"%s\">", html.EscapeString(s.Link))
		defer sb.WriteString("</a>")
	}
	if s.Key == "" && s.Name == "" && s.Class == "" {
		sb.WriteString(text)
		return
	}
	sb.WriteString("<b")
	if s.Class != "" {
		fmt.Fprintf(sb, " class=\"%s\"", s.Class)
	}
	if s.Key != "" {
		fmt.Fprintf(sb, " data-k=\"%s\"", html.EscapeString(s.Key))
	}
	if s.Name != "" {
		fmt.Fprintf(sb, " data-n=\"%s\"", html.EscapeString(s.Name))
	}
	sb.WriteString(">" + text + "</b>")
}

const keysHelp = `<dialog id="keys"><h2>Keys</h2><table>
<tr><td><kbd>←</kbd> <kbd>→</kbd></td><td>the same source line in the column beside</td></tr>
<tr><td><kbd>↑</kbd> <kbd>↓</kbd></td><td>line up, down; <kbd>Home</kbd> <kbd>End</kbd> <kbd>PgUp</kbd> <kbd>PgDn</kbd></td></tr>
<tr><td><kbd>Tab</kbd></td><td>next value of the line, marked in all columns; <kbd>Shift</kbd> <kbd>Tab</kbd> the one before</td></tr>
<tr><td><kbd>n</kbd> <kbd>p</kbd></td><td>next and previous place of the marked value in this column</td></tr>
<tr><td><kbd>Enter</kbd></td><td>keep the marked value marked; again: not any more. A click does the same</td></tr>
<tr><td><kbd>a</kbd></td><td>scroll all columns to this source line. A click on a line number does the same</td></tr>
<tr><td><kbd>1</kbd> to <kbd>9</kbd>, <kbd>0</kbd>, <kbd>-</kbd>, <kbd>=</kbd></td><td>show or hide a column</td></tr>
<tr><td><kbd>/</kbd></td><td>find text; <kbd>Enter</kbd> the next place</td></tr>
<tr><td><kbd>Esc</kbd></td><td>unmark everything</td></tr>
</table><form method="dialog"><button>close</button></form></dialog>
`
