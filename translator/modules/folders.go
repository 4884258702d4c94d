package modules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrNoFolder says that Kiln's own source was not found.
var ErrNoFolder = errors.New("the folder of Kiln's source is not known: set KILNROOT to it")

// Folder finds the folder of Kiln's module, with the source of its run time: what KILNROOT says, else where this program was
// compiled, which go run, go build and go install record, else the module around the executable (built with -trimpath, or
// moved together with the source).
func Folder() (string, error) {
	if root := os.Getenv("KILNROOT"); root != "" {
		dir, err := filepath.Abs(root)
		if err != nil || !IsKiln(dir) {
			return "", fmt.Errorf("KILNROOT is %s, which is not the folder of Kiln: there is no go.mod with module kiln", root)
		}
		return dir, nil
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		if dir := above(filepath.Dir(file)); dir != "" {
			return dir, nil
		}
	}
	if exe, err := os.Executable(); err == nil {
		if exe, err = filepath.EvalSymlinks(exe); err == nil {
			if dir := above(filepath.Dir(exe)); dir != "" {
				return dir, nil
			}
		}
	}
	return "", ErrNoFolder
}

// above is the folder of Kiln that a folder lies in, "" if none.
func above(dir string) string {
	for filepath.IsAbs(dir) {
		if IsKiln(dir) {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return ""
}

// IsKiln says whether a folder, absolute, is that of Kiln's module.
func IsKiln(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && filepath.IsAbs(dir) && strings.HasPrefix(string(text), "module "+Path+"\n")
}

// CacheDir is where Kiln keeps what it makes: the folder given, else $KILNCACHE, else "kiln" in the user's cache folder.
func CacheDir(given string) (string, error) {
	dir := given
	if dir == "" {
		dir = os.Getenv("KILNCACHE")
	}
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no folder for the cache: %w; set KILNCACHE", err)
		}
		dir = filepath.Join(user, "kiln")
	}
	return filepath.Abs(dir)
}

// newest is the newest of some Go versions as go.mod writes them; empty ones do not count.
func newest(versions []string) string {
	best := "1.18" // the first with workspaces
	for _, v := range versions {
		if version.Compare("go"+v, "go"+best) > 0 {
			best = v
		}
	}
	return best
}

// HashOf is a name for what is made of some texts, whose borders count.
func HashOf(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:", len(p))
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// ReplaceFile writes a file in one step: who reads it meanwhile gets the old text or the new one.
func ReplaceFile(path string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(text); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
