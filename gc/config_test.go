package gc

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestParseConfig(t *testing.T) {
	c, err := ParseConfig("nursery=64K,max=2g,stress=3,verify=on,poison=protect")
	if err != nil || c.Nursery != 64<<10 || c.Max != 2<<30 || c.Stress != 3 || !c.Verify || c.Poison != PoisonProtect {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := ParseConfig(""); err != nil || c.Nursery != 0 {
		t.Errorf("empty: %+v %v", c, err)
	}
	if c, err := ParseConfig("nursery=100000"); err != nil || c.Nursery != 100000 {
		t.Errorf("plain bytes: %+v %v", c, err)
	}
}

func TestParseConfigErrors(t *testing.T) {
	for text, want := range map[string]string{
		"nursry=4M":        `--gc: "nursry=4M": unknown setting; known are collector, max, nursery, poison, stress, verify`,
		"stress":           `--gc: "stress": want stress=VALUE`,
		"stress=-1":        `--gc: "stress=-1": want a number of allocations, 0 for never`,
		"poison=on":        `--gc: "poison=on": want off, fill or protect`,
		"verify=yes":       `--gc: "verify=yes": want on or off`,
		"nursery=":         `--gc: "nursery=": want a size in bytes, or with K, M or G`,
		"nursery=4MB":      `--gc: "nursery=4MB": want a size in bytes, or with K, M or G`,
		"nursery=1K":       `--gc: "nursery=1K": want a size from 16K to 1024G`,
		"max=99999999999G": `--gc: "max=99999999999G": want a size from 64K to 1024G`,
		"stress=1,,":       `--gc: "": unknown setting; known are collector, max, nursery, poison, stress, verify`,
	} {
		_, err := ParseConfig(text)
		var typed *ConfigError
		if err == nil || err.Error() != want || !errors.As(err, &typed) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestDefaults(t *testing.T) {
	c := Config{}.withDefaults()
	if c.Nursery != 4<<20 || c.Max < 1<<30 || c.Poison != PoisonOff || c.Fatal == nil {
		t.Errorf("%+v", c)
	}
	if c := (Config{Stress: 1}).withDefaults(); c.Poison != PoisonFill {
		t.Error("stress does not poison")
	}
	if c := (Config{Max: 100 << 10}).withDefaults(); c.Nursery != 100<<10 {
		t.Error("nursery above the limit")
	}
}

func TestSizeText(t *testing.T) {
	for n, want := range map[uintptr]string{12: "12", 1 << 10: "1K", 1536: "1.5K", 3 << 20: "3M", 5 << 29: "2.5G"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

// Exhausted memory ends the process like Go's own out of memory.
func TestFatalStatus(t *testing.T) {
	if os.Getenv("GC_TEST_EXHAUST") != "" {
		h, th := newHeap(t, "max=1M")
		for {
			push(th, h.NewArray(th, tBytes, 100_000))
		}
	}
	cmd := exec.Command(os.Args[0], "-test.run=TestFatalStatus")
	cmd.Env = append(os.Environ(), "GC_TEST_EXHAUST=1")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.HasPrefix(string(out), "fatal error: kiln: out of memory: ") {
		t.Errorf("%v\n%s", err, out)
	}
}

// With a limit on address space below half of the machine's memory, no program started: the default heap did not fit, and
// the message was a panic. It fits, and a heap that is asked for and does not fit is said to be the problem.
func TestAddressSpaceLimit(t *testing.T) {
	const limit = 6 << 30
	if setting := os.Getenv("GC_TEST_LIMIT"); setting != "" {
		if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
			t.Fatal(err)
		}
		if setting == "default" {
			setting = ""
		}
		h, th := newHeap(t, setting)
		push(th, h.NewArray(th, tBytes, 100_000))
		return
	}
	for setting, want := range map[string]string{
		"default": "",
		"max=64G": "fatal error: kiln: no address space for a heap of 64G: ",
	} {
		cmd := exec.Command(os.Args[0], "-test.run=TestAddressSpaceLimit")
		cmd.Env = append(os.Environ(), "GC_TEST_LIMIT="+setting)
		out, err := cmd.CombinedOutput()
		if want == "" && err != nil || want != "" && !strings.HasPrefix(string(out), want) {
			t.Errorf("%s: %v\n%s", setting, err, out)
		}
	}
}
