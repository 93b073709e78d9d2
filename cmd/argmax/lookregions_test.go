package main

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// flowers writes a CSV file of n rows of four features and three classes, of which two
// overlap.
func flowers(t *testing.T, n int) string {
	var b strings.Builder
	r := rand.New(rand.NewPCG(1, 2))
	b.WriteString("a,b,c,d,kind\n")
	for i := range n {
		class := i % 3
		fmt.Fprintf(&b, "%.2f,%.2f,%.2f,%.2f,%s\n", 5+r.NormFloat64(), 3+r.NormFloat64(),
			1.5+2*float64(class)+0.7*r.NormFloat64(), 0.3+0.7*float64(class)+0.3*r.NormFloat64(), []string{"setosa", "versicolor", "virginica"}[class])
	}
	name := filepath.Join(t.TempDir(), "flowers.csv")
	require.NoError(t, os.WriteFile(name, []byte(b.String()), 0o644))
	return name
}

var textElement = regexp.MustCompile(`>([^<]*)</text>`)

// texts returns the texts that an SVG file shows, in the order in which they are drawn.
func texts(t *testing.T, name string) []string {
	t.Helper()
	var all []string
	for _, m := range textElement.FindAllStringSubmatch(contents(t, name), -1) {
		all = append(all, html.UnescapeString(m[1]))
	}
	return all
}

// drawn is what look regions prints as JSON.
type drawn struct {
	Examples  int
	Explained []float64
	Regions   []struct {
		Classifier string
		Accuracy   float64
		Others     *float64
		Weights    [][3]float64
		Lines      []struct {
			Class, Against string
			From, To       [2]float64
		}
		Margins []struct{ Class, Against string }
	}
}

func TestLookRegions(t *testing.T) {
	data, picture := flowers(t, 120), filepath.Join(t.TempDir(), "x.svg")
	var d drawn
	out := mustRun(t, "look", "regions", data, "--features", "3,4", "--limit", "90", "-o", picture, "--json")
	require.NoError(t, json.Unmarshal([]byte(out), &d))
	assert.Equal(t, 90, d.Examples)
	assert.Empty(t, d.Explained)
	require.Len(t, d.Regions, 4)
	shown := texts(t, picture)
	for i, title := range []string{"softmax", "hinge", "nearest neighbour", "5 nearest neighbours"} {
		r := d.Regions[i]
		require.NotNil(t, r.Others, "30 examples are left")
		assert.Contains(t, shown, fmt.Sprintf("%s: %.1f %% (others %.1f %%)", title, 100*r.Accuracy, 100**r.Others))
		assert.Greater(t, *r.Others, 0.85)
	}
	assert.Equal(t, 1.0, d.Regions[2].Accuracy, "each example is its own neighbour")
	for _, text := range []string{"setosa", "versicolor", "virginica", "feature 3", "feature 4"} {
		assert.Contains(t, shown, text)
	}
	assert.Contains(t, strings.Join(shown, " "), "Dashed lines are the margins of hinges.")
	assert.Equal(t, 4, strings.Count(contents(t, picture), "<image"), "one for each plot")

	classes := map[string]int{"setosa": 0, "versicolor": 1, "virginica": 2}
	for _, r := range d.Regions[:2] {
		require.Len(t, r.Weights, 3)
		require.NotEmpty(t, r.Lines)
		for _, l := range r.Lines {
			for _, at := range [][2]float64{l.From, l.To} {
				score := func(class string) float64 {
					w := r.Weights[classes[class]]
					return w[0]*at[0] + w[1]*at[1] + w[2]
				}
				assert.InDelta(t, score(l.Class), score(l.Against), 1e-6)
			}
		}
	}
	assert.Empty(t, d.Regions[0].Margins)
	assert.GreaterOrEqual(t, len(d.Regions[1].Margins), 2)

	before := contents(t, picture)
	mustRun(t, "look", "regions", data, "--features", "3,4", "--limit", "90", "-o", picture, "--workers", "1")
	assert.True(t, before == contents(t, picture), "the same picture from one worker")
}

// Without two features there are principal components: of images, too. The test set tells
// how well the plane does.
func TestLookRegionsOfComponents(t *testing.T) {
	picture := filepath.Join(t.TempDir(), "x.png")
	var d drawn
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "look", "regions", idx(t), "-o", picture, "-k", "3", "--loss", "hinge", "--cells", "40", "--json")), &d))
	assert.Equal(t, 60, d.Examples)
	require.Len(t, d.Explained, 2)
	assert.Greater(t, d.Explained[0], 0.9, "dark and light")
	require.Len(t, d.Regions, 2)
	assert.Equal(t, "hinge", d.Regions[0].Classifier)
	assert.Equal(t, "knn-3", d.Regions[1].Classifier)
	for _, r := range d.Regions {
		assert.Equal(t, 1.0, *r.Others)
	}
	require.Len(t, d.Regions[0].Lines, 1)
	assert.Len(t, d.Regions[0].Margins, 2)
	assert.Equal(t, "\x89PNG", contents(t, picture)[:4])
}

func TestLookRegionsMistakes(t *testing.T) {
	data := flowers(t, 9)
	for message, args := range map[string][]string{
		"--features [3]: want the numbers of two features, such as 3,4":   {"--features", "3"},
		"--features [2 2]: want the numbers of two features, such as 3,4": {"--features", "2,2"},
		"--features: there are 4 features, and no 7":                      {"--features", "1,7"},
		"--neighbours 0: want whole numbers of at least 1":                {"-k", "0"},
	} {
		assert.Contains(t, mustFail(t, 2, append([]string{"look", "regions", data, "-o", "x.svg"}, args...)...), message)
	}
	line := filepath.Join(t.TempDir(), "line.csv")
	require.NoError(t, os.WriteFile(line, []byte("a,b,c,kind\n1,2,3,x\n2,4,6,y\n3,6,9,x\n"), 0o644))
	assert.Contains(t, mustFail(t, 1, "look", "regions", line, "-o", "x.svg"), "the examples lie on a line")
}
