package look

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// RegionsOfNeighbours returns the regions that nearest neighbours among examples of two
// features give, as [Plane.Regions] does.
//
// They are those of a [classifier.KNN] of all examples, which predicts the cells near the
// edges of regions. Inside of them the triangle inequality shows for whole blocks of cells
// that one class has the most votes, if the metric is a distance and all votes count the
// same.
func (p Plane) RegionsOfNeighbours(ctx context.Context, ex *classifier.Table, c classifier.KNNConfig, workers int) ([]int, error) {
	m, err := classifier.NewKNN(ex, c)
	if err != nil {
		return nil, err
	}
	distance := distanceOf(c.Metric)
	if distance == nil || c.Vote != classifier.UniformVote {
		return p.Regions(ctx, m, workers)
	}
	points, regions := p.Points(), make([]int, p.Rows*p.Columns)
	pool := kernels.NewPool(workers).WithContext(ctx)
	across, down := (p.Columns+blockSide-1)/blockSide, (p.Rows+blockSide-1)/blockSide
	open := make([][]int, across*down) // the cells of each block that are left
	pool.Split(len(open), 1, func(lo, hi int) {
		s := settler{plane: p, points: points, k: m.Config().K, distance: distance, regions: regions, votes: make([]int, len(ex.Names))}
		all := make([]candidate, ex.Len())
		for i := range all {
			x := ex.X.Row(i)
			all[i] = candidate{x: float64(x[0]), y: float64(x[1]), label: ex.Y[i]}
		}
		for i := lo; i < hi && pool.Err() == nil; i++ {
			left, top := i%across*blockSide, i/across*blockSide
			s.settle(left, min(left+blockSide, p.Columns), top, min(top+blockSide, p.Rows), all)
			open[i], s.open = s.open, nil
		}
	})
	cells := slices.Concat(open...)
	left := kernels.NewMatrix(len(cells), 2)
	points.Gather(left, cells)
	classes := make([]int, len(cells))
	if err := cmp.Or(pool.Err(), m.PredictAll(ctx, classes, classifier.Batch[float32](left), workers)); err != nil {
		return nil, err
	}
	for i, class := range classes {
		regions[cells[i]] = class
	}
	return regions, nil
}

// distanceOf returns the distance of a metric from the differences of two features, nil if
// it does not obey the triangle inequality.
func distanceOf(m classifier.Metric) func(dx, dy float64) float64 {
	switch m {
	case classifier.L2:
		return func(dx, dy float64) float64 { return math.Sqrt(float64(dx*dx) + float64(dy*dy)) }
	case classifier.L1:
		return func(dx, dy float64) float64 { return math.Abs(dx) + math.Abs(dy) }
	case classifier.LInf:
		return func(dx, dy float64) float64 { return max(math.Abs(dx), math.Abs(dy)) }
	}
	return nil
}

// The sides of blocks of cells: of those that are looked at first, and of those that are not
// cut further.
const blockSide, leastSide = 16, 2

// settler finds blocks of cells that have one class.
type settler struct {
	plane    Plane
	points   classifier.Batch[float32] // of the plane
	k        int
	distance func(dx, dy float64) float64
	regions  []int
	votes    []int // of each class
	open     []int // cells that are left
}

// candidate is an example at a distance from the middle of a block.
type candidate struct {
	x, y, distance float64
	label          int
}

// settle stores the class of a block of cells, of columns left to right and rows top to
// bottom, both excluded. Where it does not know it, it cuts the block in four, and at last
// leaves its cells open. candidates are the examples that can be among the nearest of any of
// its cells.
func (s *settler) settle(left, right, top, bottom int, candidates []candidate) {
	if left == right || top == bottom {
		return
	}
	first := s.points.Dense().Row(top*s.plane.Columns + left)
	last := s.points.Dense().Row((bottom-1)*s.plane.Columns + right - 1)
	x, y := (float64(first[0])+float64(last[0]))/2, (float64(first[1])+float64(last[1]))/2
	radius := s.distance(float64(last[0])-x, float64(last[1])-y)
	near := slices.Clone(candidates)
	for i, c := range near {
		near[i].distance = s.distance(c.x-x, c.y-y)
	}
	slices.SortFunc(near, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	class := s.winner(near, radius)
	if class >= 0 || max(right-left, bottom-top) <= leastSide {
		for row := top; row < bottom; row++ {
			for column := left; column < right; column++ {
				cell := row*s.plane.Columns + column
				if s.regions[cell] = class; class < 0 {
					s.open = append(s.open, cell)
				}
			}
		}
		return
	}
	_, beyond := reach(near, s.k, radius)
	near = near[:beyond]
	middle, centre := (left+right)/2, (top+bottom)/2
	s.settle(left, middle, top, centre, near)
	s.settle(middle, right, top, centre, near)
	s.settle(left, middle, centre, bottom, near)
	s.settle(middle, right, centre, bottom, near)
}

// winner returns the class that has the most votes of the k nearest examples of every cell
// within a radius of the middle, −1 if that is not known: the class that has more votes of
// examples that certainly are among them than any other has of those that can be.
func (s *settler) winner(near []candidate, radius float64) int {
	certain, possible := reach(near, s.k, radius)
	clear(s.votes)
	for _, c := range near[:certain] {
		s.votes[c.label]++
	}
	best := 0
	for class, n := range s.votes {
		if n > s.votes[best] {
			best = class
		}
	}
	most := s.votes[best]
	for _, c := range near[certain:possible] {
		s.votes[c.label]++
	}
	for class, n := range s.votes {
		if class != best && n >= most {
			return -1
		}
	}
	return best
}

// reach returns the number of examples, sorted by their distance from the middle, that
// certainly are among the k nearest of every cell within the radius r, and the number of
// those that can be among those of any. The distance d of the k-th example changes by r at
// most from the middle to a cell, and so does that of any other: the first have distances
// below d − 2r, the second up to d + 2r.
func reach(near []candidate, k int, radius float64) (certain, possible int) {
	d := near[min(k, len(near))-1].distance
	// Neighbours are ordered by distances in float32, of which some are equal that differ.
	slack := float64(1e-5 * (d + 2*radius))
	certain, _ = slices.BinarySearchFunc(near, d-2*radius-slack, func(c candidate, d float64) int { return cmp.Compare(c.distance, d) })
	possible, _ = slices.BinarySearchFunc(near, d+2*radius+slack, func(c candidate, d float64) int {
		if c.distance <= d {
			return -1
		}
		return 1
	})
	return certain, possible
}
