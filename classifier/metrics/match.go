package metrics

import (
	"fmt"
	"slices"
	"strings"
)

// Labelled is examples whose classes are known, such as classifier.Examples: the names of
// the classes and, for each example, an index of them.
type Labelled interface {
	Classes() []string
	Labels() []int
}

// Labels is Labelled that lies in memory.
type Labels struct {
	Names []string
	Y     []int
}

func (l Labels) Classes() []string { return l.Names }
func (l Labels) Labels() []int     { return l.Y }

// matched is the labels of examples as indices of the classes of predictions.
type matched struct {
	classes []string // those of the predictions, followed by the unknown ones
	labels  []int
}

// Match returns the labels of examples as indices of the known classes, which it finds by
// their names: the same examples for a model that has its classes in another order. Classes
// without examples do not matter. An example of a class that is not known is an error that
// names the class, and so are two classes of one name.
func Match(known []string, truth Labelled) ([]int, error) {
	m, err := match(known, truth, false)
	return m.labels, err
}

// match finds the classes of examples by their names among those that the predictions know.
// Classes without examples do not matter. A name of several classes is an error, and so
// is an example of an unknown class, unless unknown classes are counted.
func match(known []string, truth Labelled, count bool) (matched, error) {
	names, labels := truth.Classes(), truth.Labels()
	index, err := indices(known)
	if err != nil {
		return matched{}, fmt.Errorf("metrics: the model has %w", err)
	}
	if _, err := indices(names); err != nil {
		return matched{}, fmt.Errorf("metrics: the examples have %w", err)
	}
	occurs := make([]bool, len(names))
	for i, y := range labels {
		if y < 0 || y >= len(names) {
			return matched{}, fmt.Errorf("metrics: row %d: label %d, with %d classes", i, y, len(names))
		}
		occurs[y] = true
	}
	m := matched{slices.Clone(known), make([]int, len(labels))}
	var unknown []string
	for y, name := range names {
		if _, ok := index[name]; !ok && occurs[y] {
			unknown = append(unknown, name)
			index[name] = len(m.classes)
			m.classes = append(m.classes, name)
		}
	}
	if len(unknown) > 0 && !count {
		return matched{}, fmt.Errorf("metrics: examples of the %s, which the model does not know; it knows %s", classes(unknown), list(known))
	}
	for i, y := range labels {
		m.labels[i] = index[names[y]]
	}
	return m, nil
}

// indices returns the index of each name.
func indices(names []string) (map[string]int, error) {
	index := make(map[string]int, len(names))
	for i, name := range names {
		if j, ok := index[name]; ok {
			return nil, fmt.Errorf("two classes, %d and %d, of the name %q", j, i, name)
		}
		index[name] = i
	}
	return index, nil
}

// classes returns the first few names after the word class, or classes.
func classes(names []string) string {
	if len(names) == 1 {
		return "class " + list(names)
	}
	return "classes " + list(names)
}

// list returns the first few names, quoted.
func list(names []string) string {
	const most = 10
	var quoted []string
	for _, name := range names[:min(most, len(names))] {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	text := strings.Join(quoted, ", ")
	if rest := len(names) - most; rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}
