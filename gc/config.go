package gc

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Config is what the switch --gc sets. The zero value means the defaults.
type Config struct {
	// Collector is Generational or Semispace. Default Generational.
	Collector string
	// Nursery is how many bytes are at least allocated between two collections. Default 4M.
	Nursery uintptr
	// Max is the limit of the moving heap in bytes. Default: half of the machine's memory.
	Max uintptr
	// Stress, if above 0, collects at every Stress-th allocation.
	Stress int
	// Verify walks the heap before and after each collection and panics if something is wrong.
	Verify bool
	// Poison spoils the memory that objects have moved out of, so that stale references show.
	// Default: PoisonFill if Stress or Verify is on.
	Poison Poison
	// Fatal is called with a message when memory is exhausted; it must not return. Default: write the
	// message to standard error and exit with status 2, as Go does.
	Fatal func(message string)
}

// Poison is a way of spoiling memory that must not be used any more.
type Poison uint8

const (
	PoisonDefault Poison = iota
	PoisonOff
	// PoisonFill overwrites it with nonsense, and panics at the next collection if someone has written to it.
	PoisonFill
	// PoisonProtect makes it inaccessible: a stale reference faults at once. Costs 20 us a collection.
	PoisonProtect
)

// The collectors.
const (
	Generational = "generational"
	Semispace    = "semispace" // slower, simpler: the oracle
)

const (
	defaultNursery = 4 << 20
	minNursery     = 16 << 10

	defaultCollector = Generational
	minMax           = 64 << 10
	largestMax       = 1 << 40
)

// ConfigError is a setting that could not be understood.
type ConfigError struct{ Setting, Problem string }

func (e *ConfigError) Error() string { return fmt.Sprintf("--gc: %q: %s", e.Setting, e.Problem) }

// settings is what ParseConfig knows, by name.
var settings = map[string]func(c *Config, value string) error{
	"collector": func(c *Config, v string) error {
		if v != Generational && v != Semispace {
			return fmt.Errorf("want generational or semispace")
		}
		c.Collector = v
		return nil
	},
	"nursery": func(c *Config, v string) (err error) {
		c.Nursery, err = parseSize(v, minNursery)
		return err
	},
	"max": func(c *Config, v string) (err error) {
		c.Max, err = parseSize(v, minMax)
		return err
	},
	"stress": func(c *Config, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return fmt.Errorf("want a number of allocations, 0 for never")
		}
		c.Stress = n
		return nil
	},
	"verify": func(c *Config, v string) error {
		if v != "on" && v != "off" {
			return fmt.Errorf("want on or off")
		}
		c.Verify = v == "on"
		return nil
	},
	"poison": func(c *Config, v string) error {
		kinds := map[string]Poison{"off": PoisonOff, "fill": PoisonFill, "protect": PoisonProtect}
		if c.Poison = kinds[v]; c.Poison == PoisonDefault {
			return fmt.Errorf("want off, fill or protect")
		}
		return nil
	},
}

// ParseConfig reads the value of --gc: settings separated by commas, for example
// "nursery=4M,max=1G,stress=1,verify=on". The error, a *ConfigError, names the setting.
func ParseConfig(text string) (Config, error) {
	var c Config
	if text == "" {
		return c, nil
	}
	for _, part := range strings.Split(text, ",") {
		name, value, found := strings.Cut(part, "=")
		set := settings[name]
		if set == nil {
			return c, &ConfigError{part, "unknown setting; known are " + knownSettings()}
		}
		if !found {
			return c, &ConfigError{part, "want " + name + "=VALUE"}
		}
		if err := set(&c, value); err != nil {
			return c, &ConfigError{part, err.Error()}
		}
	}
	return c, nil
}

func knownSettings() string {
	var names []string
	for name := range settings {
		names = append(names, name)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

func parseSize(v string, least uint64) (uintptr, error) {
	shift := 0
	digits := v
	if v != "" {
		if i := strings.IndexByte("KMG", v[len(v)-1]&^0x20); i >= 0 {
			shift, digits = 10*(i+1), v[:len(v)-1]
		}
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("want a size in bytes, or with K, M or G")
	}
	if n > largestMax>>shift || n<<shift < least {
		return 0, fmt.Errorf("want a size from %s to %s", size(uintptr(least)), size(largestMax))
	}
	return uintptr(n) << shift, nil
}

// size prints a number of bytes the way ParseConfig reads it, rounded to one decimal.
func size(n uintptr) string {
	switch {
	case n >= 1<<30:
		return trimSize(float64(n)/(1<<30)) + "G"
	case n >= 1<<20:
		return trimSize(float64(n)/(1<<20)) + "M"
	case n >= 1<<10:
		return trimSize(float64(n)/(1<<10)) + "K"
	}
	return strconv.Itoa(int(n))
}

func trimSize(f float64) string { return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0") }

// withDefaults fills what was left open.
func (c Config) withDefaults() Config {
	if c.Collector == "" {
		c.Collector = defaultCollector
	}
	if c.Nursery == 0 {
		c.Nursery = defaultNursery
	}
	if c.Max == 0 {
		c.Max = defaultMax()
	}
	if c.Nursery > c.Max {
		c.Nursery = c.Max
	}
	if c.Poison == PoisonDefault {
		c.Poison = PoisonOff
		if c.Stress > 0 || c.Verify {
			c.Poison = PoisonFill
		}
	}
	if c.Fatal == nil {
		c.Fatal = fatal
	}
	return c
}

// defaultMax leaves room for the copy: half of the machine's memory, at least 1G. A limit on the process's address
// space (ulimit -v) holds the immortal space and both halves of the moving one, and leaves Go's own heap a good half.
func defaultMax() uintptr {
	most := uintptr(1 << 30)
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		most = clamp(uintptr(info.Totalram)*uintptr(info.Unit)/2, 1<<30, largestMax)
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_AS, &limit) == nil {
		most = min(most, clamp(uintptr(limit.Cur/8), minMax, largestMax))
	}
	return most
}

func clamp(n, least, most uintptr) uintptr { return max(least, min(n, most)) }
