package index

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/kernels"
)

// IVFOptions say how the rows of an [IVF] are divided. The zero value divides n rows into
// √n lists.
type IVFOptions struct {
	// Lists is the number of lists; 0 means the root of the number of rows. There are
	// never more than rows.
	Lists int
	// Iterations is the most steps of k-means; 0 means 10.
	Iterations int
	// Sample is the most rows that k-means looks at, drawn by the seed; 0 means 256 for
	// each list.
	Sample int
	Seed   uint64
	// Pool is what NewIVF may use. If its context ends, NewIVF returns its error.
	Pool *kernels.Pool
}

// An IVF is an index that compares a query with a part of the rows only (an inverted file,
// IVF-Flat): the rows lie in lists, one for each centroid of a k-means clustering, and a
// search probes the lists whose centroids are nearest to the query. Among the rows of
// these lists it is exact, as an [Index]; with as many probes as lists among all.
// [IVF.Tune] finds how many probes a recall takes.
//
// It is immutable, and safe for concurrent use. The lists depend on the rows and the
// options alone, not on the number of workers.
type IVF[E Element] struct {
	columns, rows int
	metric        Metric
	element       element[E]
	centroids     *Index[float32]
	lists         []*segment[E] // their ids are rows
	fractions     bool
	passes        freeList[pass[E]]
	probings      freeList[probing[E]]
	file          *file // that was opened, or nil
}

// NewIVF returns an index of rows, which it copies. It panics if the shape of rows is
// impossible, if an option is negative, or if there is no such metric: all are possible
// but Hamming.
func NewIVF[E Element](rows kernels.Dense[E], metric Metric, o IVFOptions) (*IVF[E], error) {
	if err := rows.Check(); err != nil {
		panic(err.Error())
	}
	if metric > Cosine {
		panic(fmt.Sprintf("index: NewIVF: no clusters by %v", metric))
	}
	if o.Lists < 0 || o.Iterations < 0 || o.Sample < 0 {
		panic(fmt.Sprintf("index: NewIVF: %d lists, %d iterations, a sample of %d", o.Lists, o.Iterations, o.Sample))
	}
	if o.Lists == 0 {
		o.Lists = int(math.Sqrt(float64(rows.Rows)))
	}
	o.Lists = min(max(o.Lists, 1), rows.Rows)
	if o.Iterations == 0 {
		o.Iterations = 10
	}
	if o.Sample == 0 {
		o.Sample = 256 * o.Lists
	}
	centroids, err := cluster(rows, metric, o)
	if err != nil {
		return nil, err
	}
	all := make([]int, rows.Rows)
	for i := range all {
		all[i] = i
	}
	nearest, distances := make([]int32, rows.Rows), make([]float32, rows.Rows)
	c := clustering[E]{rows: rows, element: elementOf[E](), metric: clusterMetric(metric), pool: o.Pool, centroids: centroids}
	c.assign(all, nearest, distances)
	if err := o.Pool.Err(); err != nil {
		return nil, err
	}
	ids := make([][]uint64, o.Lists)
	for row, list := range nearest {
		list = max(list, 0) // a row with a NaN, which is never found
		ids[list] = append(ids[list], uint64(row))
	}
	x := newIVF[E](rows.Cols, rows.Rows, metric, centroids)
	for _, list := range ids {
		part := kernels.NewDense[E](len(list), rows.Cols)
		for i, row := range list {
			copy(part.Row(i), rows.Row(int(row)))
		}
		x.lists = append(x.lists, &segment[E]{index: newIndex(part, metric, Options{Pool: o.Pool}, &x.passes), ids: list, live: len(list)})
	}
	return x, nil
}

func newIVF[E Element](columns, rows int, metric Metric, centroids kernels.Matrix) *IVF[E] {
	probe := clusterMetric(metric)
	if metric == InnerProduct {
		probe = InnerProduct
	}
	e := elementOf[E]()
	return &IVF[E]{columns: columns, rows: rows, metric: metric, element: e,
		centroids: New(centroids, probe, Options{}), fractions: metric == Cosine && e.exact()}
}

// Lists returns the number of lists.
func (x *IVF[E]) Lists() int { return len(x.lists) }

// Metric returns the metric.
func (x *IVF[E]) Metric() Metric { return x.metric }

// A probing is the memory of a search for some queries on one goroutine.
type probing[E Element] struct {
	queries kernels.Matrix   // converted
	part    kernels.Dense[E] // those that probe a list
	found   []Neighbour      // the lists that each query probes
	count   []int
	probed  [][]int32 // the queries that probe each list
	mergers []merger
}

// probeQueries is how many queries a goroutine searches for at a time: those that probe
// the same list share it.
const probeQueries = 64

// Search finds the k rows nearest to each of the queries among the rows of the lists that
// it probes; dst, count, k and pool are those of [Selection.Search], the order and the
// rounding as well. Queries with a NaN have no neighbours. It panics if a length or the
// shape of the queries does not fit, or if there are fewer than one probe; more than lists
// are all.
func (x *IVF[E]) Search(dst []Neighbour, count []int, queries kernels.Dense[E], k, probes int, pool *kernels.Pool) Stats {
	checkQueries("Search", count, queries, x.columns)
	if high, want := bits.Mul(uint(k), uint(queries.Rows)); k < 0 || high != 0 || want != uint(len(dst)) {
		panic(fmt.Sprintf("index: Search: dst of length %d for %d queries, k %d", len(dst), queries.Rows, k))
	}
	if probes < 1 {
		panic(fmt.Sprintf("index: Search: %d probes", probes))
	}
	clear(count)
	if k == 0 || x.rows == 0 || queries.Rows == 0 {
		return Stats{}
	}
	probes = min(probes, len(x.lists))
	size := min(probeQueries, (queries.Rows+pool.Workers()-1)/pool.Workers())
	if size == queries.Rows { // without a closure, which would be allocated
		return x.searchGroup(dst, count, queries, k, probes, pool)
	}
	return x.searchGroups(dst, count, queries, k, probes, size, pool)
}

// searchGroups lets the pool search for groups of queries of a size.
func (x *IVF[E]) searchGroups(dst []Neighbour, count []int, queries kernels.Dense[E], k, probes, size int, pool *kernels.Pool) (total Stats) {
	var mutex sync.Mutex
	pool.Split((queries.Rows+size-1)/size, 1, func(first, end int) {
		for g := first; g < end && pool.Err() == nil; g++ {
			lo, hi := g*size, min((g+1)*size, queries.Rows)
			stats := x.searchGroup(dst[lo*k:hi*k], count[lo:hi], queries.Slice(lo, hi), k, probes, nil)
			mutex.Lock()
			total.add(stats)
			mutex.Unlock()
		}
	})
	return total
}

// searchGroup searches for a group of queries, list by list.
func (x *IVF[E]) searchGroup(dst []Neighbour, count []int, queries kernels.Dense[E], k, probes int, pool *kernels.Pool) (stats Stats) {
	p := x.probings.take()
	defer x.probings.giveBack(p)
	x.probe(p, queries, probes)
	p.mergers = resize(p.mergers, queries.Rows)
	for i := range p.mergers {
		p.mergers[i].reset(min(k, x.rows), x.fractions)
	}
	if queries.Rows == 1 { // the nearest list first: its rows limit what the others are searched for
		for _, n := range p.found[:p.count[0]] {
			stats.add(x.searchList(p, x.lists[n.Row], queries, nil, k, p.mergers[0].radius(math.Inf(1)), pool))
		}
	} else {
		x.invert(p, queries.Rows, probes)
		for list, who := range p.probed {
			if len(who) == 0 || pool.Err() != nil {
				continue
			}
			p.part = kernels.Dense[E]{Rows: len(who), Cols: x.columns, Stride: x.columns, Data: resize(p.part.Data, len(who)*x.columns)}
			for i, q := range who {
				copy(p.part.Row(i), queries.Row(int(q)))
			}
			stats.add(x.searchList(p, x.lists[list], p.part, who, k, math.Inf(1), pool))
		}
	}
	for i := range p.mergers {
		p.mergers[i].sort()
		best := p.mergers[i].best
		count[i] = len(best)
		for j := range best {
			dst[i*k+j] = Neighbour{Row: int(best[j].id), Distance: best[j].neighbour().Distance}
		}
	}
	return stats
}

func (s *Stats) add(other Stats) {
	s.Compared += other.Compared
	s.Decided += other.Decided
}

// probe finds the lists that each query probes.
func (x *IVF[E]) probe(p *probing[E], queries kernels.Dense[E], probes int) {
	p.queries = kernels.Matrix{Rows: queries.Rows, Cols: x.columns, Stride: x.columns, Data: resize(p.queries.Data, queries.Rows*x.columns)}
	for i := range queries.Rows {
		x.element.convert(p.queries.Row(i), queries.Row(i))
	}
	p.found, p.count = resize(p.found, queries.Rows*probes), resize(p.count, queries.Rows)
	x.centroids.Search(p.found, p.count, p.queries, probes, nil)
	if probes < len(x.lists) {
		return
	}
	for i, n := range p.count { // all lists: those at distance NaN, too
		if n == probes {
			continue
		}
		found := p.found[i*probes:][:probes]
		for list := range probes {
			if !slices.ContainsFunc(found[:n], func(f Neighbour) bool { return f.Row == list }) {
				found[p.count[i]] = Neighbour{Row: list}
				p.count[i]++
			}
		}
	}
}

// invert lists the queries that probe each list.
func (x *IVF[E]) invert(p *probing[E], queries, probes int) {
	p.probed = resize(p.probed, len(x.lists))
	for i := range p.probed {
		p.probed[i] = p.probed[i][:0]
	}
	for q := range queries {
		for _, n := range p.found[q*probes:][:p.count[q]] {
			p.probed[n.Row] = append(p.probed[n.Row], int32(q))
		}
	}
}

// searchList adds the nearest rows of a list to the mergers of the queries who, or of all.
func (x *IVF[E]) searchList(p *probing[E], list *segment[E], queries kernels.Dense[E], who []int32, k int, radius float64, pool *kernels.Pool) Stats {
	if list.live == 0 {
		return Stats{}
	}
	return Selection[E]{index: list.index}.each(queries, min(k, list.live), radius, pool, func(i int, best []decision) {
		if who != nil {
			i = int(who[i])
		}
		p.mergers[i].add(best, list.ids, list.index.squares)
	})
}

// Tuning is what [IVF.Tune] finds.
type Tuning struct {
	Probes int     // the fewest that reach the recall
	Recall float64 // that these reach: the share of the k nearest rows that are found
}

// Tune finds how many probes it takes to find a share, recall, of the k nearest rows of
// queries, on average. The queries should be such as will come, and not be rows of the
// index, which are easier. It searches all lists once: a row is found if its list is
// probed. If the pool's context ends, Tune returns its error.
//
// Tune panics if recall is not from 0 to 1, if k is less than 1, or if the shape of the
// queries does not fit.
func (x *IVF[E]) Tune(queries kernels.Dense[E], k int, recall float64, pool *kernels.Pool) (Tuning, error) {
	if !(recall >= 0 && recall <= 1) || k < 1 {
		panic(fmt.Sprintf("index: Tune: recall %v, k %d", recall, k))
	}
	k = min(k, max(x.rows, 1))
	dst, count := make([]Neighbour, queries.Rows*k), make([]int, queries.Rows)
	x.Search(dst, count, queries, k, max(1, len(x.lists)), pool)
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
		for _, n := range dst[q*k:][:count[q]] {
			found[rank[listOf[n.Row]]]++
			total++
		}
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
