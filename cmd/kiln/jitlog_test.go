package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const jitLogText = `# recorded loop d(pc=3)
trace "loop d(pc=3)"
[i0]
i1 = int_add(i0, 1)  # main.go:3
guard_true(i1) [0:1 i0]  # main.go:4
jump(i1)

# optimised loop d(pc=3)
trace "loop d(pc=3)"
[i0]
label(i0, descr=Target1)
i1 = int_add(i0, 1)  # main.go:3
guard_true(i1, descr=Guard1) [i1]  # main.go:4
jump(i1, descr=Target1)

# machine code of loop d(pc=3) at 0x7f00, 64 bytes, frame 16
#      0  48896c24f0             mov [rsp-16], rbp
# int_add
#      5  4883c001               add rax, 1
# guard_true
#      9  0f827b000000           jb 0x9d
# recorded bridge from Guard1 of loop d(pc=3)
[i0]
jump(i0)

# optimised bridge from Guard1 of loop d(pc=3)
[i0]
jump(i0, descr=Target1)

# loops: 1
`

// A log becomes a list and a page for each trace; guards lead to their bridges, jumps to their loops.
func TestJitlog(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{"jit.log": jitLogText, "main.go": "package main\n\nfunc step() {\n\tguard()\n}\n", "go.mod": "module x\n", "empty.log": "# loops: 0\n"} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var errs strings.Builder
	if status := kiln([]string{"jitlog", "jit.log", "pages"}, os.Stdout, &errs); status != 0 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	for _, c := range []struct{ page, want string }{
		{"index.html", `<a href="trace1.html">loop d(pc=3)</a></td><td class="n">3</td><td class="n">4</td><td>64 bytes, frame 16</td>`},
		{"index.html", `<a href="trace2.html">bridge from Guard1 of loop d(pc=3)</a>`},
		{"trace1.html", `<a href="trace2.html"><b class="blk" data-k="Guard1">Guard1</b></a>`},
		{"trace1.html", `guard()`},       // the interpreter's line
		{"trace1.html", `data-k="xrax"`}, // a register
		{"trace1.html", `<div class="l head" data-l="0:3"><i title="main.go:3">3</i><code><b class="op">int_add</b>`}, // machine code knows its source
		{"trace2.html", `<a href="trace1.html"><b class="blk" data-k="Target1">Target1</b></a>`},
		{"trace2.html", `not in the log`}, // no machine code
	} {
		if text := read(t, filepath.Join("pages", c.page)); !strings.Contains(text, c.want) {
			t.Errorf("%s has no %s", c.page, c.want)
		}
	}
	for args, want := range map[string]string{"jitlog empty.log pages": "has no traces", "jitlog nosuch.log pages": "no such file", "jitlog jit.log": "want a log and a folder"} {
		errs.Reset()
		if status := kiln(strings.Fields(args), os.Stdout, &errs); status == 0 || !strings.Contains(errs.String(), want) {
			t.Errorf("kiln %s: status %d: %s", args, status, errs.String())
		}
	}
}
