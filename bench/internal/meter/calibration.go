package meter

import (
	"fmt"
	"time"
)

// Calibration tells whether something else used the machine: it times a loop of
// arithmetic and one that reads memory, which take the same time whenever they run
// alone. Its zero value is ready for use.
type Calibration struct {
	shortest [2]time.Duration
	total    float32 // keeps the sums from being left out
	data     []float32
}

// Slowdown is the mean time of the loops of a calibration, as a multiple of the shortest
// that was ever seen.
type Slowdown struct{ Arithmetic, Memory float64 }

func (s Slowdown) String() string { return fmt.Sprintf("%.2f %.2f", s.Arithmetic, s.Memory) }

// Measure runs both loops for about 20 ms. A mean, unlike a median, shows a single
// interruption.
func (c *Calibration) Measure() Slowdown {
	const times = 10
	if c.data == nil {
		c.data = make([]float32, 1<<21) // 8 MB: more than most L2
		randomize(c.data)
	}
	var means [2]float64
	for i, loop := range []func(){
		func() { chain = squares(chain, 1<<14) },
		func() { c.total += sum(c.data) },
	} {
		begin := time.Now()
		for range times {
			before := time.Now()
			loop()
			if t := time.Since(before); c.shortest[i] == 0 || t < c.shortest[i] {
				c.shortest[i] = t
			}
		}
		means[i] = float64(time.Since(begin)) / times / float64(c.shortest[i])
	}
	return Slowdown{means[0], means[1]}
}

// sum adds every sixteenth element: one of each line of the cache.
func sum(x []float32) (s float32) {
	for i := 0; i < len(x); i += 16 {
		s += x[i]
	}
	return s
}
