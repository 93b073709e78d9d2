package models

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/seed842bec00/argmax/bench/internal/measure"
	"github.com/seed842bec00/argmax/bench/internal/results"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

// latencies are contests of single predictions while a service is at work: goroutines
// take requests one after the other, each request is a row that was just allocated, and
// the collector runs all the time. The latency is that of the call.
func (t *table) latencies() (contests []Contest) {
	for _, goroutines := range []int{1, 200} {
		keys := fmt.Sprintf("goroutines=%d/features=%d/classes=%d", goroutines, t.data.test.Features(), len(t.data.test.Classes()))
		contests = append(contests, Contest{"Latency", keys, 6, func(ctx context.Context) (*measure.Contest, error) {
			m, err := t.model(ctx)
			if err != nil {
				return nil, err
			}
			w, bias := weightsOf(m)
			stop := collect()
			c := &measure.Contest{
				Op: "Latency", Keys: keys, Threads: t.options.Threads, Unit: "p99-ns", Close: stop,
				Tolerance: fmt.Sprintf("equal classes, but where the scores of two in float64 differ by less than %g of the larger", tie),
			}
			floats, images := t.data.testFloats, t.data.test
			fromFloats := service(goroutines, floats.X.Data, floats.Features(), m.Predict)
			small := m.Bytes()
			fromBytes := service(goroutines, images.Dense().Data, images.Features(), small.Predict)
			c.Entrants = append(ours("argmax", fromFloats), ours("argmax-bytes", fromBytes)...)
			predict := map[string]func([]float32) int{
				"gonum": func(x []float32) int {
					scores := make([]float32, len(bias))
					vector := func(x []float32) blas32.Vector { return blas32.Vector{N: len(x), Inc: 1, Data: x} }
					blas32.Gemv(blas.NoTrans, 1, blas32.General(w), vector(x), 0, vector(scores))
					return largest(scores, bias)
				},
				"vek": func(x []float32) int {
					scores := make([]float32, len(bias))
					for k := range scores {
						scores[k] = vek32.Dot(x, w.Row(k))
					}
					return largest(scores, bias)
				},
			}
			for _, name := range sorted(predict) {
				c.Entrants = append(c.Entrants, measure.Entrant{Name: name, Run: service(goroutines, floats.X.Data, floats.Features(), predict[name])})
			}
			c.Check = func() error {
				for _, isa := range isas() {
					restore := cpu.Use(isa)
					err := named("argmax", singly(m.Predict, floats.X, w, bias))
					restore()
					if err != nil {
						return err
					}
				}
				if err := named("argmax-bytes", sameClasses(each(images.Len(), func(i int) int { return small.Predict(images.Pixels(i)) }), floats.X, w, bias)); err != nil {
					return err
				}
				for _, name := range sorted(predict) {
					if err := named(name, singly(predict[name], floats.X, w, bias)); err != nil {
						return err
					}
				}
				return nil
			}
			return c, nil
		}})
	}
	return contests
}

func singly(predict func([]float32) int, x, w kernels.Matrix, bias []float32) error {
	return sameClasses(each(x.Rows, func(i int) int { return predict(x.Row(i)) }), x, w, bias)
}

func each(n int, class func(i int) int) []int {
	classes := make([]int, n)
	for i := range classes {
		classes[i] = class(i)
	}
	return classes
}

func largest(scores, bias []float32) (best int) {
	for k, b := range bias {
		if scores[k] += b; scores[k] > scores[best] {
			best = k
		}
	}
	return best
}

// perPass is how many predictions a goroutine makes in a pass.
const perPass = 50

// service returns the Run of a service of goroutines.
func service[E float32 | uint8](goroutines int, rows []E, features int, predict func([]E) int) func(context.Context, int) (measure.Sample, error) {
	n := len(rows) / features
	return func(ctx context.Context, passes int) (measure.Sample, error) {
		if err := ctx.Err(); err != nil {
			return measure.Sample{}, err
		}
		// Enough of them that one in a thousand is not the slowest alone.
		calls := perPass * max(passes, (10_000+goroutines*perPass-1)/(goroutines*perPass))
		all := make([][]float64, goroutines)
		var wait sync.WaitGroup
		begin := time.Now()
		for g := range goroutines {
			all[g] = make([]float64, 0, calls)
			wait.Go(func() {
				for i := range calls {
					at := (g*calls + i) % n
					request := slices.Clone(rows[at*features:][:features])
					before := time.Now()
					predict(request)
					all[g] = append(all[g], float64(time.Since(before).Nanoseconds()))
				}
			})
		}
		wait.Wait()
		s := measure.Sample{Calls: goroutines * calls, Elapsed: time.Since(begin)}
		s.Values = quantiles(slices.Concat(all...))
		return s, nil
	}
}

// quantiles returns those of latencies.
func quantiles(ns []float64) (values []results.Value) {
	slices.Sort(ns)
	for _, q := range []struct {
		unit  string
		share float64
	}{{"p50-ns", 0.5}, {"p90-ns", 0.9}, {"p99-ns", 0.99}, {"p99.9-ns", 0.999}, {"max-ns", 1}} {
		values = append(values, results.Value{Number: ns[int(q.share*float64(len(ns)-1))], Unit: q.unit})
	}
	return values
}

// collect keeps the collector at work, on a heap of 64 MB in small pieces, until stop.
func collect() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() {
		heap := make([]*[64]*byte, 1<<17)
		for i := range heap {
			heap[i] = new([64]*byte)
		}
		for ctx.Err() == nil {
			runtime.GC()
		}
		runtime.KeepAlive(heap)
	})
	return func() { cancel(); wait.Wait() }
}
