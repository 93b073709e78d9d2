// Package models defines contests of models, beside those of kernels in package suite:
// steps and epochs of training, fits to an objective, predictions, the reading of files,
// and neighbour search. The data are images of clothes.
//
// Rivals that are programs of their own measure themselves: their times are those of the
// work alone, without starting, reading files or converting.
package models

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// Options say what contests are about.
type Options struct {
	Data    string // the directory of Fashion-MNIST or its like; the embedded part if empty
	Rows    int    // of the training set that fits use, at most; 0 means 2,000
	Threads int
	// Missing is told which rivals are not here, and why.
	Missing func(name, why string)
	// Version is told the versions of those that are.
	Version func(name, version string)
}

// Contest is a contest that is made, and its data loaded, when it is its turn.
type Contest struct {
	Op, Keys string
	Entrants int // about
	Make     func(ctx context.Context) (*measure.Contest, error)
}

// Contests returns all contests of models. The caller must call close in the end, which
// ends the rivals that are processes.
func Contests(o Options) (contests []Contest, close func(), err error) {
	d, err := load(o.Data)
	if err != nil {
		return nil, nil, err
	}
	if o.Rows == 0 {
		o.Rows = few
	}
	t := &table{options: o, data: d, rivals: &rivals{options: o, data: d}}
	contests = slices.Concat(t.steps(), t.epochs(), t.predictions(), t.latencies(), t.trainings(), t.fits(), t.paths(), t.files())
	return contests, t.rivals.close, nil
}

// data are images, as bytes and as float32.
type data struct {
	train, test             *dataset.Set
	trainFloats, testFloats *classifier.Table // the bytes' values
	testScaled              *classifier.Table // divided by 255
}

func load(dir string) (*data, error) {
	var d data
	var err error
	if dir == "" {
		d.train, d.test, err = fashion.Load()
	} else {
		read := func(part string) (*dataset.Set, error) {
			name := func(kind string) (string, error) {
				matches, err := filepath.Glob(filepath.Join(dir, part+"-"+kind+"-ubyte*"))
				if err == nil && len(matches) == 0 {
					err = &fileError{dir, part + "-" + kind + "-ubyte"}
				}
				if err != nil {
					return "", err
				}
				return matches[0], nil
			}
			images, err := name("images-idx3")
			if err != nil {
				return nil, err
			}
			labels, err := name("labels-idx1")
			if err != nil {
				return nil, err
			}
			return dataset.ReadIDX(images, labels, nil)
		}
		if d.train, err = read("train"); err == nil {
			d.test, err = read("t10k")
		}
	}
	if err != nil {
		return nil, err
	}
	d.trainFloats, d.testFloats, d.testScaled = floats(d.train, 1), floats(d.test, 1), floats(d.test, 255)
	return &d, nil
}

type fileError struct{ dir, name string }

func (e *fileError) Error() string { return "models: " + e.dir + " has no " + e.name }

// floats are the pixels divided by a number.
func floats(set *dataset.Set, by float32) *classifier.Table {
	t := &classifier.Table{X: kernels.NewMatrix(set.Len(), set.Features()), Y: set.Labels(), Names: set.Classes()}
	kernels.Convert(t.X, set.Dense())
	if by != 1 {
		for i := range t.X.Data {
			t.X.Data[i] /= by
		}
	}
	return t
}

// table makes the contests.
type table struct {
	options Options
	data    *data
	rivals  *rivals

	indexed  string // the last index of argmax, which is one of these two
	floats   *index.Index[float32]
	bytes    *index.Index[uint8]
	faissHas [2]string // the indices of FAISS, of floats and of bytes
}

// isas returns the instruction sets of argmax that take part: the active one, and those
// below it that are in assembly.
func isas() []cpu.ISA {
	all := cpu.Available()
	return slices.DeleteFunc(all[slices.Index(all, cpu.Active):], func(isa cpu.ISA) bool {
		return isa != cpu.Active && (isa != isa.Base() || isa == cpu.Active.Base() || isa == cpu.Generic)
	})
}

// ours returns an entrant of argmax for each instruction set; the first is the champion.
func ours(name string, run func(ctx context.Context, passes int) (measure.Sample, error)) (es []measure.Entrant) {
	for _, isa := range isas() {
		es = append(es, measure.Entrant{Name: name, ISA: isa.String(), Run: func(ctx context.Context, passes int) (measure.Sample, error) {
			defer cpu.Use(isa)()
			return run(ctx, passes)
		}})
	}
	return es
}
