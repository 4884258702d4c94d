package layers

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/jitgen"
)

// Pages refer to pages that exist.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	link := regexp.MustCompile(`\]\(([^):#]+)[)#]`)
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// docs/switches.md has every setting of --jit and --gc that the programs know.
func TestSwitchesPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/switches.md")
	if err != nil {
		t.Fatal(err)
	}
	_, jit := jitgen.ParseSettings("unknown")
	_, heap := gc.ParseConfig("unknown")
	for _, err := range []error{jit, heap} {
		_, known, ok := strings.Cut(err.Error(), "known are ")
		if !ok {
			t.Fatal(err)
		}
		for _, name := range strings.Split(known, ", ") {
			if text := string(page); !strings.Contains(text, "`"+name+"=") && !strings.Contains(text, "`"+name+"`") {
				t.Errorf("no setting %s", name)
			}
		}
	}
}
