package jitgen

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"kiln/jitgen/metainterp"
	"kiln/jitgen/opt"
	"kiln/jitgen/warm"
)

// Settings are what the switch --jit sets.
type Settings struct {
	Off     bool
	Warm    warm.Config
	Tracing metainterp.Config
	Backend string // "ref", "amd64", or "" for the best there is
	// GuardFail, if above 0, makes guards fail at random about once in GuardFail; Seed is for that.
	GuardFail int64
	Seed      int64
	Stack     int // bytes of the machine stack, 0 for the default
	// Invalidations is how often stores to a quasi-immutable field of one object may invalidate code, before the field is
	// loaded like any other.
	Invalidations int
	Opt           opt.Config
	// Places: names of code say what the program calls its position, at the cost of calling its function for that. Logs always do.
	Places bool
}

// DefaultSettings are those of production.
func DefaultSettings() Settings {
	s := Settings{Warm: warm.DefaultConfig, Tracing: metainterp.DefaultConfig, Seed: 1, Invalidations: 8}
	s.Opt.ReadHeap = true
	return s
}

// SettingError is a part of the switch --jit that is not understood.
type SettingError struct{ Part, Problem string }

func (e *SettingError) Error() string { return fmt.Sprintf("--jit: %q: %s", e.Part, e.Problem) }

var settings = map[string]func(s *Settings, value string) error{
	"threshold":     number(1, func(s *Settings, n int) { s.Warm.Threshold, s.Warm.Function = n, n+(n+1)/2 }),
	"function":      number(0, func(s *Settings, n int) { s.Warm.Function = n }),
	"unroll":        number(0, func(s *Settings, n int) { s.Warm.Unroll = n }),
	"inline":        number(0, func(s *Settings, n int) { s.Tracing.Inline = n != 0 }),
	"bridge":        number(1, func(s *Settings, n int) { s.Warm.Bridge = n }),
	"chain":         number(1, func(s *Settings, n int) { s.Warm.Chain = n }),
	"nested":        number(0, func(s *Settings, n int) { s.Warm.Nested = n }),
	"retries":       number(1, func(s *Settings, n int) { s.Warm.Retries = n }),
	"tracelimit":    number(10, func(s *Settings, n int) { s.Tracing.Limit = n }),
	"recursion":     number(0, func(s *Settings, n int) { s.Tracing.Recursion = n }),
	"guardfail":     number(0, func(s *Settings, n int) { s.GuardFail = int64(n) }),
	"invalidations": number(0, func(s *Settings, n int) { s.Invalidations = n }),
	"seed":          number(0, func(s *Settings, n int) { s.Seed = int64(n) }),
	"stack":         number(512, func(s *Settings, n int) { s.Stack = n << 10 }),
	"backend": func(s *Settings, v string) error {
		if v != "ref" && v != "amd64" {
			return fmt.Errorf("backends are ref and amd64")
		}
		s.Backend = v
		return nil
	},
	"opt": func(s *Settings, v string) error {
		if v == "off" {
			v = "none"
		}
		c, err := opt.ParseConfig(v)
		s.Opt.Off = c.Off
		return err
	},
}

func number(least int, set func(s *Settings, n int)) func(s *Settings, v string) error {
	return func(s *Settings, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < least {
			return fmt.Errorf("want a number from %d", least)
		}
		set(s, n)
		return nil
	}
}

// ParseSettings reads the value of --jit: "on", "off", or settings separated by commas, for example
// "threshold=2,backend=ref,opt=all-unroll". The error, a *SettingError, names the part.
func ParseSettings(text string) (Settings, error) {
	s := DefaultSettings()
	if text == "" {
		return s, nil
	}
	for _, part := range strings.Split(text, ",") {
		switch part {
		case "on":
			s.Off = false
			continue
		case "off":
			s.Off = true
			continue
		}
		name, value, found := strings.Cut(part, "=")
		set := settings[name]
		if set == nil {
			return s, &SettingError{part, "unknown setting; known are off, on, " + strings.Join(settingNames(), ", ")}
		}
		if !found {
			return s, &SettingError{part, "want " + name + "=VALUE"}
		}
		if err := set(&s, value); err != nil {
			return s, &SettingError{part, err.Error()}
		}
	}
	return s, nil
}

func settingNames() []string {
	var names []string
	for name := range settings {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
