package index_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/internal/cpu"
	"github.com/seed842bec00/argmax/internal/workload"
	"github.com/seed842bec00/argmax/kernels"

	. "github.com/seed842bec00/argmax/index"
)

// BenchmarkSketch searches Fashion-MNIST with a sketch and without:
//
//	ARGMAX_DATA=DIR go test -run '^$' -bench Sketch ./index
//
// where DIR holds fashion-mnist/train-images-idx3-ubyte.gz and t10k-images-idx3-ubyte.gz.
func BenchmarkSketch(b *testing.B) {
	base, queries := imagesOf(b, "train-images-idx3-ubyte.gz", 60_000), imagesOf(b, "t10k-images-idx3-ubyte.gz", 1000)
	floats, floatQueries := asFloats(base), asFloats(queries)
	halves, halfQueries := rounded(floats, argmax.ToFloat16), rounded(floatQueries, argmax.ToFloat16)
	for _, metric := range []Metric{L2, InnerProduct} {
		benchmarkSketch(b, "uint8", metric, base, queries)
		benchmarkSketch(b, "float32", metric, floats, floatQueries)
		benchmarkSketch(b, "float16", metric, halves, halfQueries)
	}
}

// imagesOf returns the first n images of a file.
func imagesOf(b *testing.B, name string, n int) kernels.Dense[uint8] {
	dir := os.Getenv("ARGMAX_DATA")
	if dir == "" {
		b.Skip("needs real data: set ARGMAX_DATA to a directory that holds fashion-mnist")
	}
	f, err := os.Open(filepath.Join(dir, "fashion-mnist", name))
	require.NoError(b, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(b, err)
	_, err = io.CopyN(io.Discard, z, 16) // the header
	require.NoError(b, err)
	m := kernels.NewDense[uint8](n, 28*28)
	_, err = io.ReadFull(z, m.Data[:n*m.Cols])
	require.NoError(b, err)
	return m
}

func asFloats(x kernels.Dense[uint8]) kernels.Matrix {
	m := kernels.NewMatrix(x.Rows, x.Cols)
	for i := range x.Rows {
		argmax.FromBytes(m.Row(i), x.Row(i))
	}
	return m
}

func benchmarkSketch[E Element](b *testing.B, name string, metric Metric, base, queries kernels.Dense[E]) {
	const k = 10
	for _, with := range []bool{true, false} {
		restore := func() {}
		if !with {
			restore = UseSketch(math.MaxInt)
		}
		b.Run(fmt.Sprintf("isa=%v/elem=%s/metric=%v/sketch=%v/New", cpu.Active, name, metric, with), func(b *testing.B) {
			report := workload.CPUTime(b, 1)
			for b.Loop() {
				New(base, metric, Options{})
			}
			report()
		})
		x := New(base, metric, Options{})
		restore()
		for _, n := range []int{1, 16, 100, 1000} {
			b.Run(fmt.Sprintf("isa=%v/elem=%s/metric=%v/sketch=%v/queries=%d", cpu.Active, name, metric, with, n), func(b *testing.B) {
				dst, count := make([]Neighbour, n*k), make([]int, n)
				report := workload.CPUTime(b, 1)
				for b.Loop() {
					x.Search(dst, count, queries.Slice(0, n), k, nil)
				}
				report()
			})
		}
	}
}
