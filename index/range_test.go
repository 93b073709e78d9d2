package index_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// Sets with which other libraries, or float32, find another row: whole numbers that are
// large, GPS coordinates in metres, and squares that overflow or underflow.
func TestKnownFailures(t *testing.T) {
	for _, c := range []struct {
		name    string
		rows    [][]float32
		q       []float32
		nearest int // by L2
	}{
		{"scikit-learn#9354", [][]float32{{10000}, {10001}, {9999}}, []float32{10001}, 1},
		{"faiss#3245", [][]float32{{4208292, 2335623.5, 4171305}, {4208843.5, 2334869.5, 4171171.5}}, []float32{4208848, 2334863.5, 4171170.2}, 1},
		{"pgvector#1027", [][]float32{{1e20, 2e19}, {1e20, 1e19}}, []float32{0, 0}, 1},
		{"huge", [][]float32{{3e19, 0}, {0, 3e19}, {2e19, 2e19}}, []float32{0, 2.9e19}, 1},
		{"tiny", [][]float32{{3e-23, 0}, {0, 3e-23}}, []float32{0, 2.9e-23}, 1},
		{"denormal", [][]float32{{3e-40, 0}, {0, 3e-40}}, []float32{0, 2.9e-40}, 1},
		{"one huge feature", [][]float32{{3e38, 1, 1}, {-3e38, 1, 1}}, []float32{-3e38, 1, 1}, 1},
	} {
		cols := len(c.q)
		base := matrix(len(c.rows), cols, func(i, j int) float32 { return c.rows[i][j] })
		query := kernels.Matrix{Rows: 1, Cols: cols, Stride: cols, Data: c.q}
		dst, count := make([]Neighbour, 1), make([]int, 1)
		New(base, L2, Options{}).Search(dst, count, query, 1, nil)
		assert.Equal(t, c.nearest, dst[0].Row, c.name)
		requireExact(t, set[float32]{c.name, base, query}, 1, 3)

		// The same rows many times, and queries of many kinds, so that tiles propose.
		many := matrix(100*len(c.rows), cols, func(i, j int) float32 { return c.rows[i%len(c.rows)][j] })
		queries := matrix(40, cols, func(i, j int) float32 {
			if i%2 == 0 {
				return c.q[j]
			}
			return c.rows[i%len(c.rows)][j]
		})
		requireExact(t, set[float32]{fmt.Sprint(c.name, ", many"), many, queries}, 1, 7)
	}
}

// A vector equal to the query is at distance 0 by Cosine, and comes before one that
// differs in the last place.
func TestCosineOfWholeNumbers(t *testing.T) {
	base := kernels.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{10000, 10001, 9999}}
	dst, count := make([]Neighbour, 3), make([]int, 1)
	New(base, Cosine, Options{}).Search(dst, count, base.Slice(1, 2), 3, nil)
	assert.Equal(t, []Neighbour{{Row: 0}, {Row: 1}, {Row: 2}}, dst, "of one number: all directions are equal, the lower row first")
}
