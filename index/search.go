package index

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/seed842bec00/argmax/kernels"
)

// A Selection is the rows of an index that a filter allows.
type Selection[E Element] struct {
	index  *Index[E]
	filter Filter
}

// Among returns the rows that a filter allows; all if it is nil. It panics if the filter
// is a [List] that is not one of rows of the index, in ascending order.
func (x *Index[E]) Among(filter Filter) Selection[E] {
	if list, ok := filter.(List); ok {
		list.check(x.rows.Rows)
	}
	return Selection[E]{x, filter}
}

// Stats are counts of what a search did. They depend on its plan, and with it on the
// number of workers, unlike what it finds.
type Stats struct {
	Compared int // pairs of a query and a row
	Decided  int // pairs whose distance was computed by definition: all, if nothing was proposed
}

// Search finds the k rows nearest to each of the queries: see [Selection.Search].
func (x *Index[E]) Search(dst []Neighbour, count []int, queries kernels.Dense[E], k int, pool *kernels.Pool) Stats {
	return x.Among(nil).Search(dst, count, queries, k, pool)
}

// Within finds the rows within a distance: see [Selection.Within].
func (x *Index[E]) Within(dst []Neighbour, count []int, queries kernels.Dense[E], radius float64, pool *kernels.Pool) ([]Neighbour, Stats) {
	return x.Among(nil).Within(dst, count, queries, radius, pool)
}

// Search finds the k rows nearest to each of the queries. dst has k elements for each
// query, one query after the other, and count has one: count[i] becomes the number of
// neighbours of query i, and the first of its elements of dst become these neighbours,
// the nearest first, of equally near ones the lower row first. There are fewer than k
// only if there are no more rows whose distance is not NaN.
//
// If the pool's context ends, Search returns early, and what it has found is incomplete.
//
// Search panics if a length or the shape of the queries does not fit.
func (s Selection[E]) Search(dst []Neighbour, count []int, queries kernels.Dense[E], k int, pool *kernels.Pool) Stats {
	checkQueries("Search", count, queries, s.index.rows.Cols)
	if high, want := bits.Mul(uint(k), uint(queries.Rows)); k < 0 || high != 0 || want != uint(len(dst)) {
		panic(fmt.Sprintf("index: Search: dst of length %d for %d queries, k %d", len(dst), queries.Rows, k))
	}
	clear(count)
	if k == 0 {
		return Stats{}
	}
	return s.each(queries, min(k, s.index.rows.Rows), math.Inf(1), pool, func(i int, best []decision) {
		count[i] = len(best)
		for j, d := range best {
			dst[i*k+j] = d.neighbour()
		}
	})
}

// Within finds the rows at most radius away from each of the queries and appends them to
// dst, one query after the other, the nearest first, of equally near ones the lower row
// first. count[i] becomes the number of rows for query i. A distance is compared with
// radius before it is rounded to float32.
//
// If the pool's context ends, Within returns early, and what it has found is incomplete.
//
// Within panics if radius is NaN, or if a length or the shape of the queries does not
// fit.
func (s Selection[E]) Within(dst []Neighbour, count []int, queries kernels.Dense[E], radius float64, pool *kernels.Pool) ([]Neighbour, Stats) {
	checkQueries("Within", count, queries, s.index.rows.Cols)
	if math.IsNaN(radius) {
		panic("index: Within: radius NaN")
	}
	clear(count)
	stats := s.each(queries, everything, radius, pool, func(i int, best []decision) {
		count[i] = len(best)
		dst = slices.Grow(dst, len(best))
		for _, d := range best {
			dst = append(dst, d.neighbour())
		}
	})
	return dst, stats
}

// each calls found for each query, in order, with its nearest rows, in order.
func (s Selection[E]) each(queries kernels.Dense[E], k int, radius float64, pool *kernels.Pool, found func(query int, best []decision)) Stats {
	var stats Stats
	p := s.begin(queries.Rows, k, radius, pool)
	defer p.end()
	for lo := 0; lo < queries.Rows; lo += p.batch {
		hi := min(lo+p.batch, queries.Rows)
		p.run(queries.Slice(lo, hi), &stats)
		for i := lo; i < hi; i++ {
			found(i, p.found[i-lo].best)
		}
	}
	return stats
}

// checkQueries panics unless there are queries for rows of this many columns, with a
// count for each.
func checkQueries[E Element](function string, count []int, queries kernels.Dense[E], columns int) {
	if err := queries.Check(); err != nil {
		panic(err.Error())
	}
	if queries.Cols != columns {
		panic(fmt.Sprintf("index: %s: queries of %d columns, rows of %d", function, queries.Cols, columns))
	}
	if len(count) != queries.Rows {
		panic(fmt.Sprintf("index: %s: count of length %d for %d queries", function, len(count), queries.Rows))
	}
}

// neighbour returns the decision, rounded. A zero is +0.
func (d decision) neighbour() Neighbour { return Neighbour{Row: d.row, Distance: float32(d.value) + 0} }

// A pass is what one search needs.
type pass[E Element] struct {
	index   *Index[E]
	request request
	batch   int // how many queries are searched for before results are stored
	shared  group[E]
	workers []*worker[E]
	found   []*keeper // what has been found for each query
}

func (s Selection[E]) begin(queries, k int, radius float64, pool *kernels.Pool) *pass[E] {
	s.index.file.use("Search")
	p := s.index.passes.take()
	p.index = s.index
	p.request = request{k: k, radius: radius, filter: s.filter, pool: pool}
	rows := s.index.rows.Rows
	if list, ok := s.filter.(List); ok {
		p.request.list, p.request.filter, rows = list, nil, len(list)
		if list == nil {
			p.request.list = List{}
		}
	}
	p.request.plan = s.index.plan(queries, rows, k, p.request.list != nil, pool)
	p.batch = p.request.plan.group
	if !p.request.plan.splitBase {
		p.batch *= p.request.plan.pieces
	}
	return p
}

// end forgets what belongs to the caller and gives the pass back.
func (p *pass[E]) end() {
	for _, w := range p.workers {
		w.end()
	}
	p.shared.end()
	x := p.index
	p.request, p.index = request{}, nil
	x.passes.giveBack(p)
	x.file.unuse()
}

// run searches for a batch of queries.
func (p *pass[E]) run(queries kernels.Dense[E], stats *Stats) {
	plan := &p.request.plan
	for len(p.workers) < plan.pieces {
		p.workers = append(p.workers, new(worker[E]))
	}
	rows := p.rows()
	stats.Compared += queries.Rows * rows
	p.found = resize(p.found, queries.Rows)
	switch {
	case plan.splitBase:
		p.shared.set(p.index, queries, plan.how)
		p.request.pool.Split(plan.pieces, 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				w := p.workers[i]
				w.begin(p.index, &p.shared, p.request)
				w.scan(rows*i/plan.pieces, rows*(i+1)/plan.pieces)
			}
		})
		p.request.pool.Split(plan.pieces, 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				p.collect(i, queries.Rows*i/plan.pieces, queries.Rows*(i+1)/plan.pieces)
			}
		})
	case plan.pieces == 1: // without a closure, which would be allocated
		p.searchFor(0, queries, rows)
	default:
		pieces := (queries.Rows + plan.group - 1) / plan.group
		p.request.pool.Split(pieces, 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				p.searchFor(i, queries.Slice(i*plan.group, min((i+1)*plan.group, queries.Rows)), rows)
			}
		})
	}
	for _, t := range p.found {
		stats.Decided += t.decided
	}
}

// collect lets worker i join what all have found for the queries lo to hi.
func (p *pass[E]) collect(i, lo, hi int) {
	w := p.workers[i]
	for query := lo; query < hi; query++ {
		for _, other := range p.workers[:p.request.plan.pieces] {
			if other != w {
				w.merge(query, &other.keepers[query])
			}
		}
		w.finish(query)
		p.found[query] = &w.keepers[query]
	}
}

// rows returns how many rows are compared.
func (p *pass[E]) rows() int {
	if p.request.list != nil {
		return len(p.request.list)
	}
	return p.index.rows.Rows
}

// searchFor lets worker i search all rows for a group of queries.
func (p *pass[E]) searchFor(i int, queries kernels.Dense[E], rows int) {
	w := p.workers[i]
	w.own.set(p.index, queries, p.request.plan.how)
	w.begin(p.index, &w.own, p.request)
	w.scan(0, rows)
	for query := range w.keepers {
		w.finish(query)
		p.found[i*p.request.plan.group+query] = &w.keepers[query]
	}
}
