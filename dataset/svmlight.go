package dataset

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed842bec00/argmax/kernels"
)

// readSVMLight reads the format of SVMlight and LIBSVM: on each line a label and pairs of
// the number of a feature and its value, and perhaps a comment after a #. Numbers begin at 1, or at
// 0 if any is 0, and increase. Features that are not there are zeros. The result is a dense table, which
// may be larger than the file by at most Limits.Expansion.
// See https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets.
func readSVMLight(name string, r io.Reader, limits Limits) (*Table[float32], *labelling, error) {
	in, err := newSource(name, r, limits)
	if err != nil {
		return nil, nil, err
	}
	s := &sparseTable{in: in, limits: limits, first: 1}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, limits.Line)
	n := 0
	for lines.Scan() {
		n++
		text, _, _ := strings.Cut(lines.Text(), "#")
		if fields := strings.Fields(text); len(fields) > 0 {
			if err := s.add(fields); err != nil {
				return nil, nil, fmt.Errorf("dataset: %s: line %d: %w", name, n, err)
			}
		}
	}
	if err := lines.Err(); err == bufio.ErrTooLong {
		return nil, nil, in.errorf("line %d is longer than %d bytes", n+1, limits.Line)
	} else if err != nil {
		return nil, nil, in.errorf("%w", err)
	}
	return s.table()
}

// sparseTable holds the values that a file names, row after row.
type sparseTable struct {
	in      *source
	limits  Limits
	labels  []string
	ends    []int // of the rows, in values
	columns []uint32
	values  []float32
	first   uint32 // the number of the first feature
	width   uint32 // the largest number
}

// add adds a row.
func (s *sparseTable) add(fields []string) error {
	if len(s.labels) == s.limits.Images {
		return fmt.Errorf("more than %d rows", s.limits.Images)
	}
	if size := 8*len(s.values) + 2*labelSize*len(s.labels); size > s.limits.Bytes {
		return fmt.Errorf("the limit of a set is %d bytes", s.limits.Bytes)
	}
	label := fields[0]
	if strings.Contains(label, ",") {
		return fmt.Errorf("%.64q are several labels: a row has one", label)
	}
	if v, err := strconv.ParseFloat(label, 64); err == nil && v == float64(int64(v)) {
		label = strconv.FormatInt(int64(v), 10) // +1 is 1
	}
	before := int64(-1)
	for _, field := range fields[1:] {
		number, value, ok := strings.Cut(field, ":")
		if ok && number == "qid" {
			continue
		}
		column, err := strconv.ParseUint(number, 10, 31)
		if !ok || err != nil {
			return fmt.Errorf("%.64q is not the number of a feature and its value", field)
		}
		if int64(column) <= before {
			return fmt.Errorf("feature %d after feature %d", column, before)
		}
		before = int64(column)
		v, err := strconv.ParseFloat(value, 32)
		if err != nil {
			return fmt.Errorf("feature %d: %w", column, wrongNumber(value, err))
		}
		if column == 0 {
			s.first = 0
		}
		s.width = max(s.width, uint32(column))
		s.columns, s.values = append(s.columns, uint32(column)), append(s.values, float32(v))
	}
	s.labels, s.ends = append(s.labels, strings.Clone(label)), append(s.ends, len(s.values))
	return nil
}

func (s *sparseTable) table() (*Table[float32], *labelling, error) {
	n, width := len(s.labels), int(s.width-s.first)+1
	switch size := 4 * uint64(n) * uint64(width); {
	case n == 0:
		return nil, nil, s.in.errorf("an empty table")
	case len(s.values) == 0:
		return nil, nil, s.in.errorf("a table without features")
	case size > uint64(s.limits.Bytes):
		return nil, nil, s.in.errorf("%d rows of %d features: the limit of a set is %d bytes", n, width, s.limits.Bytes)
	case size > expandsFree && size/uint64(s.limits.Expansion) > uint64(s.in.offset):
		return nil, nil, s.in.errorf("%d rows of %d features take more than %d times the length of the file", n, width, s.limits.Expansion)
	}
	data := make([]float32, n*width)
	at := 0
	for i, end := range s.ends {
		for ; at < end; at++ {
			data[i*width+int(s.columns[at]-s.first)] = s.values[at]
		}
	}
	labels, err := labelsOfText(s.labels, s.in.name, s.limits)
	if err != nil {
		return nil, nil, err
	}
	return &Table[float32]{x: kernels.Dense[float32]{Rows: n, Cols: width, Stride: width, Data: data}}, labels, nil
}
