package argmax

import (
	"math"
	"slices"
	"testing"
	"unsafe"
)

// An arena is memory between two pages whose access faults.
type arena []float32

func newArena(t *testing.T, n int) arena { return guarded(t, n+lanes) }

// atEnd stands for the offset at which a slice ends where the arena does.
const atEnd = lanes

// canary surrounds the slices placed in an arena. A kernel that reads it gets NaN
// results; intact finds one that overwrites it.
var canary = math.Float32frombits(0x7fc0ca9a)

// place copies x into the arena, offset elements from its beginning.
func (a arena) place(x []float32, offset int) []float32 {
	before, p, after := a.split(len(x), offset)
	copy(p, x)
	for i := range before {
		before[i] = canary
	}
	for i := range after {
		after[i] = canary
	}
	return p
}

// intact reports whether nothing was written around the n elements at offset.
func (a arena) intact(n, offset int) bool {
	before, _, after := a.split(n, offset)
	touched := func(v float32) bool { return math.Float32bits(v) != math.Float32bits(canary) }
	return !slices.ContainsFunc(before, touched) && !slices.ContainsFunc(after, touched)
}

// split returns n elements at offset and the elements before and after them, as far as
// a kernel might stray.
func (a arena) split(n, offset int) (before, p, after []float32) {
	if offset == atEnd {
		offset = len(a) - n
	}
	const far = 4 * lanes
	end := offset + n
	return a[max(0, offset-far):offset], a[offset:end:end], a[end:min(len(a), end+far)]
}

// offsets returns every offset for short vectors, where they matter, and some for long
// ones.
func offsets(n int) []int {
	if n > 300 {
		return []int{0, 5, atEnd}
	}
	list := make([]int, atEnd+1)
	for i := range list {
		list[i] = i
	}
	return list
}

// grain returns the number that the length of a row must be a multiple of: kernels
// convert bytes in blocks.
func grain[E Element]() int {
	if unsafe.Sizeof(*new(E)) == 1 {
		return lanes
	}
	return 1
}

// elements returns n values of either type.
func elements[E Element](s *source, n int, m mood) []E {
	x := make([]E, n)
	for i := range x {
		if v, ok := any(&x[i]).(*float32); ok {
			*v = s.value(m)
		} else {
			x[i] = E(s.below(256))
		}
	}
	return x
}

// place copies x to the beginning or the end of the arena.
func place[E Element](a arena, x []E, end bool) []E {
	all := unsafe.Slice((*E)(unsafe.Pointer(&a[0])), len(a)*4/int(unsafe.Sizeof(*new(E))))
	p := all[:len(x):len(x)]
	if end {
		p = all[len(all)-len(x):]
	}
	copy(p, x)
	return p
}

// where, deferred, fails the test and names the case in which a kernel faulted.
func where(t *testing.T, format string, args ...*int) {
	if fault := recover(); fault != nil {
		values := make([]any, len(args))
		for i, p := range args {
			values[i] = *p
		}
		t.Fatalf(format+": %v", append(values, fault)...)
	}
}
