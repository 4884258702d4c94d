package main

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func isVowel(c rune) bool { return c == 'a' || c == 'A' || c == 'é' || c == 'ı' }

func turn(c rune) rune {
	switch {
	case c == 'a':
		return -1
	case c < 0x80:
		return c ^ 1
	}
	return c + 1
}

// stringCase calls every function of package strings.
func stringCase(r *random, d *digest) {
	s, sep, t := r.text(10), r.text(2), r.text(3)
	n := r.intN(7) - 2
	if r.oneIn(2) && len(s) > 0 { // something that is in it
		at := r.intN(len(s))
		sep = s[at : at+1+r.intN(min(3, len(s)-at))]
	}
	c := byte(r.next())
	if len(s) > 0 && r.oneIn(2) {
		c = s[r.intN(len(s))]
	}
	u := r.rune()
	for _, x := range []int{strings.Index(s, sep), strings.LastIndex(s, sep), strings.IndexByte(s, c), strings.LastIndexByte(s, c), strings.IndexRune(s, u),
		strings.IndexAny(s, t), strings.LastIndexAny(s, t), strings.IndexFunc(s, isVowel), strings.LastIndexFunc(s, isVowel), strings.Count(s, sep),
		strings.Compare(s, t)} {
		d.int(x)
	}
	for _, x := range []bool{strings.Contains(s, sep), strings.ContainsAny(s, t), strings.ContainsRune(s, u), strings.ContainsFunc(s, isVowel),
		strings.HasPrefix(s, sep), strings.HasSuffix(s, sep), strings.EqualFold(s, strings.ToUpper(s)), strings.EqualFold(s, t)} {
		d.bool(x)
	}
	for _, x := range []string{strings.ToUpper(s), strings.ToLower(s), strings.ToTitle(s), strings.Title(s), strings.ToValidUTF8(s, t), strings.TrimSpace(s),
		strings.Trim(s, t), strings.TrimLeft(s, t), strings.TrimRight(s, t), strings.TrimPrefix(s, sep), strings.TrimSuffix(s, sep),
		strings.TrimFunc(s, isVowel), strings.TrimLeftFunc(s, isVowel), strings.TrimRightFunc(s, isVowel), strings.Map(turn, s),
		strings.Repeat(s, max(n, 0)), strings.Replace(s, sep, t, n), strings.ReplaceAll(s, sep, t), strings.Clone(s),
		strings.ToUpperSpecial(unicode.TurkishCase, s), strings.ToLowerSpecial(unicode.TurkishCase, s), strings.ToTitleSpecial(unicode.TurkishCase, s)} {
		d.str(x)
	}
	d.strs(strings.Split(s, sep))
	d.strs(strings.SplitN(s, sep, n))
	d.strs(strings.SplitAfter(s, sep))
	d.strs(strings.SplitAfterN(s, sep, n))
	d.strs(strings.Fields(s))
	d.strs(strings.FieldsFunc(s, isVowel))
	d.str(strings.Join(strings.Split(s, sep), t))
	before, after, found := strings.Cut(s, sep)
	d.str(before)
	d.str(after)
	d.bool(found)
	x, ok := strings.CutPrefix(s, sep)
	d.str(x)
	d.bool(ok)
	x, ok = strings.CutSuffix(s, sep)
	d.str(x)
	d.bool(ok)
	for x := range strings.Lines(s) {
		d.str(x)
	}
	for x := range strings.SplitSeq(s, sep) {
		d.str(x)
	}
	for x := range strings.SplitAfterSeq(s, sep) {
		d.str(x)
	}
	for x := range strings.FieldsSeq(s) {
		d.str(x)
	}
	for x := range strings.FieldsFuncSeq(s, isVowel) {
		d.str(x)
	}
	stringTypes(r, d, s, t)
}

// stringTypes uses Builder, Reader and Replacer.
func stringTypes(r *random, d *digest, s, t string) {
	var b strings.Builder
	for range r.intN(6) {
		switch r.intN(5) {
		case 0:
			b.WriteString(s)
		case 1:
			b.WriteByte(byte(r.next()))
		case 2:
			b.WriteRune(r.rune())
		case 3:
			b.Write([]byte(t))
		case 4:
			b.Grow(r.intN(50))
		}
	}
	d.int(b.Len())
	d.str(b.String())
	in := strings.NewReader(s)
	for range r.intN(6) {
		switch r.intN(6) {
		case 0:
			x, err := in.ReadByte()
			d.int(int(x))
			d.err(err)
		case 1:
			x, n, err := in.ReadRune()
			d.int(int(x))
			d.int(n)
			d.err(err)
		case 2:
			d.err(in.UnreadRune())
		case 3:
			d.err(in.UnreadByte())
		case 4:
			buf := make([]byte, r.intN(5))
			n, err := in.Read(buf)
			d.bytes(buf[:n])
			d.err(err)
		case 5:
			n, err := in.Seek(int64(r.intN(8)-2), r.intN(4))
			d.int64(n)
			d.err(err)
		}
	}
	d.int(in.Len())
	var pairs []string
	for range 1 + r.intN(4) {
		pairs = append(pairs, r.text(2), r.text(2))
	}
	d.str(strings.NewReplacer(pairs...).Replace(s))
	for i := range pairs { // of single bytes
		pairs[i] = "abzZ09"[i%6 : i%6+1]
	}
	if r.oneIn(2) {
		pairs[1] = t
	}
	d.str(strings.NewReplacer(pairs...).Replace(s))
}

// bytesCase calls every function of package bytes.
func bytesCase(r *random, d *digest) {
	s, sep, t := []byte(r.text(10)), []byte(r.text(2)), []byte(r.text(3))
	n := r.intN(7) - 2
	if r.oneIn(2) && len(s) > 0 {
		at := r.intN(len(s))
		sep = s[at : at+1+r.intN(min(3, len(s)-at))]
	}
	c, u, any := byte(r.next()), r.rune(), r.text(3)
	for _, x := range []int{bytes.Index(s, sep), bytes.LastIndex(s, sep), bytes.IndexByte(s, c), bytes.LastIndexByte(s, c), bytes.IndexRune(s, u),
		bytes.IndexAny(s, any), bytes.LastIndexAny(s, any), bytes.IndexFunc(s, isVowel), bytes.LastIndexFunc(s, isVowel), bytes.Count(s, sep),
		bytes.Compare(s, t)} {
		d.int(x)
	}
	for _, x := range []bool{bytes.Contains(s, sep), bytes.ContainsAny(s, any), bytes.ContainsRune(s, u), bytes.ContainsFunc(s, isVowel),
		bytes.HasPrefix(s, sep), bytes.HasSuffix(s, sep), bytes.EqualFold(s, bytes.ToUpper(s)), bytes.EqualFold(s, t), bytes.Equal(s, t)} {
		d.bool(x)
	}
	for _, x := range [][]byte{bytes.ToUpper(s), bytes.ToLower(s), bytes.ToTitle(s), bytes.Title(s), bytes.ToValidUTF8(s, t), bytes.TrimSpace(s),
		bytes.Trim(s, any), bytes.TrimLeft(s, any), bytes.TrimRight(s, any), bytes.TrimPrefix(s, sep), bytes.TrimSuffix(s, sep),
		bytes.TrimFunc(s, isVowel), bytes.TrimLeftFunc(s, isVowel), bytes.TrimRightFunc(s, isVowel), bytes.Map(turn, s),
		bytes.Repeat(s, max(n, 0)), bytes.Replace(s, sep, t, n), bytes.ReplaceAll(s, sep, t), bytes.Clone(s),
		bytes.ToUpperSpecial(unicode.TurkishCase, s), bytes.ToLowerSpecial(unicode.TurkishCase, s), bytes.ToTitleSpecial(unicode.TurkishCase, s),
		bytes.Join(bytes.Split(s, sep), t)} {
		d.bytes(x)
	}
	d.str(string(bytes.Runes(s)))
	for _, list := range [][][]byte{bytes.Split(s, sep), bytes.SplitN(s, sep, n), bytes.SplitAfter(s, sep), bytes.SplitAfterN(s, sep, n), bytes.Fields(s),
		bytes.FieldsFunc(s, isVowel)} {
		d.int(len(list))
		for _, x := range list {
			d.bytes(x)
		}
	}
	before, after, found := bytes.Cut(s, sep)
	d.bytes(before)
	d.bytes(after)
	d.bool(found)
	x, ok := bytes.CutPrefix(s, sep)
	d.bytes(x)
	d.bool(ok)
	x, ok = bytes.CutSuffix(s, sep)
	d.bytes(x)
	d.bool(ok)
	for x := range bytes.Lines(s) {
		d.bytes(x)
	}
	for x := range bytes.SplitSeq(s, sep) {
		d.bytes(x)
	}
	for x := range bytes.FieldsSeq(s) {
		d.bytes(x)
	}
	buffer(r, d, s)
}

// buffer writes to a bytes.Buffer and reads from it.
func buffer(r *random, d *digest, s []byte) {
	b := bytes.NewBuffer(bytes.Clone(s))
	for range r.intN(8) {
		switch r.intN(10) {
		case 0:
			b.WriteString(string(s))
		case 1:
			b.WriteByte(byte(r.next()))
		case 2:
			b.WriteRune(r.rune())
		case 3:
			d.bytes(b.Next(r.intN(5)))
		case 4:
			x, err := b.ReadByte()
			d.int(int(x))
			d.err(err)
		case 5:
			x, n, err := b.ReadRune()
			d.int(int(x))
			d.int(n)
			d.err(err)
		case 6:
			line, err := b.ReadString('\n')
			d.str(line)
			d.err(err)
		case 7:
			d.err(b.UnreadByte())
		case 8:
			b.Truncate(min(b.Len(), r.intN(4)))
		case 9:
			d.err(b.UnreadRune())
		}
	}
	d.int(b.Len())
	d.str(b.String())
}

// unicodeCase asks everything about a character.
func unicodeCase(r *random, d *digest) {
	c := r.rune()
	for _, x := range []bool{unicode.IsControl(c), unicode.IsDigit(c), unicode.IsGraphic(c), unicode.IsLetter(c), unicode.IsLower(c), unicode.IsMark(c),
		unicode.IsNumber(c), unicode.IsPrint(c), unicode.IsPunct(c), unicode.IsSpace(c), unicode.IsSymbol(c), unicode.IsTitle(c), unicode.IsUpper(c),
		unicode.Is(unicode.Han, c), unicode.Is(unicode.Latin, c), unicode.In(c, unicode.Greek, unicode.Cyrillic, unicode.Sm), unicode.IsOneOf(unicode.PrintRanges, c),
		unicode.Is(unicode.White_Space, c), unicode.Is(unicode.Other_Math, c)} {
		d.bool(x)
	}
	for _, x := range []rune{unicode.ToUpper(c), unicode.ToLower(c), unicode.ToTitle(c), unicode.SimpleFold(max(c, 0) % 0x110000), unicode.To(r.intN(4), c),
		unicode.TurkishCase.ToUpper(c), unicode.TurkishCase.ToLower(c), unicode.AzeriCase.ToTitle(c)} {
		d.int(int(x))
	}
}

func utf8Case(r *random, d *digest) {
	s, c := r.text(4), r.rune()
	b := []byte(s)
	x, n := utf8.DecodeRune(b)
	d.int(int(x))
	d.int(n)
	x, n = utf8.DecodeLastRune(b)
	d.int(int(x))
	d.int(n)
	x, n = utf8.DecodeRuneInString(s)
	d.int(int(x))
	d.int(n)
	x, n = utf8.DecodeLastRuneInString(s)
	d.int(int(x))
	d.int(n)
	for _, x := range []int{utf8.RuneCount(b), utf8.RuneCountInString(s), utf8.RuneLen(c)} {
		d.int(x)
	}
	for _, x := range []bool{utf8.FullRune(b), utf8.FullRuneInString(s), utf8.Valid(b), utf8.ValidString(s), utf8.ValidRune(c), utf8.RuneStart(byte(c))} {
		d.bool(x)
	}
	d.bytes(utf8.AppendRune(b[:len(b):len(b)], c))
	four := make([]byte, 4)
	d.int(utf8.EncodeRune(four, c))
	d.bytes(four)
	for i, c := range s {
		d.int(i)
		d.int(int(c))
	}
	d.str(string([]rune(s)))
	d.str(string(c))
}

func utf16Case(r *random, d *digest) {
	s, c := r.text(4), r.rune()
	units := utf16.Encode([]rune(s))
	for range r.intN(3) {
		units = append(units, uint16(0xD700+r.intN(0x1000)))
	}
	for _, u := range units {
		d.int(int(u))
	}
	d.str(string(utf16.Decode(units)))
	d.int(utf16.RuneLen(c))
	d.bool(utf16.IsSurrogate(c))
	hi, lo := utf16.EncodeRune(c)
	d.int(int(hi))
	d.int(int(lo))
	d.int(int(utf16.DecodeRune(rune(0xD700+r.intN(0x900)), rune(0xDB00+r.intN(0x600)))))
	for _, u := range utf16.AppendRune(nil, c) {
		d.int(int(u))
	}
}
