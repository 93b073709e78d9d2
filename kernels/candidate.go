package kernels

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// A candidate is a value and its index. Its key is smaller the better the value is, so
// that both together are a number of 128 bits.
type candidate struct {
	key   uint32
	index int
}

// before is 1 if c is better than d, otherwise 0: a subtraction of 128 bits borrows.
// No jump depends on it, which a processor could not foretell.
func (c candidate) before(d candidate) int {
	const lowest = 1 << 63 // an index may be negative
	_, borrow := bits.Sub64(uint64(c.index)^lowest, uint64(d.index)^lowest, 0)
	_, borrow = bits.Sub64(uint64(c.key), uint64(d.key), borrow)
	return int(borrow)
}

func (c candidate) compare(d candidate) int {
	if c.key != d.key {
		return cmp.Compare(c.key, d.key)
	}
	return cmp.Compare(c.index, d.index)
}

const sign = 1 << 31

// key is a number that orders values, which are not NaN, the best first. The bits of
// positive float32 are ordered as they are, those of negative ones the other way round.
func (o Order) key(v float32) uint32 {
	b := math.Float32bits(v + 0) // −0 is +0
	b ^= uint32(int32(b)>>31) | sign
	return b ^ -uint32(o)
}

// value is the value of a key.
func (o Order) value(key uint32) float32 {
	b := key ^ -uint32(o)
	return math.Float32frombits(b ^ (^uint32(int32(b)>>31) | sign))
}

// worst is the worst value.
func (o Order) worst() float32 { return float32(math.Inf(1 - 2*int(o))) }

// selectBest moves the k best candidates, 1 ≤ k ≤ len(c), to the beginning, the worst
// of them to c[k−1]. It is quickselect (C. A. R. Hoare, Algorithm 65: Find, 1961) with
// the partition of Lomuto, whose exchanges need no jump; where it makes no progress,
// as among duplicates, sorting ends it.
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

// median exchanges three candidates, c[0], c[middle] and c[last], so that the middle
// one of them comes last.
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
