package play

import (
	"context"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// neighboursBody is the largest request of the neighbours tab.
const neighboursBody = 1 << 17

const mostNeighbours = 100

// metrics are those of the neighbours tab, by the names that requests have.
var metrics = map[string]classifier.Metric{
	"l2":     classifier.L2,
	"l1":     classifier.L1,
	"linf":   classifier.LInf,
	"cosine": classifier.Cosine,
}

// neighboursRequest asks for the regions of classes, and for the neighbours of one place.
type neighboursRequest struct {
	Points
	K      int        `json:"k"`
	Metric string     `json:"metric"`
	Query  [2]float32 `json:"query"`
	Side   int        `json:"side"` // of the picture of regions
}

func (q *neighboursRequest) check() error {
	if err := q.Points.check(); err != nil {
		return err
	}
	_, known := metrics[q.Metric]
	switch {
	case !known:
		return invalid("unknown metric %q", q.Metric)
	case q.K < 1 || q.K > mostNeighbours:
		return invalid("%d neighbours: 1 to %d are possible", q.K, mostNeighbours)
	case q.Side < 0 || q.Side > mostSide:
		return invalid("a picture of %d pixels: 0 to %d are possible", q.Side, mostSide)
	case !(max(abs(q.Query[0]), abs(q.Query[1])) <= farthest):
		return invalid("a query at %v: at most %v is possible", q.Query, farthest)
	case len(q.Labels) == 0:
		return invalid("there are no points")
	}
	return nil
}

// neighboursAnswer is what the points nearest to places vote for.
type neighboursAnswer struct {
	Regions []byte `json:"regions"` // of each pixel, row by row from the top, its class, with tied if so
	Ties    int    `json:"ties"`    // pixels with tied
	Query   vote   `json:"query"`
	// Correct counts the points that the others predict, leave-one-out.
	Correct int `json:"correct"`
}

// tied is added to the class of a pixel where several classes have the most votes.
const tied = 0x80

// vote is what the neighbours of a place vote for.
type vote struct {
	Class      int         `json:"class"`
	Tied       bool        `json:"tied"`
	Shares     []float32   `json:"shares"` // of the votes, of each class
	Neighbours []neighbour `json:"neighbours"`
}

// neighbour is a point near a place; the nearest come first.
type neighbour struct {
	Point    int     `json:"point"`
	Distance float32 `json:"distance"`
}

// neighbours answers the neighbours tab.
func (s *server) neighbours(ctx context.Context, q *neighboursRequest) (a neighboursAnswer, err error) {
	if err := q.check(); err != nil {
		return a, err
	}
	m, err := classifier.NewKNN(q.table(), classifier.KNNConfig{K: q.K, Metric: metrics[q.Metric]})
	if err != nil {
		return a, err
	}
	places := kernels.NewMatrix(q.Side*q.Side+1, 2)
	copy(places.Data, pixels(q.Side).Data)
	copy(places.Row(q.Side*q.Side), q.Query[:])
	classes, shares, err := votes(ctx, m, places)
	if err != nil {
		return a, err
	}
	last := places.Rows - 1
	a.Regions = classes[:last]
	for _, c := range a.Regions {
		if c&tied != 0 {
			a.Ties++
		}
	}
	a.Query = vote{Class: int(classes[last] &^ tied), Tied: classes[last]&tied != 0, Shares: shares.Row(last)}
	nearest := make([]classifier.Neighbour, q.K)
	for _, n := range nearest[:m.Neighbours(nearest, q.Query[:])] {
		a.Query.Neighbours = append(a.Query.Neighbours, neighbour{n.Row, n.Distance})
	}
	predicted := make([]int, len(q.Labels))
	if err := m.LeaveOneOut(ctx, [][]int{predicted}, []int{q.K}, 0, nil); err != nil {
		return a, err
	}
	for i, label := range q.Labels {
		if predicted[i] == label {
			a.Correct++
		}
	}
	return a, nil
}

// votes returns the class of each place, with tied where several have the most votes, and
// their shares of the votes.
func votes(ctx context.Context, m *classifier.KNN, places kernels.Matrix) ([]byte, kernels.Matrix, error) {
	shares := kernels.NewMatrix(places.Rows, len(m.Classes()))
	if err := m.ProbabilitiesAll(ctx, shares, classifier.Batch[float32](places), 0); err != nil {
		return nil, shares, err
	}
	classes := make([]byte, places.Rows)
	var open []int // places whose class the shares leave open
	for i := range classes {
		class, alone := most(shares.Row(i))
		classes[i] = byte(class)
		if !alone {
			open = append(open, i)
		}
	}
	undecided := kernels.NewMatrix(len(open), 2)
	kernels.Gather(undecided, places, open)
	decided := make([]int, len(open))
	if err := m.PredictAll(ctx, decided, classifier.Batch[float32](undecided), 0); err != nil {
		return nil, shares, err
	}
	for i, place := range open {
		classes[place] = byte(decided[i]) | tied
	}
	return classes, shares, nil
}

// most returns the class with the largest share, and whether no other has as much.
func most(shares []float32) (class int, alone bool) {
	for c, s := range shares {
		switch {
		case s > shares[class]:
			class, alone = c, true
		case s == shares[class]:
			alone = c == 0
		}
	}
	return class, alone
}
