package workload

import (
	"fmt"
	"os"
	"testing"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// Work is that of one call: floating-point operations, of which a multiply-add is two,
// and bytes that are read and written. Calls is the number of calls in a pass.
type Work struct{ Calls, Flops, Bytes int }

// Run runs a benchmark with the instruction set in use and a shape as its name:
// isa=avx2/rows=256/n=10. Prepare makes the operands and returns a function that makes
// the calls of a pass. The time is that of a call, the rate in GFLOP/s, or in GB/s where
// there is no floating-point operation.
func Run(b *testing.B, shape any, w Work, prepare func() (pass func())) {
	b.Run(fmt.Sprintf("isa=%v/%v", cpu.Active, shape), func(b *testing.B) { measure(b, w, prepare()) })
}

func measure(b *testing.B, w Work, pass func()) {
	report := CPUTime(b, w.Calls)
	for b.Loop() {
		pass()
	}
	report()
	perCall := float64(b.Elapsed().Nanoseconds()) / float64(b.N*w.Calls)
	b.ReportMetric(perCall, "ns/op")
	if w.Flops > 0 {
		b.ReportMetric(float64(w.Flops)/perCall, "GFLOP/s")
	} else {
		b.ReportMetric(float64(w.Bytes)/perCall, "GB/s")
	}
}

// CPUTimeVariable is the environment variable that makes benchmarks report processor
// time, too, which a busy machine disturbs less.
const CPUTimeVariable = "ARGMAX_CPUTIME"

// CPUTime begins to count the processor time of a benchmark of that many calls for each
// iteration. The function that it returns reports it, as cpu-ns/op, if CPUTimeVariable is
// set and the system says.
func CPUTime(b *testing.B, calls int) (report func()) {
	from, ok := processorTime()
	return func() {
		to, still := processorTime()
		if ok && still && os.Getenv(CPUTimeVariable) != "" {
			b.ReportMetric(float64((to-from).Nanoseconds())/float64(b.N*calls), "cpu-ns/op")
		}
	}
}

// Few returns the first of the shapes with -short, and all of them without.
func Few[S any](shapes []S) []S {
	if testing.Short() {
		return shapes[:1]
	}
	return shapes
}
