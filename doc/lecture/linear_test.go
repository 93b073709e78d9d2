package lecture_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/kernels"
)

// A row of W is an image, the template of its class. The mean image of a class is most like
// its template.
func Example_template() {
	train, _, err := fashion.Load()
	if err != nil {
		log.Fatal(err)
	}
	m, _, err := classifier.SGD{Epochs: 5}.Fit(context.Background(), train, classifier.Objective{L2: 1e-3}, classifier.Options{})
	if err != nil {
		log.Fatal(err)
	}
	right := 0
	for class := range m.Classes() {
		mean, images := make([]float32, m.Features()), float32(0)
		for i, y := range train.Labels() {
			if y == class {
				images++
				for f, v := range train.Pixels(i) {
					mean[f] += float32(v)
				}
			}
		}
		for f := range mean {
			mean[f] /= images
		}
		if m.Predict(mean) == class {
			right++
		}
	}
	fmt.Println(right, "of 10 mean images are classified as their class")
	// Output: 10 of 10 mean images are classified as their class
}

// A row of W is perpendicular to the line on which the score is constant, and the score
// grows in its direction.
func Example_geometry() {
	m, err := classifier.NewLinear(
		kernels.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{3, 4, -1, 2}}, []float32{-10, 0},
		classifier.Info{Classes: []string{"car", "plane"}})
	if err != nil {
		log.Fatal(err)
	}
	scores := make([]float32, 2)
	for _, x := range [][]float32{
		{2, 1},         // on the line 3x + 4y = 10
		{2 + 4, 1 - 3}, // along the line
		{2 + 3, 1 + 4}, // along the row of W, whose square is 25
	} {
		m.Scores(scores, x)
		fmt.Println(x, "has the car score", scores[0])
	}
	// Output:
	// [2 1] has the car score 0
	// [6 -2] has the car score 0
	// [5 5] has the car score 25
}

// Two classes in opposite quadrants, in a ring, and in three islands: no line separates
// them.
func Example_hardCases() {
	random := rand.New(rand.NewPCG(1, 1))
	cases := []struct {
		name  string
		class func(x, y float64) bool
	}{
		{"quadrants", func(x, y float64) bool { return x*y > 0 }},
		{"a ring", func(x, y float64) bool { r := math.Hypot(x, y); return 1 < r && r < 2 }},
		{"islands", func(x, y float64) bool {
			return math.Hypot(x-1, y-1) < 0.6 || math.Hypot(x+1, y-1) < 0.6 || math.Hypot(x, y+1) < 0.6
		}},
	}
	for _, c := range cases {
		points := &classifier.Table{X: kernels.NewMatrix(400, 2), Y: make([]int, 400), Names: []string{"no", "yes"}}
		for i := range points.Y {
			x, y := 4*random.Float64()-2, 4*random.Float64()-2
			copy(points.X.Row(i), []float32{float32(x), float32(y)})
			if c.class(x, y) {
				points.Y[i] = 1
			}
		}
		_, report, err := classifier.Auto{}.Fit(context.Background(), points, classifier.Objective{L2: 1e-4, Balanced: true}, classifier.Options{})
		if err != nil {
			log.Fatal(err)
		}
		neighbours, err := classifier.NewKNN(points, classifier.KNNConfig{})
		if err != nil {
			log.Fatal(err)
		}
		others, right := [][]int{make([]int, 400)}, 0
		if err := neighbours.LeaveOneOut(context.Background(), others, []int{1}, 0, nil); err != nil {
			log.Fatal(err)
		}
		for i, y := range points.Y {
			if others[0][i] == y {
				right++
			}
		}
		fmt.Printf("%s: linear %.2f, nearest neighbour %.2f\n", c.name, report.Accuracy, float64(right)/400)
	}
	// Output:
	// quadrants: linear 0.56, nearest neighbour 0.96
	// a ring: linear 0.51, nearest neighbour 0.93
	// islands: linear 0.63, nearest neighbour 0.96
}
