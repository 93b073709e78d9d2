package metrics

import (
	"fmt"
	"strconv"
)

// Value is a number of a report. It is NaN where it is not defined or not asked for,
// which JSON writes as null and tables as a dash.
type Value float64

// MarshalJSON returns the number, or null for NaN and infinities.
func (v Value) MarshalJSON() ([]byte, error) {
	if v-v != 0 {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(v), 'g', -1, 64), nil
}

// String returns the number with four decimals.
func (v Value) String() string {
	if v != v {
		return "–"
	}
	return fmt.Sprintf("%.4f", float64(v))
}
