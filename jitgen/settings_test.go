package jitgen

import (
	"errors"
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	s, err := ParseSettings("threshold=2,bridge=3,backend=ref,guardfail=7,seed=9,tracelimit=100,opt=all-unroll")
	if err != nil || s.Off || s.Warm.Threshold != 2 || s.Warm.Bridge != 3 || s.Backend != "ref" || s.GuardFail != 7 || s.Seed != 9 ||
		s.Tracing.Limit != 100 || !s.Opt.Off["unroll"] || !s.Opt.ReadHeap {
		t.Errorf("%+v %v", s, err)
	}
	if s, err := ParseSettings("off"); err != nil || !s.Off {
		t.Error("off")
	}
	if s, err := ParseSettings("off,on"); err != nil || s.Off {
		t.Error("on wins, coming later")
	}
	if s, err := ParseSettings("opt=off"); err != nil || !s.Opt.Off["unroll"] || !s.Opt.Off["fold"] {
		t.Error("opt=off")
	}
	for text, want := range map[string]string{
		"treshold=2":  "known are off, on, backend, bridge, chain, function, guardfail",
		"threshold":   "want threshold=VALUE",
		"threshold=0": "want a number from 1",
		"backend=x86": "backends are ref and amd64",
		"opt=foo":     "",
	} {
		_, err := ParseSettings(text)
		var se *SettingError
		if !errors.As(err, &se) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
