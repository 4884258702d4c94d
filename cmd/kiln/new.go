package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"kiln/translator/modules"
)

var newCommand = &command{
	name:    "new",
	args:    "NAME",
	summary: "make a new language",
	long: `New makes a folder NAME with a new language: a Go module of its own, with an interpreter to start from, tests,
benchmark programs, a CI file and a README, which all work as they are. NAME is the language's name, of small letters and digits,
perhaps with a path before it: kiln new ../langs/kestrel. The module requires the Kiln that makes it, by a replace line with
its folder. The next steps are in NAME/README.md, and in docs/tutorial.md.
`,
	flags: func(fs *flag.FlagSet) func([]string) error {
		n := &newLanguage{}
		fs.StringVar(&n.module, "module", "", "the module's `PATH` (example.org/NAME)")
		fs.StringVar(&n.kiln, "kiln", "", "the `FOLDER` of Kiln, if not the one that this kiln was built from")
		return func(args []string) error {
			if len(args) != 1 {
				return usagef("want the name of the language, got %d arguments", len(args))
			}
			n.dir, n.name = args[0], filepath.Base(filepath.Clean(args[0]))
			return n.write(os.Stdout)
		}
	},
}

// newLanguage is one call of the command.
type newLanguage struct {
	dir, name    string
	module, kiln string
}

//go:embed template
var template embed.FS

// destinations are the template files that do not go where they lie, less .txt.
var destinations = map[string]string{"ci.yml": ".github/workflows/ci.yml", "gitignore": ".gitignore"}

var languageName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func (n *newLanguage) write(out io.Writer) error {
	if err := n.check(); err != nil {
		return err
	}
	if err := n.findKiln(); err != nil {
		return err
	}
	mod, goVersion, err := n.goMod()
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(n.kiln, "go.sum"))
	if err != nil {
		return fmt.Errorf("kiln new: %w", err)
	}
	files := map[string]string{"go.mod": mod, "go.sum": string(sum)}
	err = fs.WalkDir(template, "template", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := template.ReadFile(name)
		if err != nil {
			return err
		}
		files[n.destination(strings.TrimPrefix(name, "template/"))] = strings.NewReplacer("NAME", n.name, "GO_VERSION", goVersion).Replace(string(text))
		return nil
	})
	if err != nil {
		return err
	}
	for name, text := range files {
		file := filepath.Join(n.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return fmt.Errorf("kiln new: %w", err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return fmt.Errorf("kiln new: %w", err)
		}
	}
	fmt.Fprintf(out, `%[1]s is a new language: %[2]d files. Next:

	cd %[1]s
	go run . testdata/add.%[3]s 1000                  # plain Go
	go tool kiln run . -- testdata/add.%[3]s 1000     # translated
	go test ./...

README.md says more.
`, n.dir, len(files), n.name)
	return nil
}

// destination is where a file of the template goes.
func (n *newLanguage) destination(name string) string {
	dir, base := path.Split(strings.TrimSuffix(name, ".txt"))
	if to, ok := destinations[dir+base]; ok {
		return to
	}
	if (dir == "testdata/" || dir == "bench/") && strings.HasSuffix(name, ".txt") {
		base += "." + n.name // a program of the language
	}
	return dir + base
}

// check refuses names and folders that cannot be used.
func (n *newLanguage) check() error {
	if !languageName.MatchString(n.name) || token.IsKeyword(n.name) {
		return usagef("%q is no name for a language: use small letters and digits, a letter first", n.name)
	}
	switch n.name {
	case "kiln", "main", "internal", "vendor", "testdata", "test":
		return usagef("%q means something else to Go or Kiln: choose another name", n.name)
	}
	if n.module == "" {
		n.module = "example.org/" + n.name
	}
	if !regexp.MustCompile(`^[A-Za-z0-9._~/-]+$`).MatchString(n.module) || strings.HasPrefix(n.module, "/") || n.module == "kiln" {
		return usagef("%q is no module path: write something like example.org/%s", n.module, n.name)
	}
	entries, err := os.ReadDir(n.dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return fmt.Errorf("kiln new: %s is there already and is no folder", n.dir)
	case len(entries) > 0:
		return fmt.Errorf("kiln new: the folder %s is there already and not empty; choose another name, or remove it", n.dir)
	}
	return nil
}

// findKiln finds the folder of the module that this command belongs to, or that the module around the current folder requires.
func (n *newLanguage) findKiln() error {
	if n.kiln == "" {
		dir, err := modules.Folder()
		if errors.Is(err, modules.ErrNoFolder) {
			if out, listErr := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "kiln").Output(); listErr == nil && modules.IsKiln(strings.TrimSpace(string(out))) {
				dir, err = strings.TrimSpace(string(out)), nil
			}
		}
		if err != nil {
			return fmt.Errorf("kiln new: %w, or say -kiln FOLDER", err)
		}
		n.kiln = dir
		return nil
	}
	dir, err := filepath.Abs(n.kiln)
	if err != nil || !modules.IsKiln(dir) {
		return fmt.Errorf("kiln new: %s is not the folder of Kiln: there is no go.mod with module kiln", n.kiln)
	}
	n.kiln = dir
	return nil
}

// goMod writes the module file. It lists what Kiln requires too: then go.mod is complete, and nothing needs to be
// downloaded or tidied to use kiln as a tool.
func (n *newLanguage) goMod() (text, goVersion string, err error) {
	ours, err := os.ReadFile(filepath.Join(n.kiln, "go.mod"))
	if err != nil {
		return "", "", fmt.Errorf("kiln new: %w", err)
	}
	f, err := modfile.Parse("go.mod", ours, nil)
	if err != nil {
		return "", "", fmt.Errorf("kiln new: %w", err)
	}
	goVersion = f.Go.Version
	var requires strings.Builder
	for _, r := range f.Require {
		fmt.Fprintf(&requires, "\t%s %s // indirect\n", r.Mod.Path, r.Mod.Version)
	}
	return fmt.Sprintf("module %s\n\ngo %s\n\ntool kiln/cmd/kiln\n\nrequire kiln v0.0.0\n\nrequire (\n%s)\n\nreplace kiln => %s\n",
		n.module, goVersion, requires.String(), quoteModPath(n.kiln)), goVersion, nil
}

// quoteModPath writes a folder for go.mod, which wants quotes around unusual ones.
func quoteModPath(dir string) string {
	if strings.ContainsAny(dir, " \t\"'`(),") {
		return fmt.Sprintf("%q", dir)
	}
	return dir
}
