package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/cmd/argmax/internal/play"
)

// playSets returns the points that the page can begin with.
func playSets(t *testing.T, address string) []play.Set {
	t.Helper()
	response, err := http.Get(address + "api/start")
	require.NoError(t, err)
	defer response.Body.Close()
	var start struct {
		Sets   []play.Set
		Images *struct{}
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&start))
	return start.Sets
}

// table writes a CSV file of three features, of which the second is ten times the first, and
// of classes.
func table(t *testing.T, classes ...string) string {
	var b strings.Builder
	b.WriteString("a,b,c,kind\n")
	for i := range 30 {
		fmt.Fprintf(&b, "%d,%d,%v,%s\n", i, 10*i, math.Sin(float64(i)), classes[i%len(classes)])
	}
	file := filepath.Join(t.TempDir(), "table.csv")
	require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
	return file
}

func TestPlayShowsPointsOfTables(t *testing.T) {
	file := table(t, "ash", "birch", "cedar")
	s := playSets(t, playing(t, file, "--label-column", "kind", "--features", "1,3"))[0]
	assert.Equal(t, "table.csv", s.Name)
	assert.Equal(t, []string{"ash", "birch", "cedar"}, s.Names)
	assert.Equal(t, 3, s.Classes)
	require.Len(t, s.Labels, 30)
	assert.Equal(t, float32(-1.8), s.X[0])
	assert.Equal(t, float32(1.8), s.X[29])
	assert.Equal(t, []float32{-1.8, 1.8}, []float32{slices.Min(s.Y), slices.Max(s.Y)})
	assert.Contains(t, s.Note, "x is feature 1, from 0 to 29, and y feature 3, from -1 to 0.99")

	components := playSets(t, playing(t, file, "--label-column", "kind"))[0]
	assert.Contains(t, components.Note, "principal component 1 (100.0 % of the variance)")

	var many []string
	for i := range 10 {
		many = append(many, fmt.Sprint("class", i))
	}
	s = playSets(t, playing(t, table(t, many...), "--label-column", "kind"))[0]
	assert.Equal(t, many[:8], s.Names)
	assert.Len(t, s.Labels, 24)
	assert.Contains(t, s.Note, "8 of 10 classes")
}

func TestPlayShowsPointsOfImages(t *testing.T) {
	built := playSets(t, playing(t))
	last := built[len(built)-1]
	assert.Equal(t, "three clusters", built[0].Name)
	assert.Equal(t, "a part of Fashion-MNIST", last.Name)
	assert.Len(t, last.Labels, 240)
	assert.Equal(t, "T-shirt/top", last.Names[0])

	dir := idx(t)
	own := playSets(t, playing(t, dir))
	assert.Equal(t, filepath.Base(dir), own[0].Name)
	assert.Len(t, own[0].Labels, 60)
	assert.Len(t, own, len(built))
}

func TestPlayRefusesWhatIsNoPlane(t *testing.T) {
	file := table(t, "ash", "birch")
	assert.Contains(t, mustFail(t, 2, "play", file, "--label-column", "kind", "--features", "1"), "want the numbers of two features")
	assert.Contains(t, mustFail(t, 2, "play", file, "--label-column", "kind", "--features", "1,4"), "there are 3 features, and no 4")
	model := filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", file, "--label-column", "kind", "-o", model, "-q")
	assert.Contains(t, mustFail(t, 2, "play", file, "--label-column", "kind", "--model", model), "is a table, and a model is for images")
}
