package lecture_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
	"github.com/seed842bec00/argmax/kernels"
)

// A problem is a data set in two parts.
type problem struct {
	name        string
	train, test classifier.Examples
}

// problems returns three small real sets: images of clothes, of digits, and measurements of
// tumours.
func problems(t *testing.T) []problem {
	train, test := clothes(t)
	all := []problem{{"Fashion-MNIST, 4500 images", train, test}}
	for _, s := range []struct{ name, file string }{
		{"digits, 1347 images", "digits.csv.gz"},
		{"breast cancer, 426 rows", "breast_cancer.csv.gz"},
	} {
		train, test := quarters(fixture(t, s.file))
		all = append(all, problem{s.name, train, test})
	}
	return all
}

// clothes returns the embedded part of Fashion-MNIST.
func clothes(t *testing.T) (train, test *dataset.Set) {
	train, test, err := fashion.Load()
	require.NoError(t, err)
	return train, test
}

// quarters splits examples: every fourth is for the test.
func quarters(all classifier.Examples) (train, test classifier.Examples) {
	var learned, held []int
	for i := range all.Len() {
		if i%4 == 3 {
			held = append(held, i)
		} else {
			learned = append(learned, i)
		}
	}
	return classifier.Subset(all, learned), classifier.Subset(all, held)
}

// fixture reads a data set of the classifier's tests: rows of features that end with the
// label, after a row of names if these have any.
func fixture(t *testing.T, file string) *classifier.Table {
	content, err := os.ReadFile(filepath.Join("..", "..", "classifier", "testdata", "reference", file))
	require.NoError(t, err)
	var source io.Reader = bytes.NewReader(content)
	if strings.HasSuffix(file, ".gz") {
		source, err = gzip.NewReader(source)
		require.NoError(t, err)
	}
	reader := csv.NewReader(source)
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	require.NoError(t, err)
	if len(lines[0]) != len(lines[1]) {
		lines = lines[1:]
	}
	features := len(lines[0]) - 1
	set := &classifier.Table{X: kernels.NewMatrix(len(lines), features), Y: make([]int, len(lines))}
	for i, line := range lines {
		for j, field := range line[:features] {
			v, err := strconv.ParseFloat(field, 32)
			require.NoError(t, err)
			set.X.Row(i)[j] = float32(v)
		}
		y, err := strconv.ParseFloat(line[features], 64)
		require.NoError(t, err)
		set.Y[i] = int(y)
		for len(set.Names) <= set.Y[i] {
			set.Names = append(set.Names, strconv.Itoa(len(set.Names)))
		}
	}
	return set
}

// accuracy returns the fraction of examples that a model classifies correctly.
func accuracy(t *testing.T, m classifier.Predictor, ex classifier.Examples) float64 {
	predicted, right := make([]int, ex.Len()), 0
	require.NoError(t, m.PredictAll(t.Context(), predicted, ex, 0))
	for i, y := range ex.Labels() {
		if predicted[i] == y {
			right++
		}
	}
	return float64(right) / float64(ex.Len())
}
