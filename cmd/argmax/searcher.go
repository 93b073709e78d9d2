package main

import (
	"context"
	"fmt"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/kernels"
)

// found is a neighbour, for JSON.
type found struct {
	Row      int     `json:"row"`
	Distance float32 `json:"distance"`
	Class    string  `json:"class,omitempty"`
}

// searcher is an index that was opened.
type searcher interface {
	features() int
	// search returns the k rows nearest to each query or, with k = 0, those within the
	// radius.
	search(ctx context.Context, queries kernels.Matrix, k int, radius float64, workers int) ([][]found, error)
	// clusters returns how many there are, and how many are searched; 0 if there are none.
	clusters() (all, probed int)
	close() error
}

// openIndex opens an index file, with its labels if it has any. model is nil if it has
// none. probes is how many clusters of an index in clusters are searched, 0 as many as it
// was tuned to.
func openIndex(path string, probes, workers int) (s searcher, model *classifier.KNN, err error) {
	info, err := index.ReadInfo(path)
	if err != nil {
		return nil, nil, err
	}
	if info.Kind != index.KindIVF && probes > 0 {
		return nil, nil, usage("--probes: %s is not an index in clusters", path)
	}
	o := index.OpenOptions{Pool: kernels.NewPool(workers)}
	same := func(q kernels.Matrix) (kernels.Matrix, error) { return q, nil }
	var attached bool
	switch {
	case info.Element == "uint8" && info.Kind == index.KindIVF:
		s, attached, err = openIVF(path, o, info, probes, toBytes)
	case info.Element == "uint8":
		s, attached, err = openRows(path, o, toBytes)
	case info.Element == "float32" && info.Kind == index.KindIVF:
		s, attached, err = openIVF(path, o, info, probes, same)
	case info.Element == "float32":
		s, attached, err = openRows(path, o, same)
	default:
		return nil, nil, fmt.Errorf("%s: queries of rows of %s need the library", path, info.Element)
	}
	if err != nil || !attached {
		return s, nil, err
	}
	if model, err = classifier.OpenKNN(path, index.OpenOptions{Unverified: true}); err != nil {
		s.close()
		return nil, nil, err
	}
	return labelled{s, model}, model, nil
}

// rowsSearcher is an index of rows alone.
type rowsSearcher[E index.Element] struct {
	*index.Index[E]
	convert func(kernels.Matrix) (kernels.Dense[E], error)
}

func openRows[E index.Element](path string, o index.OpenOptions, convert func(kernels.Matrix) (kernels.Dense[E], error)) (searcher, bool, error) {
	x, err := index.Open[E](path, o)
	if err != nil {
		return nil, false, err
	}
	return rowsSearcher[E]{x, convert}, x.Attached("knn") != nil, nil
}

func (s rowsSearcher[E]) features() int { return s.Rows().Cols }
func (s rowsSearcher[E]) close() error  { return s.Close() }

func (s rowsSearcher[E]) clusters() (all, probed int) { return 0, 0 }

func (s rowsSearcher[E]) search(ctx context.Context, queries kernels.Matrix, k int, radius float64, workers int) ([][]found, error) {
	return search(ctx, queries, k, s.convert, workers, func(dst []index.Neighbour, number []int, q kernels.Dense[E], pool *kernels.Pool) []index.Neighbour {
		if k == 0 {
			dst, _ = s.Within(dst, number, q, radius, pool)
		} else {
			s.Search(dst, number, q, k, pool)
		}
		return dst
	})
}

// search calls find, which appends what it finds to dst if k is 0, and otherwise stores up
// to k neighbours for each query.
func search[E index.Element](ctx context.Context, queries kernels.Matrix, k int, convert func(kernels.Matrix) (kernels.Dense[E], error), workers int, find func(dst []index.Neighbour, number []int, q kernels.Dense[E], pool *kernels.Pool) []index.Neighbour) ([][]found, error) {
	q, err := convert(queries)
	if err != nil {
		return nil, err
	}
	pool := kernels.NewPool(workers).WithContext(ctx)
	number, results := make([]int, q.Rows), make([][]found, q.Rows)
	neighbours := find(make([]index.Neighbour, q.Rows*k), number, q, pool)
	if err := pool.Err(); err != nil {
		return nil, err
	}
	at := 0
	for i, n := range number {
		results[i] = toFound(neighbours[at:][:n])
		if at += n; k > 0 {
			at = (i + 1) * k
		}
	}
	return results, nil
}

func toFound(neighbours []index.Neighbour) []found {
	f := make([]found, len(neighbours))
	for i, n := range neighbours {
		f[i] = found{Row: n.Row, Distance: n.Distance}
	}
	return f
}

// A badQuery is why a query cannot be searched for.
type badQuery struct {
	row int // of the queries
	error
}

// toBytes converts queries of an index of bytes.
func toBytes(q kernels.Matrix) (kernels.Dense[uint8], error) {
	b := kernels.NewDense[uint8](q.Rows, q.Cols)
	for i := range q.Rows {
		for j, x := range q.Row(i) {
			if !(x >= 0 && x <= 255) || float32(uint8(x)) != x {
				return b, badQuery{i, fmt.Errorf("feature %d is %v: the index has bytes, whole numbers from 0 to 255", j, x)}
			}
			b.Row(i)[j] = uint8(x)
		}
	}
	return b, nil
}

// labelled is an index whose rows have labels.
type labelled struct {
	searcher
	model *classifier.KNN
}

func (s labelled) search(ctx context.Context, queries kernels.Matrix, k int, radius float64, workers int) ([][]found, error) {
	results, err := s.searcher.search(ctx, queries, k, radius, workers)
	for _, r := range results {
		for j := range r {
			r[j].Class = s.model.Classes()[s.model.Label(r[j].Row)]
		}
	}
	return results, err
}

func (s labelled) close() error {
	if err := s.model.Close(); err != nil {
		return err
	}
	return s.searcher.close()
}
