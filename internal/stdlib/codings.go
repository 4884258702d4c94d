package main

import (
	"bytes"
	"compress/lzw"
	"encoding/ascii85"
	"encoding/base32"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"hash/crc64"
	"hash/fnv"
	"html"
	"io"
	"math/cmplx"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"text/scanner"
	"text/tabwriter"
)

var encodings64 = []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.StdEncoding.WithPadding('*').Strict()}

var encodings32 = []*base32.Encoding{base32.StdEncoding, base32.HexEncoding.WithPadding(base32.NoPadding)}

func codingsCase(r *random, d *digest) {
	text := r.text(30)
	data := []byte(text)
	back := func(b []byte, err error) {
		d.bytes(b)
		d.err(err)
	}
	switch r.intN(8) {
	case 0:
		d.str(hex.EncodeToString(data))
		back(hex.DecodeString(text))
		d.str(hex.Dump(data))
	case 1:
		e := encodings64[r.intN(len(encodings64))]
		coded := e.EncodeToString(data)
		d.str(coded)
		back(e.DecodeString(coded[:r.intN(len(coded)+1)]))
		back(e.DecodeString(text))
		back(io.ReadAll(base64.NewDecoder(e, strings.NewReader(coded))))
	case 2:
		e := encodings32[r.intN(len(encodings32))]
		coded := e.EncodeToString(data)
		d.str(coded)
		back(e.DecodeString(coded[:r.intN(len(coded)+1)]))
		var sb strings.Builder
		w := base32.NewEncoder(e, &sb)
		half := r.intN(len(data) + 1)
		w.Write(data[:half])
		w.Write(data[half:])
		w.Close()
		d.str(sb.String())
	case 3:
		coded := make([]byte, ascii85.MaxEncodedLen(len(data)))
		coded = coded[:ascii85.Encode(coded, data)]
		d.bytes(coded)
		n, used, err := ascii85.Decode(data, coded, true)
		d.int(n)
		d.int(used)
		d.err(err)
	case 4:
		var sb strings.Builder
		w := csv.NewWriter(&sb)
		d.err(w.WriteAll([][]string{r.texts(4), {"a b", text, "x,\"y\"\n"}}))
		d.str(sb.String())
		c := csv.NewReader(strings.NewReader(sb.String() + text))
		c.FieldsPerRecord, c.LazyQuotes = -1, r.oneIn(2)
		for {
			record, err := c.Read()
			d.strs(record)
			d.err(err)
			if err != nil {
				break
			}
		}
	case 5:
		p := &pem.Block{Type: "TEXT", Headers: map[string]string{"Proc-Type": "4", "A": "b"}, Bytes: data}
		coded := pem.EncodeToMemory(p)
		d.bytes(coded)
		again, rest := pem.Decode(append(coded, data...))
		if again != nil {
			d.bytes(again.Bytes)
		}
		d.bytes(rest)
	case 6:
		d.str(html.EscapeString(text))
		d.str(html.UnescapeString(text + "&lt;&amp;&#" + fmt.Sprint(r.intN(0x20000)) + ";&eacute&notit;"))
	case 7:
		var packed bytes.Buffer
		order := lzw.Order(r.intN(2))
		w := lzw.NewWriter(&packed, order, 8)
		for range r.intN(50) {
			w.Write(data)
		}
		w.Close()
		d.bytes(packed.Bytes())
		back(io.ReadAll(lzw.NewReader(&packed, order, 8)))
	}
}

func hashesCase(r *random, d *digest) {
	data := []byte(r.text(60))
	tables := []*crc32.Table{crc32.IEEETable, crc32.MakeTable(crc32.Castagnoli), crc32.MakeTable(crc32.Koopman)}
	for _, t := range tables {
		d.uint(uint64(crc32.Checksum(data, t)))
	}
	d.uint(crc64.Checksum(data, crc64.MakeTable(crc64.ISO)))
	d.uint(crc64.Checksum(data, crc64.MakeTable(crc64.ECMA)))
	d.uint(uint64(adler32.Checksum(data)))
	for _, h := range []hash.Hash{fnv.New32(), fnv.New32a(), fnv.New64(), fnv.New64a(), fnv.New128(), fnv.New128a(), crc32.NewIEEE(), adler32.New()} {
		h.Write(data)
		h.Write(data[:len(data)/2])
		d.bytes(h.Sum(nil))
		d.int(h.Size())
	}
}

func pathCase(r *random, d *digest) {
	p := strings.Join(r.texts(4), "/")
	if r.oneIn(2) {
		p = strings.ReplaceAll("a/./b/../c//d.e/..f", "/", []string{"/", "//", "/../"}[r.intN(3)]) + p
	}
	d.str(path.Clean(p))
	d.str(path.Base(p))
	d.str(path.Dir(p))
	d.str(path.Ext(p))
	d.bool(path.IsAbs(p))
	d.str(path.Join(p, r.text(4), ".."))
	a, b := path.Split(p)
	d.strs([]string{a, b})
	ok, err := path.Match([]string{"*", "a*b?", "[a-c]*", "*/*", "[^x]?\\*", r.text(4)}[r.intN(6)], r.text(5))
	d.bool(ok)
	d.err(err)
}

func cmplxCase(r *random, d *digest) {
	x, y := complex(r.float(), r.float()), complex(r.float(), r.float())
	add := func(z complex128) {
		d.float(real(z))
		d.float(imag(z))
	}
	for _, f := range []func(complex128) complex128{cmplx.Sqrt, cmplx.Conj, cmplx.Tanh, cmplx.Atan, cmplx.Asinh, cmplx.Cot} {
		add(f(x))
	}
	add(cmplx.Exp(x))
	add(cmplx.Log(x))
	add(cmplx.Pow(x, y))
	d.float(cmplx.Abs(x))
	d.bool(cmplx.IsNaN(y))
}

func layoutCase(r *random, d *digest) {
	var sb strings.Builder
	w := tabwriter.NewWriter(&sb, r.intN(9), r.intN(9), r.intN(3), ' ', uint(r.intN(64)))
	for range r.intN(6) {
		fmt.Fprintln(w, strings.Join(r.texts(4), "\t"))
	}
	d.err(w.Flush())
	d.str(sb.String())
	var s scanner.Scanner
	s.Init(strings.NewReader("x := 3.5e3 + `raw` // note\n" + r.text(40)))
	s.Error = func(s *scanner.Scanner, msg string) { d.str(msg) }
	for tok := s.Scan(); tok != scanner.EOF; tok = s.Scan() {
		d.str(s.Position.String() + scanner.TokenString(tok) + s.TokenText())
	}
}

// shared has locks among its fields.
type shared struct {
	name  string
	lock  sync.Mutex
	rw    sync.RWMutex
	once  sync.Once
	count atomic.Int64
	m     sync.Map
}

func (s *shared) add(n int64) int64 {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.rw.RLock()
	defer s.rw.RUnlock()
	s.once.Do(func() { s.name += "!" })
	return s.count.Add(n)
}

func syncCase(r *random, d *digest) {
	s := &shared{name: r.text(3)}
	for range r.intN(5) {
		d.int64(s.add(r.integer()))
		old, loaded := s.m.LoadOrStore(r.intN(3), r.text(2))
		d.str(fmt.Sprint(old, loaded, s.lock.TryLock()))
		s.lock.Unlock()
	}
	d.str(fmt.Sprint(s.name, s.rw.TryLock()))
	s.rw.Unlock()
	var printed struct {
		lock sync.Mutex
		rw   sync.RWMutex
		once sync.Once
		n    atomic.Int32
	}
	printed.lock.Lock()
	d.str(fmt.Sprintf("%v", &printed))
	calls := 0
	value := sync.OnceValue(func() int { calls++; return calls })
	d.int(value() + value())
	pool := sync.Pool{New: func() any { return new(int) }}
	p := pool.Get().(*int)
	*p = calls
	pool.Put(p)
	var n uint32
	d.uint(uint64(atomic.AddUint32(&n, 5)))
	d.bool(atomic.CompareAndSwapUint32(&n, 5, uint32(r.intN(9))))
	var v atomic.Value
	v.Store(r.text(2))
	d.str(v.Load().(string))
	var b atomic.Pointer[int]
	b.Store(p)
	d.int(*b.Load())
}
