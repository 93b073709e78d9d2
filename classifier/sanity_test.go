package classifier_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Every loss, with each penalty, bias and scaling, passes all checks on data that can be
// learned.
func TestSanity(t *testing.T) {
	ex := blobs(80, 25, 4)
	objectives := []classifier.Objective{
		{L2: 0.1}, {L1: 0.1, Scaling: classifier.Unscaled}, {Bias: classifier.NoBias, Scaling: classifier.OneScale},
		{L2: 0.01, L1: 0.01, Bias: classifier.PenalizedBias, Balanced: true},
	}
	for i, l := range losses {
		for j := range 2 { // each loss with two of them
			o := objectives[(i+2*j)%4]
			o.Loss = l
			checks, err := classifier.Sanity(t.Context(), ex, o)
			require.NoError(t, err)
			assert.True(t, checks.Passed(), "%v: %+v\n%v", l, o, checks)
			want := 4
			if o.L1 == 0 && o.L2 == 0 {
				want = 3
			}
			assert.Len(t, checks, want)
		}
	}
}

// Bytes of images, and features with large means.
func TestSanityOfImages(t *testing.T) {
	if testing.Short() {
		t.Skip("slow in an emulator")
	}
	ex := awkward()
	for scaling, ex := range map[classifier.Scaling]classifier.Examples{
		classifier.Unscaled: bytesOf(ex), classifier.PerFeature: ex,
	} {
		checks, err := classifier.Sanity(t.Context(), ex, classifier.Objective{L2: 1e-3, Scaling: scaling})
		require.NoError(t, err)
		assert.True(t, checks.Passed(), "%v", checks)
	}
}

// Labels that the features do not tell apart cannot be learned by heart; a loss whose
// gradient is wrong does not pass the check of the gradient, one that is too large does
// not begin as it should.
func TestSanityFindsWhatIsWrong(t *testing.T) {
	ex := blobs(120, 30, 5)
	copy(ex.X.Row(1), ex.X.Row(0)) // another class
	checks, err := classifier.Sanity(t.Context(), ex, classifier.Objective{L2: 0.1})
	require.NoError(t, err)
	assert.Equal(t, []bool{true, true, true, false}, passed(checks))
	assert.Contains(t, checks.String(), "FAIL  20 rows by heart: 95.0 % right with a loss of ")

	ex = blobs(120, 30, 5)
	checks, err = classifier.Sanity(t.Context(), ex, classifier.Objective{Loss: twisted{factor: 1.01}})
	require.NoError(t, err)
	assert.Equal(t, []bool{true, false}, passed(checks)[:2])
	assert.Regexp(t, `(?m)^FAIL  gradient: element \d+ of output \d+ is \S+, the difference quotients are \S+ and \S+$`, checks.String())
	checks, err = classifier.Sanity(t.Context(), ex, classifier.Objective{Loss: twisted{factor: 1, term: 0.01}})
	require.NoError(t, err)
	assert.False(t, checks[0].Passed)
	assert.Contains(t, checks[0].Detail, "1.6194 with weights of zero, want 1.6094, the softmax loss of 5 equal scores")
}

func passed(checks classifier.Checks) (all []bool) {
	for _, c := range checks {
		all = append(all, c.Passed)
	}
	return all
}

// twisted is a softmax loss whose fast form differs from its definition.
type twisted struct {
	loss.Softmax
	factor float32
	term   float64
}

func (l twisted) Gradient(grad, scores kernels.Matrix, labels []int, weights []float32) float64 {
	sum := l.Softmax.Gradient(grad, scores, labels, weights)
	for i := range grad.Rows {
		for j := range grad.Row(i) {
			grad.Row(i)[j] *= l.factor
		}
		sum += l.term * float64(weights[i])
	}
	return sum
}

func TestSanityRefuses(t *testing.T) {
	_, err := classifier.Sanity(t.Context(), blobs(20, 2, 2), classifier.Objective{L2: -1})
	assert.ErrorContains(t, err, "penalty -1")
	_, err = classifier.Sanity(t.Context(), line(make([]float32, 4), []int{0, 0, 0, 0}, "a", "b"), classifier.Objective{})
	assert.ErrorContains(t, err, "all examples are of one class")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = classifier.Sanity(ctx, blobs(20, 2, 2), classifier.Objective{})
	assert.ErrorIs(t, err, context.Canceled)
}

func ExampleSanity() {
	checks, err := classifier.Sanity(context.Background(), flowers, classifier.Objective{Loss: loss.WestonWatkins{}, L2: 1e-2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(checks[0].Name, checks[0].Detail)
	wrong := slices.IndexFunc(checks, func(c classifier.Check) bool { return !c.Passed })
	fmt.Println(wrong, checks.Passed())
	// Output:
	// initial loss 2.0000 with weights of zero, want 2.0000, the Weston–Watkins hinge loss of 3 equal scores
	// -1 true
}
