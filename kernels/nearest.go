package kernels

import (
	"fmt"
	"unsafe"
)

// Neighbour is a row of a base and its distance from a query.
type Neighbour struct {
	Row      int
	Distance float32
}

// Nearest finds the rows of base nearest to q by comparing q with each: dst[:n] becomes
// the neighbours, nearest first, of equally near ones the lower row first. It returns n,
// which is len(dst) or the number of rows whose distance is not NaN, if that is less. It
// allocates nothing.
//
// Distances of float32 are those that the functions of package argmax compute, and
// their order decides: rounding may put rows that are almost equally near in another
// order than exact arithmetic would, in particular with InnerProduct and Cosine. With
// bytes, L2, L1 and InnerProduct are computed and compared as exact integers, and
// rounded to float32 only in dst; LInf is exact, too, and Cosine is that of the same
// numbers in float32.
//
// It panics if a shape does not fit, if the metric is unknown, or if dst overlaps q or
// base.
func Nearest[E Element](dst []Neighbour, q []E, base Dense[E], metric Metric) int {
	must(base.Check())
	metric.check("Nearest")
	mustEqual("Nearest", "length of q", len(q), base.Cols)
	mustNotOverlap("Nearest", vector("dst", dst), vector("q", q), matrix("base", base))
	if len(dst) == 0 {
		return 0
	}
	base = compared(base, len(dst))
	s := newKeepers(1, min(len(dst), base.Rows), Smallest)
	defer s.free()
	scan(nil, s.each, row(q), base, metric)
	return neighbours(&s.each[0], dst, metric, base)
}

// NearestRows is [Nearest] for each row of queries: dst has k elements for each, one
// query after the other, and count, with one element for each, becomes the number
// found. Queries share each pass over the base.
//
// It panics as Nearest does, or if count overlaps dst, queries or base.
func NearestRows[E Element](dst []Neighbour, count []int, queries, base Dense[E], k int, metric Metric, pool *Pool) {
	must(queries.Check(), base.Check())
	metric.check("NearestRows")
	mustEqual("NearestRows", "columns of queries", queries.Cols, base.Cols)
	mustEqual("NearestRows", "length of count", len(count), queries.Rows)
	if k < 0 {
		panic(fmt.Sprintf("kernels: NearestRows: k %d is negative", k))
	}
	mustEqual("NearestRows", "length of dst", len(dst), product(k, queries.Rows))
	mustNotOverlap("NearestRows", vector("dst", dst), vector("count", count), matrix("queries", queries), matrix("base", base))
	mustNotOverlap("NearestRows", vector("count", count), matrix("queries", queries), matrix("base", base))
	clear(count)
	if len(dst) == 0 {
		return
	}
	base = compared(base, k)
	kept := min(k, base.Rows)
	group := max(1, groupCandidates/max(1, room(kept)))
	pool.Split(queries.Rows, 1, func(from, to int) {
		for ; from < to; from += group {
			s := newKeepers(min(group, to-from), kept, Smallest)
			scan(pool, s.each, queries.Slice(from, from+len(s.each)), base, metric)
			for i := range s.each {
				count[from+i] = neighbours(&s.each[i], dst[(from+i)*k:][:k], metric, base)
			}
			s.free()
		}
	})
}

// compared returns the rows of base that need to be compared to find the k nearest:
// without columns all are equally near, and the first come first.
func compared[E Element](base Dense[E], k int) Dense[E] {
	if base.Cols == 0 {
		base.Rows = min(base.Rows, k)
	}
	return base
}

// groupCandidates bounds how many candidates the queries of a group keep together, 1 MB
// of them. More queries pass over the base in several groups.
const groupCandidates = 1 << 16

const (
	// scanBytes is the size of the piece of the base that all queries pass over before
	// the next: half of a small second-level cache.
	scanBytes = 1 << 18
	// scanRows is the most rows of a piece: that many distances are computed before they
	// are looked at.
	scanRows = 128
)

// scan offers the rows of base to the keepers of the queries, one for each.
func scan[E Element](pool *Pool, keepers []keeper, queries, base Dense[E], metric Metric) {
	step := min(scanRows, max(1, scanBytes/(max(1, base.Cols)*int(unsafe.Sizeof(*new(E))))))
	for lo := 0; lo < base.Rows && pool.Err() == nil; lo += step {
		hi := min(lo+step, base.Rows)
		switch base := any(base).(type) {
		case Matrix:
			scanFloats(keepers, any(queries).(Matrix), base.Slice(lo, hi), lo, metric)
		case Dense[uint8]:
			if queries := any(queries).(Dense[uint8]); metric.exact() {
				scanExact(keepers, queries, base, lo, hi, metric)
			} else {
				scanConverted(keepers, queries, base.Slice(lo, hi), lo, metric)
			}
		}
	}
}

// scanFloats offers at most scanRows rows, the first of which has the index first.
func scanFloats(keepers []keeper, queries, rows Matrix, first int, metric Metric) {
	var buffer [scanRows]float32
	distances := buffer[:rows.Rows]
	for i := range keepers {
		metric.distances(distances, queries.Row(i), rows)
		push(&keepers[i], first, distances)
	}
}

// scanExact offers rows lo to hi of base by exact distances.
func scanExact(keepers []keeper, queries, base Dense[uint8], lo, hi int, metric Metric) {
	var buffer [scanRows]int64
	distances := buffer[:hi-lo]
	for i := range keepers {
		// The rows after hi are not compared, but tell argmax how large the base is.
		metric.exactDistances(distances, queries.Row(i), base.from(lo, 0))
		push(&keepers[i], lo, distances)
	}
}

// scanConverted is scanFloats for bytes, which it converts.
func scanConverted(keepers []keeper, queries, rows Dense[uint8], first int, metric Metric) {
	buffer := newScratch((rows.Rows + 1) * rows.Cols)
	defer buffer.free()
	query := Matrix{1, rows.Cols, rows.Cols, buffer.data[:rows.Cols]}
	floats := Matrix{rows.Rows, rows.Cols, rows.Cols, buffer.data[rows.Cols:]}
	convert(floats, rows)
	for i := range keepers {
		convert(query, queries.Slice(i, i+1))
		scanFloats(keepers[i:i+1], query, floats, first, metric)
	}
}

// neighbours stores in dst what t has kept of base.
func neighbours[E Element](t *keeper, dst []Neighbour, metric Metric, base Dense[E]) int {
	_, bytes := any(base).(Dense[uint8])
	best := t.sort()
	for i, c := range best {
		dst[i].Row = c.index
		if bytes && metric.exact() {
			dst[i].Distance = float32(value[int64](t.order, c.key))
		} else {
			dst[i].Distance = value[float32](t.order, c.key)
		}
	}
	return len(best)
}
