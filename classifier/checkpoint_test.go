package classifier_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
)

// resumables are fits that have checkpoints.
var resumables = []struct {
	name      string
	solver    classifier.Solver
	objective classifier.Objective
	options   classifier.Options
}{
	{"default SGD", classifier.SGD{Epochs: 5, Batch: 60}, classifier.Objective{L2: 1e-3}, classifier.Options{}},
	{"Adam", classifier.SGD{Epochs: 5, Batch: 64, Optimizer: classifier.NewAdam(), Schedule: classifier.WarmUp{Epochs: 2}},
		classifier.Objective{Loss: loss.CrammerSinger{}, Scaling: classifier.PerFeature}, classifier.Options{}},
	{"Nesterov to a tolerance", classifier.SGD{Epochs: 60, Batch: 64, LearningRate: 0.05, Optimizer: classifier.Nesterov{Momentum: 0.8}, Tolerance: 0.1, Seed: 3},
		classifier.Objective{L2: 1e-2, Balanced: true, Scaling: classifier.PerFeature}, classifier.Options{Weights: ones32(300)}},
	{"SGD with patience", classifier.SGD{Epochs: 60, Batch: 20, LearningRate: 0.1},
		classifier.Objective{}, classifier.Options{HoldOut: 0.4, Patience: 3}},
	{"L-BFGS", classifier.LBFGS{Tolerance: 1e-5}, classifier.Objective{L2: 1e-5}, classifier.Options{}},
	{"L-BFGS, plain", classifier.LBFGS{Plain: true, Pairs: 4}, classifier.Objective{Loss: loss.Logistic{}, L2: 1e-3},
		classifier.Options{HoldOut: 0.2}},
	{"L-BFGS with L1", classifier.LBFGS{}, classifier.Objective{L1: 1e-2}, classifier.Options{}},
	{"L-BFGS with patience", classifier.LBFGS{Tolerance: 1e-6}, classifier.Objective{L2: 1e-6}, classifier.Options{HoldOut: 0.4, Patience: 2}},
}

// A fit that goes on from any of its checkpoints, written and read, ends with the bits, and the
// report, of the fit that was not interrupted.
func TestResumedFitsHaveTheSameBits(t *testing.T) {
	ex := overlapping(300)
	for _, c := range resumables {
		var files [][]byte
		var reports []classifier.Report
		o := c.options
		o.Progress = func(r classifier.Report) { reports = append(reports, r) }
		o.Checkpoint = func(c *classifier.Checkpoint) {
			var b bytes.Buffer
			n, err := c.WriteTo(&b)
			require.NoError(t, err)
			require.EqualValues(t, b.Len(), n)
			files = append(files, b.Bytes())
		}
		want, report, err := c.solver.Fit(t.Context(), ex, c.objective, o)
		require.NoError(t, err)
		require.Greater(t, len(files), 2, c.name)
		require.Equal(t, c.name == "Nesterov to a tolerance" || strings.HasPrefix(c.name, "L-BFGS") && c.options.Patience == 0, report.Converged, c.name)
		without, _, err := c.solver.Fit(t.Context(), ex, c.objective, c.options)
		require.NoError(t, err)
		require.Equal(t, want, without, "%s: checkpoints have no influence", c.name)
		for i, file := range files {
			if i > 4 && i < len(files)-1 && i%9 != 0 {
				continue
			}
			checkpoint, err := classifier.ReadCheckpoint(bytes.NewReader(file))
			require.NoError(t, err)
			var resumed []classifier.Report
			o := c.options
			o.Workers = 1 + i%3
			o.Resume, o.Progress = checkpoint, func(r classifier.Report) { resumed = append(resumed, r) }
			got, r, err := c.solver.Fit(t.Context(), ex, c.objective, o)
			name := fmt.Sprintf("%s, resumed from iteration %d of %d", c.name, checkpoint.Iterations(), report.Iterations)
			require.NoError(t, err, name)
			require.Equal(t, want, got, name)
			rest := reports[len(reports)-len(resumed):]
			for j := range resumed {
				assert.Equal(t, timeless(rest[j]), timeless(resumed[j]), name)
			}
			if len(resumed) > 0 {
				assert.Equal(t, checkpoint.Iterations()+1, resumed[0].Iterations, name)
			}
			report.Update, r.Update = 0, 0 // of a report to Progress
			assert.Equal(t, timeless(report), timeless(r), name)
		}
	}
}

// timeless is a report that can be compared: without time, and with a NaN as a word.
func timeless(r classifier.Report) string {
	r.Elapsed = 0
	return fmt.Sprintf("%+v", r)
}

// A checkpoint of another fit is refused in words that say what differs.
func TestCheckpointsOfOtherFits(t *testing.T) {
	ex := overlapping(300)
	var checkpoint *classifier.Checkpoint
	s, o := classifier.SGD{Epochs: 3}, classifier.Objective{L2: 1e-3}
	_, _, err := s.Fit(t.Context(), ex, o, classifier.Options{Checkpoint: func(c *classifier.Checkpoint) { checkpoint = c }})
	require.NoError(t, err)
	assert.Contains(t, checkpoint.Settings(), "classifier.SGD{Epochs:3, Batch:128, LearningRate:0.003, Optimizer:classifier.HeavyBall{Momentum:0.9}")
	resume := classifier.Options{Resume: checkpoint}
	for message, fit := range map[string]func() error{
		"the checkpoint is of another fit: classifier.SGD{Epochs:3": func() error {
			_, _, err := classifier.SGD{Epochs: 4}.Fit(t.Context(), ex, o, resume)
			return err
		},
		"L2 0.001, L1 0, bias 0, per feature, not classifier.SGD": func() error {
			_, _, err := s.Fit(t.Context(), ex, classifier.Objective{L2: 1e-4}, resume)
			return err
		},
		"not classifier.LBFGS": func() error {
			_, _, err := classifier.LBFGS{}.Fit(t.Context(), ex, o, resume)
			return err
		},
		"of a fit to other examples": func() error {
			_, _, err := s.Fit(t.Context(), overlapping(301), o, resume)
			return err
		},
		"or with other weights": func() error {
			weights := ones32(300)
			weights[7] = 2
			_, _, err := s.Fit(t.Context(), ex, o, classifier.Options{Resume: checkpoint, Weights: weights})
			return err
		},
		"validation examples": func() error {
			_, _, err := s.Fit(t.Context(), ex, o, classifier.Options{Resume: checkpoint, Validation: ex})
			return err
		},
		"a model to start from, and a checkpoint": func() error {
			_, _, err := s.Fit(t.Context(), ex, o, classifier.Options{Resume: checkpoint, Start: trained(t, ex)})
			return err
		},
		"this solver has no checkpoints: SGD and LBFGS do": func() error {
			_, _, err := classifier.DualCD{}.Fit(t.Context(), ex, classifier.Objective{Loss: loss.Hinge{}, L2: 1}, classifier.Options{Checkpoint: func(*classifier.Checkpoint) {}})
			return err
		},
		"FitMany has no checkpoints": func() error {
			_, err := classifier.Auto{}.FitMany(t.Context(), ex, []classifier.Candidate{{Objective: o}}, resume)
			return err
		},
	} {
		assert.ErrorContains(t, fit(), message)
	}
}

// checkpointFile returns the bytes of a checkpoint of a small fit.
func checkpointFile(t testing.TB) []byte {
	var b bytes.Buffer
	_, _, err := classifier.SGD{Epochs: 1}.Fit(context.Background(), blobs(20, 3, 2), classifier.Objective{}, classifier.Options{
		Checkpoint: func(c *classifier.Checkpoint) {
			_, err := c.WriteTo(&b)
			require.NoError(t, err)
		},
	})
	require.NoError(t, err)
	return b.Bytes()
}

// Every bit that is flipped, and every byte that is missing, is noticed.
func TestDamagedCheckpoints(t *testing.T) {
	file := checkpointFile(t)
	for i := range file {
		damaged := bytes.Clone(file)
		damaged[i] ^= 1 << (i % 8)
		_, err := classifier.ReadCheckpoint(bytes.NewReader(damaged))
		require.ErrorContains(t, err, "at offset", "byte %d", i)
		_, err = classifier.ReadCheckpoint(bytes.NewReader(file[:i]))
		require.ErrorContains(t, err, "at offset", "%d bytes", i)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "fit")
	c, err := classifier.ReadCheckpoint(bytes.NewReader(file))
	require.NoError(t, err)
	require.NoError(t, c.WriteFile(path))
	again, err := classifier.ReadCheckpointFile(path)
	require.NoError(t, err)
	assert.Equal(t, c, again)
	require.NoError(t, os.WriteFile(path, []byte("argmax checkpoint 2\nof tomorrow"), 0o644))
	_, err = classifier.ReadCheckpointFile(path)
	assert.EqualError(t, err, "classifier: "+path+": not a checkpoint of this version at offset 0")
}

// sealed returns a checkpoint file with this header and content and the right checksum.
func sealed(header string, length uint32, content []byte) []byte {
	b := []byte("argmax checkpoint 1\n")
	b = binary.LittleEndian.AppendUint32(b, length)
	b = append(append(b, header...), content...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

// What is not damaged but wrong is an error, too.
func TestCheckpointsThatContradictThemselves(t *testing.T) {
	for message, file := range map[string][]byte{
		"a header of 4294967295 bytes at offset 20 of a file of 30": sealed("{}", 0xffffffff, nil),
		"a header of 1048577 bytes at offset 20":                    sealed(strings.Repeat(" ", 1<<20+1), 1<<20+1, nil),
		"the header at offset 24: unexpected end of JSON":           sealed("{", 1, nil),
		"the header at offset 24: -1 iterations":                    sealed(`{"iterations":-1}`, 17, nil),
		"a vector of 2 elements at offset 39 of a file of 51":       sealed(`{"lengths":[2]}`, 15, make([]byte, 8)),
		"a vector of -1 elements at offset 40":                      sealed(`{"lengths":[-1]}`, 16, make([]byte, 8)),
		"1 bytes after the last vector, at offset 47":               sealed(`{"lengths":[1]}`, 15, make([]byte, 9)),
	} {
		_, err := classifier.ReadCheckpoint(bytes.NewReader(file))
		assert.ErrorContains(t, err, message)
	}
}

// Whatever is read, it is an error or a checkpoint that is written as it was read; to resume
// from it is an error, or goes on to a model.
func FuzzReadCheckpoint(f *testing.F) {
	file := checkpointFile(f)
	f.Add(file[24 : len(file)-4])
	f.Add([]byte(`{"iterations":3,"lengths":[0,0,1]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		length := bytes.LastIndexByte(content, '}') + 1
		c, err := classifier.ReadCheckpoint(bytes.NewReader(sealed("", uint32(length), content)))
		if err != nil {
			return
		}
		var b bytes.Buffer
		_, err = c.WriteTo(&b)
		require.NoError(t, err)
		again, err := classifier.ReadCheckpoint(&b)
		require.NoError(t, err)
		require.Equal(t, c.Iterations(), again.Iterations())
		m, _, err := classifier.SGD{Epochs: 1}.Fit(context.Background(), blobs(20, 3, 2), classifier.Objective{}, classifier.Options{Resume: c})
		require.True(t, (m == nil) == (err != nil), "%v", err)
	})
}
