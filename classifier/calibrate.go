package classifier

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/kernels"
)

// CalibrationMethod is a way to find a [Calibration] from held-out examples.
type CalibrationMethod uint8

const (
	// AutoCalibration is TemperatureScaling for the softmax link and PlattScaling for
	// others.
	AutoCalibration CalibrationMethod = iota
	// TemperatureScaling finds the temperature of the softmax with the least log loss
	// (C. Guo et al., "On calibration of modern neural networks", ICML 2017). It has one
	// parameter, which some hundred examples determine.
	TemperatureScaling
	// PlattScaling finds a slope and an offset for each class: those of the logistic
	// regression of the class against the rest on its score (J. Platt, "Probabilistic
	// outputs for support vector machines", 1999), whose targets are (n₊ + 1)/(n₊ + 2) and
	// 1/(n₋ + 2) for n₊ examples of the class and n₋ others. The sigmoids are divided by
	// their sum.
	PlattScaling
	// SharedPlattScaling is PlattScaling with one slope and one offset for all classes: it
	// does with fewer examples, and keeps the order of the classes.
	SharedPlattScaling
)

// String returns the name of the method.
func (c CalibrationMethod) String() string {
	switch c {
	case AutoCalibration:
		return "auto"
	case TemperatureScaling:
		return "temperature"
	case PlattScaling:
		return "platt"
	case SharedPlattScaling:
		return "shared-platt"
	}
	return fmt.Sprintf("CalibrationMethod(%d)", uint8(c))
}

// Calibrate returns the same model with a calibration that it fits to held-out examples,
// which the model must not have been trained on. It replaces one that the model has. The
// link becomes softmax with a temperature, and sigmoid with Platt scaling: a model without
// one, trained with a hinge, gets probabilities. Classes are matched by name. workers is the
// number of goroutines, 0 for one on each processor; it does not change the calibration. See
// [FitCalibration] for the errors. When ctx is done Calibrate returns its error.
func (m *Linear) Calibrate(ctx context.Context, held Examples, method CalibrationMethod, workers int) (*Linear, error) {
	link := m.info.Link
	if method == AutoCalibration {
		method = PlattScaling
		if link == loss.SoftmaxLink {
			method = TemperatureScaling
		}
	}
	if method == TemperatureScaling && link == loss.SigmoidLink {
		return nil, errors.New("classifier: a temperature is of the softmax, and the link of the model is the sigmoid: use Platt scaling")
	}
	if err := checkExamples(held); err != nil {
		return nil, err
	}
	labels, err := metrics.Match(m.Classes(), held)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	scores := kernels.NewMatrix(held.Len(), len(m.Classes()))
	if err := m.ScoresAll(ctx, scores, held, workers); err != nil {
		return nil, err
	}
	info := m.info
	if info.Calibration, err = FitCalibration(ctx, scores, labels, method, workers); err != nil {
		return nil, err
	}
	info.Link = loss.SigmoidLink
	if method == TemperatureScaling {
		info.Link = loss.SoftmaxLink
	}
	return m.With(info)
}

// FitCalibration returns the calibration of rows of scores whose classes are known, by
// Newton's method in float64, with the same bits on every processor. AutoCalibration stands
// for PlattScaling. Scores that are NaN or infinite, and labels out of range, are errors that
// name the row. So are scores that have no best calibration: a temperature where every label
// has the highest score, which the least temperature suits best, or where the scores say
// nothing of the labels, and PlattScaling of a class without examples. It panics unless there
// is a label for each row.
func FitCalibration(ctx context.Context, scores kernels.Matrix, labels []int, method CalibrationMethod, workers int) (Calibration, error) {
	if err := scores.Check(); err != nil {
		panic(fmt.Sprintf("classifier: FitCalibration: scores: %v", err))
	}
	if len(labels) != scores.Rows {
		panic(fmt.Sprintf("classifier: FitCalibration: %d labels for %d rows", len(labels), scores.Rows))
	}
	if method > SharedPlattScaling {
		panic(fmt.Sprintf("classifier: FitCalibration: %v", method))
	}
	counts := make([]int, scores.Cols)
	for i, y := range labels {
		if y < 0 || y >= scores.Cols {
			return Calibration{}, fmt.Errorf("classifier: row %d: label %d, with %d classes", i, y, scores.Cols)
		}
		counts[y]++
		for _, s := range scores.Row(i) {
			if s-s != 0 {
				return Calibration{}, fmt.Errorf("classifier: row %d: a score of %v", i, s)
			}
		}
	}
	if len(labels) == 0 {
		return Calibration{}, errors.New("classifier: no examples to calibrate on")
	}
	f := calibrator{scores, labels, kernels.NewPool(workers).WithContext(ctx)}
	if method == TemperatureScaling {
		return f.temperature(ctx)
	}
	if method == SharedPlattScaling {
		return f.platt(ctx, 0, scores.Cols, len(labels), len(labels)*(scores.Cols-1))
	}
	var c Calibration
	for class, n := range counts {
		if n == 0 {
			return Calibration{}, fmt.Errorf("classifier: class %d has no examples to calibrate it on: use one slope and offset for all classes", class)
		}
		one, err := f.platt(ctx, class, class+1, n, len(labels)-n)
		if err != nil {
			return Calibration{}, err
		}
		c.Slope, c.Offset = append(c.Slope, one.Slope...), append(c.Offset, one.Offset...)
	}
	return c, nil
}

// calibrator fits calibrations to rows of scores.
type calibrator struct {
	scores kernels.Matrix
	labels []int
	pool   *kernels.Pool
}

// calibrationSteps are more than Newton's method takes.
const calibrationSteps = 200

// sums are what a pass over the rows adds up.
type sums [6]float64

// pass returns the sums of row over all rows: over blocks of 256 first, then of these in
// order, so that workers do not change them.
func (f *calibrator) pass(row func(i int, s *sums)) (total sums) {
	const block = 256
	parts := make([]sums, (f.scores.Rows+block-1)/block)
	f.pool.Split(len(parts), 1, func(lo, hi int) {
		for p := lo; p < hi; p++ {
			for i := p * block; i < min((p+1)*block, f.scores.Rows); i++ {
				row(i, &parts[p])
			}
		}
	})
	for _, part := range parts {
		for k, v := range part {
			total[k] += v
		}
	}
	return total
}

// temperature minimizes the log loss Σ log Σⱼ exp(βsⱼ) − βs_label over β = 1/T > 0. It is
// convex, and its derivative, the sum of the expected scores less those of the labels, has
// one zero: Newton's method, kept between the values of β where the sign was − and +.
func (f *calibrator) temperature(ctx context.Context) (Calibration, error) {
	derivatives := func(beta float64) (first, second float64) {
		t := f.pass(func(i int, s *sums) {
			row := f.scores.Row(i)
			highest := row[0]
			for _, v := range row {
				highest = max(highest, v)
			}
			var sum, mean, square float64 // of the differences from the highest, weighted
			for _, v := range row {
				d := float64(v) - float64(highest)
				e := exp(float64(beta * d))
				sum += e
				mean += float64(e * d)
				square += float64(float64(e*d) * d)
			}
			mean /= sum
			s[0] += mean - (float64(row[f.labels[i]]) - float64(highest))
			s[1] += max(0, square/sum-float64(mean*mean))
		})
		return t[0], t[1]
	}
	mistakes := f.pass(func(i int, s *sums) {
		row := f.scores.Row(i)
		for _, v := range row {
			if v > row[f.labels[i]] {
				s[0]++
			}
		}
	})
	if mistakes[0] == 0 && ctx.Err() == nil {
		return Calibration{}, errors.New("classifier: every label has the highest score: the examples set no bound to the confidence; calibrate on more that the model was not trained on")
	}
	if g, _ := derivatives(0); g >= 0 && ctx.Err() == nil {
		return Calibration{}, errors.New("classifier: the scores of the labels are no higher than those of the other classes: no temperature suits them")
	}
	beta, low, high := 1.0, 0.0, math.Inf(1)
	for range calibrationSteps {
		g, h := derivatives(beta)
		if err := ctx.Err(); err != nil {
			return Calibration{}, err
		}
		if g < 0 {
			low = beta
		} else {
			high = beta
		}
		next := beta - g/h
		if !(next > low && next < high) { // NaN, too
			next = low + (high-low)/2
			if math.IsInf(high, 1) {
				next = 2 * beta
			}
		}
		if math.Abs(next-beta) <= 1e-13*beta || next == low || next == high {
			beta = next
			break
		}
		beta = next
	}
	return affine(beta, 0)
}

// platt fits the sigmoid of slope·score + offset to classes lo to hi, hi excluded, which
// have positive targets for that many scores and negative ones for as many others, by
// Newton's method with a backtracking line search (H.-T. Lin, C.-J. Lin and R. Weng, "A note
// on Platt's probabilistic outputs for support vector machines", Machine Learning 68, 2007).
func (f *calibrator) platt(ctx context.Context, lo, hi, positive, negative int) (Calibration, error) {
	high, low := float64(positive+1)/float64(positive+2), 1/float64(negative+2)
	// at returns the loss, the gradient by slope and offset, and the Hessian.
	at := func(slope, offset float64) sums {
		return f.pass(func(i int, s *sums) {
			for j, v := range f.scores.Row(i)[lo:hi] {
				x, target := float64(v), low
				if f.labels[i] == lo+j {
					target = high
				}
				z := float64(slope*x) + offset
				e := exp(-math.Abs(z))
				p := 1 / (1 + e) // of the sign of z
				if z < 0 {
					p = e / (1 + e)
				}
				// The cross-entropy log(1 + exp z) − target·z, without overflow.
				s[0] += max(z, 0) - float64(target*z) + log1p(e)
				d, c := p-target, e/float64((1+e)*(1+e))
				s[1] += float64(d * x)
				s[2] += d
				s[3] += float64(float64(c*x) * x)
				s[4] += float64(c * x)
				s[5] += c
			}
		})
	}
	var slope, offset float64
	here := at(slope, offset)
	for range calibrationSteps {
		if err := ctx.Err(); err != nil {
			return Calibration{}, err
		}
		// A little more on the diagonal keeps it away from zero, where all scores are equal.
		a, b, c := here[3]+1e-12, here[4], here[5]+1e-12
		determinant := float64(a*c) - float64(b*b)
		du := -(float64(c*here[1]) - float64(b*here[2])) / determinant
		dv := -(float64(a*here[2]) - float64(b*here[1])) / determinant
		descent := float64(du*here[1]) + float64(dv*here[2])
		if !(descent < 0) {
			break
		}
		moved := false
		for t := 1.0; t > 1e-10 && !moved; t /= 2 {
			u, v := slope+float64(t*du), offset+float64(t*dv)
			there := at(u, v)
			if there[0] < here[0]+float64(1e-4*float64(t*descent)) {
				slope, offset, here, moved = u, v, there, true
			}
		}
		if !moved || -descent <= 1e-14*here[0] {
			break
		}
	}
	return affine(slope, offset)
}

func affine(slope, offset float64) (Calibration, error) {
	c := Calibration{Slope: []float32{float32(slope)}, Offset: []float32{float32(offset)}}
	if !finite(c.Slope) || !finite(c.Offset) {
		return Calibration{}, fmt.Errorf("classifier: a calibration of slope %v and offset %v: scale the scores", slope, offset)
	}
	return c, nil
}

// exp is the exponential function, with an error below one unit in the last place and, unlike
// math.Exp, with the same bits on every processor.
//
// x = k·log 2 + r with |r| ≤ ½ log 2, and exp r = 1 + 2r/(R − r) for R = r·coth(r/2), which is
// nearly 2 plus a polynomial of r² (FreeBSD's e_exp.c, from which the coefficients are).
func exp(x float64) float64 {
	const (
		ln2High = 6.93147180369123816490e-01
		ln2Low  = 1.90821492927058770002e-10
	)
	switch {
	case x != x:
		return x
	case x > 709.78:
		return math.Inf(1)
	case x < -745.14:
		return 0
	}
	k := math.Floor(float64(x*math.Log2E) + 0.5)
	high, low := x-float64(k*ln2High), float64(k*ln2Low)
	r := high - low
	t := float64(r * r)
	var p float64
	for _, c := range [...]float64{4.13813679705723846039e-08, -1.65339022054652515390e-06, 6.61375632143793436117e-05, -2.77777777770155933842e-03, 1.66666666666666019037e-01} {
		p = float64((p + c) * t)
	}
	c := r - p
	return math.Ldexp(1-((low-float64(r*c)/(2-c))-high), int(k))
}

// log1p returns log(1 + x) for x from 0 to 1, with the same bits on every processor: with
// s = x/(2 + x), at most ⅓, it is 2s + 2s³/3 + 2s⁵/5 + ….
func log1p(x float64) float64 {
	s := x / (2 + x)
	z, sum := float64(s*s), 0.0
	for n := 33; n >= 3; n -= 2 { // z¹⁷/35 is below 2⁻⁵⁸
		sum = float64((sum + 1/float64(n)) * z)
	}
	return 2 * (s + float64(s*sum))
}
