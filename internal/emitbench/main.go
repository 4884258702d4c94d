// Command emitbench measures what each optimisation of emitted Go is worth: it builds Lox, Clay and bf with all of them and with each
// left out (kiln build -without), runs small programs with the JIT off, and prints the executed instructions of the latter as a
// multiple of the former. That is the table of docs/emission.md.
//
//	go run ./internal/emitbench [-only NAMES] [-clox FILE] [-jit SWITCHES]
//
// Instructions are counted by valgrind (callgrind), which must be installed: they do not depend on who else uses the machine. What a
// program that does nothing executes is taken off. With -clox each Lox program is also compared with that executable. Run it from
// the folder of Kiln's own module.
//
// It tells on stderr what it does. Counts are kept (counts.go), so after an interruption the same command goes on where it was.
//
// For development; nothing imports it.
package main

import (
	"embed"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kiln/translator"
)

//go:embed programs
var programs embed.FS

// languages have a program that does nothing, whose instructions are start-up.
var languages = []struct{ name, ext, nothing string }{
	{"lox", ".lox", "print 1;"},
	{"clay", ".clay", "print 1"},
	{"bf", ".b", "+"},
}

func main() {
	only := flag.String("only", "", "only these optimisations, separated by commas")
	clox := flag.String("clox", "", "another implementation of Lox to compare with")
	jit := flag.String("jit", "off", "the switch --jit of the binaries")
	flag.Parse()
	tmp, err := os.MkdirTemp("", "emitbench-*")
	if err == nil {
		err = run(tmp, *only, *clox, *jit)
		os.RemoveAll(tmp)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "emitbench:", err)
		os.Exit(1)
	}
}

// bench is one run of the command.
type bench struct {
	tmp, jit string
	counts   *counts
}

func run(tmp, only, clox, jit string) error {
	if _, err := exec.LookPath("valgrind"); err != nil {
		return err
	}
	known, err := openCounts()
	if err != nil {
		return err
	}
	b := &bench{tmp, jit, known}
	if out, err := exec.Command("go", "build", "-o", filepath.Join(tmp, "kiln"), "./cmd/kiln").CombinedOutput(); err != nil {
		return fmt.Errorf("building kiln: %w\n%s", err, out)
	}
	base := map[string]map[string]float64{}
	for _, l := range languages {
		var err error
		if base[l.name], err = b.count(l.name, ""); err != nil {
			return err
		}
	}
	if clox != "" {
		if err := b.against(clox, base["lox"]); err != nil {
			return err
		}
	}
	fmt.Println("| name | Lox | Clay | bf |\n|---|---|---|---|")
	for _, name := range append(translator.Optimisations(), translator.Everything) {
		if only != "" && !slices.Contains(strings.Split(only, ","), name) {
			continue
		}
		row := "| `" + name + "` |"
		for _, l := range languages {
			counts, err := b.count(l.name, name)
			if err != nil {
				return err
			}
			row += fmt.Sprintf(" %.2f |", mean(counts, base[l.name]))
		}
		fmt.Println(row)
	}
	return nil
}

// count builds a language and counts the instructions of its programs.
func (b *bench) count(lang, without string) (map[string]float64, error) {
	binary := filepath.Join(b.tmp, lang)
	fmt.Fprintf(os.Stderr, "emitbench: %s without %q\n", lang, without)
	build := exec.Command(filepath.Join(b.tmp, "kiln"), "build", "-without", without, "-o", binary, "./langs/toy/"+lang)
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building %s without %q: %w\n%s", lang, without, err, out)
	}
	return b.programs(lang, binary, "--jit", b.jit)
}

// programs counts for each program of a language, start-up taken off.
func (b *bench) programs(lang string, command ...string) (map[string]float64, error) {
	for _, l := range languages {
		if l.name != lang {
			continue
		}
		hash, err := hashFile(command[0])
		if err != nil {
			return nil, err
		}
		count := func(name, text string) (float64, error) {
			return b.counts.get(strings.Join(append(command[1:], hash, text), "\n"), func() (float64, error) {
				return b.instructions(name, text, command...)
			})
		}
		start, err := count("nothing"+l.ext, l.nothing)
		if err != nil {
			return nil, err
		}
		counts := map[string]float64{}
		entries, err := programs.ReadDir("programs")
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if filepath.Ext(e.Name()) != l.ext {
				continue
			}
			text, err := programs.ReadFile("programs/" + e.Name())
			if err != nil {
				return nil, err
			}
			n, err := count(e.Name(), string(text))
			if err != nil {
				return nil, err
			}
			counts[e.Name()] = n - start
		}
		return counts, nil
	}
	return nil, fmt.Errorf("no language %q", lang)
}

var total = regexp.MustCompile(`I\s+refs:\s+([\d,]+)`)

func (b *bench) instructions(name, text string, command ...string) (float64, error) {
	file := filepath.Join(b.tmp, name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return 0, err
	}
	args := append([]string{"--tool=callgrind", "--callgrind-out-file=" + os.DevNull}, command...)
	cmd := exec.Command("valgrind", append(args, file)...)
	// Go's signals of preemption confuse valgrind, and its collector would run when it likes.
	cmd.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1", "GOGC=off")
	out, err := cmd.CombinedOutput()
	m := total.FindSubmatch(out)
	if err != nil || m == nil {
		return 0, fmt.Errorf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return strconv.ParseFloat(strings.ReplaceAll(string(m[1]), ",", ""), 64)
}

// mean is the geometric mean of the ratios.
func mean(a, b map[string]float64) float64 {
	sum := 0.0
	for name := range a {
		sum += math.Log(a[name] / b[name])
	}
	return math.Exp(sum / float64(len(a)))
}

// against compares Lox with another implementation.
func (b *bench) against(clox string, ours map[string]float64) error {
	theirs, err := b.programs("lox", clox)
	if err != nil {
		return err
	}
	fmt.Printf("| program | Kiln / %s |\n|---|---|\n", filepath.Base(clox))
	names := make([]string, 0, len(ours))
	for name := range ours {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Printf("| %s | %.2f |\n", name, ours[name]/theirs[name])
	}
	fmt.Printf("| geometric mean | %.2f |\n\n", mean(ours, theirs))
	return nil
}
