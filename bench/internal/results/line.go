package results

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Line is one measurement.
type Line struct {
	Op      string // "Scores"
	Entrant string // "argmax", "openblas"
	ISA     string // of argmax
	Keys    string // the other keys: "batch=256/features=784"
	Threads int
	Again   bool // the champion's second time in a round
	Point   int  // of a curve, from 1; 0 if the line is no point
	N       int  // calls
	Values  []Value
}

// Value is a number and its unit.
type Value struct {
	Number float64
	Unit   string
}

// Of returns the value of a unit.
func (l Line) Of(unit string) (number float64, ok bool) {
	for _, v := range l.Values {
		if v.Unit == unit {
			return v.Number, true
		}
	}
	return 0, false
}

// contest returns what the lines of one contest have in common.
func (l Line) contest() string { return fmt.Sprintf("%s/%s/threads=%d", l.Op, l.Keys, l.Threads) }

func (l Line) name() string {
	parts := []string{l.Op, "entrant=" + l.Entrant}
	if l.ISA != "" {
		parts = append(parts, "isa="+l.ISA)
	}
	if l.Keys != "" {
		parts = append(parts, l.Keys)
	}
	parts = append(parts, "threads="+strconv.Itoa(l.Threads))
	if l.Again {
		parts = append(parts, "again=true")
	}
	if l.Point > 0 {
		parts = append(parts, "point="+strconv.Itoa(l.Point))
	}
	return strings.Join(parts, "/")
}

// parse parses a name and its values.
func parse(r *benchfmt.Result) (l Line, err error) {
	op, parts, _ := strings.Cut(r.Name.String(), "/")
	l.Op, l.N = op, r.Iters
	var keys []string
	for part := range strings.SplitSeq(parts, "/") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "entrant":
			l.Entrant = value
		case "isa":
			l.ISA = value
		case "threads":
			l.Threads, err = strconv.Atoi(value)
		case "again":
			l.Again, err = strconv.ParseBool(value)
		case "point":
			l.Point, err = strconv.Atoi(value)
		default:
			keys = append(keys, part)
		}
		if err != nil {
			return l, err
		}
	}
	l.Keys = strings.Join(keys, "/")
	for _, v := range r.Values {
		l.Values = append(l.Values, Value{v.Value, v.Unit})
	}
	return l, nil
}
