package argmax

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The scores of three images (a cat, a car, a frog) for these three classes, from
// the lecture of Stanford's CS231n on linear classification.
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

func TestSoftmaxAgainstFloat64(t *testing.T) {
	s := newSource(60)
	for n := 1; n < 100; n++ {
		for _, spread := range []float32{0.01, 1, 10} {
			scores := s.values(n, plain)
			for i := range scores {
				scores[i] = float32(math.Mod(float64(scores[i]), 8)) * spread
			}
			largest, sum := float64(slices.Max(scores)), 0.0
			for _, v := range scores {
				sum += math.Exp(float64(v) - largest)
			}
			label := s.below(n)
			p, grad := make([]float32, n), make([]float32, n)
			Softmax(p, scores)
			loss := CrossEntropy(grad, scores, label, 0.25)

			for i, v := range scores {
				// exp is off by the rounding of its argument, v − largest, and its own 0.9
				// ulp of at most 2 units; then the sum, the reciprocal, the product. The last
				// may be denormal.
				argument := largest - float64(v)
				bound := growth(rowRoundings(n)+2+2+2) + argument*unit
				want := math.Exp(-argument) / sum
				require.InDelta(t, want, p[i], bound*want+math.SmallestNonzeroFloat32, "length %d, element %d", n, i)
				if i == label {
					require.InDelta(t, 0.25*(want-1), grad[i], 0.25*(bound*want+2*unit))
				} else {
					require.Equal(t, p[i]/4, grad[i])
				}
			}
			want := math.Log(sum) + largest - float64(scores[label])
			bound := growth(rowRoundings(n)+2) + 4*unit*(math.Log(sum)+largest-float64(scores[label]))
			require.InDelta(t, want, loss, bound, "length %d", n)
		}
	}
}

func TestHingeAgainstFloat64(t *testing.T) {
	s := newSource(61)
	for n := 1; n < 100; n++ {
		scores, label := s.values(n, plain), s.below(n)
		grad := make([]float32, n)
		loss := Hinge(grad, scores, label, 1, 0.5)
		var want, magnitude float64
		var violations float32
		for i, v := range scores {
			if i == label {
				continue
			}
			if m := float64(v) - float64(scores[label]) + 1; m > 0 {
				want += m
				magnitude += math.Abs(float64(v)-float64(scores[label])) + m
				violations++
				require.Equal(t, float32(0.5), grad[i])
			} else {
				require.True(t, same(0, grad[i]))
			}
		}
		require.InDelta(t, want, loss, growth(rowRoundings(n)+2)*magnitude)
		require.Equal(t, -violations/2, grad[label])
	}
}

func TestSoftmaxSpecialRows(t *testing.T) {
	for _, c := range []struct{ scores, want []float32 }{
		{nil, nil},
		{[]float32{5}, []float32{1}},
		{[]float32{-3e38}, []float32{1}},
		{[]float32{7, 7, 7, 7}, []float32{0.25, 0.25, 0.25, 0.25}},
		{[]float32{0, 200}, []float32{0, 1}}, // exp(200) overflows
		{[]float32{-300, -300}, []float32{0.5, 0.5}},
		{[]float32{3e38, -3e38, 3e38}, []float32{0.5, 0, 0.5}}, // the difference overflows
		{[]float32{-inf, 3, -inf}, []float32{0, 1, 0}},
		{[]float32{-inf, -inf}, []float32{nan, nan}},
		{[]float32{-inf}, []float32{nan}},
		{[]float32{inf, 0}, []float32{nan, nan}},
		{[]float32{inf, inf}, []float32{nan, nan}},
		{[]float32{inf}, []float32{nan}},
		{[]float32{0, nan, 0}, []float32{nan, nan, nan}},
	} {
		got := make([]float32, len(c.scores))
		Softmax(got, c.scores)
		assert.Negative(t, firstDifference(c.want, got), "softmax of %v: %v", c.scores, got)
	}
}

func TestCrossEntropySpecialRows(t *testing.T) {
	for _, c := range []struct {
		scores []float32
		loss   float32
		grad   []float32 // for label 0 and weight 2
	}{
		{[]float32{5}, 0, []float32{0}},
		{[]float32{-200, 0}, 200, []float32{-2, 2}}, // p rounds to 0, its logarithm does not
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

func TestHingeSpecialRows(t *testing.T) {
	for _, c := range []struct {
		scores []float32
		loss   float32
		grad   []float32 // for label 0, margin 1 and weight 2
	}{
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
	} {
		grad := make([]float32, len(c.scores))
		loss := Hinge(grad, c.scores, 0, 1, 2)
		assert.True(t, same(c.loss, loss), "loss of %v: %v", c.scores, loss)
		assert.Negative(t, firstDifference(c.grad, grad), "gradient of %v: %v", c.scores, grad)
	}
}

func TestLossesInPlace(t *testing.T) {
	s := newSource(62)
	for n := 1; n < 40; n++ {
		for m := range moods {
			label := s.below(n)
			for name, loss := range map[string]func(dst, scores []float32) float32{
				"Softmax":      func(dst, scores []float32) float32 { Softmax(dst, scores); return 0 },
				"CrossEntropy": func(dst, scores []float32) float32 { return CrossEntropy(dst, scores, label, 3) },
				"Hinge":        func(dst, scores []float32) float32 { return Hinge(dst, scores, label, 1, 3) },
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
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

func TestLossRowsAreSingleRows(t *testing.T) {
	s := newSource(60)
	for _, n := range []int{1, 3, 10, 16, 40, 300} {
		for _, rows := range []int{0, 1, 5, 64, 150} {
			lds, ldd := n+2, n+1
			scores, weights, labels := s.values(rows*lds, edges), s.values(rows, plain), make([]int, rows)
			for i := range labels {
				labels[i] = s.below(n)
			}
			p, grad, losses := make([]float32, rows*ldd), make([]float32, rows*ldd), make([]float32, rows)
			SoftmaxRows(rows, n, p, ldd, scores, lds)
			CrossEntropyRows(rows, n, losses, grad, ldd, scores, lds, labels, weights)
			one := make([]float32, n)
			for i := range rows {
				Softmax(one, scores[i*lds:][:n])
				require.Negative(t, firstDifference(p[i*ldd:][:n], one), "%d of %d rows of %d", i, rows, n)
				loss := CrossEntropy(one, scores[i*lds:][:n], labels[i], weights[i])
				require.Negative(t, firstDifference(grad[i*ldd:][:n], one), "%d of %d rows of %d", i, rows, n)
				require.True(t, same(losses[i], loss))
			}
		}
	}
}

func TestLossRowsPanic(t *testing.T) {
	x, y := make([]float32, 20), make([]float32, 20)
	for message, f := range map[string]func(){
		"argmax: SoftmaxRows: dst of length 20 cannot hold 3 rows of length 10 at stride 10":    func() { SoftmaxRows(3, 10, x, 10, y, 10) },
		"argmax: SoftmaxRows: scores of length 20 cannot hold 2 rows of length 10 at stride 11": func() { SoftmaxRows(2, 10, x, 10, y, 11) },
		"argmax: SoftmaxRows: dst overlaps scores":                                              func() { SoftmaxRows(2, 5, x, 5, x, 6) },
		"argmax: CrossEntropyRows of label 5 with 5 scores":                                     func() { CrossEntropyRows(1, 5, x[:1], x, 5, y, 5, []int{5}, y[:1]) },
		"argmax: CrossEntropyRows of 2 rows with 1 losses, 2 labels and 2 weights":              func() { CrossEntropyRows(2, 5, x[:1], x, 5, y, 5, []int{0, 1}, y[:2]) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}
