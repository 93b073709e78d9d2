package kernels_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed842bec00/argmax/kernels"
)

func TestGather(t *testing.T) {
	bytes := Dense[uint8]{3, 2, 3, []uint8{0, 1, 99, 10, 11, 99, 20, 255}}
	dst := Matrix{4, 2, 3, make([]float32, 11)}
	Gather(dst, bytes, []int{2, 0, 2, 1})
	assert.Equal(t, []float32{20, 255, 0, 0, 1, 0, 20, 255, 0, 10, 11}, dst.Data, "what lies between the rows is not written")

	floats := NewMatrix(3, 2)
	Convert(floats, bytes)
	copied := NewMatrix(4, 2)
	Gather(copied, floats, []int{2, 0, 2, 1})
	for i := range 4 {
		assert.Equal(t, dst.Row(i), copied.Row(i))
	}
	Gather(NewMatrix(0, 2), bytes, nil)
	Gather(NewMatrix(2, 0), NewDense[uint8](1, 0), []int{0, 0})

	for message, gather := range map[string]func(){
		"kernels: Gather: row 3 of 3":               func() { Gather(dst, bytes, []int{0, 1, 2, 3}) },
		"kernels: Gather: row -1 of 3":              func() { Gather(dst, bytes, []int{0, 1, 2, -1}) },
		"kernels: Gather: rows of dst 4, want 1":    func() { Gather(dst, bytes, []int{0}) },
		"kernels: Gather: columns of dst 2, want 1": func() { Gather(dst, bytes.Columns(0, 1), make([]int, 4)) },
		"kernels: Gather: dst overlaps src":         func() { Gather(floats.Slice(0, 1), floats, []int{2}) },
	} {
		assert.PanicsWithValue(t, message, gather)
	}
	rows := []int{2, 0, 2, 1}
	assert.Zero(t, testing.AllocsPerRun(20, func() { Gather(dst, bytes, rows) }))
}
