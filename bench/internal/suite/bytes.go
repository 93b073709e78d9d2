package suite

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/fastmath"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/workload"
)

// vectorToByteRows is an exact sum over each row of one matrix of bytes and one vector
// after another.
type vectorToByteRows struct {
	name, kernel string
	argmax       func(dst []int64, x []uint8, rows argmax.Strided[uint8])
	entrant      func(r routine) Entrants
	loop         func(x, y []uint8) int64 // for one row
	term         func(x, y float64) float64
}

var overByteRows = []vectorToByteRows{
	{"DotBytesRows", "dotBytes", argmax.DotBytesRows, oursOfBytes, loopDotBytes, func(x, y float64) float64 { return x * y }},
	{"SqDistBytesRows", "sqDistBytes", argmax.SqDistBytesRows, oursOfBytes, loopSqDistBytes, func(x, y float64) float64 { return (x - y) * (x - y) }},
	{"L1DistBytesRows", "l1DistBytes", argmax.L1DistBytesRows, ours, loopL1DistBytes, func(x, y float64) float64 { return max(x-y, y-x) }},
}

func (o vectorToByteRows) contests() (cs []Contest) {
	for _, s := range workload.Bases {
		cs = append(cs, o.contest(s.Rows, s.Columns))
	}
	return cs
}

func (o vectorToByteRows) contest(rows, cols int) Contest {
	const batch = 4
	queries, data := workload.Bytes(batch*cols), workload.Bytes(rows*cols)
	do := func(call func(dst []int64, x []uint8)) routine {
		dst := make([]int64, rows)
		return routine{
			pass: func() {
				for i := range batch {
					call(dst, queries[i*cols:][:cols])
				}
			},
			result: func() []float32 {
				dst, sums := make([]int64, rows), make([]float32, rows)
				call(dst, queries[:cols])
				for i, v := range dst {
					sums[i] = float32(v) // rounded, within the bound of the contest
				}
				return sums
			},
		}
	}
	base := argmax.Strided[uint8]{Data: data, Stride: cols}
	entrants := o.entrant(do(func(dst []int64, x []uint8) { o.argmax(dst, x, base) })).
		rival("loop", true, do(func(dst []int64, x []uint8) {
			for i := range dst {
				dst[i] = o.loop(x, data[i*cols:][:cols])
			}
		}))
	gcc, has := fastmath.ByteLoops[o.name]
	return Contest{
		Op: o.name, Size: workload.Shape{Rows: rows, Columns: cols}.String(), Calls: batch,
		Data:     meter.LevelOf(len(data) + cols),
		Work:     Work{Loads: len(data), Far: len(data), Stores: 8 * rows},
		Kernels:  byteRowsOf(o.kernel, rows, cols),
		Entrants: entrants.rival("gcc", has, do(func(dst []int64, x []uint8) { gcc(dst, x, data) })),
		exact: func() []value {
			values := make([]value, rows)
			for i := range values {
				var s sum
				for j, v := range data[i*cols:][:cols] {
					s.add(o.term(float64(queries[j]), float64(v)))
				}
				values[i] = s.value()
			}
			return values
		},
	}
}

func loopDotBytes(x, y []uint8) int64 {
	y = y[:len(x)]
	sum := 0
	for i, v := range x {
		sum += int(v) * int(y[i])
	}
	return int64(sum)
}

func loopSqDistBytes(x, y []uint8) int64 {
	y = y[:len(x)]
	sum := 0
	for i, v := range x {
		d := int(v) - int(y[i])
		sum += d * d
	}
	return int64(sum)
}

func loopL1DistBytes(x, y []uint8) int64 {
	y = y[:len(x)]
	sum := 0
	for i, v := range x {
		d := int(v) - int(y[i])
		sum += max(d, -d)
	}
	return int64(sum)
}
