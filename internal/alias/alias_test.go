package alias

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOverlap(t *testing.T) {
	x := make([]float32, 10)
	for _, c := range []struct {
		a, b             []float32
		overlap, partial bool
	}{
		{x[:5], x[5:], false, false},
		{x[5:], x[:5], false, false},
		{x[:5], x[4:9], true, true},
		{x[4:9], x[:5], true, true},
		{x, x, true, false},
		{x[2:4], x, true, true},
		{x[:0], x, false, true},
		{nil, nil, false, false},
		{x, make([]float32, 10), false, false},
	} {
		assert.Equal(t, c.overlap, Overlap(c.a, c.b))
		if len(c.a) == len(c.b) {
			assert.Equal(t, c.partial, Partial(c.a, c.b))
		}
	}
	assert.False(t, Overlap(x, []uint8{1, 2, 3}))
}

func TestWithin(t *testing.T) {
	x := make([]int32, 10)
	for i := range x {
		assert.Equal(t, 2 <= i && i < 8, Within(&x[i], x[2:8]), i)
		assert.False(t, Within(&x[i], x[2:2]), i)
	}
	for i := range 9 {
		pair := (*[2]int32)(x[i:])
		assert.Equal(t, 1 <= i && i < 8, Within(pair, x[2:8]), i)
	}
	assert.False(t, Within(new(int32), []int32(nil)))
}
