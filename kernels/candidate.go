package kernels

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// A candidate is a value and its index. The better the value, the smaller its key:
// key and index together are a number of 128 bits, and the smallest is the best.
type candidate struct {
	key   uint64
	index int
}

// before is 1 if c is better than d, otherwise 0: the borrow of a subtraction of 128
// bits. It is branch-free: the branch would be unpredictable.
func (c candidate) before(d candidate) int {
	const lowest = 1 << 63 // an index may be negative
	_, borrow := bits.Sub64(uint64(c.index)^lowest, uint64(d.index)^lowest, 0)
	_, borrow = bits.Sub64(c.key, d.key, borrow)
	return int(borrow)
}

func (c candidate) compare(d candidate) int {
	if c.key != d.key {
		return cmp.Compare(c.key, d.key)
	}
	return cmp.Compare(c.index, d.index)
}

// Value is a type of which [TopK] keeps the best: float32 for scores and distances,
// int64 for distances that are exact.
type Value interface{ float32 | int64 }

// key returns a number that is smaller for better values. The value must not be NaN.
func key[V Value](o Order, value V) uint64 {
	switch v := any(value).(type) {
	case float32:
		// The bits of positive numbers are in their order, those of negative ones in
		// the opposite order.
		b := math.Float32bits(v + 0) // −0 is +0
		b ^= uint32(int32(b)>>31) | 1<<31
		return uint64(b ^ -uint32(o))
	case int64:
		return uint64(v) ^ 1<<63 ^ -uint64(o)
	}
	panic("unreachable")
}

// value returns the value of a key.
func value[V Value](o Order, key uint64) (value V) {
	switch v := any(&value).(type) {
	case *float32:
		b := uint32(key) ^ -uint32(o)
		*v = math.Float32frombits(b ^ (^uint32(int32(b)>>31) | 1<<31))
	case *int64:
		*v = int64(key ^ 1<<63 ^ -uint64(o))
	}
	return value
}

// worst returns the worst value there is.
func worst[V Value](o Order) (value V) {
	switch v := any(&value).(type) {
	case *float32:
		*v = float32(math.Inf(1 - 2*int(o)))
	case *int64:
		*v = math.MaxInt64 ^ -int64(o)
	}
	return value
}

// better returns the value next to v that is better, or v if there is none.
func better[V Value](o Order, value V) V {
	switch v := any(&value).(type) {
	case *float32:
		*v = math.Nextafter32(*v, -worst[float32](o))
	case *int64:
		if *v != worst[int64](1-o) {
			*v -= 1 - 2*int64(o)
		}
	}
	return value
}

// selectBest moves the k best candidates, 1 ≤ k ≤ len(c), to the beginning, the worst
// of them to c[k−1]. It is quickselect (C. A. R. Hoare, Algorithm 65: Find, 1961) with
// Lomuto's partition, which can exchange without branches. Where it makes no progress,
// as among duplicates, it falls back to sorting.
func selectBest(c []candidate, k int) {
	for rounds := 2 * bits.Len(uint(len(c))); rounds > 0 && len(c) > few; rounds-- {
		last := len(c) - 1
		median(c, last/2, last)
		pivot, p := c[last], 0
		for i, v := range c[:last] {
			c[i] = c[p]
			c[p] = v
			p += v.before(pivot)
		}
		c[last], c[p] = c[p], pivot
		switch {
		case p == k-1:
			return
		case p < k-1:
			c, k = c[p+1:], k-p-1
		default:
			c = c[:p]
		}
	}
	slices.SortFunc(c, candidate.compare)
}

// median exchanges c[0], c[middle] and c[last] so that their median comes last.
func median(c []candidate, middle, last int) {
	if c[middle].before(c[0]) != 0 {
		c[0], c[middle] = c[middle], c[0]
	}
	if c[middle].before(c[last]) != 0 {
		c[middle], c[last] = c[last], c[middle]
	}
	if c[last].before(c[0]) != 0 {
		c[0], c[last] = c[last], c[0]
	}
}
