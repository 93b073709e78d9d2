package models

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/optimize"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/process"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/convert"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// above is how far a fit may stop above the minimum, as a part of it.
const above = 1e-3

// task is an objective of features between 0 and 1, with the penalty of C = 1.
type task struct {
	name string
	loss loss.Loss
	bias classifier.Bias
	most int // rows
}

var tasks = []task{
	{"softmax", loss.Softmax{}, classifier.FreeBias, 60_000},
	{"squared-hinge", loss.SquaredHinge{}, classifier.PenalizedBias, 2000},
	{"crammer-singer", loss.CrammerSinger{}, classifier.PenalizedBias, 1000},
}

// fitter is a rival. It fits until a limit, which is a number of iterations or a
// tolerance, and returns weights, each class's bias last, and the seconds of the fit. One
// that can be watched fits until it reaches a target instead, and returns the points on the
// way, too.
type fitter struct {
	name   string
	limits []float64 // from the loosest to the tightest
	fit    func(ctx context.Context, limit float64) (w [][]float64, seconds float64, err error)
	until  func(ctx context.Context, target float64) (w [][]float64, points []measure.Point, err error)
}

// few is the number of rows that are fitted to unless another is asked for. LIBLINEAR takes
// seconds for it, scikit-learn ten.
const few = 2000

// bisections is how often the limit of a rival is refined.
const bisections = 2

// fits are contests of fits to an objective: 0.1 % above the minimum. For each rival about
// the loosest limit is used with which it reaches that. The curve has where each of the
// limits led that were tried; argmax's, each of its iterations.
func (t *table) fits() (contests []Contest) {
	for _, task := range tasks {
		rows := min(t.options.Rows, t.data.train.Len(), task.most)
		keys := fmt.Sprintf("task=%s/rows=%d/features=%d/classes=%d", task.name, rows, t.data.train.Features(), len(t.data.train.Classes()))
		contests = append(contests, Contest{"Fit", keys, 8, func(ctx context.Context) (*measure.Contest, error) {
			ex := floats(t.data.train.Subset(upTo(rows)), 255)
			o := classifier.Objective{Loss: task.loss, L2: 1 / (2 * float64(rows)), Bias: task.bias, Scaling: classifier.Unscaled}
			m, report, err := classifier.Auto{Tolerance: 1e-5}.Fit(ctx, ex, o, classifier.Options{Workers: t.options.Threads})
			if err != nil {
				return nil, err
			}
			least := objective(ex, o, modelWeights(m))
			target := (1 + above) * least
			c := &measure.Contest{
				Op: "Fit", Keys: keys, Threads: t.options.Threads,
				Tolerance: fmt.Sprintf("an objective of %.6g, %g %% above the least of %.6g, which argmax has found with a gap of %.2g; objectives of all entrants are computed from their weights by one function in float64",
					target, 100*above, least, report.Gap/report.Objective),
			}
			c.Entrants = append(c.Entrants, measure.Entrant{
				Name: "argmax", ISA: cpu.Active.String(),
				Run: func(ctx context.Context, passes int) (s measure.Sample, err error) {
					for range passes {
						w, seconds, _, err := t.fitTo(ctx, ex, o, target)
						if err != nil {
							return s, err
						}
						s.Calls, s.Elapsed, s.Values = s.Calls+1, s.Elapsed+seconds, t.reached(ex, o, w)
					}
					return s, nil
				},
				Curve: func(ctx context.Context) ([]measure.Point, error) {
					_, _, points, err := t.fitTo(ctx, ex, o, 0)
					return points, err
				},
			})
			for _, f := range t.fitters(ctx, task, o, ex) {
				e, err := t.rivalFit(ctx, f, ex, o, target)
				if err != nil {
					return nil, named(f.name, err)
				}
				c.Entrants = append(c.Entrants, e)
			}
			return c, nil
		}})
	}
	return contests
}

// fitTo fits until the objective is at most target, and returns the weights, the time,
// and the points on the way. With a target of 0 it fits to a tight tolerance.
func (t *table) fitTo(ctx context.Context, ex classifier.Examples, o classifier.Objective, target float64) (w [][]float64, took time.Duration, points []measure.Point, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reached := false
	begin := time.Now()
	m, _, err := classifier.Auto{Tolerance: 1e-5}.Fit(ctx, ex, o, classifier.Options{Workers: t.options.Threads, Progress: func(r classifier.Report) {
		if reached || r.Passes == 0 {
			return
		}
		took = time.Since(begin)
		points = append(points, measure.Point{Seconds: took.Seconds(), Objective: r.Objective})
		if r.Objective <= target {
			reached = true
			cancel()
		}
	}})
	if err != nil && !(reached && errors.Is(err, context.Canceled)) {
		return nil, 0, nil, err
	}
	return modelWeights(m), took, points, nil
}

// rivalFit makes the curve of a rival, and finds the limit with which it just reaches the
// target: the first of its limits that does, and then one between that and the one before,
// so that a rival is not charged for more than argmax, which stops on the way. It returns a
// rival that never reaches it with the tightest limit.
func (t *table) rivalFit(ctx context.Context, f fitter, ex *classifier.Table, o classifier.Objective, target float64) (measure.Entrant, error) {
	if f.until != nil {
		return measure.Entrant{
			Name: f.name, Slow: true,
			Run: func(ctx context.Context, passes int) (s measure.Sample, err error) {
				for range passes {
					w, points, err := f.until(ctx, target)
					if err != nil {
						return s, err
					}
					s.Calls, s.Elapsed, s.Values = s.Calls+1, s.Elapsed+time.Duration(1e9*points[len(points)-1].Seconds), t.reached(ex, o, w)
				}
				return s, nil
			},
			Curve: func(ctx context.Context) ([]measure.Point, error) {
				_, points, err := f.until(ctx, target-0.99*above*target)
				return points, err
			},
		}, nil
	}
	var points []measure.Point
	reaches := func(limit float64) (bool, error) {
		w, seconds, err := f.fit(ctx, limit)
		if err != nil {
			return false, err
		}
		value := objective(ex, o, w)
		points = append(points, measure.Point{Seconds: seconds, Objective: value})
		return value <= target, nil
	}
	limit := f.limits[len(f.limits)-1]
	for i, tried := range f.limits {
		reached, err := reaches(tried)
		if err != nil {
			return measure.Entrant{}, err
		}
		if !reached {
			continue
		}
		limit = tried
		for range bisections {
			if i == 0 {
				break
			}
			between := math.Sqrt(f.limits[i-1] * limit)
			if f.limits[0] > 1 { // a number of iterations
				between = math.Round(between)
			}
			if between == limit || between == f.limits[i-1] {
				break
			}
			if reached, err = reaches(between); err != nil {
				return measure.Entrant{}, err
			}
			if reached {
				limit = between
			} else {
				f.limits[i-1] = between
			}
		}
		break
	}
	slices.SortFunc(points, func(a, b measure.Point) int { return cmp.Compare(a.Seconds, b.Seconds) })
	return measure.Entrant{
		Name: f.name, Slow: true,
		Run: func(ctx context.Context, passes int) (s measure.Sample, err error) {
			for range passes {
				w, seconds, err := f.fit(ctx, limit)
				if err != nil {
					return s, err
				}
				s.Calls, s.Elapsed, s.Values = s.Calls+1, s.Elapsed+time.Duration(seconds*1e9), t.reached(ex, o, w)
			}
			return s, nil
		},
		Curve: func(context.Context) ([]measure.Point, error) { return points, nil },
	}, nil
}

// fitters returns the rivals that minimize an objective.
func (t *table) fitters(ctx context.Context, task task, o classifier.Objective, ex *classifier.Table) (fs []fitter) {
	p := t.rivals.scikit(ctx)
	if task.name == "softmax" && (ex.Len() <= few || p == nil) { // of more rows, gonum takes minutes
		fs = append(fs, fitter{name: "gonum", until: newGonumFit(ex, o.L2).until})
	}
	if p != nil && task.name == "softmax" { // the others are LIBLINEAR's code in scikit-learn
		fs = append(fs, fitter{name: "scikit-learn", limits: []float64{5, 10, 20, 40, 80, 160, 320}, fit: func(ctx context.Context, limit float64) ([][]float64, float64, error) {
			var a answer
			err := errors.Join(ctx.Err(), p.Ask(request{Do: "fit", Rows: ex.Len(), L2: o.L2, Limit: limit}, &a))
			return a.W, a.Seconds, err
		}})
	}
	solvers := map[string]string{"squared-hinge": "2", "crammer-singer": "4"}
	if solver, ok := solvers[task.name]; ok {
		if dir := t.rivals.liblinear(); dir != "" {
			l := &liblinear{dir: dir, solver: solver, table: ex}
			fs = append(fs, fitter{name: "liblinear", limits: []float64{1, 0.1, 0.01, 0.001, 1e-4}, fit: l.fit})
		}
	}
	return fs
}

// reached returns the objective of weights, each class's bias last, on the rows that they
// were fitted to, and their accuracy on the test set.
func (t *table) reached(ex *classifier.Table, o classifier.Objective, w [][]float64) []results.Value {
	return []results.Value{{Number: objective(ex, o, w), Unit: "objective"}, {Number: accuracy(t.data.testScaled, w), Unit: "accuracy"}}
}

// modelWeights returns the weights of a model, each class's bias last.
func modelWeights(m *classifier.Linear) (ws [][]float64) {
	w, bias := weightsOf(m)
	for k, b := range bias {
		var row []float64
		for _, v := range w.Row(k) {
			row = append(row, float64(v))
		}
		ws = append(ws, append(row, float64(b)))
	}
	return ws
}

// eachRow yields the scores of each row by weights, each class's bias last.
func eachRow(t *classifier.Table, w [][]float64) func(yield func(i int, scores []float64) bool) {
	return func(yield func(int, []float64) bool) {
		scores := make([]float64, len(w))
		for i := range t.Len() {
			x := t.X.Row(i)
			for k, w := range w {
				s := w[len(x)]
				for f, v := range x {
					s += w[f] * float64(v)
				}
				scores[k] = s
			}
			if !yield(i, scores) {
				return
			}
		}
	}
}

// objective returns the objective of weights, each class's bias last.
func objective(t *classifier.Table, o classifier.Objective, w [][]float64) (value float64) {
	l := o.Loss
	if l == nil {
		l = loss.Softmax{}
	}
	for i, scores := range eachRow(t, w) {
		value += l.At(scores, t.Y[i]) / float64(t.Len())
	}
	for _, w := range w {
		if o.Bias == classifier.FreeBias {
			w = w[:len(w)-1]
		}
		for _, v := range w {
			value += o.L2*v*v + o.L1*math.Abs(v)
		}
	}
	return value
}

// accuracy returns the fraction of rows that weights, each class's bias last, classify
// rightly.
func accuracy(t *classifier.Table, w [][]float64) float64 {
	right := 0
	for i, scores := range eachRow(t, w) {
		if slices.Index(scores, slices.Max(scores)) == t.Y[i] {
			right++
		}
	}
	return float64(right) / float64(t.Len())
}

// liblinear runs liblinear-train. Its time is that of the process less that of one that
// stops at once, which reads the same file.
type liblinear struct {
	dir, solver string
	table       *classifier.Table
	idle        float64
}

func (l *liblinear) fit(ctx context.Context, limit float64) ([][]float64, float64, error) {
	if l.idle == 0 {
		if err := writeSVMlight(filepath.Join(l.dir, "data.svm"), l.table); err != nil {
			return nil, 0, err
		}
		var err error
		if l.idle, err = l.train(ctx, 1e30); err != nil {
			return nil, 0, err
		}
	}
	seconds, err := l.train(ctx, limit)
	if err != nil {
		return nil, 0, err
	}
	m, err := convert.ReadFile(filepath.Join(l.dir, "liblinear.model"), convert.Options{})
	if err != nil {
		return nil, 0, err
	}
	w := make([][]float64, len(m.Classes()))
	for k, row := range modelWeights(m) { // in the order of the file
		y, err := strconv.Atoi(m.Classes()[k])
		if err != nil {
			return nil, 0, err
		}
		w[y] = row
	}
	return w, max(0, seconds-l.idle), nil
}

func (l *liblinear) train(ctx context.Context, limit float64) (float64, error) {
	begin := time.Now()
	_, err := process.Output(ctx, 1, "liblinear-train", "-q", "-s", l.solver, "-c", "1", "-B", "1", "-e", fmt.Sprint(limit),
		filepath.Join(l.dir, "data.svm"), filepath.Join(l.dir, "liblinear.model"))
	return time.Since(begin).Seconds(), err
}

func writeSVMlight(name string, t *classifier.Table) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for i, y := range t.Y {
		fmt.Fprint(w, y)
		for f, v := range t.X.Row(i) {
			if v != 0 {
				fmt.Fprintf(w, " %d:%v", f+1, v)
			}
		}
		fmt.Fprintln(w)
	}
	return errors.Join(w.Flush(), f.Close())
}

// gonumFit minimizes the softmax loss with gonum's L-BFGS, in float64.
type gonumFit struct {
	x, scores blas64.General
	y         []int
	classes   int
	l2        float64
}

func newGonumFit(t *classifier.Table, l2 float64) *gonumFit {
	g := &gonumFit{y: t.Y, classes: len(t.Names), l2: l2}
	d := t.Features() + 1 // the last column is 1
	g.x = blas64.General{Rows: t.Len(), Cols: d, Stride: d, Data: make([]float64, t.Len()*d)}
	g.scores = blas64.General{Rows: t.Len(), Cols: g.classes, Stride: g.classes, Data: make([]float64, t.Len()*g.classes)}
	for i := range t.Len() {
		for f, v := range t.X.Row(i) {
			g.x.Data[i*d+f] = float64(v)
		}
		g.x.Data[(i+1)*d-1] = 1
	}
	return g
}

// lossGradient returns the objective, and the gradient in grad unless that is nil.
func (g *gonumFit) lossGradient(grad, w []float64) (value float64) {
	weights := blas64.General{Rows: g.classes, Cols: g.x.Cols, Stride: g.x.Cols, Data: w}
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, g.x, weights, 0, g.scores)
	n := float64(g.x.Rows)
	for i, y := range g.y {
		row := g.scores.Data[i*g.classes:][:g.classes]
		largest, sum := math.Inf(-1), 0.
		for _, v := range row {
			largest = max(largest, v)
		}
		right := row[y]
		for k, v := range row {
			row[k] = math.Exp(v - largest)
			sum += row[k]
		}
		value += (math.Log(sum) + largest - right) / n
		for k := range row {
			row[k] /= sum * n
		}
		row[y] -= 1 / n
	}
	if grad != nil {
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, g.scores, g.x, 0, blas64.General{Rows: g.classes, Cols: g.x.Cols, Stride: g.x.Cols, Data: grad})
	}
	for i, v := range w {
		if (i+1)%g.x.Cols == 0 { // a bias
			continue
		}
		value += g.l2 * v * v
		if grad != nil {
			grad[i] += 2 * g.l2 * v
		}
	}
	return value
}

// longest is the number of iterations after which gonum gives up.
const longest = 200

// until is a fitter's.
func (g *gonumFit) until(ctx context.Context, target float64) (w [][]float64, points []measure.Point, err error) {
	last, lastValue, lastGrad := make([]float64, g.classes*g.x.Cols), math.NaN(), make([]float64, g.classes*g.x.Cols)
	evaluate := func(w []float64) { // once for the value and the gradient
		if math.IsNaN(lastValue) || !slices.Equal(w, last) {
			copy(last, w)
			lastValue = g.lossGradient(lastGrad, w)
		}
	}
	watch := &watched{begin: time.Now(), target: target}
	r, err := optimize.Minimize(optimize.Problem{
		Func: func(w []float64) float64 { evaluate(w); return lastValue },
		Grad: func(grad, w []float64) { evaluate(w); copy(grad, lastGrad) },
		Status: func() (optimize.Status, error) {
			if watch.reached {
				return optimize.Success, nil
			}
			return optimize.NotTerminated, ctx.Err()
		},
	}, make([]float64, len(last)), &optimize.Settings{MajorIterations: longest, Recorder: watch}, &optimize.LBFGS{})
	if err != nil && (r == nil || !strings.Contains(err.Error(), "linesearch")) {
		return nil, nil, err
	}
	if len(watch.points) == 0 {
		return nil, nil, errors.New("no iteration")
	}
	for k := range g.classes {
		w = append(w, r.X[k*g.x.Cols:][:g.x.Cols])
	}
	return w, watch.points, nil
}

// watched records the objective after each iteration, until a target.
type watched struct {
	begin   time.Time
	target  float64
	points  []measure.Point
	reached bool
}

func (*watched) Init() error { return nil }

func (r *watched) Record(l *optimize.Location, op optimize.Operation, _ *optimize.Stats) error {
	if op == optimize.MajorIteration && !r.reached {
		r.points = append(r.points, measure.Point{Seconds: time.Since(r.begin).Seconds(), Objective: l.F})
		r.reached = l.F <= r.target
	}
	return nil
}
