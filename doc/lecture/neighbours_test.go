package lecture_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

// The two images of the slide.
func Example_manhattan() {
	test := []uint8{
		56, 32, 10, 18,
		90, 23, 128, 133,
		24, 26, 178, 200,
		2, 0, 255, 220,
	}
	train := kernels.Dense[uint8]{Rows: 1, Cols: 16, Stride: 16, Data: []uint8{
		10, 20, 24, 17,
		8, 10, 89, 100,
		12, 16, 178, 170,
		4, 32, 233, 112,
	}}
	nearest := make([]kernels.Neighbour, 1)
	kernels.Nearest(nearest, test, train, kernels.L1)
	fmt.Println(nearest[0].Distance)
	// Output: 456
}

// Equal distances and equal votes.
func Example_ties() {
	points := &classifier.Table{
		X:     kernels.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{-1, 1}},
		Y:     []int{1, 0},
		Names: []string{"red", "blue"},
	}
	for _, c := range []struct {
		k   int
		x   float32
		why string
	}{
		{1, 0, "of equally near examples, the lower row"},
		{2, 0, "of classes with equal votes and equally near, the lower class"},
		{2, -0.5, "of classes with equal votes, the nearer"},
	} {
		m, err := classifier.NewKNN(points, classifier.KNNConfig{K: c.k})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("k = %d at %4.1f: %-4s  %s\n", c.k, c.x, m.Classes()[m.Predict([]float32{c.x})], c.why)
	}
	// Output:
	// k = 1 at  0.0: blue  of equally near examples, the lower row
	// k = 2 at  0.0: red   of classes with equal votes and equally near, the lower class
	// k = 2 at -0.5: blue  of classes with equal votes, the nearer
}

// A rotation by the angle of a right triangle with sides 3, 4 and 5, times 5.
func Example_rotation() {
	rotate := func(p []float32) []float32 {
		return []float32{3*p[0] - 4*p[1], 4*p[0] + 3*p[1]}
	}
	origin := []float32{0, 0}
	for _, p := range [][]float32{{3, 0}, {2, 2}} {
		r := rotate(p)
		fmt.Printf("%v: L1 %v, after the rotation %v; L2 %.2f, after it %.2f\n", p,
			argmax.L1Dist(p, origin), argmax.L1Dist(r, origin)/5,
			math.Sqrt(float64(argmax.SqDist(p, origin))), math.Sqrt(float64(argmax.SqDist(r, origin)))/5)
	}
	// Output:
	// [3 0]: L1 3, after the rotation 4.2; L2 3.00, after it 3.00
	// [2 2]: L1 4, after the rotation 3.2; L2 2.83, after it 2.83
}

// Neighbours copy nothing and learn nothing; a prediction compares the image with every
// example. A linear model takes longer to train, and its predictions do not depend on the
// number of examples.
func TestNeighboursPayAtPrediction(t *testing.T) {
	if testing.Short() || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("measures times")
	}
	train, test := clothes(t)
	few, _ := dataset.Stratified(train, train.Len()/8, 1)
	x := make([]float32, test.Features())
	test.Row(x, 0)

	type times struct{ train, predict time.Duration }
	measure := func(fit func() (classifier.Predictor, error)) (least times) {
		least = times{math.MaxInt64, math.MaxInt64}
		for range 5 {
			start := time.Now()
			m, err := fit()
			require.NoError(t, err)
			least.train = min(least.train, time.Since(start))
			m.Predict(x)
			for range 50 {
				start = time.Now()
				m.Predict(x)
				least.predict = min(least.predict, time.Since(start))
			}
		}
		return least
	}
	neighbours := func(ex classifier.Examples) times {
		return measure(func() (classifier.Predictor, error) { return classifier.NewKNN(ex, classifier.KNNConfig{}) })
	}
	linear := func(ex classifier.Examples) times {
		return measure(func() (classifier.Predictor, error) {
			m, _, err := classifier.SGD{Epochs: 5}.Fit(t.Context(), ex, classifier.Objective{}, classifier.Options{})
			return m, err
		})
	}
	knn, knnOfFew := neighbours(train), neighbours(few)
	wx, wxOfFew := linear(train), linear(few)
	t.Logf("4500 images: neighbours %v, linear %v; 562 images: neighbours %v, linear %v", knn, wx, knnOfFew, wxOfFew)
	assert.Less(t, 10*knn.train, wx.train)
	assert.Greater(t, knn.predict, 10*wx.predict)
	assert.Greater(t, knn.predict, 3*knnOfFew.predict, "8 times the examples")
	assert.Less(t, wx.predict, 3*wxOfFew.predict)
}

// An image that is moved a little looks the same to people, and is far from itself.
func TestPixelDistanceIsNotWhatWeSee(t *testing.T) {
	train, test := clothes(t)
	moved := make([]byte, test.Len()*test.Features())
	for i := range test.Len() {
		for y := range 28 {
			copy(moved[i*784+y*28+2:][:26], test.Pixels(i)[y*28:])
		}
	}
	m, err := classifier.NewKNN(train, classifier.KNNConfig{})
	require.NoError(t, err)
	nearest, count := make([]classifier.Neighbour, test.Len()), make([]int, test.Len())
	require.NoError(t, m.NeighboursAll(t.Context(), nearest, count, test, 1, 0))
	nearer, wrong := 0, 0
	for i := range test.Len() {
		distance := float32(0) // from the moved image
		for f, v := range test.Pixels(i) {
			d := float32(v) - float32(moved[i*784+f])
			distance += d * d
		}
		if nearest[i].Distance < distance {
			nearer++
			if nearest[i].Label != test.Label(i) {
				wrong++
			}
		}
	}
	table(t, "02-nearest-neighbour.md", fmt.Sprintf(`1000 test images, each moved by two pixels:
for %d a training image is nearer to the original than the moved copy
for %d the nearest training image is also of another class
`, nearer, wrong))
}

// In many dimensions all points are almost equally far.
func Example_dimensions() {
	random := rand.New(rand.NewPCG(1, 1))
	for _, dimensions := range []int{2, 20, 200, 2000} {
		points := kernels.NewMatrix(500, dimensions)
		for i := range points.Data {
			points.Data[i] = random.Float32()
		}
		all := make([]kernels.Neighbour, 500)
		kernels.Nearest(all, points.Row(0), points, kernels.L2)
		nearest, farthest := float64(all[1].Distance), float64(all[499].Distance)
		fmt.Printf("%d dimensions: the nearest of 499 points is at %.2f of the distance of the farthest\n",
			dimensions, math.Sqrt(nearest/farthest))
	}
	// Output:
	// 2 dimensions: the nearest of 499 points is at 0.02 of the distance of the farthest
	// 20 dimensions: the nearest of 499 points is at 0.35 of the distance of the farthest
	// 200 dimensions: the nearest of 499 points is at 0.77 of the distance of the farthest
	// 2000 dimensions: the nearest of 499 points is at 0.92 of the distance of the farthest
}
