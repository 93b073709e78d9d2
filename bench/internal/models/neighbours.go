package models

import (
	"fmt"
	"math/rand/v2"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// collection is rows and queries, as float32 and where they are images as the bytes that
// these float32 hold.
type collection struct {
	name              string
	rows, queries     kernels.Matrix
	bytes, byteImages kernels.Dense[uint8]
}

// Neighbours returns the contests of neighbour search. The caller must call close in the
// end, which ends the rivals that are processes.
func Neighbours(o Options) (contests []Contest, close func(), err error) {
	d, err := load(o.Data)
	if err != nil {
		return nil, nil, err
	}
	t := &table{options: o, data: d, rivals: &rivals{options: o, data: d}}
	images := collection{name: "images", bytes: d.train.Dense(), byteImages: d.test.Dense(), rows: d.trainFloats.X, queries: d.testFloats.X}
	all, few, some := images.rows.Rows, 10, 100
	seen := map[string]bool{}
	add := func(s search) {
		s.queries = min(s.queries, s.from.queries.Rows)
		if c := t.search(s); s.rows <= s.from.rows.Rows && !seen[c.Keys] {
			seen[c.Keys] = true
			contests = append(contests, c)
		}
	}
	for _, bytes := range []bool{false, true} {
		// FAISS computes products of matrices from 20 queries on.
		for _, queries := range []int{1, 4, 16, 19, 20, 32, some, 256, 1000} {
			if !bytes || queries != 19 && queries != 32 && queries != 256 {
				add(search{images, bytes, index.L2, all, queries, few})
			}
		}
		for _, k := range []int{1, 100} {
			add(search{images, bytes, index.L2, all, some, k})
		}
		for _, rows := range []int{100, 1000, 10_000} {
			add(search{images, bytes, index.L2, rows, 1, few})
		}
		for _, metric := range []index.Metric{index.L1, index.InnerProduct} {
			for _, queries := range []int{1, some} {
				add(search{images, bytes, metric, all, queries, few})
			}
		}
	}
	for _, features := range []int{32, 128, 768} {
		for _, queries := range []int{1, some} {
			from := embeddings(features)
			add(search{from, false, index.L2, from.rows.Rows, queries, few})
		}
	}
	return contests, t.rivals.close, nil
}

// embeddings are normal rows around 100 centres.
func embeddings(features int) collection {
	const rows, queries, centres = 20_000, 100, 100
	random := rand.New(rand.NewPCG(1, uint64(features)))
	centre := kernels.NewMatrix(centres, features)
	for i := range centre.Data {
		centre.Data[i] = float32(random.NormFloat64())
	}
	draw := func(n int) kernels.Matrix {
		m := kernels.NewMatrix(n, features)
		for i := range n {
			for f, c := range centre.Row(random.IntN(centres)) {
				m.Row(i)[f] = c + float32(random.NormFloat64())
			}
		}
		return m
	}
	return collection{name: fmt.Sprintf("embeddings%d", features), rows: draw(rows), queries: draw(queries)}
}
