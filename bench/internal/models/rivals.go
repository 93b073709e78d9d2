package models

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/process"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/convert"
)

// rivals are those that are processes. Each is started when it is first needed; one that
// cannot be is reported as missing.
type rivals struct {
	options Options
	data    *data
	dir     string
	started map[string]*process.Process // nil for one that is missing
}

//go:embed rivals/scikit.py
var python string

//go:embed rivals/glmnet.R
var glmnet string

//go:embed rivals/epoch.cc
var epochInC string

//go:embed rivals/faiss.cc
var faissInC string

// scikit returns Python with numpy and scikit-learn, nil if it is missing.
func (r *rivals) scikit(ctx context.Context) *process.Process {
	return r.start(ctx, "scikit-learn", func() (*process.Process, error) {
		name, err := process.Python()
		if err != nil {
			return nil, err
		}
		return process.Start(ctx, r.options.Threads, name, "-c", python, r.dir)
	})
}

// glmnet returns R with glmnet, nil if it is missing.
func (r *rivals) glmnet(ctx context.Context) *process.Process {
	return r.start(ctx, "glmnet", func() (*process.Process, error) {
		script := filepath.Join(r.dir, "rivals.R")
		if err := os.WriteFile(script, []byte(glmnet), 0o600); err != nil {
			return nil, err
		}
		return process.Start(ctx, r.options.Threads, "Rscript", script, r.dir)
	})
}

// compiled returns an epoch in C++ with oneDNN, nil if it cannot be compiled.
func (r *rivals) compiled(ctx context.Context) *process.Process {
	return r.start(ctx, "onednn-c++", func() (*process.Process, error) {
		processor := "-march=native"
		if process.Held() {
			processor = "-march=haswell"
		}
		return r.compile(ctx, "epoch", epochInC, "-O3", processor, "-ffast-math", "-fno-math-errno", "-ldnnl")
	})
}

// faiss returns FAISS, nil if it cannot be compiled.
func (r *rivals) faiss(ctx context.Context) *process.Process {
	return r.start(ctx, "faiss", func() (*process.Process, error) {
		return r.compile(ctx, "faiss", faissInC, "-O2", "-fopenmp", "-lfaiss", "-lopenblas")
	})
}

// compile compiles a program of C++ and starts it. What pkg-config knows of the libraries
// precedes the standard paths.
func (r *rivals) compile(ctx context.Context, name, source string, flags ...string) (*process.Process, error) {
	file, program := filepath.Join(r.dir, name+".cc"), filepath.Join(r.dir, name)
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		return nil, err
	}
	arguments := []string{file, "-o", program}
	for _, flag := range flags {
		if library, ok := strings.CutPrefix(flag, "-l"); ok {
			if known, err := process.Output(ctx, 1, "pkg-config", "--cflags", "--libs", library); err == nil {
				arguments = append(arguments, strings.Fields(string(known))...)
			}
		}
		arguments = append(arguments, flag)
	}
	if _, err := process.Output(ctx, 1, "g++", arguments...); err != nil {
		return nil, err
	}
	return process.Start(ctx, r.options.Threads, program, r.dir)
}

// liblinear returns the directory in which LIBLINEAR may work, "" if it is missing.
func (r *rivals) liblinear() string {
	if _, err := exec.LookPath("liblinear-train"); err != nil {
		r.options.Missing("liblinear", err.Error())
		return ""
	}
	if err := r.export(); err != nil {
		r.options.Missing("liblinear", err.Error())
		return ""
	}
	r.options.Version("liblinear", packageVersion("liblinear-tools"))
	return r.dir
}

// onnx returns a model in ONNX Runtime, for the test set.
func (r *rivals) onnx(m *classifier.Linear) (*crival.Classifier, error) {
	if err := r.export(); err != nil {
		return nil, err
	}
	file := filepath.Join(r.dir, "model.onnx")
	if err := convert.WriteFile(file, m); err != nil {
		return nil, err
	}
	c, version, err := crival.ONNX(file, r.data.testFloats.X.Data, m.Features(), r.options.Threads)
	if err == nil {
		r.options.Version("onnxruntime", version)
	}
	return c, err
}

// packageVersion returns the version of a package of Debian, or that it is not known.
func packageVersion(name string) string {
	out, err := process.Output(context.Background(), 1, "dpkg-query", "-W", "-f", "${Version}", name)
	if err != nil {
		return "of an unknown version"
	}
	return string(out)
}

// start starts a rival, and asks for its version.
func (r *rivals) start(ctx context.Context, name string, start func() (*process.Process, error)) *process.Process {
	if p, ok := r.started[name]; ok {
		return p
	}
	if r.started == nil {
		r.started = map[string]*process.Process{}
	}
	p, err := (*process.Process)(nil), r.export()
	if err == nil {
		p, err = start()
	}
	var told struct{ Version string }
	if err == nil {
		err = p.Ask(request{Do: "version"}, &told)
	}
	if err != nil {
		r.options.Missing(name, err.Error())
		p = nil
	} else {
		r.options.Version(name, told.Version)
	}
	r.started[name] = p
	return p
}

// request is what rivals are asked.
type request struct {
	Do      string
	Passes  int
	Task    string      // of a fit, the kind of a file, or a metric
	Rows    int         // of the training set, the first ones; of a base or of queries
	Columns int         // of a base
	K       int         // neighbours
	Bytes   int         // 1 for an index of bytes
	Limit   float64     // of iterations, or a tolerance
	L1, L2  float64     // weights of the penalties
	Path    string      // of a file
	Alpha   float64     // of an elastic net
	Lambda  []float64   // penalties of a path
	W       [][]float64 // weights of a model, biases last
}

// answer is what they answer.
type answer struct {
	Seconds    float64 // of the work alone
	Objective  float64 // the mean loss of the last epoch
	W          [][]float64
	Path       [][][]float64 // W for each penalty
	Objectives []float64     // the distances of neighbours
	Classes    []int
	Sum        float64
}

// asked returns the Run of a rival that makes passes as it is asked; values may be nil.
func asked(p *process.Process, r request, values func(answer) []results.Value) func(context.Context, int) (measure.Sample, error) {
	return func(ctx context.Context, passes int) (measure.Sample, error) {
		var a answer
		r.Passes = passes
		if err := errors.Join(ctx.Err(), p.Ask(r, &a)); err != nil {
			return measure.Sample{}, err
		}
		s := measure.Sample{Calls: passes, Elapsed: time.Duration(a.Seconds * 1e9)}
		if values != nil {
			s.Values = values(a)
		}
		return s, nil
	}
}

// export writes the images where rivals read them: pixels and labels as bytes, and their
// numbers.
func (r *rivals) export() (err error) {
	if r.dir != "" {
		return nil
	}
	if r.dir, err = os.MkdirTemp("", "models"); err != nil {
		return err
	}
	shape := fmt.Sprintf("%d %d %d %d\n", r.data.train.Len(), r.data.test.Len(), r.data.train.Features(), len(r.data.train.Classes()))
	errs := []error{os.WriteFile(filepath.Join(r.dir, "shape"), []byte(shape), 0o600)}
	for name, set := range map[string]interface {
		Labels() []int
		Pixels(int) []byte
		Len() int
	}{"train": r.data.train, "test": r.data.test} {
		var pixels, labels []byte
		for i := range set.Len() {
			pixels, labels = append(pixels, set.Pixels(i)...), append(labels, byte(set.Labels()[i]))
		}
		errs = append(errs, os.WriteFile(filepath.Join(r.dir, name+".x"), pixels, 0o600), os.WriteFile(filepath.Join(r.dir, name+".y"), labels, 0o600))
	}
	return errors.Join(errs...)
}

func (r *rivals) close() {
	for _, p := range r.started {
		if p != nil {
			p.Close()
		}
	}
	if r.dir != "" {
		os.RemoveAll(r.dir)
	}
}
