package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed842bec00/argmax/kernels"
)

// readCSV reads a table of comma-separated values, or of values separated by tabs or
// semicolons if the first line has more of those. It returns nil for the labels if there
// are none.
func readCSV(name string, r io.Reader, config TableConfig, limits Limits, report *Report) (*Table[float32], *labelling, error) {
	in, err := newSource(name, r, limits)
	if err != nil {
		return nil, nil, err
	}
	t := &csvTable{in: in, config: config, limits: limits, label: -1, index: -1, report: report}
	return t.read()
}

// csvTable is a CSV file that is being read.
type csvTable struct {
	in     *source
	config TableConfig
	limits Limits
	report *Report

	buffered *bufio.Reader // of in
	csv      *csv.Reader   // reads a record of buffered, and nothing of the next
	lines    *recordLines
	plain    int      // the lines that csv has not read
	names    []string // of the columns, nil if there is no header
	columns  int
	label    int // the column of labels, −1 if there is none
	index    int // a column that numbers the rows, −1 if there is none
	data     []float32
	texts    []string
}

func (t *csvTable) read() (*Table[float32], *labelling, error) {
	t.buffered = bufio.NewReaderSize(t.in, 1<<16)
	t.lines = &recordLines{r: t.buffered, most: t.limits.Line}
	start, err := t.buffered.Peek(4096)
	if err != nil && err != io.EOF {
		return nil, nil, t.in.errorf("%w", err)
	}
	if strings.HasPrefix(string(start), "\ufeff") {
		t.buffered.Discard(len("\ufeff"))
	}
	t.csv = csv.NewReader(t.lines)
	t.csv.Comma, t.csv.ReuseRecord, t.csv.TrimLeadingSpace = separator(string(start)), true, true
	first, err := t.next()
	if err != nil {
		if err == io.EOF {
			return nil, nil, t.in.errorf("an empty table")
		}
		return nil, nil, err
	}
	first = append([]string(nil), first...)
	second, err := t.next()
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	empty := err == io.EOF
	if t.columns = len(first); t.isHeader(first, second) {
		t.names = first
	}
	if err := t.findColumns(second, empty); err != nil {
		return nil, nil, err
	}
	if t.names == nil {
		if err := t.add(first); err != nil {
			return nil, nil, err
		}
	}
	for err := error(nil); !empty; empty = err == io.EOF {
		if err := t.add(second); err != nil {
			return nil, nil, err
		}
		for t.addPlain() {
		}
		if second, err = t.next(); err != nil && err != io.EOF {
			return nil, nil, err
		}
	}
	return t.table()
}

// next returns the next record.
func (t *csvTable) next() ([]string, error) {
	t.lines.used = 0
	record, err := t.csv.Read()
	var wrong *csv.ParseError
	switch {
	case err == nil || err == io.EOF:
		return record, err
	case errors.As(err, &wrong):
		return nil, fmt.Errorf("dataset: %s: line %d: %w", t.in.name, t.plain+wrong.Line, wrong.Err)
	}
	return nil, t.in.errorf("%w", err)
}

// separator returns the character that separates the values of the first line.
func separator(start string) rune {
	line, _, _ := strings.Cut(start, "\n")
	best := ','
	for _, c := range "\t;" {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}

// isHeader reports whether the first record names columns: it is asked for a column by
// name, or has a text where the second has a number, or numbers the columns from 0, as
// pandas does, perhaps after the empty name of an index.
func (t *csvTable) isHeader(first, second []string) bool {
	if name := t.config.LabelColumn; name != "" && !isNumber(name) {
		return true
	}
	counts := len(first) > 2
	for i, text := range first {
		if !isNumber(text) && i < len(second) && isNumber(second[i]) {
			return true
		}
		counts = counts && (text == strconv.Itoa(i) || first[0] == "" && (i == 0 || text == strconv.Itoa(i-1)))
	}
	return counts
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 32)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// findColumns finds the column of labels, and one that is an index. Without a name it is
// the one called label, class, target or y, or the only one that has no numbers.
func (t *csvTable) findColumns(second []string, empty bool) error {
	if empty && t.names != nil {
		return t.in.errorf("a table of names, without rows")
	}
	if t.names != nil && t.names[0] == "" && second[0] == "0" {
		t.index = 0
		t.report.notef("%s: the first column, which has no name, numbers the rows and is left out", t.in.name)
	}
	if wanted := t.config.LabelColumn; wanted != "" {
		return t.findColumn(wanted)
	}
	if t.config.Labels != "" {
		return nil
	}
	for i, name := range t.names {
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "label", "labels", "class", "target", "species", "y":
			if t.label >= 0 {
				return t.in.errorf("the columns %q and %q may both be the labels: name one", t.names[t.label], name)
			}
			t.label = i
		}
	}
	if t.label >= 0 || t.config.Unlabelled {
		return nil
	}
	for i, text := range second {
		if i != t.index && !isNumber(text) {
			if t.label >= 0 {
				return t.in.errorf("columns %d and %d both have no numbers: name the column of labels", t.label+1, i+1)
			}
			t.label = i
		}
	}
	return nil
}

// findColumn finds a column by its name or number.
func (t *csvTable) findColumn(wanted string) error {
	for i, name := range t.names {
		if strings.TrimSpace(name) == wanted {
			t.label = i
			return nil
		}
	}
	n, err := strconv.Atoi(wanted)
	switch {
	case err == nil && n >= 1 && n <= t.columns:
		t.label = n - 1
	case err == nil && n <= -1 && n >= -t.columns:
		t.label = t.columns + n
	case err == nil:
		return t.in.errorf("no column %d: there are %d", n, t.columns)
	default:
		return t.in.errorf("no column %q; there are %s", wanted, some(t.names))
	}
	return nil
}

// add adds a row.
func (t *csvTable) add(record []string) error {
	line, _ := t.csv.FieldPos(0)
	switch rows := t.rows(); {
	case rows == t.limits.Images:
		return t.in.errorf("more than %d rows", t.limits.Images)
	case rows >= t.mostRows():
		return t.in.errorf("more than %d rows of %d columns: the limit of a set is %d bytes", rows, t.columns, t.limits.Bytes)
	}
	for i, text := range record {
		switch i {
		case t.index:
			continue
		case t.label:
			t.texts = append(t.texts, strings.Clone(strings.TrimSpace(text)))
			continue
		}
		text = strings.TrimSpace(text)
		v, err := strconv.ParseFloat(text, 32)
		if err != nil {
			return fmt.Errorf("dataset: %s: line %d: column %s: %w", t.in.name, t.plain+line, t.column(i), wrongNumber(text, err))
		}
		t.data = append(t.data, float32(v))
	}
	return nil
}

// wrongNumber says why a text is no float32.
func wrongNumber(text string, err error) error {
	switch {
	case text == "":
		return errors.New("a value is missing")
	case errors.Is(err, strconv.ErrRange):
		return fmt.Errorf("%.64s is too large for float32", text)
	}
	return fmt.Errorf("%.64q is no number", text)
}

func (t *csvTable) features() int {
	n := t.columns
	for _, column := range []int{t.label, t.index} {
		if column >= 0 {
			n--
		}
	}
	return n
}

func (t *csvTable) rows() int {
	if n := t.features(); n > 0 {
		return len(t.data) / n
	}
	return len(t.texts)
}

func (t *csvTable) column(i int) string {
	if t.names != nil {
		return fmt.Sprintf("%d (%.64q)", i+1, t.names[i])
	}
	return strconv.Itoa(i + 1)
}

func (t *csvTable) table() (*Table[float32], *labelling, error) {
	n := t.features()
	if n == 0 {
		return nil, nil, t.in.errorf("a table without features")
	}
	table := &Table[float32]{x: kernels.Dense[float32]{Rows: t.rows(), Cols: n, Stride: n, Data: t.data}}
	if t.label < 0 {
		return table, nil, nil
	}
	labels, err := labelsOfText(t.texts, t.in.name, t.limits)
	return table, labels, err
}

// mostRows is how many rows the limits allow.
func (t *csvTable) mostRows() int {
	return min(t.limits.Images, int(uint64(t.limits.Bytes)/uint64(4*t.columns+labelSize)))
}

// recordLines reads line by line, so that package csv reads nothing beyond a record. It
// fails when a record is longer than most: package csv keeps all of it.
type recordLines struct {
	r          *bufio.Reader
	used, most int // since used was set to 0, and of a record
}

func (l *recordLines) Read(p []byte) (int, error) {
	if l.used > l.most {
		return 0, fmt.Errorf("a line of more than %d bytes", l.most)
	}
	if _, err := l.r.Peek(1); err != nil {
		return 0, err
	}
	have, _ := l.r.Peek(min(len(p), l.r.Buffered()))
	if end := bytes.IndexByte(have, '\n'); end >= 0 {
		have = have[:end+1]
	}
	n := copy(p, have)
	l.r.Discard(n)
	l.used += n
	return n, nil
}
