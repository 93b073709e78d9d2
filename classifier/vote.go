package classifier

import (
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/index"
)

// Vote is how much the vote of a neighbour counts. Distances are those that a
// [Neighbour] has, rounded to float32.
type Vote uint8

const (
	// UniformVote counts every neighbour once.
	UniformVote Vote = iota
	// InverseVote counts a neighbour by the reciprocal of its distance; of L2 the
	// distance is the root of what [Neighbour] has. Neighbours at distance 0, if there
	// are some, have all the votes. It is not for InnerProduct, which is no distance.
	InverseVote
	// SoftmaxVote counts a neighbour at distance d by exp(−d/T), where T is the
	// temperature. With InnerProduct or Cosine it is the softmax of similarities; with
	// L2 it is a Gaussian kernel.
	SoftmaxVote
)

// String returns "uniform", "inverse" or "softmax".
func (v Vote) String() string {
	switch v {
	case UniformVote:
		return "uniform"
	case InverseVote:
		return "inverse"
	case SoftmaxVote:
		return "softmax"
	}
	return fmt.Sprintf("Vote(%d)", uint8(v))
}

// A ballot is the working memory of one prediction.
type ballot struct {
	neighbours []index.Neighbour
	weights    []float64 // of the neighbours
	votes      []float64 // of each class
	nearest    []float32 // the distance of the nearest neighbour of each class with votes
}

func newBallot(k, classes int) *ballot {
	return &ballot{make([]index.Neighbour, k), make([]float64, k), make([]float64, classes), make([]float32, classes)}
}

// weigh sets the weights of neighbours, the nearest first.
func (m *KNN) weigh(weights []float64, neighbours []index.Neighbour) {
	for i, n := range neighbours {
		d := float64(n.Distance)
		switch m.config.Vote {
		case UniformVote:
			weights[i] = 1
		case InverseVote:
			switch {
			case neighbours[0].Distance == 0 && d == 0:
				weights[i] = 1
			case neighbours[0].Distance == 0:
				weights[i] = 0
			case m.config.Metric == L2:
				weights[i] = 1 / math.Sqrt(d)
			default:
				weights[i] = 1 / d
			}
		case SoftmaxVote: // the factor of the nearest is 1, and cancels
			weights[i] = 1
			if nearest := float64(neighbours[0].Distance); d != nearest {
				weights[i] = exp((nearest - d) / m.config.Temperature)
			}
		}
	}
	if len(neighbours) > 0 && weights[0] == 0 { // all are infinitely far
		for i := range neighbours {
			weights[i] = 1
		}
	}
}

// count sets the votes of the classes by the first neighbours found, and returns their
// sum and the class that wins, −1 if there is no neighbour.
func (m *KNN) count(b *ballot, neighbours []index.Neighbour) (winner int, sum float64) {
	clear(b.votes)
	for i, n := range neighbours {
		label := m.labels[n.Row]
		if b.votes[label] == 0 {
			b.nearest[label] = n.Distance
		}
		b.votes[label] += b.weights[i]
		sum += b.weights[i]
	}
	winner = -1
	for class, v := range b.votes {
		if v > 0 && (winner < 0 || v > b.votes[winner] || v == b.votes[winner] && b.nearest[class] < b.nearest[winner]) {
			winner = class
		}
	}
	return winner, sum
}

// probabilities sets dst to the share of each class in the votes, NaN if there is no
// neighbour.
func (m *KNN) probabilities(dst []float32, b *ballot, neighbours []index.Neighbour) {
	m.weigh(b.weights, neighbours)
	_, sum := m.count(b, neighbours)
	for class, v := range b.votes {
		dst[class] = float32(v / sum)
	}
}
