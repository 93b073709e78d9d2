package suite

import (
	"math"
	"slices"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/crival"
	"github.com/seed842bec00/argmax/bench/internal/fastmath"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"
)

// lossOfRows is an operation on rows of scores, one call for all rows. It computes a
// result for each score, a number for each row, or both.
type lossOfRows struct {
	name     string
	kernels  []string     // called for the rows, one after the other
	row      string       // called for a single row, if that has a kernel of its own
	results  bool         // whether there is a result for each score
	numbers  bool         // whether there is a number for each row
	one      rowsFunction // argmax of a single row, in all batches
	matrix   rowsFunction // the same by package kernels
	argmax   rowsFunction // of several rows
	loop     rowsFunction
	rivals   map[string]rowsFunction
	exact    func(scores []float64, label int, weight float64) (results []value, number value)
	together int // the most rows of a call of assembly
}

// rowsFunction is the common type of all operations, which ignore what they do not need.
type rowsFunction func(r *rowsOfScores)

// rowsOfScores is the data of a contest. The weights are those of a mean. Rivals in C, and
// the functions of argmax for one row, get all batches in a call, so that what they are
// called through does not count.
type rowsOfScores struct {
	batches, rows, n              int
	scores, dst, numbers, weights []float32
	labels                        []int
	into, from                    []kernels.Matrix // of dst and scores, one for each batch
}

// matrix returns one of the slices as rows of n elements.
func (r *rowsOfScores) matrix(data []float32) argmax.Strided[float32] {
	return argmax.Strided[float32]{Data: data, Stride: r.n}
}

// row returns the row of batch b, of a single row.
func (r *rowsOfScores) row(data []float32, b int) []float32 { return data[b*r.n:][:r.n] }

// gradient is LossGradient of a single row in all batches.
func (r *rowsOfScores) gradient(loss kernels.Loss) {
	targets := kernels.Targets{Labels: r.labels, Scale: r.weights[0]}
	for b := range r.batches {
		r.numbers[b] = float32(kernels.LossGradient(r.into[b], r.from[b], targets, loss, nil))
	}
}

var losses = []lossOfRows{
	{
		name: "Softmax", kernels: []string{"softmaxRows"}, row: "softmaxRow", together: maxTogether, results: true,
		one: func(r *rowsOfScores) {
			for b := range r.batches {
				argmax.Softmax(r.row(r.dst, b), r.row(r.scores, b))
			}
		},
		matrix: func(r *rowsOfScores) {
			for b := range r.batches {
				kernels.Softmax(r.into[b], r.from[b], nil)
			}
		},
		argmax: func(r *rowsOfScores) {
			argmax.SoftmaxRows(r.matrix(r.dst), r.matrix(r.scores), r.rows, r.n)
		},
		loop: byRow(loopSoftmax),
		rivals: map[string]rowsFunction{
			"gcc": ofScores(fastmath.Softmax), "gcc-flat": ofScores(fastmath.SoftmaxFlat),
		},
		exact: func(scores []float64, _ int, _ float64) (values []value, _ value) {
			p, relative := probabilities(scores)
			for _, p := range p {
				values = append(values, value{p, p * relative})
			}
			return values, value{}
		},
	},
	{
		name: "LogSumExp", kernels: []string{"sumExpRows", "logRows"}, row: "logSumExpRow", together: maxRowsTogether, numbers: true,
		one: func(r *rowsOfScores) {
			for b := range r.batches {
				r.numbers[b] = argmax.LogSumExp(r.row(r.scores, b))
			}
		},
		matrix: func(r *rowsOfScores) {
			for b := range r.batches {
				kernels.LogSumExp(r.numbers[b:b+1], r.from[b], nil)
			}
		},
		argmax: func(r *rowsOfScores) {
			argmax.LogSumExpRows(r.numbers, r.matrix(r.scores), r.n)
		},
		loop: byRow(func(r *rowsOfScores, i int, row, _ []float32) {
			largest, sum := slices.Max(row), float32(0)
			for _, v := range row {
				sum += float32(math.Exp(float64(v - largest)))
			}
			r.numbers[i] = largest + float32(math.Log(float64(sum)))
		}),
		rivals: map[string]rowsFunction{"gcc": toNumbers(fastmath.LogSumExp)},
		exact: func(scores []float64, _ int, _ float64) (_ []value, number value) {
			return nil, logSumExp(scores)
		},
	},
	{
		name: "LogSoftmax", kernels: []string{"sumExpRows", "logRows", "shiftRows"}, row: "logSoftmaxRow", together: maxRowsTogether, results: true,
		one: func(r *rowsOfScores) {
			for b := range r.batches {
				argmax.LogSoftmax(r.row(r.dst, b), r.row(r.scores, b))
			}
		},
		matrix: func(r *rowsOfScores) {
			for b := range r.batches {
				kernels.LogSoftmax(r.into[b], r.from[b], nil)
			}
		},
		argmax: func(r *rowsOfScores) {
			argmax.LogSoftmaxRows(r.matrix(r.dst), r.matrix(r.scores), r.rows, r.n)
		},
		loop: byRow(func(_ *rowsOfScores, _ int, row, dst []float32) {
			largest, sum := slices.Max(row), float32(0)
			for _, v := range row {
				sum += float32(math.Exp(float64(v - largest)))
			}
			shift := largest + float32(math.Log(float64(sum)))
			for i, v := range row {
				dst[i] = v - shift
			}
		}),
		exact: func(scores []float64, _ int, _ float64) (values []value, _ value) {
			l := logSumExp(scores)
			for _, v := range scores {
				values = append(values, value{v - l.want, l.bound + 0x1p-22*(math.Abs(v)+math.Abs(l.want))})
			}
			return values, value{}
		},
	},
	{
		name: "CrossEntropy", kernels: []string{"crossEntropyRows", "logRows"}, row: "crossEntropyRow", together: maxRowsTogether, results: true, numbers: true,
		one: func(r *rowsOfScores) {
			for b := range r.batches {
				r.numbers[b] = argmax.CrossEntropy(r.row(r.dst, b), r.row(r.scores, b), r.labels[0], r.weights[0])
			}
		},
		matrix: func(r *rowsOfScores) {
			r.gradient(kernels.CrossEntropy{})
		},
		argmax: func(r *rowsOfScores) {
			argmax.CrossEntropyRows(r.numbers, r.matrix(r.dst), r.matrix(r.scores), r.n, r.labels, r.weights)
		},
		loop: byRow(func(r *rowsOfScores, i int, row, grad []float32) {
			largest, sum := slices.Max(row), float32(0)
			for j, v := range row {
				grad[j] = float32(math.Exp(float64(v - largest)))
				sum += grad[j]
			}
			for j := range grad {
				grad[j] *= r.weights[i] / sum
			}
			grad[r.labels[i]] -= r.weights[i]
			r.numbers[i] = float32(math.Log(float64(sum))) + largest - row[r.labels[i]]
		}),
		rivals: map[string]rowsFunction{"gcc": withLabels(fastmath.CrossEntropy)},
		exact: func(scores []float64, label int, weight float64) (values []value, loss value) {
			p, relative := probabilities(scores)
			for i, p := range p {
				want := p * weight
				if i == label {
					want -= weight
				}
				values = append(values, value{want, weight * (p*relative + 0x1p-22)})
			}
			l := logSumExp(scores)
			return values, value{l.want - scores[label], l.bound + 0x1p-22*(l.want+math.Abs(scores[label]))}
		},
	},
	hingeLoss("Hinge", "hinge", kernels.WestonWatkins{Margin: 1}, func(r *rowsOfScores) {
		for b := range r.batches {
			r.numbers[b] = argmax.Hinge(r.row(r.dst, b), r.row(r.scores, b), r.labels[0], r.weights[0], 1)
		}
	}, argmax.HingeRows, fastmath.Hinge, func(m, weight float64) (term, gradient float64) {
		return max(0, m), weight * heaviside(m)
	}),
	hingeLoss("SquaredHinge", "squaredHinge", kernels.SquaredWestonWatkins{Margin: 1}, func(r *rowsOfScores) {
		for b := range r.batches {
			r.numbers[b] = argmax.SquaredHinge(r.row(r.dst, b), r.row(r.scores, b), r.labels[0], r.weights[0], 1)
		}
	}, argmax.SquaredHingeRows, nil, func(m, weight float64) (term, gradient float64) {
		return max(0, m) * max(0, m), 2 * weight * max(0, m)
	}),
}

func heaviside(m float64) float64 {
	if m > 0 {
		return 1
	}
	return 0
}

// hingeLoss returns a loss whose terms are functions of margins. The function of returns
// the term of a margin and its gradient.
func hingeLoss(name, kernel string, loss kernels.Loss, one rowsFunction,
	rows func(losses []float32, grad, scores argmax.Strided[float32], n int, labels []int, weights []float32, margin float32),
	gcc fastmath.Loss, of func(m, weight float64) (term, gradient float64)) lossOfRows {
	return lossOfRows{
		name: name, kernels: []string{kernel + "Rows"}, row: kernel + "Row", together: maxTogether, results: true, numbers: true,
		one: one,
		matrix: func(r *rowsOfScores) {
			r.gradient(loss)
		},
		argmax: func(r *rowsOfScores) {
			rows(r.numbers, r.matrix(r.dst), r.matrix(r.scores), r.n, r.labels, r.weights, 1)
		},
		loop: byRow(func(r *rowsOfScores, i int, row, grad []float32) {
			least, loss, total, weight := row[r.labels[i]]-1, float32(0), float32(0), r.weights[i]
			for j, v := range row {
				grad[j] = 0
				if m := v - least; m > 0 && j != r.labels[i] {
					term, g := m, weight
					if name == "SquaredHinge" {
						term, g = m*m, 2*weight*m
					}
					loss += term
					grad[j] = g
					total += g
				}
			}
			r.numbers[i], grad[r.labels[i]] = loss, -total
		}),
		rivals: map[string]rowsFunction{"gcc": withLabels(gcc)},
		exact: func(scores []float64, label int, weight float64) (values []value, loss value) {
			var sum, gradients sum
			for i, v := range scores {
				if i == label {
					values = append(values, value{})
					continue
				}
				term, g := of(v-scores[label]+1, weight)
				sum.add(term)
				gradients.add(g)
				// Margins are about 1, rounded twice.
				values = append(values, value{g, weight * 0x1p-20})
			}
			own := gradients.value()
			values[label] = value{-own.want, own.bound + weight*0x1p-20*float64(len(scores))}
			loss = sum.value()
			loss.bound += 0x1p-20 * float64(len(scores)) // gcc subtracts the term of the label again
			return values, loss
		},
	}
}

// probabilities returns the softmax of scores of magnitude about 1, and a bound for the
// relative error in float32: of rounding v − max, of exp, of the sum and of the quotient.
func probabilities(scores []float64) (p []float64, relative float64) {
	total := 0.0
	for _, v := range scores {
		total += math.Exp(v)
	}
	for _, v := range scores {
		p = append(p, math.Exp(v)/total)
	}
	return p, 0x1p-24 * (float64(len(scores))/16 + 24)
}

func logSumExp(scores []float64) value {
	total := 0.0
	for _, v := range scores {
		total += math.Exp(v)
	}
	l := math.Log(total)
	return value{l, 0x1p-24 * (float64(len(scores))/16 + 24 + 2*math.Abs(l))}
}

func ofScores(f func(dst, scores []float32, batches, rows, n int)) rowsFunction {
	if f == nil {
		return nil
	}
	return func(r *rowsOfScores) { f(r.dst, r.scores, r.batches, r.rows, r.n) }
}

func toNumbers(f fastmath.Rows) rowsFunction {
	if f == nil {
		return nil
	}
	return func(r *rowsOfScores) { f(r.numbers, r.scores, r.batches, r.rows, r.n) }
}

func withLabels(f fastmath.Loss) rowsFunction {
	if f == nil {
		return nil
	}
	return func(r *rowsOfScores) { f(r.numbers, r.dst, r.scores, r.labels, r.batches, r.rows, r.n) }
}

// byRow returns a loop over rows in Go.
func byRow(one func(r *rowsOfScores, i int, row, dst []float32)) rowsFunction {
	return func(r *rowsOfScores) {
		for i := range r.rows {
			one(r, i, r.scores[i*r.n:][:r.n], r.dst[i*r.n:][:r.n])
		}
	}
}

func loopSoftmax(_ *rowsOfScores, _ int, row, p []float32) {
	largest, sum := slices.Max(row), float32(0)
	for i, v := range row {
		p[i] = float32(math.Exp(float64(v - largest)))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

func (l lossOfRows) contests() (cs []Contest) {
	for _, s := range workload.Losses {
		if s.Rows > 1 {
			cs = append(cs, l.contest(s.Rows, s.Columns, "", l.argmax))
			continue
		}
		cs = append(cs, l.contest(s.Rows, s.Columns, "", l.one), l.contest(s.Rows, s.Columns, "/package=kernels", l.matrix))
	}
	return cs
}

// Batches of scores alternate if several fit in L1 together with their results.
func (l lossOfRows) contest(rows, n int, by string, argmax rowsFunction) Contest {
	batches := max(1, 3<<10/(rows*n))
	turns := max(1, maxTogether/(batches*rows*n))
	scores := workload.Signed(batches * rows * n)
	start := rowsOfScores{batches: 1, rows: rows, n: n, scores: scores[:rows*n], labels: workload.Labels(rows, n), weights: make([]float32, rows)}
	for i := range start.weights {
		start.weights[i] = 1 / float32(rows)
	}
	do := func(f rowsFunction, together bool) routine {
		dst, numbers := make([]float32, len(scores)), make([]float32, batches*rows)
		data := make([]rowsOfScores, batches)
		for b := range data {
			data[b] = start
			data[b].scores, data[b].dst = scores[b*rows*n:][:rows*n], dst[b*rows*n:][:rows*n]
			data[b].numbers = numbers[b*rows:][:rows]
		}
		calls := data
		if together { // one call for all batches
			all := start
			all.batches, all.scores, all.dst, all.numbers = batches, scores, dst, numbers
			for b := range data {
				all.into = append(all.into, kernels.Matrix{Rows: rows, Cols: n, Stride: n, Data: data[b].dst})
				all.from = append(all.from, kernels.Matrix{Rows: rows, Cols: n, Stride: n, Data: data[b].scores})
			}
			calls = []rowsOfScores{all}
		}
		return routine{
			pass: func() {
				for range turns {
					for i := range calls {
						f(&calls[i])
					}
				}
			},
			result: func() (all []float32) {
				f(&calls[0])
				if l.results {
					all = append(all, data[0].dst...)
				}
				if l.numbers {
					all = append(all, data[0].numbers...)
				}
				return all
			},
		}
	}
	entrants := ours(do(argmax, rows == 1)).rival("loop", true, do(l.loop, false))
	if f := crival.Softmax(); l.name == "Softmax" && f != nil {
		entrants = entrants.rival("onednn", true, do(ofScores(f), true))
	}
	for _, name := range []string{"gcc", "gcc-flat"} {
		if f := l.rivals[name]; f != nil {
			entrants = entrants.rival(name, true, do(f, true))
		}
	}
	bytes, work := 4*len(scores), Work{Loads: 4 * rows * n, Far: 4 * rows * n}
	if l.results {
		bytes, work.Stores = 2*bytes, 4*rows*n
	}
	return Contest{
		Op: l.name, Size: workload.Shape{Rows: rows, Columns: n}.String() + by, Data: meter.LevelOf(bytes), Calls: turns * batches,
		Work: work, Entrants: entrants, Kernels: l.calls(rows, n),
		exact: func() (values []value) {
			var numbers []value
			for i := range rows {
				scores := make([]float64, n)
				for j, v := range start.scores[i*n:][:n] {
					scores[j] = float64(v)
				}
				results, number := l.exact(scores, start.labels[i], float64(start.weights[i]))
				values, numbers = append(values, results...), append(numbers, number)
			}
			if l.numbers {
				values = append(values, numbers...)
			}
			return values
		},
	}
}

func (l lossOfRows) calls(rows, n int) Kernels {
	if rows == 1 && l.row != "" {
		return once(n, l.row, ports.Args{"scores_len": n, "label": n / 2})
	}
	return Kernels{rows * n, func() (calls []ports.Call) {
		for _, op := range l.kernels {
			calls = append(calls, inPieces(rows, max(1, min(l.together, maxTogether/n)), func(rows int) ports.Call {
				return ports.Call{Op: op, Times: 1, Args: ports.Args{"rows": rows, "n": n, "lds": n, "ldd": n, "sums_len": rows}}
			})...)
		}
		return calls
	}}
}
