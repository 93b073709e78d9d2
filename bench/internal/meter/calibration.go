package meter

import (
	"fmt"
	"slices"
	"time"
)

// Calibration tells whether something else used the machine: it times a loop of
// arithmetic and one that reads memory. Its zero value is ready for use.
type Calibration struct {
	shortest time.Duration // of the loop of arithmetic
	means    []float64     // of all loops that read memory
	total    float32       // keeps the sums from being left out
	data     []float32
}

// Slowdown is the mean time of the loops of a calibration: of arithmetic, which takes the
// same time whenever it runs alone, as a multiple of the shortest that was ever seen; of
// reading memory as a multiple of the median of all so far, since the last-level cache of a
// rented machine is shared with others, and its rate is never still.
type Slowdown struct{ Arithmetic, Memory float64 }

func (s Slowdown) String() string { return fmt.Sprintf("%.2f %.2f", s.Arithmetic, s.Memory) }

// Measure runs both loops for about 20 ms, the first time for ten times as long. A mean,
// unlike a median, shows a single interruption.
func (c *Calibration) Measure() Slowdown {
	if c.data == nil {
		c.data = make([]float32, 1<<21) // 8 MB: more than most L2
		randomize(c.data)
		for range 9 {
			c.measure()
		}
	}
	return c.measure()
}

func (c *Calibration) measure() Slowdown {
	const times = 10
	var means [2]float64
	for i, loop := range []func(){
		func() { chain = squares(chain, 1<<14) },
		func() { c.total += sum(c.data) },
	} {
		begin := time.Now()
		for range times {
			before := time.Now()
			loop()
			if t := time.Since(before); i == 0 && (c.shortest == 0 || t < c.shortest) {
				c.shortest = t
			}
		}
		means[i] = float64(time.Since(begin)) / times
	}
	at, _ := slices.BinarySearch(c.means, means[1])
	c.means = slices.Insert(c.means, at, means[1])
	return Slowdown{means[0] / float64(c.shortest), means[1] / c.means[len(c.means)/2]}
}

// sum adds every sixteenth element: one of each line of the cache.
func sum(x []float32) (s float32) {
	for i := 0; i < len(x); i += 16 {
		s += x[i]
	}
	return s
}
