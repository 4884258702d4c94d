package main

import (
	"fmt"
	"go/format"
	"math/rand"
	"strings"
)

// writer collects the text of one file.
type writer struct {
	sb     strings.Builder
	indent int
	lines  int
}

// line writes a line; lines that end with an opening brace indent what follows, those that begin with a closing one end that.
func (w *writer) line(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if strings.HasPrefix(s, "}") || strings.HasPrefix(s, ")") || strings.HasPrefix(s, "case ") || strings.HasPrefix(s, "default:") {
		w.indent--
	}
	if s != "" {
		w.sb.WriteString(strings.Repeat("\t", w.indent))
	}
	w.sb.WriteString(s)
	w.sb.WriteByte('\n')
	w.lines++
	if strings.HasSuffix(s, "{") || strings.HasSuffix(s, "(") || strings.HasPrefix(s, "case ") || strings.HasPrefix(s, "default:") {
		w.indent++
	}
}

// generator is the state of generating one interpreter.
type generator struct {
	r     *rand.Rand
	out   map[string]string // files by name
	lines int
	// funcs are the functions that may be called so far, from the lowest package up.
	funcs    []*fn
	classes  []*class
	builtins []string
	used     map[string]bool // names of functions and types
}

func (g *generator) add(name, text string) {
	if strings.HasSuffix(name, ".go") {
		formatted, err := format.Source([]byte(text))
		if err != nil {
			panic(fmt.Sprintf("%s: %v\n%s", name, err, text))
		}
		text = string(formatted)
	}
	g.out[name] = text
	if strings.HasSuffix(name, ".go") {
		g.lines += strings.Count(text, "\n")
	}
}

func (g *generator) pick(list []string) string { return list[g.r.Intn(len(list))] }

// unique makes a name that nothing else has.
func (g *generator) unique(name string) string {
	for i := 0; ; i++ {
		n := name
		if i > 0 {
			n = fmt.Sprintf("%s%d", name, i+1)
		}
		if !g.used[n] {
			g.used[n] = true
			return n
		}
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// The vocabulary of the domain packages.
var (
	domains = strings.Fields(`account archive auction balance bridge calendar cargo catalog census chart circuit clinic compass contract
		crystal depot dispatch engine estate factory ferry forest gallery garden grid harbor harvest hotel journal kitchen
		ledger market matrix mosaic museum network orchard parcel pattern pipeline planet portfolio printer quarry
		railway recipe reservoir river roster satellite school sensor signal stable storage survey tariff theater ticket tournament
		traffic treaty turbine vault vessel village voyage warehouse weather workshop`)
	nouns = strings.Fields(`agent anchor basket batch beam block bolt bond branch bundle cabin cable card cell chain channel clause cluster
		coil column crate credit crew cycle desk device draft drum edge entry event fence field filter flag frame gate gauge glass
		group guide handle hinge index item joint kernel ladder layer lease lever limit link load locker margin marker meter
		mirror module motor node note notice offer order packet page panel part patch path permit phase piece pivot plan plate
		pointer pool port post press price probe pulse queue rack rail range rate record reel relay report ring rotor route rule
		sample scale schedule screen section segment series shaft sheet shelf shift signal slot socket source span spool stack
		stage stamp station step strip switch table tank tape task tile token tower track tray unit valve wheel window zone`)
	adjectives = strings.Fields(`active annual basic blind bright broad central clean cold common cross deep double dry early empty exact fast fine
		first fixed flat free fresh full general grand green half hard heavy high inner joint large late left light local long
		loose lower main major minor mixed narrow new north open outer plain prime quick quiet rapid rare raw right rough round
		sharp short simple single slow small smooth soft solid south special steep sub super sweet tall thick thin tidy total
		twin upper vast warm west white wide`)
	verbs = strings.Fields(`adjust align apply arrange assess assign balance bind blend build check clear collect combine compare compose count
		cover derive divide draw estimate extend extract fill fit fold gather grade group join level limit load mark match measure
		merge mix move order pack place plan press process rank rate reduce refine reset resolve rotate route scale scan score
		select settle shape shift sort split spread stack store sum test tie trace track trim tune turn update verify weigh wrap`)
	attributes = strings.Fields(`age angle area balance base bonus budget capacity center charge code color cost count credit current debit
		delay delta depth distance duration energy factor fee flow force gain grade growth height hours input interest kind label
		length level limit load margin mass maximum mean minimum mode name offset output owner period phase power price priority
		profit quantity quota radius range rank rate ratio reach result reward salary scale score serial share size span speed
		start status stock strength stress sum supply surface tax tension title tone total trend usage value volume wage weight width yield`)
)
