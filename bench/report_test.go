package bench

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is measured can be read again, and gives the same report.
func TestMeasureAndWrite(t *testing.T) {
	if testing.Short() {
		t.Skip("measures the limits of the machine")
	}
	dir := filepath.Join(t.TempDir(), "new")
	var log []string
	files, err := Measure(context.Background(), dir, Options{
		Suites: []string{"kernels"}, Match: "^(Dot|Axpy)$/^n=784$/^data=L1$", Duration: 10 * time.Millisecond,
		Progress: func(_, _ int, contest string) { log = append(log, contest) },
	})
	require.NoError(t, err)
	assert.Len(t, log, 3, "Dot, Dot chained, and Axpy")
	assert.Equal(t, []string{filepath.Join(dir, "kernels.txt")}, files)
	outcome, err := Write(files)
	require.NoError(t, err)
	assert.Equal(t, 3, outcome.Won+outcome.Lost+outcome.Level)
	assert.Regexp(t, `^On .+ with \w+, argmax lost \d of 3 contests with the fastest of .*gonum.*, won \d, and in \d the difference was within the noise; where the rival was more than a plain loop in Go, it took \d+\.\d\d times as long as argmax on the geometric mean\.$`, outcome.Sentence)
	content := map[string]string{}
	for _, name := range []string{"report.html", "report.md", "ratios.svg"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		content[name] = string(b)
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
	}
	assert.Contains(t, content["report.html"], "Dot n=784, L1, chained")
	assert.Contains(t, content["report.md"], "| Axpy n=784, L1 |")
	assert.Contains(t, content["ratios.svg"], "inner product of 784")
	for name := range content {
		assert.NotContains(t, content[name], "NaN")
	}

	again, err := Write(files)
	require.NoError(t, err)
	assert.Equal(t, outcome, again)
	for name, was := range content {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, was, string(b), name)
	}
}

func TestMeasureRefuses(t *testing.T) {
	ctx := context.Background()
	_, err := Measure(ctx, t.TempDir(), Options{Suites: []string{"none"}})
	assert.ErrorContains(t, err, "bench: no suite none; there are kernels")
	_, err = Measure(ctx, t.TempDir(), Options{Match: "^$"})
	assert.EqualError(t, err, "bench: no contest matches")
	_, err = Measure(ctx, t.TempDir(), Options{Match: "("})
	assert.ErrorContains(t, err, "bench: match: ")
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = Measure(cancelled, t.TempDir(), Options{Match: "^Dot$/n=784/data=L1", Duration: time.Millisecond})
	assert.ErrorIs(t, err, context.Canceled)
	_, err = Write([]string{filepath.Join(t.TempDir(), "none.txt")})
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = Write(nil)
	assert.EqualError(t, err, "bench: no file of results")
}

// A report is about one machine.
func TestFilesOfTwoMachines(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for _, cpu := range []string{"one", "another"} {
		name := filepath.Join(dir, cpu+".txt")
		const line = "BenchmarkDot/entrant=argmax/isa=avx2/n=8/threads=1"
		require.NoError(t, os.WriteFile(name, []byte("cpu: "+cpu+"\n"+line+" 1 5 ns/op\n"+line+"/again=true 1 5 ns/op\n"), 0o666))
		files = append(files, name)
	}
	_, err := Write(files)
	assert.ErrorContains(t, err, "of a one")
	_, err = Write(files[:1])
	assert.NoError(t, err)
}
