package suite

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/meter"
)

// softmaxContests are probabilities of rows of scores, one call for all rows.
func softmaxContests() (cs []Contest) {
	for _, s := range []struct{ rows, n int }{{1, 10}, {256, 10}, {10000, 10}, {1, 1000}, {1024, 1000}, {64, 50000}} {
		scores, calls := weights(s.rows*s.n), max(1, 1<<14/(s.rows*s.n))
		do := func(softmax func(dst, scores []float32, rows, n int)) routine {
			dst := make([]float32, len(scores))
			return routine{
				pass: func() {
					for range calls {
						softmax(dst, scores, s.rows, s.n)
					}
				},
				result: func() []float32 { softmax(dst, scores, s.rows, s.n); return slices.Clone(dst) },
			}
		}
		entrants := ours(do(func(dst, scores []float32, rows, n int) { argmax.SoftmaxRows(rows, n, dst, n, scores, n) })).
			rival("loop", true, do(loopSoftmax))
		for _, name := range slices.Sorted(maps.Keys(crival.RowLibraries())) {
			entrants = entrants.rival(name, true, do(crival.RowLibraries()[name]))
		}
		cs = append(cs, Contest{
			Op: "Softmax", Size: fmt.Sprintf("rows=%d/n=%d", s.rows, s.n), Data: meter.LevelOf(8 * len(scores)), Calls: calls,
			Work:    Work{Loads: 4 * len(scores), Stores: 4 * len(scores), Far: 4 * len(scores)},
			Kernels: byRows("softmaxRows", s.rows, s.n), Entrants: entrants,
			exact: func() (values []value) {
				for r := range s.rows {
					row, total := scores[r*s.n:][:s.n], 0.0
					for _, v := range row {
						total += math.Exp(float64(v))
					}
					for _, v := range row {
						// The rounding of v − max, of exp, of the sum and of the quotient.
						p := math.Exp(float64(v)) / total
						values = append(values, value{want: p, bound: p * 0x1p-24 * (float64(s.n)/16 + 24)})
					}
				}
				return values
			},
		})
	}
	return cs
}

func loopSoftmax(dst, scores []float32, rows, n int) {
	for r := range rows {
		row, p, sum := scores[r*n:][:n], dst[r*n:][:n], float32(0)
		largest := slices.Max(row)
		for i, v := range row {
			p[i] = float32(math.Exp(float64(v - largest)))
			sum += p[i]
		}
		for i := range p {
			p[i] /= sum
		}
	}
}
