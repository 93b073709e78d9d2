package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPredictGoesOnAfterABadFile(t *testing.T) {
	photos, model := folders(t, 5, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	good, bad := filepath.Join(photos, "dark", "1.png"), filepath.Join(photos, "broken.png")
	require.NoError(t, os.WriteFile(bad, []byte("no image"), 0o644))
	o := call(context.Background(), "predict", model, bad, good, "--top", "1", "--json")
	assert.Equal(t, 1, o.code)
	assert.Contains(t, o.problems, bad)
	assert.Contains(t, o.problems, "argmax: 1 of 2 have no result\n")
	ps := decodeLines[prediction](t, o.out)
	assert.NotEmpty(t, ps[0].Error)
	assert.Equal(t, "dark", ps[1].Class)
	assert.Len(t, ps[1].Top, 1)
}

// A score that is no number has no place in an order, nor in JSON.
func TestPredictWithoutFiniteScores(t *testing.T) {
	photos, model := folders(t, 1, 4), filepath.Join(t.TempDir(), "model")
	m, err := classifier.NewLinear(kernels.NewMatrix(2, 16), []float32{0, float32(math.Inf(1))},
		classifier.Info{Classes: []string{"finite", "infinite"}, Shape: classifier.Shape{Height: 4, Width: 4, Channels: 1}})
	require.NoError(t, err)
	require.NoError(t, m.WriteFile(model))
	problems := mustFail(t, 1, "predict", model, filepath.Join(photos, "dark", "0.png"), "--json")
	assert.Contains(t, problems, "1 of 1 have no result")
	assert.Contains(t, problems, "0.png: the score of infinite is +Inf")
}

func TestPredictCanBeInterrupted(t *testing.T) {
	photos, model := folders(t, 2, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	picture := filepath.Join(photos, "dark", "1.png")
	o := call(&asked{context.Background(), 1}, "predict", model, picture, picture)
	assert.Equal(t, 1, o.code)
	assert.Equal(t, "argmax: interrupted after 1 results\n", o.problems)
	assert.Equal(t, 1, strings.Count(o.out, "\n"), "what is printed is done: %s", o.out)
}

func TestTransparencyAndSizeOfPictures(t *testing.T) {
	photos, model := folders(t, 5, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	file := filepath.Join(t.TempDir(), "clear.png")
	f, err := os.Create(file)
	require.NoError(t, err)
	m := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	m.Set(0, 0, color.NRGBA{A: 255})
	require.NoError(t, png.Encode(f, m))
	require.NoError(t, f.Close())
	assert.Regexp(t, `clear\.png +light`, mustRun(t, "predict", model, file), "transparent is white")
}

func TestPredictFolderInEveryFormat(t *testing.T) {
	photos, model := folders(t, 2, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	want := []string{"dark/0.png", "dark/1.png", "light/0.png", "light/1.png"}

	ps := decodeLines[prediction](t, mustRun(t, "predict", model, photos, "--format", "jsonl"))
	require.Len(t, ps, len(want))
	for i, p := range ps {
		assert.Equal(t, filepath.Join(photos, want[i]), p.File)
		assert.Equal(t, filepath.Dir(want[i]), p.Class)
	}
	for format, comma := range map[string]rune{"csv": ',', "tsv": '\t'} {
		r := csv.NewReader(strings.NewReader(mustRun(t, "predict", model, photos, "--format", format, "--top", "2")))
		r.Comma = comma
		lines, err := r.ReadAll()
		require.NoError(t, err)
		require.Len(t, lines, 1+2*len(want))
		assert.Equal(t, []string{"file", "row", "rank", "class", "score", "probability"}, lines[0])
		assert.Equal(t, []string{filepath.Join(photos, want[2]), "", "1", "light"}, lines[5][:4])
	}
	assert.Equal(t, len(want), strings.Count(mustRun(t, "predict", model, photos), "\n"))
}

func TestPredictFromStandardInput(t *testing.T) {
	photos, model := folders(t, 2, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	picture := filepath.Join(photos, "light", "1.png")
	for from, args := range map[string][]string{
		picture + "\n":       {"predict", model, "--from", "-"},
		contents(t, picture): {"predict", model, "-"},
	} {
		var out, problems bytes.Buffer
		require.Zero(t, run(t.Context(), args, strings.NewReader(from), &out, &problems), problems.String())
		assert.Contains(t, out.String(), "  light ")
	}
}

func contents(t *testing.T, name string) string {
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}

func TestPredictionsAreRejected(t *testing.T) {
	photos, model := folders(t, 2, 4), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model)
	picture := filepath.Join(photos, "light", "1.png")
	for _, c := range []struct {
		flag, value string
		rejected    bool
	}{{"--reject", "0.5", false}, {"--reject", "0.999999", true}, {"--reject-margin", "0", false}, {"--reject-margin", "1e6", true}} {
		p := decodeLines[prediction](t, mustRun(t, "predict", model, picture, "--json", c.flag, c.value))[0]
		assert.Equal(t, c.rejected, p.Rejected, "%v", c)
		assert.Equal(t, c.rejected, p.Class == "", "%v", c)
		assert.Len(t, p.Top, 2)
	}
}

func TestPredictRowsOfATable(t *testing.T) {
	dir := t.TempDir()
	table, model := filepath.Join(dir, "x.csv"), filepath.Join(dir, "model")
	var b strings.Builder
	b.WriteString("height,width,kind\n")
	for i := range 700 {
		fmt.Fprintf(&b, "%d,%d,%s\n", i%7+10*(i%2), i%3, []string{"low", "high"}[i%2])
	}
	require.NoError(t, os.WriteFile(table, []byte(b.String()), 0o644))
	assert.Contains(t, mustRun(t, "train", table, "-o", model, "--label-column", "kind"), "700 rows of 2 features, 2 classes")
	ps := decodeLines[prediction](t, mustRun(t, "predict", model, table, "--label-column", "kind", "--json"))
	require.Len(t, ps, 700)
	for i, p := range ps {
		assert.Equal(t, i, *p.Row)
		assert.Equal(t, []string{"low", "high"}[i%2], p.Class)
	}
	assert.Regexp(t, `^\S+x.csv row 0  low `, mustRun(t, "predict", model, table, "--label-column", "kind"))

	wide := filepath.Join(dir, "wide.csv")
	require.NoError(t, os.WriteFile(wide, []byte("1,2,3\n4,5,6\n"), 0o644))
	o := call(t.Context(), "predict", model, wide)
	assert.Equal(t, "argmax: "+wide+": rows of 3 features: the model has 2\nargmax: 1 of 1 have no result\n", o.problems)
	picture := filepath.Join(folders(t, 1, 4), "dark", "0.png")
	assert.Contains(t, mustFail(t, 1, "predict", model, picture), "it takes tables, not images")
}
