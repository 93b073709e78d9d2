package index_test

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// The definition, as the package comment gives it, one row after the other.

// lanes adds n terms as the definition says.
func lanes(n int, term func(i int) float64) float64 {
	var s [8]float64
	for i := range n {
		s[i%8] += float64(term(i))
	}
	for half := 4; half > 0; half /= 2 {
		for i := range half {
			s[i] += s[i+half]
		}
	}
	return s[0]
}

// number returns an element as it is meant.
func number[E Element](v E) float64 {
	switch v := any(v).(type) {
	case float32:
		return float64(v)
	case uint8:
		return float64(v)
	case argmax.Float16:
		return float64(v.Float32())
	default:
		return float64(v.(argmax.BFloat16).Float32())
	}
}

func definition[E Element](metric Metric, x, y []E) float64 {
	at := func(i int) (a, b float64) { return number(x[i]), number(y[i]) }
	square := func(v float64) float64 { return float64(v * v) }
	switch metric {
	case L2:
		return lanes(len(x), func(i int) float64 { a, b := at(i); return square(a - b) })
	case L1:
		return lanes(len(x), func(i int) float64 { a, b := at(i); return math.Abs(a - b) })
	case LInf:
		largest := 0.0
		for i := range x {
			a, b := at(i)
			largest = max(largest, math.Abs(a-b))
		}
		return largest
	case Hamming:
		differ := 0
		for i := range x {
			differ += bits.OnesCount8(any(x).([]uint8)[i] ^ any(y).([]uint8)[i])
		}
		return float64(differ)
	case InnerProduct:
		return -lanes(len(x), func(i int) float64 { a, b := at(i); return float64(a * b) })
	}
	xx := lanes(len(x), func(i int) float64 { return square(number(x[i])) })
	yy := lanes(len(x), func(i int) float64 { return square(number(y[i])) })
	switch {
	case math.IsNaN(xx) || math.IsNaN(yy) || math.IsInf(xx, 0) || math.IsInf(yy, 0):
		return math.NaN()
	case xx == 0 || yy == 0:
		return 1
	}
	a, b := 1/math.Sqrt(xx), 1/math.Sqrt(yy)
	return lanes(len(x), func(i int) float64 {
		p, q := at(i)
		return square(float64(p*a) - float64(q*b))
	}) / 2
}

// found is a row with its distance, and the square of its cosine if that decides.
type found struct {
	row    int
	value  float64
	cosine *big.Rat
}

func (f found) compare(g found) int {
	if f.cosine != nil {
		return cmp.Or(g.cosine.Cmp(f.cosine), cmp.Compare(f.row, g.row))
	}
	return cmp.Or(cmp.Compare(f.value, g.value), cmp.Compare(f.row, g.row))
}

// all returns all rows that have a distance from q, in order.
func all[E Element](metric Metric, q []E, rows kernels.Dense[E], allowed func(row int) bool) []found {
	var list []found
	for i := range rows.Rows {
		if allowed != nil && !allowed(i) {
			continue
		}
		f := found{row: i, value: definition(metric, q, rows.Row(i))}
		if bytes, ok := any(q).([]uint8); ok && metric == Cosine {
			f.cosine, f.value = cosineOfBytes(bytes, any(rows.Row(i)).([]uint8))
		}
		if f.value == f.value {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, found.compare)
	return list
}

// cosineOfBytes returns cos² as a fraction, and 1 − cos to 200 bits.
func cosineOfBytes(x, y []uint8) (*big.Rat, float64) {
	var xx, yy, xy int64
	for i := range x {
		xx += int64(x[i]) * int64(x[i])
		yy += int64(y[i]) * int64(y[i])
		xy += int64(x[i]) * int64(y[i])
	}
	if xx == 0 || yy == 0 {
		return new(big.Rat), 1
	}
	squares := new(big.Int).Mul(big.NewInt(xx), big.NewInt(yy))
	cosine := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(xy), big.NewInt(xy)), squares)
	root := new(big.Float).SetPrec(200).SetInt(squares)
	root.Sqrt(root)
	quotient := new(big.Float).SetPrec(200).SetInt64(xy)
	quotient.Quo(quotient, root)
	distance, _ := new(big.Float).SetPrec(200).Sub(big.NewFloat(1).SetPrec(200), quotient).Float64()
	return cosine, distance
}

// neighbours returns the first k, rounded as the index rounds them.
func neighbours(list []found, k int) []Neighbour {
	dst := []Neighbour{}
	for _, f := range list[:min(k, len(list))] {
		dst = append(dst, Neighbour{Row: f.row, Distance: float32(f.value) + 0})
	}
	return dst
}
