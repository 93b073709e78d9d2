package dataset

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// addPlain adds the next line as a row, and reports whether it has. It adds lines without
// quotes whose values are numbers, but for the label, and leaves all others to package csv,
// which takes many times as long, and whose errors say what is wrong with them.
func (t *csvTable) addPlain() bool {
	line := t.nextLine()
	rows := t.rows()
	if line == nil || len(line) > t.limits.Line || rows >= t.mostRows() || bytes.IndexByte(line, '"') >= 0 {
		return false
	}
	values, _ := bytes.CutSuffix(line[:len(line)-1], []byte("\r"))
	t.growData()
	labels := len(t.texts)
	row, ok := t.plainRow(t.data, values)
	if !ok {
		t.texts = t.texts[:labels]
		return false
	}
	t.data = row
	t.buffered.Discard(len(line))
	t.plain++
	return true
}

// nextLine returns the next line with its end, without reading beyond it; nil if it does
// not end in the buffer.
func (t *csvTable) nextLine() []byte {
	for searched := 0; ; {
		have, _ := t.buffered.Peek(t.buffered.Buffered())
		if end := bytes.IndexByte(have[searched:], '\n'); end >= 0 {
			return have[:searched+end+1]
		}
		searched = len(have)
		if _, err := t.buffered.Peek(searched + 1); err != nil {
			return nil
		}
	}
}

// plainRow appends the numbers of a line to data and its label to the texts, unless ok is
// false.
func (t *csvTable) plainRow(data []float32, line []byte) (row []float32, ok bool) {
	separator := byte(t.csv.Comma)
	column := 0
	for at := 0; at <= len(line); column++ {
		for at < len(line) && line[at] == ' ' {
			at++
		}
		rest := line[at:]
		if column != t.label && column != t.index {
			// Whole numbers of few digits are float32.
			value, n := uint32(0), 0
			for ; n < len(rest) && n < 7 && rest[n]-'0' <= 9; n++ {
				value = 10*value + uint32(rest[n]-'0')
			}
			if n > 0 && (n == len(rest) || rest[n] == separator) {
				data = append(data, float32(value))
				at += n + 1
				continue
			}
		}
		n := bytes.IndexByte(rest, separator)
		if n < 0 {
			n = len(rest)
		}
		if n == 0 || rest[0] < ' ' || rest[0] >= utf8.RuneSelf {
			return nil, false // it may be a space for package csv, like a tab
		}
		switch field := bytes.TrimSpace(rest[:n]); column {
		case t.index:
		case t.label:
			t.texts = append(t.texts, string(field))
		default:
			v, err := strconv.ParseFloat(string(field), 32)
			if err != nil {
				return nil, false
			}
			data = append(data, float32(v))
		}
		at += n + 1
	}
	return data, column == t.columns
}

// growData makes room for a row and, if the length of the file is known, for as many as
// will follow if they are like those so far, at most three times as many.
func (t *csvTable) growData() {
	const few = 1 << 19
	n := len(t.data)
	if n < few || cap(t.data)-n >= t.features() || t.in.size == 0 {
		return
	}
	read := t.in.offset - int64(t.buffered.Buffered())
	left := 1.02*float64(n)*float64(t.in.size-read)/float64(read) + float64(t.features())
	data := make([]float32, n, n+int(min(left, 3*float64(n))))
	copy(data, t.data)
	t.data = data
}
