package classifier

import (
	"context"
	"fmt"

	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// LeaveOneOut predicts each example from the others: dst[i][row] becomes the class that
// the ks[i] nearest other examples give the example row. It is one pass for all ks, as
// [KNN.PredictEach], which describes the arguments, with progress in examples.
func (m *KNN) LeaveOneOut(ctx context.Context, dst [][]int, ks []int, workers int, progress func(done int)) error {
	most, err := m.checkFolds("LeaveOneOut", dst, ks)
	if err != nil {
		return err
	}
	pool := kernels.NewPool(workers).WithContext(ctx)
	b, list := newBallot(most+1, len(m.info.Classes)), numbersUpTo(len(m.labels))
	// The most+1 nearest without the example itself begin with the most nearest others.
	do := func(row int, found []index.Neighbour) {
		others := found[:0]
		for _, n := range found {
			if n.Row != row {
				others = append(others, n)
			}
		}
		m.predictEach(dst, row, ks, b, others[:min(most, len(others))])
	}
	return eachBlock(pool, len(list), most+1, progress, do, func(neighbours []index.Neighbour, count []int, lo, hi int) {
		m.base.nearestOfRows(neighbours, count, list[lo:hi], nil, most+1, pool)
	})
}

// CrossPredict predicts each example from those of other folds: dst[i][row] becomes the
// class that the ks[i] nearest of them give the example row, which is in fold fold[row].
// Folds are numbered from 0 on. It is one pass for all ks, as [KNN.PredictEach], which
// describes the other arguments, with progress in examples.
func (m *KNN) CrossPredict(ctx context.Context, dst [][]int, fold, ks []int, workers int, progress func(done int)) error {
	most, err := m.checkFolds("CrossPredict", dst, ks)
	if err != nil {
		return err
	}
	if len(fold) != len(m.labels) {
		panic(fmt.Sprintf("classifier: CrossPredict: the folds of %d rows for %d examples", len(fold), len(m.labels)))
	}
	var folds [][]int // the rows of each
	for row, f := range fold {
		if f < 0 || f >= len(fold) {
			return fmt.Errorf("classifier: row %d: fold %d of %d examples", row, f, len(fold))
		}
		for f >= len(folds) {
			folds = append(folds, nil)
		}
		folds[f] = append(folds[f], row)
	}
	pool := kernels.NewPool(workers).WithContext(ctx)
	b, before := newBallot(most, len(m.info.Classes)), 0
	for f, list := range folds {
		others := make(index.Bitmap, (len(fold)+63)/64)
		for row, other := range fold {
			if other != f {
				others.Set(row)
			}
		}
		report := progress
		if progress != nil {
			report = func(done int) { progress(before + done) }
		}
		do := func(i int, found []index.Neighbour) { m.predictEach(dst, list[i], ks, b, found) }
		err := eachBlock(pool, len(list), most, report, do, func(neighbours []index.Neighbour, count []int, lo, hi int) {
			m.base.nearestOfRows(neighbours, count, list[lo:hi], others, most, pool)
		})
		if err != nil {
			return err
		}
		before += len(list)
	}
	return nil
}

// checkFolds checks destinations and numbers of neighbours, the largest of which it
// returns.
func (m *KNN) checkFolds(function string, dst [][]int, ks []int) (most int, err error) {
	if len(dst) != len(ks) {
		panic(fmt.Sprintf("classifier: %s: %d slices of predictions for %d numbers of neighbours", function, len(dst), len(ks)))
	}
	for i, k := range ks {
		if k < 1 {
			return 0, fmt.Errorf("classifier: %d neighbours", k)
		}
		if len(dst[i]) != len(m.labels) {
			panic(fmt.Sprintf("classifier: %s: %d predictions for %d examples", function, len(dst[i]), len(m.labels)))
		}
		most = max(most, min(k, len(m.labels)))
	}
	return most, nil
}

// numbersUpTo returns 0 to n − 1.
func numbersUpTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
