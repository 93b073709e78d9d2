package look_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

func report(t *testing.T, names []string, truth, predicted []int) *metrics.Report {
	t.Helper()
	r, err := metrics.Evaluate(metrics.Predictions{Classes: names, Labels: predicted}, metrics.Labels{Names: names, Y: truth}, metrics.Options{})
	require.NoError(t, err)
	return r
}

func TestConfusion(t *testing.T) {
	r := report(t, []string{"cat", "car", "frog"}, []int{0, 0, 0, 1, 2, 2}, []int{0, 0, 2, 1, 2, -1})
	d := svg(t, func(s look.Style) look.Figure { return look.Confusion(r, s) })
	d.shows(t, "Confusion matrix", "predicted →", "true ↓", "cat", "car", "frog", "none",
		"cat", "67 %", "2", "33 %", "1",
		"car", "100 %", "1",
		"frog", "50 %", "1", "50 %", "1",
		"0 %", "100 %", "share of the row, right", "0 %", "50 %", "share of the row, wrong")
	assert.Contains(t, d.texts[1], "4 of 6 examples right: 66.67 %")
}

// A hundred classes with long names fit: their names are cut off, and cells have no numbers.
func TestConfusionOfManyClasses(t *testing.T) {
	var names []string
	var labels []int
	for i := range 100 {
		names = append(names, fmt.Sprintf("%d %s", i, strings.Repeat("name ", 20)))
		labels = append(labels, i)
	}
	r := report(t, names, labels, labels)
	d := svg(t, func(s look.Style) look.Figure { return look.Confusion(r, s) })
	assert.NotContains(t, d.texts, "1", "a count")
	cut := 0
	for _, text := range d.texts {
		if strings.HasSuffix(text, "…") {
			cut++
		}
	}
	assert.Equal(t, 200, cut, "names of rows and columns")
	for _, theme := range look.Themes {
		s := look.Style{Theme: theme, Width: look.DefaultWidth}
		assert.Less(t, raster(t, look.Confusion(r, s), s).Bounds().Dy(), 1500)
	}
}

func TestConfusionWithoutMistakes(t *testing.T) {
	r := report(t, []string{"a", "b"}, []int{0, 1}, []int{0, 1})
	svg(t, func(s look.Style) look.Figure { return look.Confusion(r, s) }).shows(t, "100 %", "1", "100 %", "1", "0 %", "0 %")
}
