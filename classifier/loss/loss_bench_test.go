package loss_test

import (
	"fmt"
	"testing"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"
)

func BenchmarkGradient(b *testing.B) {
	s := workload.Losses[1] // a batch
	for _, l := range []loss.Loss{
		loss.Softmax{}, loss.WestonWatkins{}, loss.SquaredWestonWatkins{}, loss.CrammerSinger{}, loss.Logistic{}, loss.Hinge{}, loss.SquaredHinge{},
	} {
		workload.Run(b, fmt.Sprintf("loss=%T/%v", l, s), workload.Work{Calls: 1, Bytes: 8 * s.Elements()}, func() func() {
			scores := kernels.Matrix{Rows: s.Rows, Cols: s.Columns, Stride: s.Columns, Data: workload.Signed(s.Elements())}
			gradient, labels, weights := kernels.NewMatrix(s.Rows, s.Columns), workload.Labels(s.Rows, s.Columns), workload.Pixels(s.Rows)
			return func() { l.Gradient(gradient, scores, labels, weights) }
		})
	}
}
