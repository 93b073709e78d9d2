package argmax

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// The scores of three images (a cat, a car, a frog) for these three classes, from the
// lecture on linear classification of Stanford's CS231n.
var lecture = [][]float32{
	{3.2, 5.1, -1.7},
	{1.3, 4.9, 2.0},
	{2.2, 2.5, -3.1},
}

func TestLectureSoftmax(t *testing.T) {
	p := make([]float32, 3)
	Softmax(p, lecture[0])
	assert.Equal(t, "[0.13 0.87 0.00]", fmt.Sprintf("%.2f", p))

	grad := make([]float32, 3)
	loss := CrossEntropy(grad, lecture[0], 0, 1)
	assert.InDelta(t, 2.04, loss, 0.005)
	assert.Equal(t, "[-0.87 0.87 0.00]", fmt.Sprintf("%.2f", grad))
}

func TestLectureHinge(t *testing.T) {
	grad := make([]float32, 3)
	var sum float64
	for label, c := range []struct {
		loss float64
		grad []float32
	}{
		{2.9, []float32{-1, 1, 0}},
		{0, []float32{0, 0, 0}},
		{12.9, []float32{1, 1, -2}},
	} {
		loss := Hinge(grad, lecture[label], label, 1, 1)
		assert.InDelta(t, c.loss, loss, 1e-6)
		assert.Equal(t, c.grad, grad)
		sum += float64(loss)
	}
	assert.InDelta(t, 5.27, sum/3, 0.005)
}

// The squared hinge terms of the lecture's scores, and the largest term.
func TestLectureOtherHinges(t *testing.T) {
	grad := make([]float32, 3)
	for label, c := range []struct {
		squared, best         float64
		gradSquared, gradBest []float32
	}{
		{2.9 * 2.9, 2.9, []float32{-5.8, 5.8, 0}, []float32{-1, 1, 0}},
		{0, 0, []float32{0, 0, 0}, []float32{0, 0, 0}},
		{6.3*6.3 + 6.6*6.6, 6.6, []float32{12.6, 13.2, -25.8}, []float32{0, 1, -1}},
	} {
		assert.InDelta(t, c.squared, SquaredHinge(grad, lecture[label], label, 1, 1), 1e-5)
		assert.InDeltaSlice(t, c.gradSquared, grad, 1e-5)
		assert.InDelta(t, c.best, CrammerSinger(grad, lecture[label], label, 1, 1), 1e-6)
		assert.Equal(t, c.gradBest, grad)
	}
}

func TestHingesAgainstFloat64(t *testing.T) {
	s := newSource(61)
	for n := 1; n < 100; n++ {
		scores, label := s.values(n, plain), s.below(n)
		grad, gradSquared, gradBest := make([]float32, n), make([]float32, n), make([]float32, n)
		loss, squared := Hinge(grad, scores, label, 0.5, 1), SquaredHinge(gradSquared, scores, label, 0.5, 1)
		best := CrammerSinger(gradBest, scores, label, 0.5, 1)
		var want, wantSquared, wantBest, magnitude, magnitudeSquared float64
		var violations float32
		worst := label
		for i, v := range scores {
			if i == label {
				continue
			}
			d := float64(v) - float64(scores[label])
			m := max(0, d+1)
			if m > wantBest {
				wantBest, worst = m, i
			}
			// A term itself is rounded twice.
			own := 2 * unit * (math.Abs(d) + m)
			want += m
			wantSquared += m * m
			magnitude += own/unit + m
			magnitudeSquared += 2*m*own/unit + m*m
			if m > 0 {
				violations++
			}
			require.Equal(t, grad[i] == 0.5, m > 0)
			require.Equal(t, grad[i] == 0, m == 0)
			require.InDelta(t, m, gradSquared[i], own)
		}
		require.InDelta(t, want, loss, growth(rowRoundings(n)+2)*magnitude)
		require.InDelta(t, wantSquared, squared, growth(rowRoundings(n)+2)*magnitudeSquared)
		require.InDelta(t, -want, gradSquared[label], growth(rowRoundings(n)+2)*magnitude)
		require.Equal(t, -violations/2, grad[label])
		require.InDelta(t, wantBest, best, 4*unit*(wantBest+math.Abs(float64(scores[label]))+1))
		for i, g := range gradBest {
			switch {
			case worst == label || i != worst && i != label:
				require.Zero(t, g)
			case i == worst:
				require.Equal(t, float32(0.5), g)
			default:
				require.Equal(t, float32(-0.5), g)
			}
		}
	}
}

func TestCrossEntropySpecialRows(t *testing.T) {
	for _, c := range []struct {
		scores []float32
		loss   float32
		grad   []float32 // for label 0 and weight 2
	}{
		{[]float32{5}, 0, []float32{0}},
		{[]float32{-200, 0}, 200, []float32{-2, 2}}, // p rounds to 0, its logarithm is finite
		{[]float32{-inf, 0}, inf, []float32{-2, 2}},
		{[]float32{0, -inf}, 0, []float32{0, 0}},
		{[]float32{-inf, -inf}, nan, []float32{nan, nan}},
		{[]float32{inf, 0}, nan, []float32{nan, nan}},
		{[]float32{0, inf}, nan, []float32{nan, nan}},
		{[]float32{0, nan}, nan, []float32{nan, nan}},
	} {
		grad := make([]float32, len(c.scores))
		loss := CrossEntropy(grad, c.scores, 0, 2)
		assert.True(t, same(c.loss, loss), "loss of %v: %v", c.scores, loss)
		assert.Negative(t, firstDifference(c.grad, grad), "gradient of %v: %v", c.scores, grad)
	}
}

// A hingeCase is a row of scores with its loss and gradient for label 0, weight 2 and
// margin 1.
type hingeCase struct {
	scores []float32
	loss   float32
	grad   []float32
}

func testHinge(t *testing.T, loss func(grad, scores []float32, label int, weight, margin float32) float32, cases []hingeCase) {
	for _, c := range cases {
		grad := make([]float32, len(c.scores))
		got := loss(grad, c.scores, 0, 2, 1)
		assert.True(t, same(c.loss, got), "loss of %v: %v", c.scores, got)
		assert.Negative(t, firstDifference(c.grad, grad), "gradient of %v: %v", c.scores, grad)
	}
}

func TestHingeSpecialRows(t *testing.T) {
	testHinge(t, Hinge, []hingeCase{
		{[]float32{5}, 0, []float32{0}},
		{[]float32{nan}, 0, []float32{0}}, // nothing to compare with
		{[]float32{1, 0}, 0, []float32{0, 0}},
		{[]float32{0, inf}, inf, []float32{-2, 2}},
		{[]float32{inf, 0}, 0, []float32{0, 0}},
		{[]float32{-inf, 0}, inf, []float32{-2, 2}},
		{[]float32{0, -inf}, 0, []float32{0, 0}},
		{[]float32{inf, 0, inf}, nan, []float32{nan, nan, nan}},
		{[]float32{-inf, 0, -inf}, nan, []float32{nan, nan, nan}},
		{[]float32{nan, 0}, nan, []float32{nan, nan}},
		{[]float32{0, 9, nan}, nan, []float32{nan, nan, nan}},
	})
}

func TestSquaredHingeSpecialRows(t *testing.T) {
	testHinge(t, SquaredHinge, []hingeCase{
		{[]float32{5}, 0, []float32{0}},
		{[]float32{nan}, 0, []float32{0}},
		{[]float32{0, 1, -5}, 4, []float32{-8, 8, 0}},
		{[]float32{0, 1e30}, inf, []float32{-4e30, 4e30}}, // the square overflows
		{[]float32{0, inf}, inf, []float32{-inf, inf}},
		{[]float32{inf, 0}, 0, []float32{0, 0}},
		{[]float32{inf, 0, inf}, nan, []float32{nan, nan, nan}},
		{[]float32{0, 9, nan}, nan, []float32{nan, nan, nan}},
	})
}

func TestCrammerSingerSpecialRows(t *testing.T) {
	testHinge(t, CrammerSinger, []hingeCase{
		{[]float32{5}, 0, []float32{0}},
		{[]float32{nan}, 0, []float32{0}},
		{[]float32{-inf}, 0, []float32{0}},
		{[]float32{0, -1}, 0, []float32{0, 0}},
		{[]float32{0, 3, 5, 5}, 6, []float32{-2, 0, 2, 0}}, // the lowest of equals
		{[]float32{1, negZero, 0}, 0, []float32{0, 0, 0}},  // not positive
		{[]float32{0, negZero, 0}, 1, []float32{-2, 2, 0}}, // equal zeros
		{[]float32{0, inf}, inf, []float32{-2, 2}},
		{[]float32{inf, 0}, 0, []float32{0, 0}},
		{[]float32{0, -inf}, 0, []float32{0, 0}},
		{[]float32{-inf, -inf, 3}, inf, []float32{-2, 0, 2}}, // only the largest matters
		{[]float32{-inf, -inf}, nan, []float32{nan, nan}},
		{[]float32{inf, 0, inf}, nan, []float32{nan, nan, nan}},
		{[]float32{nan, 0}, nan, []float32{nan, nan}},
		{[]float32{0, 9, nan}, nan, []float32{nan, nan, nan}},
		{[]float32{0, nan, 9}, nan, []float32{nan, nan, nan}},
	})
}

func TestMarginsOfMinusZero(t *testing.T) {
	grad := make([]float32, 2)
	assert.True(t, same(0, Hinge(grad, []float32{0, negZero}, 0, 1, negZero)))
	assert.Negative(t, firstDifference([]float32{0, 0}, grad))
}

func TestLossesInPlace(t *testing.T) {
	s := newSource(62)
	for n := 1; n < 40; n++ {
		for m := range moods {
			label := s.below(n)
			for name, loss := range map[string]func(dst, scores []float32) float32{
				"Softmax":      func(dst, scores []float32) float32 { Softmax(dst, scores); return 0 },
				"CrossEntropy": func(dst, scores []float32) float32 { return CrossEntropy(dst, scores, label, 3) },
				"Hinge":        func(dst, scores []float32) float32 { return Hinge(dst, scores, label, 3, 1) },
				"SquaredHinge": func(dst, scores []float32) float32 { return SquaredHinge(dst, scores, label, 3, 1) },
				"CrammerSinger": func(dst, scores []float32) float32 {
					return CrammerSinger(dst, scores, label, 3, 1)
				},
				"LogSoftmax": func(dst, scores []float32) float32 { LogSoftmax(dst, scores); return 0 },
			} {
				scores, want := s.values(n, m), make([]float32, n)
				wantLoss := loss(want, scores)
				gotLoss := loss(scores, scores)
				require.True(t, same(wantLoss, gotLoss), "%s of %d", name, n)
				require.Negative(t, firstDifference(want, scores), "%s of %d", name, n)
			}
		}
	}
}

func TestLossPanics(t *testing.T) {
	x := make([]float32, 8)
	for message, f := range map[string]func(){
		"argmax: Softmax of lengths 3 and 4":            func() { Softmax(x[:3], x[4:]) },
		"argmax: CrossEntropy of lengths 4 and 3":       func() { CrossEntropy(x[:4], x[4:7], 0, 1) },
		"argmax: Hinge of lengths 0 and 8":              func() { Hinge(nil, x, 0, 1, 1) },
		"argmax: Softmax: dst overlaps scores":          func() { Softmax(x[:4], x[3:7]) },
		"argmax: CrossEntropy: grad overlaps scores":    func() { CrossEntropy(x[3:7], x[:4], 0, 1) },
		"argmax: Hinge: grad overlaps scores":           func() { Hinge(x[:4], x[1:5], 0, 1, 1) },
		"argmax: CrossEntropy of label 8 with 8 scores": func() { CrossEntropy(x, x, 8, 1) },
		"argmax: CrossEntropy of label 0 with 0 scores": func() { CrossEntropy(nil, nil, 0, 1) },
		"argmax: Hinge of label -1 with 8 scores":       func() { Hinge(x, x, -1, 1, 1) },
		"argmax: SquaredHinge of label 8 with 8 scores": func() { SquaredHinge(x, x, 8, 1, 1) },
		"argmax: CrammerSinger of lengths 7 and 8":      func() { CrammerSinger(x[:7], x, 8, 1, 1) },
		"argmax: LogSoftmax: dst overlaps scores":       func() { LogSoftmax(x[:4], x[3:7]) },
		"argmax: Exp of lengths 2 and 3":                func() { Exp(x[:2], x[5:]) },
		"argmax: Log: dst overlaps x":                   func() { Log(x[:4], x[3:7]) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

func TestLossRowsAreSingleRows(t *testing.T) {
	type rowsOf func(losses []float32, dst, scores Strided[float32], n int, labels []int, weights []float32)
	type rowOf func(dst, scores []float32, label int, weight float32) float32
	const margin = 1
	hingeRows := func(f func(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32, margin float32)) rowsOf {
		return func(losses []float32, grad, scores Strided[float32], n int, labels []int, weights []float32) {
			f(losses, grad, scores, n, labels, weights, margin)
		}
	}
	hingeRow := func(f func(grad, scores []float32, label int, weight, margin float32) float32) rowOf {
		return func(grad, scores []float32, label int, weight float32) float32 {
			return f(grad, scores, label, weight, margin)
		}
	}
	plainRows := func(f func(dst, scores Strided[float32], rows, n int)) rowsOf {
		return func(losses []float32, dst, scores Strided[float32], n int, _ []int, _ []float32) {
			f(dst, scores, len(losses), n)
		}
	}
	plainRow := func(f func(dst, scores []float32)) rowOf {
		return func(dst, scores []float32, _ int, _ float32) float32 { f(dst, scores); return 0 }
	}
	s := newSource(60)
	for name, c := range map[string]struct {
		rows rowsOf
		row  rowOf
	}{
		"Softmax":       {plainRows(SoftmaxRows), plainRow(Softmax)},
		"LogSoftmax":    {plainRows(LogSoftmaxRows), plainRow(LogSoftmax)},
		"CrossEntropy":  {CrossEntropyRows, CrossEntropy},
		"Hinge":         {hingeRows(HingeRows), hingeRow(Hinge)},
		"SquaredHinge":  {hingeRows(SquaredHingeRows), hingeRow(SquaredHinge)},
		"CrammerSinger": {hingeRows(CrammerSingerRows), hingeRow(CrammerSinger)},
		"LogSumExp": {
			func(losses []float32, _, scores Strided[float32], n int, _ []int, _ []float32) {
				LogSumExpRows(losses, scores, n)
			},
			func(_, scores []float32, _ int, _ float32) float32 { return LogSumExp(scores) },
		},
	} {
		for _, n := range []int{1, 3, 10, 16, 40, 300} {
			for _, rows := range []int{0, 1, 5, 64, 150} {
				for m := range moods {
					lds, ldd := n+2, n+1
					scores, weights, labels := s.values(rows*lds, m), s.values(rows, plain), make([]int, rows)
					for i := range labels {
						labels[i] = s.below(n)
					}
					got, losses, want := make([]float32, rows*ldd), make([]float32, rows), make([]float32, n)
					c.rows(losses, strided(got, ldd), strided(scores, lds), n, labels, weights)
					for i := range rows {
						loss := c.row(want, scores[i*lds:][:n], labels[i], weights[i])
						require.Negative(t, firstDifference(got[i*ldd:][:n], want), "%s of %d of %d rows of %d", name, i, rows, n)
						require.True(t, same(losses[i], loss), "%s of %d of %d rows of %d", name, i, rows, n)
					}
				}
			}
		}
	}
}

// Rows without scores, and no rows.
func TestEmptyRows(t *testing.T) {
	for _, isa := range cpu.Available() {
		restore := cpu.Use(isa)
		dst := make([]float32, 300)
		SoftmaxRows(Strided[float32]{}, Strided[float32]{}, 300, 0)
		LogSoftmaxRows(Strided[float32]{}, Strided[float32]{}, 300, 0)
		LogSumExpRows(dst, Strided[float32]{}, 0)
		assert.Equal(t, slices.Repeat([]float32{-inf}, 300), dst)
		SoftmaxRows(Strided[float32]{Stride: 5}, Strided[float32]{Stride: 5}, 0, 5)
		CrossEntropyRows(nil, Strided[float32]{Stride: 5}, Strided[float32]{Stride: 5}, 5, nil, nil)
		HingeRows(nil, Strided[float32]{Stride: 5}, Strided[float32]{Stride: 5}, 5, nil, nil, 1)
		restore()
	}
}

func TestLossRowsPanic(t *testing.T) {
	x, y := make([]float32, 20), make([]float32, 20)
	for message, f := range map[string]func(){
		"argmax: SoftmaxRows: dst of length 20 cannot hold 3 rows of length 10 at stride 10":      func() { SoftmaxRows(strided(x, 10), strided(y, 10), 3, 10) },
		"argmax: SoftmaxRows: scores of length 20 cannot hold 2 rows of length 10 at stride 11":   func() { SoftmaxRows(strided(x, 10), strided(y, 11), 2, 10) },
		"argmax: SoftmaxRows: dst overlaps scores":                                                func() { SoftmaxRows(strided(x, 5), strided(x, 6), 2, 5) },
		"argmax: LogSoftmaxRows: dst of length 20 cannot hold 3 rows of length 10 at stride 10":   func() { LogSoftmaxRows(strided(x, 10), strided(y, 10), 3, 10) },
		"argmax: LogSumExpRows: scores of length 20 cannot hold 3 rows of length 10 at stride 10": func() { LogSumExpRows(x[:3], strided(y, 10), 10) },
		"argmax: LogSumExpRows: dst overlaps scores":                                              func() { LogSumExpRows(x[:2], strided(x, 10), 10) },
		"argmax: HingeRows of label -1 with 5 scores":                                             func() { HingeRows(x[19:], strided(x, 5), strided(y, 5), 5, []int{-1}, y[:1], 1) },
		"argmax: CrossEntropyRows of label 5 with 5 scores":                                       func() { CrossEntropyRows(x[19:], strided(x, 5), strided(y, 5), 5, []int{5}, y[:1]) },
		"argmax: CrossEntropyRows of 1 losses with 2 labels and 2 weights":                        func() { CrossEntropyRows(x[19:], strided(x, 5), strided(y, 5), 5, []int{0, 1}, y[:2]) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

// logistic is log(1 + eᶻ) and its derivative.
func logistic(z float64) (loss, slope float64) {
	e := math.Exp(-math.Abs(z))
	loss, slope = max(0, z)+math.Log1p(e), 1/(1+e)
	if z < 0 {
		slope = e / (1 + e)
	}
	return loss, slope
}

// A score of any size, alone or as one of the others: the loss is within 3 units in the
// last place, the derivative within 4.
func TestLogisticAgainstFloat64(t *testing.T) {
	var worstLoss, worstSlope float64
	s := newSource(62)
	for range 1 << 16 {
		score, label := s.float(-30, 38), s.below(2)
		losses, grad := make([]float32, 1), make([]float32, 2)
		// The other score is certain: its loss is 0.
		scores := []float32{score, -inf}
		z := float64(score)
		if label == 0 {
			z = -z
		} else {
			scores[1] = inf
		}
		LogisticRows(losses, strided(grad, 2), strided(scores, 2), 2, []int{label}, []float32{1})
		loss, slope := logistic(z)
		if label == 0 {
			slope = -slope
		}
		worstLoss = max(worstLoss, ulps(losses[0], loss))
		worstSlope = max(worstSlope, ulps(grad[0], slope))
	}
	t.Logf("largest errors: loss %.3f ulp, derivative %.3f ulp", worstLoss, worstSlope)
	assert.Less(t, worstLoss, 3.)
	assert.Less(t, worstSlope, 4.)
}

func TestLogisticSpecialScores(t *testing.T) {
	for _, c := range []struct{ score, loss, slope float32 }{
		{0, ln2High, 0.5}, {negZero, ln2High, 0.5},
		{inf, inf, 1}, {-inf, 0, 0}, {math.MaxFloat32, math.MaxFloat32, 1}, {-math.MaxFloat32, 0, 0},
		{nan, nan, nan},
	} {
		for n := 2; n < 40; n++ { // at every place of a row, whose other losses are 0
			for at := range n {
				scores, losses := slices.Repeat([]float32{-inf}, n), make([]float32, 1)
				scores[at], scores[(at+1)%n] = c.score, inf
				LogisticRows(losses, strided(scores, n), strided(scores, n), n, []int{(at + 1) % n}, []float32{2})
				require.True(t, same(c.loss, losses[0]), "%v at %d of %d: loss %v", c.score, at, n, losses[0])
				require.True(t, same(2*c.slope, scores[at]), "%v at %d of %d: gradient %v", c.score, at, n, scores[at])
			}
		}
	}
}
