package suite

import "github.com/seed842bec00/argmax/bench/internal/meter"

// Work is what one call cannot avoid.
type Work struct {
	Flops  int // a multiply-add is two
	Loads  int // bytes that come to registers
	Far    int // those of them that come from the level of the contest, not from L1
	Stores int // bytes
}

// Fastest is the time in nanoseconds that a call would take if it did nothing else
// and reached a limit: of arithmetic, of L1, or of where its data is.
func (w Work) Fastest(l meter.Limits, data meter.Level) float64 {
	return max(
		float64(w.Flops)/l.FMA,
		float64(w.Loads)/l.Read[meter.L1],
		float64(w.Far)/l.Read[data],
	)
}
