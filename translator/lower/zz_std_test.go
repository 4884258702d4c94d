package lower_test
import ("testing";"kiln/gc")
func TestStd(t *testing.T) {
	for _, src := range []string{`package main
import ("strconv";"kiln/framework/host")
func main() { host.Print(strconv.Itoa(12345)+strconv.Quote("a\x80b")+strconv.FormatFloat(3.25e10,'g',-1,64)+"\n"); n, err := strconv.Atoi("12x"); if err != nil { host.Print(err.Error()) }; host.Print(host.FormatInt(n)) 
 f, _ := strconv.ParseFloat("1.2345e-7", 64); host.Print(strconv.FormatFloat(f,'e',5,64)) }`,
	`package main
import ("strings";"kiln/framework/host")
func main() { host.Print(strings.Repeat("ab", 3)+strings.ToUpper("xyz")+strings.Join(strings.Split("a,b,c", ","), ";")); host.Print(strings.TrimSpace("  q ")); var b strings.Builder; b.WriteString("x"); b.WriteByte('y'); host.Print(b.String()) }`,
	`package main
import ("sort";"slices";"errors";"math";"unicode";"unicode/utf8";"kiln/framework/host")
func main() { xs := []int{3,1,2}; sort.Ints(xs); for _, x := range xs { host.Print(host.FormatInt(x)) }
 slices.SortFunc(xs, func(a,b int) int { return b-a }); for _, x := range xs { host.Print(host.FormatInt(x)) }
 e := errors.New("bad"); host.Print(e.Error()); host.Print(host.FormatFloat(math.Floor(2.7)+math.Sqrt(2)+math.Pow(2,0.5)+math.Sin(1)))
 if unicode.IsUpper('É') { host.Print("upper") }; host.Print(host.FormatInt(utf8.RuneCountInString("日本"))) }`,
	`package main
import ("kiln/framework/host")
func main() { n, err := host.ParseInt("zz"); if err != nil { host.Print(err.Error()) }; host.Print(host.FormatInt(n)); s, err := host.ReadFile("/nonexistent"); host.Print(s); if err != nil { host.Print(err.Error()) } }`,
	} {
		t.Run("", func(t *testing.T) {
			p := lowerSource(t, map[string]string{"main.go": src})
			out, err := interpret(p, gc.Config{Stress: 50, Verify: true})
			t.Log(out, err)
		})
	}
}
