package bench

import (
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

func BenchmarkDot(b *testing.B)           { run(b, "Dot") }
func BenchmarkSqDist(b *testing.B)        { run(b, "SqDist") }
func BenchmarkL1Dist(b *testing.B)        { run(b, "L1Dist") }
func BenchmarkSum(b *testing.B)           { run(b, "Sum") }
func BenchmarkMax(b *testing.B)           { run(b, "Max") }
func BenchmarkAxpy(b *testing.B)          { run(b, "Axpy") }
func BenchmarkScale(b *testing.B)         { run(b, "Scale") }
func BenchmarkSumSquares(b *testing.B)    { run(b, "SumSquares") }
func BenchmarkSumAbs(b *testing.B)        { run(b, "SumAbs") }
func BenchmarkSoftThreshold(b *testing.B) { run(b, "SoftThreshold") }
func BenchmarkSGD(b *testing.B)           { run(b, "SGD") }
func BenchmarkMomentum(b *testing.B)      { run(b, "Momentum") }
func BenchmarkAdam(b *testing.B)          { run(b, "Adam") }
func BenchmarkScoreRows(b *testing.B)     { run(b, "ScoreRows") }
func BenchmarkSqDistRows(b *testing.B)    { run(b, "SqDistRows") }
func BenchmarkScores(b *testing.B)        { run(b, "Scores") }
func BenchmarkGradient(b *testing.B)      { run(b, "Gradient") }
func BenchmarkGemm(b *testing.B)          { run(b, "Gemm") }
func BenchmarkSoftmax(b *testing.B)       { run(b, "Softmax") }
func BenchmarkLogSumExp(b *testing.B)     { run(b, "LogSumExp") }
func BenchmarkLogSoftmax(b *testing.B)    { run(b, "LogSoftmax") }
func BenchmarkCrossEntropy(b *testing.B)  { run(b, "CrossEntropy") }
func BenchmarkHinge(b *testing.B)         { run(b, "Hinge") }
func BenchmarkSquaredHinge(b *testing.B)  { run(b, "SquaredHinge") }
func BenchmarkArgMax(b *testing.B)        { run(b, "ArgMax") }
func BenchmarkTopK(b *testing.B)          { run(b, "TopK") }
func BenchmarkLInfDist(b *testing.B)      { run(b, "LInfDist") }
func BenchmarkCosineDist(b *testing.B)    { run(b, "CosineDist") }
func BenchmarkSqDistRowsAt(b *testing.B)  { run(b, "SqDistRowsAt") }
func BenchmarkL1DistRows(b *testing.B)    { run(b, "L1DistRows") }
func BenchmarkLInfDistRows(b *testing.B)  { run(b, "LInfDistRows") }
func BenchmarkCosineRows(b *testing.B)    { run(b, "CosineRows") }

func BenchmarkDotBytes(b *testing.B)    { run(b, "DotBytes") }
func BenchmarkSqDistBytes(b *testing.B) { run(b, "SqDistBytes") }
func BenchmarkL1DistBytes(b *testing.B) { run(b, "L1DistBytes") }

func BenchmarkDotBytesRows(b *testing.B)    { run(b, "DotBytesRows") }
func BenchmarkSqDistBytesRows(b *testing.B) { run(b, "SqDistBytesRows") }
func BenchmarkL1DistBytesRows(b *testing.B) { run(b, "L1DistBytesRows") }

// run measures all contests of an operation on one core, because the limits are
// those of one core.
func run(b *testing.B, op string) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, c := range contests(op) {
		for _, e := range c.Entrants {
			b.Run(c.Name()+"/impl="+e.Name, func(b *testing.B) {
				defer e.Start()()
				b.SetBytes(int64(c.Calls * (c.Work.Loads + c.Work.Stores)))
				for b.Loop() {
					e.Pass()
				}
				perCall := float64(b.Elapsed().Nanoseconds()) / float64(b.N*c.Calls)
				b.ReportMetric(perCall, "ns/op") // of a call; an iteration is a pass
				b.ReportMetric(float64(c.Work.Flops)/perCall, "GFLOP/s")
				if l, ok := limits()[e.ISA.Base()]; ok {
					b.ReportMetric(c.Work.Fastest(l, c.Data)/perCall, "of-limit")
				}
			})
		}
	}
}

func contests(op string) []suite.Contest {
	ops := suite.Operations()
	return ops[slices.IndexFunc(ops, func(o suite.Operation) bool { return o.Name == op })].Contests()
}

var limits = sync.OnceValue(func() map[cpu.ISA]meter.Limits {
	all := map[cpu.ISA]meter.Limits{}
	for _, isa := range meter.Available() {
		all[isa] = meter.Measure(isa)
	}
	return all
})
