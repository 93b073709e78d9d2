// Command minima times fits of linear models to the objective at which a rival stops,
// beside that rival, scikit-learn or LIBLINEAR (Debian's python3-sklearn and
// liblinear-tools), on the same rows:
//
//	go run ./models/minima -data DIRECTORY [-rounds 3] softmax | squared-hinge | crammer-singer | probe
//	go run ./models/minima -data DIRECTORY -tool liblinear2 squared-hinge
//
// The directory is that of Fashion-MNIST; the probe makes its own embeddings. Rivals are
// processes of their own, which alternate with argmax; their times are those of the fit
// alone, or, for LIBLINEAR, of its process less that of one that stops at once, which
// reads the same file. Objectives are computed from the weights by one function in
// float64. An objective that is known need not be found again: -target.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

// row is a comparison: an objective of features within 0 and 1, and who minimizes it.
type row struct {
	objective classifier.Objective
	solver    classifier.Solver
	tool      string // the fastest rival
	bytes     bool   // argmax reads the images as they are
}

var tolerance = flag.Float64("tolerance", 0, "fit to this relative gap, too")

func rows(n int) map[string]row {
	l2 := 1 / (2 * float64(n)) // that of C = 1
	objective := func(l loss.Loss, b classifier.Bias) classifier.Objective {
		return classifier.Objective{Loss: l, L2: l2, Bias: b, Scaling: classifier.Unscaled}
	}
	auto := classifier.Auto{Tolerance: *tolerance}
	return map[string]row{
		"softmax":        {objective(loss.Softmax{}, classifier.FreeBias), auto, "sklearn", true},
		"squared-hinge":  {objective(loss.SquaredHinge{}, classifier.PenalizedBias), auto, "liblinear2", false},
		"crammer-singer": {objective(loss.CrammerSinger{}, classifier.PenalizedBias), auto, "liblinear4", false},
		"probe":          {objective(loss.Softmax{}, classifier.FreeBias), auto, "sklearn", false},
	}
}

func main() {
	log.SetFlags(0)
	data := flag.String("data", "", "the directory of Fashion-MNIST")
	rounds := flag.Int("rounds", 3, "how often each runs")
	tool := flag.String("tool", "", "sklearn, liblinear1, liblinear2 or liblinear4")
	target := flag.Float64("target", 0, "the objective to reach, without a rival")
	workers := flag.Int("workers", 0, "goroutines of argmax; 0: one for each processor")
	flag.Parse()
	if err := run(flag.Arg(0), *data, *tool, *rounds, *workers, *target); err != nil {
		log.Fatal(err)
	}
}

func run(name, data, tool string, rounds, workers int, target float64) error {
	var floats *classifier.Table
	var images *dataset.Set
	if name == "probe" {
		floats = embeddings(100_000, 768, 100)
	} else {
		var err error
		images, err = dataset.ReadIDX(filepath.Join(data, "train-images-idx3-ubyte.gz"), filepath.Join(data, "train-labels-idx1-ubyte.gz"), nil)
		if err != nil {
			return err
		}
		floats = within1(images)
	}
	r, ok := rows(floats.Len())[name]
	if !ok {
		return fmt.Errorf("minima: no row %q", name)
	}
	if tool == "" {
		tool = r.tool
	}
	var ex classifier.Examples = floats
	o := r.objective
	if r.bytes { // weights of bytes are 255 times smaller
		ex, o.L2 = images, o.L2*255*255
	}
	rival := rival{name: name, tool: tool, table: floats}
	if target == 0 {
		var err error
		if rival.dir, err = os.MkdirTemp("", "minima"); err != nil {
			return err
		}
		defer os.RemoveAll(rival.dir)
		if err := rival.export(); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d rows of %d, %s\n", name, floats.Len(), floats.Features(), argmax.Active())
	for range rounds {
		until := target
		if target == 0 {
			w, seconds, err := rival.fit()
			if err != nil {
				return err
			}
			value, accuracy := evaluate(floats, r.objective, w)
			fmt.Printf("%-10s %8.2f s              objective %.6f, accuracy %.4f\n", tool, seconds, value, accuracy)
			until = value
		}
		if err := ours(ex, o, r, floats, until, workers); err != nil {
			return err
		}
	}
	return nil
}

// ours fits to an objective and then, if asked, to the tolerance.
func ours(ex classifier.Examples, o classifier.Objective, r row, floats *classifier.Table, until float64, workers int) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	began, cpu := time.Now(), cpuSeconds()
	reached := false
	m, report, err := r.solver.Fit(ctx, ex, o, classifier.Options{Workers: workers, Progress: func(p classifier.Report) {
		if !reached && p.Objective <= until && p.Passes > 0 {
			reached = true
			fmt.Printf("%-10s %8.2f s (CPU %.2f) %6.0f passes, objective %.6f\n",
				"argmax", time.Since(began).Seconds(), cpuSeconds()-cpu, p.Passes, p.Objective)
			if *tolerance == 0 {
				cancel()
			}
		}
	}})
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	seconds, cpu := time.Since(began).Seconds(), cpuSeconds()-cpu
	w := make([][]float64, len(m.Classes()))
	template := make([]float32, m.Features())
	for k := range w {
		m.Template(template, k)
		for _, v := range template {
			if r.bytes {
				v *= 255
			}
			w[k] = append(w[k], float64(v))
		}
		w[k] = append(w[k], float64(m.Bias(k)))
	}
	value, accuracy := evaluate(floats, r.objective, w)
	fmt.Printf("%-10s %8.2f s (CPU %.2f) %6.0f passes, objective %.6f, accuracy %.4f, gap %.2g, %s: %s\n",
		"  its end", seconds, cpu, report.Passes, value, accuracy, report.Gap/report.Objective, report.Solver, report.Why)
	return nil
}

// cpuSeconds returns the processor time of this process, NaN where it is not known.
func cpuSeconds() float64 {
	t, ok := meter.ProcessorTime()
	if !ok {
		return math.NaN()
	}
	return t.Seconds()
}

// within1 are the pixels divided by 255.
func within1(images *dataset.Set) *classifier.Table {
	t := &classifier.Table{X: kernels.NewMatrix(images.Len(), images.Features()), Y: images.Labels(), Names: images.Classes()}
	kernels.Convert(t.X, images.Dense())
	for i := range t.X.Data {
		t.X.Data[i] /= 255
	}
	return t
}

// embeddings are rows of normal features about a centre for each class, of which no
// linear model tells all apart.
func embeddings(n, features, classes int) *classifier.Table {
	random := rand.New(rand.NewPCG(1, 2))
	centres := kernels.NewMatrix(classes, features)
	for i := range centres.Data {
		centres.Data[i] = float32(0.15 * random.NormFloat64())
	}
	t := &classifier.Table{X: kernels.NewMatrix(n, features), Y: make([]int, n)}
	for k := range classes {
		t.Names = append(t.Names, strconv.Itoa(k))
	}
	for i := range t.Y {
		t.Y[i] = random.IntN(classes)
		for f, c := range centres.Row(t.Y[i]) {
			t.X.Row(i)[f] = c + float32(random.NormFloat64())
		}
	}
	return t
}

// evaluate returns the objective of weights, each class's bias at its end, and the share
// of rows that they classify rightly.
func evaluate(t *classifier.Table, o classifier.Objective, w [][]float64) (value, accuracy float64) {
	scores := make([]float64, len(w))
	for i, y := range t.Y {
		best := 0
		for k, w := range w {
			x := t.X.Row(i)
			s := w[len(x)]
			for f, v := range x {
				s += w[f] * float64(v)
			}
			if scores[k] = s; s > scores[best] {
				best = k
			}
		}
		value += o.Loss.At(scores, y) / float64(t.Len())
		if best == y {
			accuracy += 1 / float64(t.Len())
		}
	}
	for _, w := range w {
		if o.Bias == classifier.FreeBias {
			w = w[:len(w)-1]
		}
		for _, v := range w {
			value += o.L2 * v * v
		}
	}
	return value, accuracy
}

// rival is another tool.
type rival struct {
	name, tool, dir string
	table           *classifier.Table
	idle            float64 // seconds that LIBLINEAR reads for
}

// export writes the data where the tool reads them.
func (r *rival) export() error {
	if r.tool == "sklearn" {
		if err := write(filepath.Join(r.dir, "x.bin"), r.table.X.Data); err != nil {
			return err
		}
		labels := make([]int64, r.table.Len())
		for i, y := range r.table.Y {
			labels[i] = int64(y)
		}
		return write(filepath.Join(r.dir, "y.bin"), labels)
	}
	f, err := os.Create(filepath.Join(r.dir, "data"))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for i, y := range r.table.Y {
		fmt.Fprint(w, y)
		for f, v := range r.table.X.Row(i) {
			if v != 0 {
				fmt.Fprintf(w, " %d:%v", f+1, v)
			}
		}
		fmt.Fprintln(w)
	}
	return errors.Join(w.Flush(), f.Close())
}

func write(file string, data any) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return errors.Join(binary.Write(w, binary.LittleEndian, data), w.Flush(), f.Close())
}

// fit returns the weights that the tool finds and the seconds that it took.
func (r *rival) fit() ([][]float64, float64, error) {
	if r.tool == "sklearn" {
		return r.sklearn()
	}
	solver := strings.TrimPrefix(r.tool, "liblinear")
	if r.idle == 0 {
		var err error
		if r.idle, err = r.liblinear(solver, "-e", "1e30"); err != nil {
			return nil, 0, err
		}
	}
	seconds, err := r.liblinear(solver)
	if err != nil {
		return nil, 0, err
	}
	w, err := r.readModel()
	return w, seconds - r.idle, err
}

func (r *rival) sklearn() ([][]float64, float64, error) {
	c := exec.Command("/usr/bin/python3", "models/minima/rival.py", r.name, r.dir, strconv.Itoa(r.table.Len()), strconv.Itoa(r.table.Features()))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, 0, err
	}
	seconds, err := strconv.ParseFloat(strings.Fields(string(out))[0], 64)
	if err != nil {
		return nil, 0, err
	}
	content, err := os.ReadFile(filepath.Join(r.dir, "w.bin"))
	if err != nil {
		return nil, 0, err
	}
	w := make([][]float64, len(r.table.Names))
	for k := range w {
		for range r.table.Features() + 1 {
			w[k] = append(w[k], math.Float64frombits(binary.LittleEndian.Uint64(content)))
			content = content[8:]
		}
	}
	return w, seconds, nil
}

func (r *rival) liblinear(solver string, more ...string) (float64, error) {
	arguments := append([]string{"-q", "-s", solver, "-c", "1", "-B", "1"}, more...)
	began := time.Now()
	err := exec.Command("liblinear-train", append(arguments, filepath.Join(r.dir, "data"), filepath.Join(r.dir, "model"))...).Run()
	return time.Since(began).Seconds(), err
}

// readModel reads the weights of a model of LIBLINEAR: a line for each feature, the bias
// last, with a column for each class, in the order of the line "label".
func (r *rival) readModel() ([][]float64, error) {
	content, err := os.ReadFile(filepath.Join(r.dir, "model"))
	if err != nil {
		return nil, err
	}
	head, body, _ := strings.Cut(string(content), "\nw\n")
	var order []int
	for line := range strings.Lines(head) {
		if labels, ok := strings.CutPrefix(line, "label "); ok {
			for _, l := range strings.Fields(labels) {
				y, err := strconv.Atoi(l)
				if err != nil {
					return nil, err
				}
				order = append(order, y)
			}
		}
	}
	w := make([][]float64, len(order))
	for line := range strings.Lines(body) {
		for i, field := range strings.Fields(line) {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return nil, err
			}
			w[order[i]] = append(w[order[i]], v)
		}
	}
	return w, nil
}
