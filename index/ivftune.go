package index

import (
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

// Tuning is what [IVF.Tune] finds.
type Tuning struct {
	Probes int     // the fewest that reach the recall
	Recall float64 // that these reach: the share of the k nearest rows that are found
}

// Tune finds how many probes it takes to find a share, recall, of the k nearest rows of
// queries, on average. The queries should be such as will come, and not be rows of the
// index: [IVF.TuneByRows] is for those. It searches all lists once: a row is found if its
// list is probed. If the pool's context ends, Tune returns its error.
//
// Tune panics if recall is not from 0 to 1, if k is less than 1, or if the shape of the
// queries does not fit.
func (x *IVF[E]) Tune(queries kernels.Dense[E], k int, recall float64, pool *kernels.Pool) (Tuning, error) {
	return x.tune("Tune", queries, nil, k, recall, pool)
}

// TuneByRows is Tune with rows of the index as queries, of each of which the nearest others
// are sought. It panics if there is no such row.
func (x *IVF[E]) TuneByRows(rows []int, k int, recall float64, pool *kernels.Pool) (Tuning, error) {
	queries := kernels.NewDense[E](len(rows), x.columns)
	for i, row := range rows {
		copy(queries.Row(i), x.Row(row))
	}
	return x.tune("TuneByRows", queries, rows, k, recall, pool)
}

// tune tunes by queries, which are own rows of the index if there are such.
func (x *IVF[E]) tune(function string, queries kernels.Dense[E], own []int, k int, recall float64, pool *kernels.Pool) (Tuning, error) {
	if !(recall >= 0 && recall <= 1) || k < 1 {
		panic(fmt.Sprintf("index: %s: recall %v, k %d", function, recall, k))
	}
	most := k
	if own != nil {
		most++
	}
	most = min(most, max(x.rows, 1))
	dst, count := make([]Neighbour, queries.Rows*most), make([]int, queries.Rows)
	x.Search(dst, count, queries, most, max(1, len(x.lists)), pool)
	if err := pool.Err(); err != nil {
		return Tuning{}, err
	}
	listOf := make([]int32, x.rows)
	for i, list := range x.lists {
		for _, row := range list.ids {
			listOf[row] = int32(i)
		}
	}
	found, total := make([]int, len(x.lists)), 0 // by the p-th probe
	p, rank := new(probing[E]), make([]int, len(x.lists))
	for q := range queries.Rows {
		x.probe(p, queries.Slice(q, q+1), len(x.lists))
		for i, n := range p.found[:p.count[0]] {
			rank[n.Row] = i
		}
		others := 0
		for _, n := range dst[q*most:][:count[q]] {
			if others < k && (own == nil || n.Row != own[q]) {
				found[rank[listOf[n.Row]]]++
				others++
			}
		}
		total += others
	}
	t, sum := Tuning{Probes: 1, Recall: 1}, 0
	for i, n := range found {
		sum += n
		t = Tuning{Probes: i + 1, Recall: 1}
		if total > 0 {
			t.Recall = float64(sum) / float64(total)
		}
		if t.Recall >= recall {
			break
		}
	}
	return t, nil
}
