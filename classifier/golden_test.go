package classifier_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/race"
	"github.com/seed842bec00/argmax/kernels"
)

var update = flag.Bool("update", false, "write testdata/golden.txt; only with ARGMAX_ISA=generic")

const golden = "testdata/golden.txt"

// awkward is a data set whose shape leaves tails everywhere: 785 features, 11
// classes, and batches of 300, more than one block of a chain.
func awkward() *classifier.Table {
	r := rand.New(rand.NewPCG(785, 11))
	t := &classifier.Table{X: kernels.NewMatrix(700, 785), Y: make([]int, 700)}
	for c := range 11 {
		t.Names = append(t.Names, fmt.Sprint(c))
	}
	for i := range t.Y {
		t.Y[i] = r.IntN(11)
		for f := range t.X.Row(i) {
			v := r.IntN(256)
			if f%11 == t.Y[i] {
				v = v/2 + 128
			}
			t.X.Row(i)[f] = float32(v)
		}
	}
	return t
}

// One model, one answer: the model file and the predictions, hashed, are the same
// on every instruction set and with every number of workers. The committed hashes
// come from the generic code alone.
func TestOneModelOneAnswer(t *testing.T) {
	floats := awkward()
	type train func(ex classifier.Examples, workers int) (*classifier.Linear, error)
	by := func(solver classifier.Solver, l loss.Loss, l2 float64) train {
		return func(ex classifier.Examples, workers int) (*classifier.Linear, error) {
			o := classifier.Objective{Loss: l, L2: l2, Scaling: classifier.OneScale}
			m, _, err := solver.Fit(context.Background(), ex, o, classifier.Options{Workers: workers})
			return m, err
		}
	}
	sgd := classifier.SGD{Epochs: 2, Batch: 300, Optimizer: classifier.HeavyBall{Momentum: 0.9}}
	softmax, hinge := by(sgd, loss.Softmax{}, 1e-3), by(sgd, loss.WestonWatkins{}, 1e-3)
	lbfgs := by(classifier.LBFGS{MaxPasses: 20}, loss.Softmax{}, 0.1)
	trainings := []struct {
		name     string
		train    train
		ex       classifier.Examples
		emulated bool // trained on an emulated processor, which is slow, too
	}{
		{"softmax", softmax, floats, true},
		{"hinge", hinge, floats, false},
		{"softmax of bytes", softmax, bytesOf(floats), false},
		{"hinge of bytes", hinge, bytesOf(floats), true},
		{"softmax by L-BFGS", lbfgs, floats, true},
		{"softmax of bytes by L-BFGS", lbfgs, bytesOf(floats), false},
	}
	emulated := os.Getenv("ARGMAX_EMULATED") != ""
	result := func(name string, train train, ex classifier.Examples, workers int) string {
		m, err := train(ex, workers)
		require.NoError(t, err)
		m, err = m.With(classifier.Info{Classes: ex.Classes()}) // the hash is that of the weights
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "model")
		require.NoError(t, m.WriteFile(path))
		file, err := os.ReadFile(path)
		require.NoError(t, err)
		predicted := make([]int, ex.Len())
		require.NoError(t, m.PredictAll(context.Background(), predicted, ex, workers))
		e, err := classifier.Evaluate(t.Context(), m, ex, metrics.Options{}, workers)
		require.NoError(t, err)
		require.Greater(t, e.Accuracy, 0.9, "the hash of a model that learned nothing proves little")
		hash := sha256.New()
		for _, p := range predicted {
			binary.Write(hash, binary.LittleEndian, int32(p))
		}
		return fmt.Sprintf("%s model %x predictions %x\n", name, sha256.Sum256(file), hash.Sum(nil))
	}
	all := func(workers int) (lines string) {
		for _, c := range trainings {
			if c.emulated || !emulated {
				lines += result(c.name, c.train, c.ex, workers)
			}
		}
		return lines
	}
	if *update {
		require.Equal(t, "generic", argmax.Active(), "the golden hashes are the generic code's")
		require.NoError(t, os.WriteFile(golden, []byte(all(1)), 0o644))
	}
	file, err := os.ReadFile(golden)
	require.NoError(t, err)
	want := strings.Split(string(file), "\n")
	for i, c := range slices.Backward(trainings) {
		if emulated && !c.emulated {
			want = slices.Delete(want, i, i+1)
		}
	}
	for _, isa := range cpu.Available() {
		workers := []int{1, 2, 7}
		if isa == cpu.Generic && len(cpu.Available()) > 1 {
			if race.Enabled {
				continue // ten times as slow
			}
			workers = workers[1:2] // slow, and forced in a run of its own
		}
		if testing.Short() {
			workers = workers[len(workers)-1:] // slow in an emulator
		}
		for _, n := range workers {
			t.Run(fmt.Sprintf("%v/workers=%d", isa, n), func(t *testing.T) {
				defer cpu.Use(isa)()
				got := all(n)
				assert.Equal(t, want, strings.Split(got, "\n"))
			})
		}
	}
}
