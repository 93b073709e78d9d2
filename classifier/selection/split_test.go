package selection

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/kernels"
)

// labelled are examples of one feature with so many of each class, in turns.
func labelled(counts ...int) *classifier.Table {
	t := &classifier.Table{}
	for left := slices.Max(counts); left > 0; left-- {
		for y, n := range counts {
			if n >= left {
				t.Y = append(t.Y, y)
			}
		}
	}
	for y := range counts {
		t.Names = append(t.Names, string(rune('a'+y)))
	}
	t.X = kernels.NewMatrix(len(t.Y), 1)
	return t
}

// count returns the number of rows of each class.
func count(ex *classifier.Table, rows []int) []int {
	n := make([]int, len(ex.Names))
	for _, row := range rows {
		n[ex.Y[row]]++
	}
	return n
}

// Each row validates once; folds have their share of each class but for one row.
func TestKFoldIsStratified(t *testing.T) {
	ex := labelled(50, 7, 0, 33, 1)
	for _, k := range []int{2, 5, 91} {
		splits, err := KFold(ex, k, 3)
		require.NoError(t, err)
		require.Len(t, splits, k)
		var all []int
		for _, s := range splits {
			assert.True(t, slices.IsSorted(s.Learn) && slices.IsSorted(s.Validate))
			assert.InDelta(t, float64(ex.Len())/float64(k), len(s.Validate), 0.999)
			for y, n := range count(ex, s.Validate) {
				assert.InDelta(t, float64([]int{50, 7, 0, 33, 1}[y])/float64(k), n, 0.999)
			}
			both := append(slices.Clone(s.Learn), s.Validate...)
			slices.Sort(both)
			assert.Equal(t, ex.Len(), len(slices.Compact(both)))
			all = append(all, s.Validate...)
		}
		slices.Sort(all)
		assert.Equal(t, ex.Len(), len(slices.Compact(all)))
	}
	a, err := KFold(ex, 5, 3)
	require.NoError(t, err)
	b, err := KFold(ex, 5, 4)
	require.NoError(t, err)
	assert.NotEqual(t, a, b, "other seeds, other folds")
}

func TestHoldOutIsStratified(t *testing.T) {
	ex := labelled(100, 10, 1, 0)
	s, err := HoldOut(ex, 0.2, 1)
	require.NoError(t, err)
	assert.Equal(t, []int{20, 2, 0, 0}, count(ex, s.Validate))
	assert.Equal(t, []int{80, 8, 1, 0}, count(ex, s.Learn))
	s, err = HoldOut(ex, 0.999, 1)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1, 1, 0}, count(ex, s.Learn), "a class keeps a row to learn from")
}

// The rows of a small rung are rows of a larger one, of all classes.
func TestThinRowsAreNested(t *testing.T) {
	ex := labelled(100, 10, 1)
	s, err := HoldOut(ex, 0.1, 1)
	require.NoError(t, err)
	ninth, third := thin(ex.Y, s.Learn, 9, 5), thin(ex.Y, s.Learn, 3, 5)
	assert.Equal(t, []int{10, 1, 1}, count(ex, ninth))
	assert.Equal(t, []int{30, 3, 1}, count(ex, third))
	for _, row := range ninth {
		assert.Contains(t, third, row)
	}
	assert.Equal(t, s.Learn, thin(ex.Y, s.Learn, 1, 5))
}

func TestSplitsRefuse(t *testing.T) {
	ex := labelled(3, 3)
	for _, k := range []int{-1, 0, 1, 7} {
		_, err := KFold(ex, k, 0)
		assert.ErrorContains(t, err, "folds of 6 examples, want 2 or more, and no more than examples")
	}
	for _, f := range []float64{-1, 0, 1} {
		_, err := HoldOut(ex, f, 0)
		assert.ErrorContains(t, err, "is held out, want one between 0 and 1")
	}
	_, err := HoldOut(ex, 0.1, 0)
	assert.EqualError(t, err, "selection: a fraction of 0.1 of each class of 6 examples is none")
	ex.Y[2] = 2
	_, err = KFold(ex, 2, 0)
	assert.EqualError(t, err, "selection: row 2: label 2, with 2 classes")
	ex.Y = ex.Y[:5]
	_, err = HoldOut(ex, 0.5, 0)
	assert.EqualError(t, err, "selection: 6 rows and 5 labels")
}
