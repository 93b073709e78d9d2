package play

import (
	"context"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// neighboursBody is the largest request of the neighbours tab.
const neighboursBody = 1 << 17

const mostNeighbours = 50

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
	points := q.table()
	a.Regions, err = voting{q.K, metrics[q.Metric], q.Side}.regions(ctx, points)
	if err != nil {
		return a, err
	}
	for _, c := range a.Regions {
		if c&tied != 0 {
			a.Ties++
		}
	}
	m, err := classifier.NewKNN(points, classifier.KNNConfig{K: q.K, Metric: metrics[q.Metric]})
	if err != nil {
		return a, err
	}
	classes, shares, err := votes(ctx, m, kernels.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: q.Query[:]})
	if err != nil {
		return a, err
	}
	a.Query = vote{Class: int(classes[0] &^ tied), Tied: classes[0]&tied != 0, Shares: shares.Row(0)}
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
