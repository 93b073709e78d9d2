package index

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax/kernels"
)

// An IVFSelection is the rows of an [IVF] that a filter allows.
type IVFSelection[E Element] struct {
	index  *IVF[E]
	filter Filter
}

// Among returns the rows that a filter allows, as [Index.Among] does.
func (x *IVF[E]) Among(filter Filter) IVFSelection[E] {
	if list, ok := filter.(List); ok {
		list.check(x.rows)
	}
	return IVFSelection[E]{x, filter}
}

// Search finds the k rows nearest to each of the queries: see [IVFSelection.Search].
func (x *IVF[E]) Search(dst []Neighbour, count []int, queries kernels.Dense[E], k, probes int, pool *kernels.Pool) Stats {
	return x.Among(nil).Search(dst, count, queries, k, probes, pool)
}

// Within finds the rows within a distance: see [IVFSelection.Within].
func (x *IVF[E]) Within(dst []Neighbour, count []int, queries kernels.Dense[E], radius float64, probes int, pool *kernels.Pool) ([]Neighbour, Stats) {
	return x.Among(nil).Within(dst, count, queries, radius, probes, pool)
}

// Search finds the k rows nearest to each of the queries among the rows of the lists that
// it probes; dst, count, k and pool are those of [Selection.Search], the order and the
// rounding as well. Queries with a NaN have no neighbours. It panics if a length or the
// shape of the queries does not fit, or if there are fewer than one probe; more than lists
// are all.
func (s IVFSelection[E]) Search(dst []Neighbour, count []int, queries kernels.Dense[E], k, probes int, pool *kernels.Pool) Stats {
	checkQueries("Search", count, queries, s.index.columns)
	if high, want := bits.Mul(uint(k), uint(queries.Rows)); k < 0 || high != 0 || want != uint(len(dst)) {
		panic(fmt.Sprintf("index: Search: dst of length %d for %d queries, k %d", len(dst), queries.Rows, k))
	}
	checkProbes("Search", probes)
	clear(count)
	if k == 0 {
		return Stats{}
	}
	r := probeRequest{k: min(k, s.index.rows), radius: math.Inf(1), probes: probes, filter: s.filter}
	size := groupSize(queries.Rows, pool)
	if size == queries.Rows { // without a closure that would be allocated
		return s.index.searchGroup(queries, r, pool, func(i int, best []ranked) {
			count[i] = len(best)
			for j := range best {
				dst[i*k+j] = best[j].row()
			}
		})
	}
	return s.index.searchGroups(queries, r, size, pool, func(i int, best []ranked) {
		count[i] = len(best)
		for j := range best {
			dst[i*k+j] = best[j].row()
		}
	})
}

// Within finds the rows at most radius away from each of the queries among the rows of the
// lists that it probes; dst, count, radius and pool are those of [Selection.Within]. It
// panics if radius is NaN, and where Search does.
func (s IVFSelection[E]) Within(dst []Neighbour, count []int, queries kernels.Dense[E], radius float64, probes int, pool *kernels.Pool) ([]Neighbour, Stats) {
	checkQueries("Within", count, queries, s.index.columns)
	if math.IsNaN(radius) {
		panic("index: Within: radius NaN")
	}
	checkProbes("Within", probes)
	clear(count)
	found := make([][]Neighbour, queries.Rows)
	r := probeRequest{k: everything, radius: radius, probes: probes, filter: s.filter}
	stats := s.index.searchGroups(queries, r, groupSize(queries.Rows, pool), pool, func(i int, best []ranked) {
		count[i] = len(best)
		for j := range best {
			found[i] = append(found[i], best[j].row())
		}
	})
	for _, neighbours := range found {
		dst = append(dst, neighbours...)
	}
	return dst, stats
}

func checkProbes(function string, probes int) {
	if probes < 1 {
		panic(fmt.Sprintf("index: %s: %d probes", function, probes))
	}
}

// row returns the row of an IVF, rounded.
func (r *ranked) row() Neighbour { return Neighbour{Row: int(r.id), Distance: r.neighbour().Distance} }

// A probeRequest is what is sought for every query.
type probeRequest struct {
	k      int
	radius float64
	probes int
	filter Filter // nil for all rows
}

// A probing is the memory of a search for some queries on one goroutine.
type probing[E Element] struct {
	queries kernels.Matrix   // converted
	part    kernels.Dense[E] // those that probe a list
	found   []Neighbour      // the lists that each query probes
	count   []int
	probed  [][]int32 // the queries that probe each list
	mergers []merger
	allowed admission
}

// probeQueries is how many queries a goroutine searches for at a time: those that probe
// the same list share it.
const probeQueries = 64

// groupSize returns how many queries are searched for together.
func groupSize(queries int, pool *kernels.Pool) int {
	return min(probeQueries, (queries+pool.Workers()-1)/pool.Workers())
}

// searchGroups lets the pool search for groups of queries of a size. It calls found for
// each query, perhaps for several at a time.
func (x *IVF[E]) searchGroups(queries kernels.Dense[E], r probeRequest, size int, pool *kernels.Pool, found func(query int, best []ranked)) (total Stats) {
	if queries.Rows == 0 {
		return total
	}
	var mutex sync.Mutex
	pool.Split((queries.Rows+size-1)/size, 1, func(first, end int) {
		for g := first; g < end && pool.Err() == nil; g++ {
			lo, hi := g*size, min((g+1)*size, queries.Rows)
			stats := x.searchGroup(queries.Slice(lo, hi), r, nil, func(i int, best []ranked) { found(lo+i, best) })
			mutex.Lock()
			total.add(stats)
			mutex.Unlock()
		}
	})
	return total
}

// searchGroup searches for a group of queries, list by list, and calls found for each.
func (x *IVF[E]) searchGroup(queries kernels.Dense[E], r probeRequest, pool *kernels.Pool, found func(query int, best []ranked)) (stats Stats) {
	if queries.Rows == 0 || x.rows == 0 {
		return stats
	}
	r.probes = min(r.probes, len(x.lists))
	p := x.probings.take()
	defer x.probings.giveBack(p)
	x.probe(p, queries, r.probes)
	p.mergers = resize(p.mergers, queries.Rows)
	for i := range p.mergers {
		p.mergers[i].reset(r.k, x.fractions)
	}
	if queries.Rows == 1 { // the nearest list first: its rows limit what the others are searched for
		for _, n := range p.found[:p.count[0]] {
			one := r
			one.radius = p.mergers[0].radius(r.radius)
			stats.add(x.searchList(p, x.lists[n.Row], queries, nil, one, pool))
		}
	} else {
		x.invert(p, queries.Rows, r.probes)
		for list, who := range p.probed {
			if len(who) == 0 || pool.Err() != nil {
				continue
			}
			p.part = matrixOf(resize(p.part.Data, len(who)*x.columns), len(who), x.columns)
			for i, q := range who {
				copy(p.part.Row(i), queries.Row(int(q)))
			}
			stats.add(x.searchList(p, x.lists[list], p.part, who, r, pool))
		}
	}
	for i := range p.mergers {
		p.mergers[i].sort()
		found(i, p.mergers[i].best)
	}
	p.allowed = admission{}
	return stats
}

func (s *Stats) add(other Stats) {
	s.Compared += other.Compared
	s.Decided += other.Decided
}

// probe finds the lists that each query probes.
func (x *IVF[E]) probe(p *probing[E], queries kernels.Dense[E], probes int) {
	p.queries = matrixOf(resize(p.queries.Data, queries.Rows*x.columns), queries.Rows, x.columns)
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
func (x *IVF[E]) searchList(p *probing[E], list *segment[E], queries kernels.Dense[E], who []int32, r probeRequest, pool *kernels.Pool) Stats {
	if list.live == 0 {
		return Stats{}
	}
	selection := Selection[E]{index: list.index}
	if r.filter != nil {
		p.allowed = admission{ids: list.ids, rows: r.filter}
		selection.filter = &p.allowed
	}
	if r.k != everything {
		r.k = min(r.k, list.live)
	}
	return selection.each(queries, r.k, r.radius, pool, func(i int, best []decision) {
		if who != nil {
			i = int(who[i])
		}
		p.mergers[i].add(best, list.ids, list.index.squares)
	})
}
