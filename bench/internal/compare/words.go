package compare

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/perf/benchmath"

	"github.com/seed842bec00/argmax/bench/internal/picture"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

// duration formats a time with three digits.
func duration(ns float64) string { return picture.Nanoseconds(ns) }

// ratio formats a ratio with two digits after the point.
func ratio(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f×", v)
	}
	return fmt.Sprintf("%.2f×", v)
}

func interval(s benchmath.Summary) string {
	if !finite(s.Lo) || !finite(s.Hi) {
		return ratio(s.Center)
	}
	return fmt.Sprintf("%s (%.2f to %.2f)", ratio(s.Center), s.Lo, s.Hi)
}

// pattern is the pattern of one contest: as for go test, each part matches one of the
// name.
func pattern(c *results.Contest) string {
	parts := strings.Split(c.Op+"/"+c.Keys, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return strings.Join(parts, "/")
}
