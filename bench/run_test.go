package bench

import (
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/suite"
	"github.com/seed842bec00/argmax/internal/cpu"
)

var benchmarks = map[string]func(*testing.B){
	"Dot": BenchmarkDot, "SqDist": BenchmarkSqDist, "L1Dist": BenchmarkL1Dist, "Sum": BenchmarkSum, "Max": BenchmarkMax,
	"Axpy": BenchmarkAxpy, "Scale": BenchmarkScale,
	"SumSquares": BenchmarkSumSquares, "SumAbs": BenchmarkSumAbs, "SoftThreshold": BenchmarkSoftThreshold,
	"SGD": BenchmarkSGD, "Momentum": BenchmarkMomentum, "Adam": BenchmarkAdam,
	"ScoreRows": BenchmarkScoreRows, "SqDistRows": BenchmarkSqDistRows,
	"LInfDist": BenchmarkLInfDist, "CosineDist": BenchmarkCosineDist, "SqDistRowsAt": BenchmarkSqDistRowsAt,
	"L1DistRows": BenchmarkL1DistRows, "LInfDistRows": BenchmarkLInfDistRows, "CosineRows": BenchmarkCosineRows,
	"Scores": BenchmarkScores, "Gradient": BenchmarkGradient, "Gemm": BenchmarkGemm, "Softmax": BenchmarkSoftmax,
	"LogSumExp": BenchmarkLogSumExp, "LogSoftmax": BenchmarkLogSoftmax, "CrossEntropy": BenchmarkCrossEntropy,
	"Hinge": BenchmarkHinge, "SquaredHinge": BenchmarkSquaredHinge,
	"ArgMax": BenchmarkArgMax, "TopK": BenchmarkTopK,
	"DotBytes": BenchmarkDotBytes, "SqDistBytes": BenchmarkSqDistBytes, "L1DistBytes": BenchmarkL1DistBytes,
	"DotBytesRows": BenchmarkDotBytesRows, "SqDistBytesRows": BenchmarkSqDistBytesRows, "L1DistBytesRows": BenchmarkL1DistBytesRows,
}

// large lists the operations on 188 MB of data.
var large = []string{"SqDistRows", "SqDistRowsAt", "L1DistRows", "LInfDistRows", "CosineRows"}

// Every operation has a benchmark, and every benchmark runs.
func TestBenchmarksRun(t *testing.T) {
	once := flag.Lookup("test.benchtime").Value
	defer once.Set(once.String())
	require.NoError(t, once.Set("1x"))
	for _, op := range suite.Operations() {
		require.Contains(t, benchmarks, op.Name)
		if testing.Short() && slices.Contains(large, op.Name) {
			continue
		}
		assert.Positive(t, testing.Benchmark(benchmarks[op.Name]).N, op.Name)
	}
	assert.Len(t, suite.Operations(), len(benchmarks))
}

// The test cache does not notice variables that are read while packages are
// initialized, so this reads ARGMAX_ISA again: a cached run for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv(cpu.Variable); force != "" {
		require.NoError(t, cpu.ForceErr())
		require.Equal(t, force, cpu.Active.String())
	}
}
