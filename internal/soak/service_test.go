package soak

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

const (
	examples = 300
	features = 75
	classes  = 11
	models   = 3
)

// service is what serves predictions, and what it must answer.
type service struct {
	bytes   *classifier.Labelled[uint8] // the same examples twice
	floats  *classifier.Table
	linear  [models]answers // seed i trains linear[i]
	current atomic.Pointer[answers]
	nearest []neighbours
	file    string       // a model file, of one of the models
	open    sync.RWMutex // on Windows, which replaces no file that is open
}

// answers are a model and what it says of each example.
type answers struct {
	model   *classifier.Linear
	scores  kernels.Matrix
	classes []int
}

// neighbours are the answers of a KNN.
type neighbours struct {
	model   *classifier.KNN
	nearest []classifier.Neighbour // of each example
	classes []int
}

// newService makes everything in one goroutine.
func newService(t *testing.T) *service {
	r := rand.New(rand.NewPCG(1, 2))
	s := &service{
		bytes:  &classifier.Labelled[uint8]{X: kernels.NewDense[uint8](examples, features), Y: make([]int, examples)},
		floats: &classifier.Table{X: kernels.NewMatrix(examples, features)},
		file:   filepath.Join(t.TempDir(), "model.safetensors"),
	}
	for c := range classes {
		s.bytes.Names = append(s.bytes.Names, fmt.Sprint("class ", c))
	}
	for i := range s.bytes.Y {
		s.bytes.Y[i] = r.IntN(classes)
		for f := range s.bytes.X.Row(i) {
			s.bytes.X.Row(i)[f] = uint8(r.IntN(200))
			if f%classes == s.bytes.Y[i] {
				s.bytes.X.Row(i)[f] += 50
			}
		}
	}
	kernels.Convert(s.floats.X, s.bytes.X)
	s.floats.Y, s.floats.Names = s.bytes.Y, s.bytes.Names

	for i := range s.linear {
		m, err := s.fit(context.Background(), uint64(i), 1)
		require.NoError(t, err)
		a := &s.linear[i]
		*a = answers{m, kernels.NewMatrix(examples, classes), make([]int, examples)}
		for i := range a.classes {
			m.Scores(a.scores.Row(i), s.floats.X.Row(i))
			a.classes[i] = m.Predict(s.floats.X.Row(i))
		}
	}
	s.current.Store(&s.linear[0])
	require.NoError(t, s.linear[0].model.WriteFile(s.file))
	for _, metric := range []classifier.Metric{classifier.L2, classifier.L1, classifier.Cosine} {
		m, err := classifier.NewKNN(s.bytes, classifier.KNNConfig{K: 3, Metric: metric})
		require.NoError(t, err)
		n := neighbours{m, make([]classifier.Neighbour, examples), make([]int, examples)}
		for i := range n.classes {
			m.Neighbours(n.nearest[i:i+1], s.floats.X.Row(i))
			n.classes[i] = m.Predict(s.floats.X.Row(i))
		}
		s.nearest = append(s.nearest, n)
	}
	return s
}

// fit trains model seed.
func (s *service) fit(ctx context.Context, seed uint64, workers int) (*classifier.Linear, error) {
	m, _, err := classifier.SGD{Epochs: 3, Batch: 64, Optimizer: classifier.HeavyBall{Momentum: 0.9}, Seed: seed}.Fit(ctx, s.bytes,
		classifier.Objective{Loss: loss.Softmax{}, Scaling: classifier.OneScale}, classifier.Options{Workers: workers})
	return m, err
}

func (s *service) activities() map[string]func(*rand.Rand) error {
	return map[string]func(*rand.Rand) error{
		"predict one": s.predict,
		"predict all": s.predictAll,
		"search":      s.search,
		"search all":  s.searchAll,
		"swap":        s.swap,
		"train":       s.train,
		"cancel":      s.cancel,
		"save":        s.save,
		"load":        s.load,
		"panic":       s.panic,
		"disturb":     disturb,
	}
}

// rows is a random choice of the examples as bytes or as floats.
func (s *service) rows(r *rand.Rand) classifier.Examples {
	if r.IntN(2) == 0 {
		return s.bytes
	}
	return s.floats
}

func (s *service) predict(r *rand.Rand) error {
	a, i := s.current.Load(), r.IntN(examples)
	var scores [classes]float32
	a.model.Scores(scores[:], s.floats.X.Row(i))
	for c, v := range a.scores.Row(i) {
		if math.Float32bits(v) != math.Float32bits(scores[c]) {
			return fmt.Errorf("score %d of row %d is %v, was %v", c, i, scores[c], v)
		}
	}
	return same([]int{a.model.Predict(s.floats.X.Row(i))}, a.classes[i:i+1])
}

func (s *service) predictAll(r *rand.Rand) error {
	a, predicted := s.current.Load(), make([]int, examples)
	if err := a.model.PredictAll(context.Background(), predicted, s.rows(r), r.IntN(mostProcessors)); err != nil {
		return err
	}
	return same(predicted, a.classes)
}

func (s *service) search(r *rand.Rand) error {
	n, i := s.nearest[r.IntN(len(s.nearest))], r.IntN(examples)
	var found [1]classifier.Neighbour
	n.model.Neighbours(found[:], s.floats.X.Row(i))
	if found[0] != n.nearest[i] {
		return fmt.Errorf("neighbour of row %d is %v, was %v", i, found[0], n.nearest[i])
	}
	return same([]int{n.model.Predict(s.floats.X.Row(i))}, n.classes[i:i+1])
}

func (s *service) searchAll(r *rand.Rand) error {
	n, predicted := s.nearest[r.IntN(len(s.nearest))], make([]int, examples)
	if err := n.model.PredictAll(context.Background(), predicted, s.rows(r), r.IntN(mostProcessors)); err != nil {
		return err
	}
	return same(predicted, n.classes)
}

// swap replaces the model that is served.
func (s *service) swap(r *rand.Rand) error {
	s.current.Store(&s.linear[r.IntN(models)])
	time.Sleep(time.Duration(r.IntN(1000)) * time.Microsecond)
	return nil
}

// train fits one of the models again, with any number of workers.
func (s *service) train(r *rand.Rand) error {
	i := r.IntN(models)
	m, err := s.fit(context.Background(), uint64(i), r.IntN(mostProcessors))
	if err != nil {
		return err
	}
	return s.linear[i].equal(m)
}

// equal returns an error unless m is the model, to the bit.
func (a *answers) equal(m *classifier.Linear) error {
	want, have := make([]float32, features), make([]float32, features)
	for c := range classes {
		a.model.Template(want, c)
		m.Template(have, c)
		if !slices.Equal(want, have) || a.model.Bias(c) != m.Bias(c) {
			return fmt.Errorf("class %d has other weights", c)
		}
	}
	return nil
}

// cancel ends what takes long, at any time.
func (s *service) cancel(r *rand.Rand) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(3000))*time.Microsecond)
	defer cancel()
	predicted, want := make([]int, examples), []int(nil)
	var err error
	switch workers := r.IntN(mostProcessors); r.IntN(3) {
	case 0:
		var m *classifier.Linear
		m, err = s.fit(ctx, 0, workers)
		if err == nil {
			return s.linear[0].equal(m)
		}
		if m != nil { // as far as it came; it must be usable
			m.Predict(s.floats.X.Row(0))
		}
	case 1:
		a := s.current.Load()
		err, want = a.model.PredictAll(ctx, predicted, s.rows(r), workers), a.classes
	case 2:
		n := s.nearest[0]
		err, want = n.model.PredictAll(ctx, predicted, s.rows(r), workers), n.classes
	}
	if err == nil {
		return same(predicted, want)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// save replaces the file by that of any model, while others read it.
func (s *service) save(r *rand.Rand) error {
	time.Sleep(time.Duration(r.IntN(5000)) * time.Microsecond)
	if runtime.GOOS == "windows" {
		s.open.Lock()
		defer s.open.Unlock()
	}
	return s.linear[r.IntN(models)].model.WriteFile(s.file)
}

// load reads a whole file of one of the models.
func (s *service) load(r *rand.Rand) error {
	if runtime.GOOS == "windows" {
		s.open.RLock()
		defer s.open.RUnlock()
	}
	m, err := classifier.ReadLinearFile(s.file)
	if err != nil {
		return err
	}
	for i := range s.linear {
		if s.linear[i].equal(m) == nil {
			return nil
		}
	}
	return errors.New("the file holds none of the models")
}

// panic has rows that panic in the middle of shared work: the panic must reach the
// caller.
func (s *service) panic(r *rand.Rand) (err error) {
	defer func() {
		if recovered := recover(); recovered == nil {
			err = errors.New("the panic of a row is lost")
		}
	}()
	rows := fragile{s.floats, r.IntN(examples)}
	return s.linear[0].model.PredictAll(context.Background(), make([]int, examples), rows, r.IntN(mostProcessors))
}

// fragile is Rows of which one panics.
type fragile struct {
	table  *classifier.Table
	broken int
}

func (f fragile) Len() int      { return f.table.Len() }
func (f fragile) Features() int { return f.table.Features() }

func (f fragile) Gather(dst kernels.Matrix, rows []int) {
	if slices.Contains(rows, f.broken) {
		panic(fmt.Sprintf("row %d", f.broken))
	}
	f.table.Gather(dst, rows)
}

func same(predicted, want []int) error {
	for i, p := range predicted {
		if p != want[i] {
			return fmt.Errorf("row %d is of class %d, was %d", i, p, want[i])
		}
	}
	return nil
}
