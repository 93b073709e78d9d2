//go:build unix

// Command sparse compares paths of penalties with glmnet and with scikit-learn's saga, and a
// path on five folds with single fits.
//
//	go run ./models/sparse -fashion DIRECTORY
//
// DIRECTORY has the files of Fashion-MNIST. It needs Debian's r-cran-glmnet and
// python3-sklearn, and runs in the directory bench. The tools take turns, and times are the
// least of all rounds; compare ratios, not times. glmnet and saga use one core: the second
// time of each tool, of all cores, compares work, on a machine with other load as well.
//
// -tolerance 5e-4 of the gap leaves argmax closer to the minimum than thresh 1e-7 leaves glmnet.
// A path has the penalties of argmax for every tool. What a tool has not minimized, its excess,
// is relative to the least objective that any of them found for the penalty.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

var (
	images    = flag.String("fashion", "", "directory of Fashion-MNIST; none without")
	rows      = flag.Int("rows", 10000, "images of Fashion-MNIST")
	count     = flag.Int("count", 30, "penalties of a path")
	ratio     = flag.Float64("ratio", 0.01, "of the smallest penalty to the largest")
	rounds    = flag.Int("rounds", 3, "of all tools; saga runs in the first alone")
	tolerance = flag.Float64("tolerance", 5e-4, "of argmax: the gap relative to the objective")
	thresh    = flag.Float64("thresh", 1e-7, "of glmnet; 1e-7 is its default")
	epochs    = flag.Int("epochs", 100, "of saga for each penalty; 0 runs no saga")
	only      = flag.String("only", "", "path or folds; both without")
)

// data are bytes, divided by divisor.
type data struct {
	name    string
	divisor int
	pixels  []byte
	labels  []byte
	table   *classifier.Table
}

func newData(name string, divisor, features int, pixels, labels []byte) *data {
	d := &data{name, divisor, pixels, labels, &classifier.Table{X: kernels.NewMatrix(len(labels), features)}}
	for i, p := range pixels {
		d.table.X.Data[i] = float32(p) / float32(divisor)
	}
	for _, y := range labels {
		d.table.Y = append(d.table.Y, int(y))
	}
	for i := range 10 {
		d.table.Names = append(d.table.Names, strconv.Itoa(i))
	}
	return d
}

func digits() (*data, error) {
	f, err := os.Open("../classifier/testdata/reference/digits.csv.gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return nil, err
	}
	var pixels, labels []byte
	for _, line := range lines {
		for i, field := range line {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return nil, err
			}
			if i < len(line)-1 {
				pixels = append(pixels, byte(v))
			} else {
				labels = append(labels, byte(v))
			}
		}
	}
	return newData("digits", 16, len(pixels)/len(labels), pixels, labels), nil
}

func fashion(dir string, rows int) (*data, error) {
	set, err := dataset.ReadIDX(filepath.Join(dir, "train-images-idx3-ubyte.gz"), filepath.Join(dir, "train-labels-idx1-ubyte.gz"), nil)
	if err != nil {
		return nil, err
	}
	x := set.Dense()
	var pixels, labels []byte
	for i := range min(rows, x.Rows) {
		pixels = append(pixels, x.Row(i)...)
		labels = append(labels, byte(set.Labels()[i]))
	}
	return newData("Fashion-MNIST", 255, x.Cols, pixels, labels), nil
}

// write writes the data for path.R and path.py.
func (d *data) write(file string) error {
	var b bytes.Buffer
	for _, v := range []int{d.table.X.Rows, d.table.X.Cols, 10, d.divisor} {
		binary.Write(&b, binary.LittleEndian, int32(v))
	}
	b.Write(d.pixels)
	b.Write(d.labels)
	return os.WriteFile(file, b.Bytes(), 0o644)
}

// result is a path that a tool has found.
type result struct {
	seconds    float64
	cpu        float64 // seconds of all cores
	objectives []float64
	nonzeros   []int
}

func argmax(d *data, o classifier.Objective, factors []float64) (r result, err error) {
	began, cpu := time.Now(), cpuSeconds()
	path := classifier.Path{Factors: factors, Auto: classifier.Auto{Tolerance: *tolerance}}
	fitted, err := path.Fit(context.Background(), d.table, o, classifier.Options{})
	r.seconds, r.cpu = time.Since(began).Seconds(), cpuSeconds()-cpu
	for _, f := range fitted {
		r.objectives, r.nonzeros = append(r.objectives, f.Report.Objective), append(r.nonzeros, f.Nonzeros)
	}
	return r, err
}

// cpuSeconds is the time that all cores have spent on this process, NaN where it is not
// known.
func cpuSeconds() float64 {
	t, ok := meter.ProcessorTime()
	if !ok {
		return math.NaN()
	}
	return t.Seconds()
}

// rival runs path.R or path.py.
func rival(name string, arguments ...string) (r result, err error) {
	cmd := exec.Command(name, arguments...)
	cmd.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		fields := strings.Fields(s.Text())
		if fields[0] == "seconds" {
			if r.seconds, err = strconv.ParseFloat(fields[1], 64); err == nil {
				r.cpu, err = strconv.ParseFloat(fields[2], 64)
			}
		} else {
			var v float64
			var n int
			if v, err = strconv.ParseFloat(fields[1], 64); err == nil {
				n, err = strconv.Atoi(fields[2])
			}
			r.objectives, r.nonzeros = append(r.objectives, v), append(r.nonzeros, n)
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

func comparePaths(d *data, alpha float64) error {
	dir, err := os.MkdirTemp("", "sparse")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "data")
	if err := d.write(file); err != nil {
		return err
	}
	o := classifier.Objective{L1: alpha, L2: (1 - alpha) / 2, Scaling: classifier.Unscaled}
	largest, err := classifier.MaxL1(d.table, o, classifier.Options{})
	if err != nil {
		return err
	}
	var factors []float64
	arguments := []string{}
	for i := range *count {
		f := largest / alpha * math.Pow(*ratio, float64(i)/float64(max(1, *count-1)))
		factors = append(factors, f)
		arguments = append(arguments, strconv.FormatFloat(f, 'g', 17, 64))
	}
	a := strconv.FormatFloat(alpha, 'g', -1, 64)
	names := []string{"argmax", "glmnet", "saga"}
	best := make([]result, len(names))
	for round := range *rounds {
		for i, name := range names {
			var r result
			switch name {
			case "argmax":
				r, err = argmax(d, o, factors)
			case "glmnet":
				r, err = rival("Rscript", append([]string{"models/sparse/path.R", file, a, fmt.Sprint(*thresh)}, arguments...)...)
			case "saga":
				if *epochs == 0 || round > 0 {
					continue
				}
				r, err = rival("/usr/bin/python3", append([]string{"models/sparse/path.py", file, a, fmt.Sprint(*epochs)}, arguments...)...)
			}
			if err != nil {
				return err
			}
			if round > 0 {
				r.seconds, r.cpu = min(r.seconds, best[i].seconds), min(r.cpu, best[i].cpu)
			}
			best[i] = r
		}
	}
	fmt.Printf("%s, %d rows, alpha %v, %d penalties down to %v of the largest\n", d.name, d.table.X.Rows, alpha, *count, *ratio)
	for i, r := range best {
		if r.objectives == nil {
			continue
		}
		var excess, mean float64
		for k := range factors {
			least := math.Inf(1)
			for _, other := range best {
				if k < len(other.objectives) {
					least = min(least, other.objectives[k])
				}
			}
			if k < len(r.objectives) {
				e := r.objectives[k]/least - 1
				excess, mean = max(excess, e), mean+e/float64(len(factors))
			}
		}
		fmt.Printf("  %-6s %9.3f s, %6.1f times argmax; %9.3f s of cores, %6.1f times argmax; excess %.1e at most, %.1e in the mean; %d penalties, %d weights at the end\n",
			names[i], r.seconds, r.seconds/best[0].seconds, r.cpu, r.cpu/best[0].cpu, excess, mean, len(r.objectives), r.nonzeros[len(r.nonzeros)-1])
	}
	return nil
}

// compareFolds fits 20 penalties to five folds at once, and to one fold one by one.
func compareFolds(d *data) error {
	var factors []float64
	for i := range 20 {
		factors = append(factors, 0.1*math.Pow(1e-4, float64(i)/19))
	}
	folds := make([][]float32, 5)
	for k := range folds {
		folds[k] = make([]float32, len(d.labels))
		for i := range folds[k] {
			if i%5 != k {
				folds[k][i] = 1
			}
		}
	}
	o := classifier.Objective{L2: 1, Scaling: classifier.Unscaled}
	together, single, togetherCPU, singleCPU := math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1)
	for range *rounds {
		began, cpu := time.Now(), cpuSeconds()
		if _, err := (classifier.Path{Factors: factors}).FitWeighted(context.Background(), d.table, o, folds, classifier.Options{}); err != nil {
			return err
		}
		together, togetherCPU = min(together, time.Since(began).Seconds()), min(togetherCPU, cpuSeconds()-cpu)
		began, cpu = time.Now(), cpuSeconds()
		for _, f := range factors {
			c := o
			c.L2 = f
			if _, _, err := (classifier.Auto{}).Fit(context.Background(), d.table, c, classifier.Options{Weights: folds[0]}); err != nil {
				return err
			}
		}
		single, singleCPU = min(single, time.Since(began).Seconds()/20), min(singleCPU, (cpuSeconds()-cpu)/20)
	}
	fmt.Printf("%s, %d rows: 20 penalties x 5 folds %.3f s, a single fit %.3f s in the mean: %.1f single fits; of cores %.3f s and %.3f s: %.1f\n",
		d.name, len(d.labels), together, single, together/single, togetherCPU, singleCPU, togetherCPU/singleCPU)
	return nil
}

func run() error {
	d, err := digits()
	if err != nil {
		return err
	}
	all := []*data{d}
	if *images != "" {
		if d, err = fashion(*images, *rows); err != nil {
			return err
		}
		all = append(all, d)
	}
	for _, d := range all {
		if *only != "path" {
			if err := compareFolds(d); err != nil {
				return err
			}
		}
		if *only == "folds" {
			continue
		}
		for _, alpha := range []float64{1, 0.5} {
			if err := comparePaths(d, alpha); err != nil {
				return err
			}
		}
	}
	return nil
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
