package index

import (
	"slices"

	"github.com/seed842bec00/argmax/kernels"
)

// A segment is an index of rows with ids, in ascending order: of two rows the lower has
// the lower id. It is immutable.
type segment[E Element] struct {
	index *Index[E]
	ids   []uint64
	alive Bitmap // the rows that were not removed since; nil for all
	live  int    // how many these are
	fixed bool   // whether the rows are those of a file, which are not copied unless asked
}

// find returns the row with an id.
func (s *segment[E]) find(id uint64) (row int, ok bool) {
	row, ok = slices.BinarySearch(s.ids, id)
	return row, ok && (s.alive == nil || s.alive.Contains(row))
}

// without returns the segment without some of its rows.
func (s *segment[E]) without(rows []int) *segment[E] {
	c := *s
	if c.alive = slices.Clone(s.alive); c.alive == nil {
		c.alive = make(Bitmap, (len(s.ids)+63)/64)
		for row := range s.ids {
			c.alive.Set(row)
		}
	}
	for _, row := range rows {
		c.alive[row>>6] &^= 1 << (row & 63)
	}
	c.live -= len(rows)
	return &c
}

// A state is what a live index holds at one time. It is immutable.
type state[E Element] struct {
	segments  []*segment[E]
	rows      int  // that are alive
	fractions bool // whether cosines are compared as fractions
}

// find returns the segment and the row in it with an id.
func (s *state[E]) find(id uint64) (segment, row int, ok bool) {
	for i, seg := range s.segments {
		if row, ok := seg.find(id); ok {
			return i, row, true
		}
	}
	return 0, 0, false
}

// ascending calls each for the rows of segments that are alive, in the order of their
// ids, until it returns false.
func ascending[E Element](segments []*segment[E], each func(seg *segment[E], row int) bool) {
	next := make([]int, len(segments)) // the next row of each segment
	skip := func(i int) {
		seg := segments[i]
		for seg.alive != nil && next[i] < len(seg.ids) && !seg.alive.Contains(next[i]) {
			next[i]++
		}
	}
	for i := range segments {
		skip(i)
	}
	for {
		lowest := -1
		for i, seg := range segments {
			if next[i] < len(seg.ids) && (lowest < 0 || seg.ids[next[i]] < segments[lowest].ids[next[lowest]]) {
				lowest = i
			}
		}
		if lowest < 0 {
			return
		}
		seg := segments[lowest]
		if !each(seg, next[lowest]) {
			return
		}
		next[lowest]++
		skip(lowest)
	}
}

// joined returns one segment of the rows of several that are alive.
func (x *Live[E]) joined(segments []*segment[E], pool *kernels.Pool) *segment[E] {
	n := 0
	for _, seg := range segments {
		n += seg.live
	}
	rows, ids := kernels.NewDense[E](n, x.columns), make([]uint64, 0, n)
	x.file.use("Compact")
	defer x.file.unuse()
	ascending(segments, func(seg *segment[E], row int) bool {
		copy(rows.Row(len(ids)), seg.index.rows.Row(row))
		ids = append(ids, seg.ids[row])
		return true
	})
	seg := x.segment(rows, ids, pool)
	seg.index.sketch = newSketch(seg.index, pool)
	return seg
}

// segment returns a segment of rows, which it keeps, without a sketch.
func (x *Live[E]) segment(rows kernels.Dense[E], ids []uint64, pool *kernels.Pool) *segment[E] {
	return &segment[E]{
		index: newIndex(rows, x.metric, Options{Pool: pool}, &x.passes),
		ids:   ids,
		live:  len(ids),
	}
}
