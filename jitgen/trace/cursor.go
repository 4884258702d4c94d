package trace

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseError is a mistake in a text, with its line.
type ParseError struct {
	Line int
	Msg  string
}

func (e *ParseError) Error() string { return fmt.Sprintf("trace text, line %d: %s", e.Line, e.Msg) }

// cursor reads tokens of one line. Mistakes are panics of *ParseError, caught where the text is parsed.
type cursor struct {
	line int
	rest string
}

func (c *cursor) fail(format string, args ...any) {
	panic(&ParseError{c.line, fmt.Sprintf(format, args...)})
}

// catch turns a panic of cursor.fail into an error.
func catch(err *error) {
	if r := recover(); r != nil {
		e, ok := r.(*ParseError)
		if !ok {
			panic(r)
		}
		*err = e
	}
}

func (c *cursor) space() { c.rest = strings.TrimLeft(c.rest, " \t\r") }

// more says whether anything but a comment is left.
func (c *cursor) more() bool {
	c.space()
	return c.rest != "" && c.rest[0] != '#'
}

// try consumes s if it is next.
func (c *cursor) try(s string) bool {
	c.space()
	if !strings.HasPrefix(c.rest, s) {
		return false
	}
	c.rest = c.rest[len(s):]
	return true
}

func (c *cursor) expect(s string) {
	if !c.try(s) {
		c.fail("expected %q before %q", s, c.rest)
	}
}

func (c *cursor) end() {
	if c.more() {
		c.fail("unexpected %q at the end of the line", c.rest)
	}
}

// upTo consumes what comes before any of the characters of stop.
func (c *cursor) upTo(stop string) string {
	c.space()
	i := strings.IndexAny(c.rest, stop)
	if i < 0 {
		i = len(c.rest)
	}
	s := c.rest[:i]
	c.rest = c.rest[i:]
	return s
}

// name is a name of the program, bare or quoted.
func (c *cursor) name() string {
	c.space()
	if strings.HasPrefix(c.rest, `"`) {
		q, err := strconv.QuotedPrefix(c.rest)
		if err != nil {
			c.fail("bad quoted name in %q", c.rest)
		}
		c.rest = c.rest[len(q):]
		s, _ := strconv.Unquote(q)
		return s
	}
	s := c.upTo(nameEnd)
	if s == "" {
		c.fail("expected a name before %q", c.rest)
	}
	return s
}

func (c *cursor) number() int {
	s := c.upTo(nameEnd + "[]")
	n, err := strconv.Atoi(s)
	if err != nil {
		c.fail("expected a number, not %q", s)
	}
	return n
}

// logicalLines splits a text into lines without comments, joining those within braces: the line of a
// declaration is that of its opening brace, and its inner line ends become semicolons.
func logicalLines(text string) (lines []cursor) {
	open := false
	for i, raw := range strings.Split(text, "\n") {
		s := strings.TrimSpace(stripComment(raw))
		if open {
			last := &lines[len(lines)-1]
			last.rest += " ; " + s
			open = !strings.HasSuffix(s, "}")
			continue
		}
		if s == "" {
			continue
		}
		lines = append(lines, cursor{i + 1, s})
		open = strings.HasSuffix(s, "{")
	}
	return lines
}

func stripComment(s string) string {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '#' && !quoted:
			return s[:i]
		}
	}
	return s
}
