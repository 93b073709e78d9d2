// Package suite holds what is measured: operations on data of a size and a place,
// and those who can do them. The benchmarks and the report run the same contests.
//
// An operation meets its data as it would in a program: one operand stays, the
// others take turns and lie one behind the other, like the rows of a batch or of a
// base. Together they are at home in the cache that the contest names.
//
// Every entrant is called through a value of its own function type, gonum with
// gonum's vectors, so that nobody pays for an adapter where a call takes
// nanoseconds.
package suite

import (
	"fmt"
	"slices"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// Contest is one operation on one set of data.
type Contest struct {
	Op   string
	Size string      // "n=784"
	Data meter.Level // where most of the data is
	// Chain is for latency: the address of an input depends on the result before.
	Chain    bool
	Calls    int // of the operation in one pass
	Work     Work
	Kernels  Kernels
	Entrants Entrants
	exact    func() []value
}

// Entrant does the operation of a contest.
type Entrant struct {
	Name string  // "argmax-avx512", "gonum"
	ISA  cpu.ISA // that argmax uses; for others the best, against whose limits they are judged
	Ours bool
	routine
}

// routine is what an entrant runs.
type routine struct {
	pass   func()           // Calls calls
	result func() []float32 // of one call, on the first input
}

// converted is r, of whose results into makes what the contest is about, unless it
// is nil. That is not part of a pass: the results are as good to whoever calls.
func (r routine) converted(into func(v float32) float32) routine {
	if into == nil {
		return r
	}
	return routine{r.pass, func() []float32 {
		results := r.result()
		for i, v := range results {
			results[i] = into(v)
		}
		return results
	}}
}

func square(root float32) float32       { return root * root }
func complement(cosine float32) float32 { return 1 - cosine }

// Name is the contest without its operation, as keys that benchstat understands.
func (c Contest) Name() string {
	return fmt.Sprintf("%s/data=%v/chain=%v", c.Size, c.Data, c.Chain)
}

// Operation is an operation and its contests.
type Operation struct {
	Name     string
	Contests func() []Contest // builds the data
}

// Operations are all that are measured.
func Operations() []Operation {
	var ops []Operation
	for _, p := range pairs {
		ops = append(ops, Operation{p.name, p.contests})
	}
	for _, r := range reductions {
		ops = append(ops, Operation{r.name, r.contests})
	}
	ops = append(ops, Operation{"Axpy", axpyContests}, Operation{"Scale", scaleContests})
	for _, p := range penalties {
		ops = append(ops, Operation{p.name, func() []Contest { return overWeights(p.weightsContest) }})
	}
	for _, o := range optimizers {
		ops = append(ops, Operation{o.name, func() []Contest { return overWeights(o.contest) }})
	}
	for _, o := range overRows {
		ops = append(ops, Operation{o.name, o.contests})
	}
	for _, o := range overByteRows {
		ops = append(ops, Operation{o.name, o.contests})
	}
	for _, l := range losses {
		ops = append(ops, Operation{l.name, l.contests})
	}
	return append(ops,
		Operation{"Scores", scoresContests},
		Operation{"Gradient", gradientContests},
		Operation{"Gemm", gemmContests},
		Operation{"ArgMax", argMaxContests},
		Operation{"TopK", topKContests},
	)
}

// Start prepares for passes of e. What it returns undoes that.
func (e Entrant) Start() (end func()) { return cpu.Use(e.ISA) }

// Pass makes the calls of a pass, between Start and its end.
func (e Entrant) Pass() { e.pass() }

// Entrants are those of one contest.
type Entrants []Entrant

// ours are the entrants of argmax, one for each instruction set, which run the same
// routine. Those that extend another do the same as that, except with bytes.
func ours(r routine) Entrants {
	return slices.DeleteFunc(oursOfBytes(r), func(e Entrant) bool { return e.ISA != e.ISA.Base() })
}

func oursOfBytes(r routine) Entrants {
	var es Entrants
	for _, isa := range cpu.Available() {
		es = append(es, Entrant{"argmax-" + isa.String(), isa, true, r})
	}
	return es
}

// rival adds an entrant of another library, if that has the operation.
func (es Entrants) rival(name string, has bool, r routine) Entrants {
	if !has {
		return es
	}
	return append(es, Entrant{name, cpu.Available()[0], false, r})
}
