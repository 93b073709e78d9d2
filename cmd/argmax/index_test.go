package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIndexEvalOfData(t *testing.T) {
	data := idx(t)
	out := mustRun(t, "index", "eval", data, "-k", "1,3", "--metric", "l1", "--limit", "10")
	assert.Contains(t, out, "10 images of 5x5x1")
	assert.Regexp(t, `(?m)^1 +100.00 % +10 +\S+ to 100.00 %\n3 +100.00 % +10 .*\nL1, `, out)
	out = mustRun(t, "index", "eval", data, data)
	assert.Regexp(t, `(?m)^5 +100.00 % +20 `, out)
}

func TestIndexOfImages(t *testing.T) {
	photos, file := folders(t, 6, 4), filepath.Join(t.TempDir(), "photos.index")
	assert.Contains(t, mustRun(t, "index", "build", photos, "-o", file, "-k", "3", "--vote", "inverse"), "wrote "+file)
	out := mustRun(t, "index", "eval", file, photos)
	assert.Regexp(t, `(?m)^3 +100.00 % +12 `, out)

	assert.Regexp(t, `(?m)^rows +12 of \d+ features, uint8\nmetric +L2\nclasses +2: dark, light\nneighbours +3, vote inverse\n`, mustRun(t, "info", file))

	picture := filepath.Join(photos, "light", "2.png")
	answers := decodeLines[answer](t, mustRun(t, "index", "query", file, picture, "-k", "2"))
	require.Len(t, answers, 1)
	assert.Equal(t, picture, answers[0].File)
	assert.Nil(t, answers[0].Row)
	require.Len(t, answers[0].Neighbours, 2)
	assert.Equal(t, found{Row: 6 + 2, Distance: 0, Class: "light"}, answers[0].Neighbours[0], "itself")

	answers = decodeLines[answer](t, mustRun(t, "index", "query", file, photos, "--radius", "0"))
	require.Len(t, answers, 12)
	for i, a := range answers {
		assert.Len(t, a.Neighbours, 1, "itself alone")
		assert.Equal(t, i, a.Neighbours[0].Row)
	}
	mustRun(t, "index", "build", photos, "-o", file) // an index may be replaced
}

func TestIndexOfEmbeddings(t *testing.T) {
	dir := t.TempDir()
	rows, file := filepath.Join(dir, "x.csv"), filepath.Join(dir, "x.index")
	var b strings.Builder
	for i := range 30 {
		fmt.Fprintf(&b, "%d.5,0\n", i)
	}
	require.NoError(t, os.WriteFile(rows, []byte(b.String()), 0o644))
	mustRun(t, "index", "build", rows, "-o", file)
	answers := decodeLines[answer](t, mustRun(t, "index", "query", file, rows, "-k", "3"))
	require.Len(t, answers, 30)
	assert.Equal(t, []found{{Row: 7}, {Row: 6, Distance: 1}, {Row: 8, Distance: 1}}, answers[7].Neighbours, "ties to the lower row")
	assert.Equal(t, 7, *answers[7].Row)

	bad := filepath.Join(dir, "no.csv")
	require.NoError(t, os.WriteFile(bad, []byte("1,2,3\n"), 0o644))
	o := call(t.Context(), "index", "query", file, bad, rows)
	assert.Equal(t, 1, o.code)
	assert.Contains(t, o.problems, bad+": rows of 3 features: the model has 2\n")
	assert.Contains(t, o.problems, "1 of 31 have no result")
	assert.Contains(t, mustFail(t, 2, "index", "eval", file), "is an index: give the examples as DATA")
	assert.Contains(t, mustFail(t, 1, "index", "eval", file, rows), "the index has no labels")
}

func TestIndexInClusters(t *testing.T) {
	dir := t.TempDir()
	rows, file, exact := filepath.Join(dir, "x.csv"), filepath.Join(dir, "x.index"), filepath.Join(dir, "exact.index")
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "%d.5,%d.5\n", i%20, i/20)
	}
	require.NoError(t, os.WriteFile(rows, []byte(b.String()), 0o644))
	var r struct {
		Clusters, Probes int
		Recall           float64
	}
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "index", "build", rows, "-o", file, "--recall", "90%", "--clusters", "25", "-k", "4", "--json")), &r))
	assert.Equal(t, 25, r.Clusters)
	assert.Less(t, r.Probes, 15)
	assert.GreaterOrEqual(t, r.Recall, 0.9)
	assert.Regexp(t, `(?m)^kind +an IVF\nrows +400 of 2 features, float32\nmetric +L2\nclusters +25, of which`, mustRun(t, "info", file))

	mustRun(t, "index", "build", rows, "-o", exact)
	want := decodeLines[answer](t, mustRun(t, "index", "query", exact, rows, "-k", "5"))
	assert.Equal(t, want, decodeLines[answer](t, mustRun(t, "index", "query", file, rows, "-k", "5", "--probes", "25")), "all clusters")
	same, all := 0, 0
	for i, a := range decodeLines[answer](t, mustRun(t, "index", "query", file, rows, "-k", "5")) {
		for j, n := range a.Neighbours {
			if all++; n == want[i].Neighbours[j] {
				same++
			}
		}
	}
	assert.Equal(t, 2000, all)
	assert.Greater(t, same, 1600)

	assert.Contains(t, mustFail(t, 2, "index", "query", exact, rows, "--probes", "3"), "is not an index in clusters")
	assert.Equal(t, decodeLines[answer](t, mustRun(t, "index", "query", exact, rows, "--radius", "3")),
		decodeLines[answer](t, mustRun(t, "index", "query", file, rows, "--radius", "3", "--probes", "25")))
	assert.Contains(t, mustFail(t, 2, "index", "build", rows, "-o", file, "--clusters", "3"), "give the --recall, too")
	assert.Contains(t, mustFail(t, 1, "index", "eval", file, rows), "the index has no labels")
}

// Labels make an index in clusters classify, too.
func TestClassesInClusters(t *testing.T) {
	data, file := idx(t), filepath.Join(t.TempDir(), "x.index")
	out := mustRun(t, "index", "build", data, "-o", file, "--recall", "90%", "--clusters", "6", "-k", "3")
	assert.Regexp(t, `; \d of 6 clusters have \d+\.\d % of the 3 nearest\n`, out)
	assert.Regexp(t, `(?m)^clusters +6, of which[^$]*^neighbours +3, vote uniform`, mustRun(t, "info", file))
	type report struct {
		Clusters, Probes int
		Recall           float64
		Results          []struct {
			K        int
			Accuracy float64
		}
	}
	var built, made report
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "index", "eval", file, data, "--json")), &built))
	require.Len(t, built.Results, 1)
	assert.Equal(t, 3, built.Results[0].K)
	assert.Equal(t, 6, built.Clusters)
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "index", "eval", data, "-k", "3", "--recall", "90%", "--clusters", "6", "--json")), &made))
	assert.GreaterOrEqual(t, made.Recall, 0.9)
	assert.Equal(t, 1.0, made.Results[0].Accuracy)
	assert.Contains(t, mustFail(t, 2, "index", "eval", file, data, "--recall", "90%"), "has its own")

	var chosen struct{ Results []kScore }
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "index", "choose-k", data, "-k", "1,3", "--recall", "90%", "--clusters", "6", "--json")), &chosen))
	for _, s := range chosen.Results {
		assert.GreaterOrEqual(t, s.Recall, 0.9)
	}
	assert.Regexp(t, `recall`, mustRun(t, "index", "choose-k", data, "-k", "1,3", "--recall", "90%"))
}

// A table of bytes may be one of bits.
func TestIndexOfBits(t *testing.T) {
	dir := t.TempDir()
	bits, floats, file := filepath.Join(dir, "bits.npy"), filepath.Join(dir, "x.csv"), filepath.Join(dir, "bits.index")
	header := "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 2), }"
	header += strings.Repeat(" ", 128-10-1-len(header)) + "\n"
	data := append([]byte("\x93NUMPY\x01\x00\x76\x00"+header), 0, 0, 255, 0, 1, 1)
	require.NoError(t, os.WriteFile(bits, data, 0o644))
	require.NoError(t, os.WriteFile(floats, []byte("1.5,2\n3,4\n"), 0o644))
	mustRun(t, "index", "build", bits, "-o", file, "--metric", "hamming")
	assert.Regexp(t, `(?m)^metric +Hamming$`, mustRun(t, "info", file))
	found := decodeLines[answer](t, mustRun(t, "index", "query", file, bits, "-k", "3"))
	require.Len(t, found, 3)
	assert.Equal(t, []float32{0, 2, 8}, []float32{found[0].Neighbours[0].Distance, found[0].Neighbours[1].Distance, found[0].Neighbours[2].Distance})
	assert.Contains(t, mustFail(t, 1, "index", "build", floats, "-o", file, "--metric", "hamming"), "the rows are float32")
	assert.Contains(t, mustFail(t, 1, "index", "build", idx(t), "-o", file, "--metric", "hamming"), "the rows have labels")
	assert.Contains(t, mustFail(t, 2, "index", "build", bits, "-o", file, "--metric", "hamming", "--recall", "90%"), "no clusters of bits")

	assert.Contains(t, mustFail(t, 1, "index", "query", file, floats), floats+": row 0: ")
	assert.Contains(t, mustFail(t, 1, "index", "build", bits, "-o", filepath.Join(dir, "none", "x")), filepath.Join(dir, "none", "x")+": ")
}

func TestChooseK(t *testing.T) {
	data, plot := idx(t), filepath.Join(t.TempDir(), "k.svg")
	out := mustRun(t, "index", "choose-k", data, "-k", "3,1", "--metric", "l2,l1", "--folds", "3", "--plot", plot)
	assert.Regexp(t, `(?m)^l2 +uniform +1 +100.00 % +0.00 % +best\n`, out)
	assert.Contains(t, contents(t, plot), "<svg")
	var r struct{ Results []kScore }
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "index", "choose-k", data, "-k", "1,59", "--leave-one-out", "--vote", "uniform,softmax", "--temperature", "1e6", "--json")), &r))
	require.Len(t, r.Results, 4)
	assert.Equal(t, kScore{"l2", "uniform", 1, 1, 0, 1}, r.Results[0])
	assert.Equal(t, 0.0, r.Results[1].Mean, "of all 59 others 30 are of the other class")
}

func TestQueryNeedsAnIndex(t *testing.T) {
	var out, problems bytes.Buffer
	file := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(file, []byte("no index"), 0o644))
	assert.Equal(t, 1, run(t.Context(), []string{"index", "query", file, file}, nil, &out, &problems))
	assert.Contains(t, problems.String(), file)
	assert.Equal(t, 2, run(t.Context(), []string{"index", "qeury"}, nil, &out, &problems))
	assert.Contains(t, problems.String(), "did you mean query?")
	assert.Contains(t, mustFail(t, 1, "index", "build", idx(t), "-o", file), "exists and is not an index: --force overwrites it")
}
