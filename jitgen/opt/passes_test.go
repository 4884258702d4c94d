package opt

import (
	"strings"
	"testing"
)

func TestOrderConstraints(t *testing.T) {
	bad := append([]pass(nil), passes...)
	bad[0], bad[1] = bad[1], bad[0]
	if err := checkOrder(bad); err == nil || !strings.Contains(err.Error(), "intbounds must come after fold") {
		t.Errorf("exchanged passes: %v", err)
	}
	if err := checkOrder(append(bad[:0:0], passes[0], passes[0])); err == nil {
		t.Error("a pass twice: no error")
	}
}

func TestParseConfig(t *testing.T) {
	for text, want := range map[string]string{
		"all": "all", "": "all", "all-unroll": "all-unroll", "all-unroll-heap+heap": "all-unroll",
		"none+fold": "all-dce-guards-heap-intbounds-pure-rewrite-strengthen-unroll-virtualize",
	} {
		c, err := ParseConfig(text)
		if err != nil || c.String() != want {
			t.Errorf("%q: %v, %v", text, c, err)
		}
	}
	for _, text := range []string{"some", "all-nothing", "all-"} {
		if _, err := ParseConfig(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}
