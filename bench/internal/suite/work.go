package suite

import "github.com/seed842bec00/argmax/bench/internal/meter"

// Work is the least that one call has to do.
type Work struct {
	Flops  int // a multiply-add is two
	Loads  int // bytes loaded into registers
	Far    int // those of them that come from the level of the contest and not from L1
	Stores int // bytes
}

// Fastest returns the time in nanoseconds that a call would take if it did nothing else
// and reached a limit: of arithmetic, of reading L1, or of reading the level that holds
// its data.
func (w Work) Fastest(l meter.Limits, data meter.Level) float64 {
	return max(
		float64(w.Flops)/l.FMA,
		float64(w.Loads)/l.Read[meter.L1],
		float64(w.Far)/l.Read[data],
	)
}
