// Command neighbours compares the exact search of package index with FAISS, and with
// loops over bytes compiled by gcc, in turns:
//
//	go run ./neighbours -elem float32 -metric L2 -queries 1,16,100,1000 -threads 1,2
//	go run ./neighbours -data DIR -elem uint8 -metric L1
//
// DIR holds Fashion-MNIST or another set that package dataset reads; without it rows are
// random. FAISS runs in a Python interpreter of its own, which waits while argmax
// searches; -python names one that imports faiss and numpy. Times are milliseconds, the
// least of all turns. "forced" is FAISS told to multiply matrices from one query on.
package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/index"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/kernels"
)

//go:embed rival.py
var rival string

// neighbours is how many are sought.
const neighbours = 10

type options struct {
	metric           index.Metric
	queries, threads []int
	turns            int
	lean             bool
	python           string
}

func main() {
	log.SetFlags(0)
	var o options
	data := flag.String("data", "", "directory of a data set; random rows if empty")
	elem := flag.String("elem", "float32", "float32 or uint8")
	metric := flag.String("metric", "L2", "L2, L1 or InnerProduct")
	rows := flag.Int("rows", 60_000, "random rows")
	columns := flag.Int("columns", 784, "columns of random rows")
	queries := flag.String("queries", "1,16,100,1000", "numbers of queries")
	threads := flag.String("threads", "1,2", "numbers of threads")
	flag.BoolVar(&o.lean, "lean", false, "make no compact copy")
	flag.IntVar(&o.turns, "turns", 5, "turns")
	flag.StringVar(&o.python, "python", "", "a Python with faiss and numpy; none if empty")
	flag.Parse()
	for _, m := range []index.Metric{index.L2, index.L1, index.InnerProduct, index.Cosine, index.LInf} {
		if m.String() == *metric {
			o.metric = m
		}
	}
	if o.metric.String() != *metric {
		log.Fatalf("neighbours: no metric %s", *metric)
	}
	o.queries, o.threads = numbers(*queries), numbers(*threads)
	base, test, err := load(*data, *rows, *columns)
	if err != nil {
		log.Fatal(err)
	}
	if *elem == "uint8" {
		err = compare(o, base, test)
	} else {
		floats, floatTest := kernels.NewMatrix(base.Rows, base.Cols), kernels.NewMatrix(test.Rows, test.Cols)
		kernels.Convert(floats, base)
		kernels.Convert(floatTest, test)
		if *data == "" {
			r := rand.New(rand.NewPCG(3, 4))
			for _, x := range [][]float32{floats.Data, floatTest.Data} {
				for i := range x {
					x[i] = float32(r.NormFloat64())
				}
			}
		}
		err = compare(o, floats, floatTest)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func numbers(list string) (ns []int) {
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			log.Fatalf("neighbours: %q is not a list of numbers", list)
		}
		ns = append(ns, n)
	}
	return ns
}

// load returns a base and queries.
func load(dir string, rows, columns int) (base, test kernels.Dense[uint8], err error) {
	if dir != "" {
		data, err := dataset.Load(context.Background(), dir, dataset.Config{})
		if err != nil {
			return base, test, err
		}
		train, ok := data.Train.(*dataset.Set)
		tests, okTest := data.Test.(*dataset.Set)
		if !ok || !okTest {
			return base, test, fmt.Errorf("neighbours: %s has no training and test set of bytes", dir)
		}
		return train.Dense(), tests.Dense(), nil
	}
	r := rand.New(rand.NewPCG(1, 2))
	random := func(rows int) kernels.Dense[uint8] {
		m := kernels.NewDense[uint8](rows, columns)
		for i := range m.Data {
			m.Data[i] = uint8(r.Uint32())
		}
		return m
	}
	return random(rows), random(1000), nil
}

// compare prints a line for every number of queries and threads.
func compare[E index.Element](o options, base, test kernels.Dense[E]) error {
	var others *process
	if o.python != "" {
		dir, err := os.MkdirTemp("", "neighbours")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if others, err = start(o, dir, base, test); err != nil {
			return err
		}
		defer others.stop()
	}
	fmt.Printf("%s, %d×%d %T, %v, k %d; one core: %.0f GFLOP/s of FMA, %.1f billion pairs/s of bytes in tiles of products from L1, %.1f of distances\n",
		argmax.Active(), base.Rows, base.Cols, *new(E), o.metric, neighbours, meter.FMAPeak(cpu.Active.Base()), tilePeak(argmax.DotTile), tilePeak(argmax.L1DistTile))
	x := index.New(base, o.metric, index.Options{Lean: o.lean})
	for _, threads := range o.threads {
		pool := kernels.NewPool(threads)
		bytes := float64(len(base.Data)) * float64(unsafe.Sizeof(*new(E)))
		fmt.Printf("threads %d: reading the base takes %.2f ms\n", threads, o.least(func() { read(base.Data, pool) }))
		for _, n := range o.queries {
			n = min(n, test.Rows)
			dst, count := make([]index.Neighbour, n*neighbours), make([]int, n)
			times, names := map[string]float64{}, []string{"argmax"}
			for turn := range o.turns {
				begin := time.Now()
				stats := x.Search(dst, count, test.Slice(0, n), neighbours, pool)
				keep(times, "argmax", milliseconds(begin))
				if turn == 0 {
					fmt.Printf("  %5d queries, %.2f decided per query and k:", n, float64(stats.Decided)/float64(n*neighbours))
				}
				if others == nil {
					continue
				}
				found, err := others.search(n, threads)
				if err != nil {
					return err
				}
				for _, f := range found {
					if turn == 0 {
						names = append(names, f.Name)
					}
					keep(times, f.Name, f.Milliseconds)
				}
			}
			for _, name := range names {
				fmt.Printf(" %s %.2f ms", name, times[name])
			}
			pairs := float64(n) * float64(len(base.Data))
			fmt.Printf("; %.0f queries/s, %.1f GB/s, %.1f billion pairs/s\n", float64(n)/times["argmax"]*1e3, bytes/times["argmax"]/1e6, pairs/times["argmax"]/1e6)
		}
	}
	return nil
}

func keep(times map[string]float64, name string, t float64) {
	if old, ok := times[name]; !ok || t < old {
		times[name] = t
	}
}

func (o options) least(f func()) float64 {
	least := math.Inf(1)
	for range 2 * o.turns {
		begin := time.Now()
		f()
		least = min(least, milliseconds(begin))
	}
	return least
}

func milliseconds(begin time.Time) float64 { return time.Since(begin).Seconds() * 1e3 }

// tilePeak returns how many billion pairs of bytes a tile takes a second if everything is
// in the first-level cache: what the multiplier, or that of distances, allows.
func tilePeak(t argmax.ByteTile) float64 {
	const queries, columns, repeat = 32, 512, 100
	rows := t.Height()
	x, q := make([]uint8, rows*columns), make([]uint8, queries*columns)
	for i := range x {
		x[i] = uint8(rand.Uint32())
	}
	for i := range q {
		q[i] = uint8(rand.Uint32())
	}
	packed, dst, sums := make([]uint8, t.PackedSize(queries, columns)), make([]int32, rows*t.Padded(queries)), make([]int32, rows)
	t.Pack(packed, argmax.Strided[uint8]{Data: q, Stride: columns}, queries, columns)
	least := options{turns: 100}.least(func() {
		for range repeat {
			t.Sums(dst, t.Padded(queries), argmax.Strided[uint8]{Data: x, Stride: columns}, sums, packed, rows, queries, columns)
		}
	})
	return repeat * float64(rows) * queries * columns / least / 1e6
}

// read loads all of x and does next to nothing with it.
func read[E index.Element](x []E, pool *kernels.Pool) {
	floats := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(*new(E)))/4)
	pool.Split(len(floats), 1<<16, func(lo, hi int) { meter.Read(cpu.Active.Base(), floats[lo:hi]) })
}

// A process is a Python interpreter that searches with FAISS, and with loops of gcc if
// the elements are bytes.
type process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func start[E index.Element](o options, dir string, base, test kernels.Dense[E]) (*process, error) {
	for name, m := range map[string]kernels.Dense[E]{"base": base, "queries": test} {
		bytes := unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(m.Data))), len(m.Data)*int(unsafe.Sizeof(*new(E))))
		if err := os.WriteFile(filepath.Join(dir, name), bytes, 0o600); err != nil {
			return nil, err
		}
	}
	p := &process{command: exec.Command(o.python, "-c", rival, dir, strconv.Itoa(base.Cols), fmt.Sprintf("%T", *new(E)), o.metric.String(), strconv.Itoa(neighbours))}
	p.command.Stderr = os.Stderr
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "OPENBLAS_") {
			p.command.Env = append(p.command.Env, v)
		}
	}
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.command.Start()
}

// A result is the time that a rival took.
type result struct {
	Name         string
	Milliseconds float64
}

// search returns the times of the rivals for the first n queries.
func (p *process) search(n, threads int) (found []result, err error) {
	if _, err := fmt.Fprintf(p.in, "%d %d\n", n, threads); err != nil {
		return nil, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("neighbours: the rival ended: %w", err)
	}
	return found, json.Unmarshal(line, &found)
}

func (p *process) stop() {
	p.in.Close()
	p.command.Wait()
}
