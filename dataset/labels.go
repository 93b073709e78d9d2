package dataset

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// labelling is the class of each row.
type labelling struct {
	name    string // where the labels are from, for messages
	classes []string
	labels  []int
}

// label returns ex with labels, of which it must have one for each row.
func (l *labelling) label(ex Examples, rows string) (Examples, error) {
	if len(l.labels) != ex.Len() {
		return nil, fmt.Errorf("dataset: %s: %d labels, but %s has %d rows", l.name, len(l.labels), rows, ex.Len())
	}
	return ex.labelled(l.classes, l.labels), nil
}

// classesOf numbers the different values in their order; name names each.
func classesOf[T cmp.Ordered](values []T, from string, limits Limits, name func(T) string) (*labelling, error) {
	numbers := map[T]int{}
	for _, v := range values {
		if _, ok := numbers[v]; !ok {
			if len(numbers) == limits.Classes {
				return nil, fmt.Errorf("dataset: %s: more than %d classes", from, limits.Classes)
			}
			numbers[v] = 0
		}
	}
	different := make([]T, 0, len(numbers))
	for v := range numbers {
		different = append(different, v)
	}
	slices.Sort(different)
	l := &labelling{name: from, labels: make([]int, len(values))}
	for i, v := range different {
		numbers[v] = i
		l.classes = append(l.classes, name(v))
	}
	for i, v := range values {
		l.labels[i] = numbers[v]
	}
	return l, nil
}

// labelsOf returns the labels in an array: whole numbers, which are their own names, or
// strings.
func labelsOf(a *array) (*labelling, error) {
	n := 1
	for _, d := range a.shape {
		n *= d
	}
	if len(a.shape) == 0 || n != a.shape[0] {
		return nil, a.in.errorf("an array of shape %v: labels have one dimension", a.shape)
	}
	if n > a.limits.Images {
		return nil, a.in.errorf("%d labels, the limit is %d", n, a.limits.Images)
	}
	const chunk = 1 << 16
	var whole []int64
	var names []string
	for done := 0; done < n; done += chunk {
		m := min(chunk, n-done)
		raw, err := a.in.take(m*a.dtype.Size, "labels")
		if err != nil {
			return nil, err
		}
		if a.dtype.Kind == 'S' || a.dtype.Kind == 'U' {
			part := make([]string, m)
			if err := a.dtype.Strings(part, raw); err != nil {
				return nil, a.in.errorf("after label %d: %w", done, err)
			}
			names = append(names, part...)
			continue
		}
		part := make([]int64, m)
		if err := a.dtype.Int64s(part, raw); err != nil {
			return nil, a.in.errorf("after label %d: %w", done, err)
		}
		whole = append(whole, part...)
	}
	if err := a.end(); err != nil {
		return nil, err
	}
	if names != nil {
		return labelsOfText(names, a.in.name, a.limits)
	}
	return classesOf(whole, a.in.name, a.limits, func(v int64) string { return strconv.FormatInt(v, 10) })
}

// labelsOfText returns the labels that texts are. They are numbered in the order of
// numbers if all are whole numbers, otherwise in that of strings.
func labelsOfText(texts []string, from string, limits Limits) (*labelling, error) {
	whole := make([]int64, len(texts))
	numbers := true
	for i, text := range texts {
		switch {
		case text == "":
			return nil, fmt.Errorf("dataset: %s: row %d has no label", from, i)
		case !utf8.ValidString(text):
			return nil, fmt.Errorf("dataset: %s: the label of row %d, %.64q, is not UTF-8", from, i, text)
		}
		if numbers {
			text = strings.TrimSuffix(text, ".0") // of integers that were floats for a while
			v, err := strconv.ParseInt(text, 10, 64)
			numbers = err == nil && strconv.FormatInt(v, 10) == text
			whole[i] = v
		}
	}
	if numbers {
		return classesOf(whole, from, limits, func(v int64) string { return strconv.FormatInt(v, 10) })
	}
	return classesOf(texts, from, limits, func(text string) string { return text })
}

// readLabelLines reads labels, one a line.
func readLabelLines(name string, r io.Reader, limits Limits) (*labelling, error) {
	in, err := newSource(name, r, limits)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, limits.Line)
	var texts []string
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		if len(texts) == 0 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if len(texts) == limits.Images {
			return nil, in.errorf("more than %d labels", limits.Images)
		}
		texts = append(texts, text)
	}
	if err := lines.Err(); err == bufio.ErrTooLong {
		return nil, in.errorf("line %d is longer than %d bytes", len(texts)+1, limits.Line)
	} else if err != nil {
		return nil, in.errorf("%w", err)
	}
	for len(texts) > 0 && texts[len(texts)-1] == "" { // the last lines may be empty
		texts = texts[:len(texts)-1]
	}
	return labelsOfText(texts, name, limits)
}

// like returns other with the classes of train, and after them its own that train has not.
func like(train, other Examples) Examples {
	classes := slices.Clone(train.Classes())
	index := map[string]int{}
	for i, class := range classes {
		index[class] = i
	}
	numbers := make([]int, len(other.Classes()))
	for i, class := range other.Classes() {
		number, ok := index[class]
		if !ok {
			number = len(classes)
			classes = append(classes, class)
		}
		numbers[i] = number
	}
	labels := make([]int, other.Len())
	for i, label := range other.Labels() {
		labels[i] = numbers[label]
	}
	return other.labelled(classes, labels)
}
