// Package suite defines what is measured: operations on data of a given size in a
// given cache, and their implementations. The benchmarks and the report run the same
// contests.
//
// An operation gets its data as it would in a program: one operand stays the same, the
// others alternate and are contiguous in memory, like the rows of a batch or of a
// training set. Together they fill the cache that the contest names.
//
// Every entrant is called through a value of its own function type, gonum with
// gonum's vectors, so that none pays for an adapter where a call takes nanoseconds.
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
	Data meter.Level // the level that holds most of the data
	// Chain makes every call depend on the previous one, which measures latency: the
	// address of an input depends on the previous result.
	Chain    bool
	Calls    int // calls of the operation in one pass
	Work     Work
	Kernels  Kernels
	Entrants Entrants
	exact    func() []value
}

// Entrant is an implementation of the operation of a contest.
type Entrant struct {
	Name string  // "argmax-avx512", "gonum"
	ISA  cpu.ISA // that argmax uses; for a rival the best one here, whose limits apply to it
	Ours bool
	routine
}

// routine is what an entrant runs.
type routine struct {
	pass   func()           // makes Contest.Calls calls
	result func() []float32 // returns the result of one call on the first input
}

// converted returns r with its results converted by into, such as from a root to the
// square that the contest is about; r itself if into is nil. A pass does not include
// the conversion, because a caller could use either result.
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

// Name returns the name of the contest without its operation, as keys for benchstat.
func (c Contest) Name() string {
	return fmt.Sprintf("%s/data=%v/chain=%v", c.Size, c.Data, c.Chain)
}

// Operation is an operation and its contests.
type Operation struct {
	Name     string
	Contests func() []Contest // allocates the data
}

// Operations returns all operations that are measured.
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
	for _, p := range bytePairs {
		ops = append(ops, Operation{p.name, p.contests})
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

// Start selects the instruction set of e for its passes. The function that it returns
// restores the one that was in use.
func (e Entrant) Start() (end func()) { return cpu.Use(e.ISA) }

// Pass makes the calls of one pass. It must be called between Start and end.
func (e Entrant) Pass() { e.pass() }

// Entrants are the entrants of one contest.
type Entrants []Entrant

// ours returns the entrants of argmax, one for each instruction set, which run the same
// routine. Instruction sets that only extend another are omitted: they have kernels of
// their own only for bytes.
func ours(r routine) Entrants {
	return slices.DeleteFunc(oursOfBytes(r), func(e Entrant) bool { return e.ISA != e.ISA.Base() })
}

// oursOfBytes is ours with the extensions.
func oursOfBytes(r routine) Entrants {
	var es Entrants
	for _, isa := range cpu.Available() {
		es = append(es, Entrant{"argmax-" + isa.String(), isa, true, r})
	}
	return es
}

// rival appends an entrant of another library if has, which says whether that library
// has the operation, is true.
func (es Entrants) rival(name string, has bool, r routine) Entrants {
	if !has {
		return es
	}
	return append(es, Entrant{name, cpu.Available()[0], false, r})
}
