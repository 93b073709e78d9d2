package dataset_test

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A set is what the classifiers train on, and read as bytes.
var (
	_ classifier.Examples       = (*dataset.Set)(nil)
	_ classifier.InPlace[uint8] = (*dataset.Set)(nil)
	_ classifier.Images         = (*dataset.Set)(nil)

	_ = dataset.Shape(classifier.Shape{})
)

func TestShape(t *testing.T) {
	s := dataset.Shape{Height: 2, Width: 5, Channels: 3}
	assert.Equal(t, 30, s.Size())
	assert.Equal(t, "2x5x3", s.String())
}

func TestNewChecksItsArguments(t *testing.T) {
	shape := func(h, w, c int) dataset.Shape { return dataset.Shape{Height: h, Width: w, Channels: c} }
	two := []string{"a", "b"}
	for _, c := range []struct {
		shape   dataset.Shape
		classes []string
		pixels  int
		labels  []int
		problem string
	}{
		{shape(2, 2, 1), two, 8, []int{0, 1}, ""},
		{shape(2, 2, 3), two, 12, []int{1}, ""},
		{shape(2, 2, 1), two, 0, nil, ""},
		{shape(0, 2, 1), two, 0, nil, "images of 0x2x1: an image has at least one row and one column"},
		{shape(2, -1, 1), two, 0, nil, "images of 2x-1x1: an image has at least one row and one column"},
		{shape(2, 2, 2), two, 0, nil, "images of 2x2x2: an image has 1 channel (grey) or 3 (red, green, blue)"},
		{shape(math.MaxInt, math.MaxInt, 1), two, 0, nil, "the size overflows"},
		{shape(2, 2, 1), two, 7, []int{0, 1}, "7 bytes of pixels and 2 labels: images of 2x2x1 take 4 bytes each"},
		{shape(2, 2, 1), two, 12, []int{0, 1}, "12 bytes of pixels and 2 labels: images of 2x2x1 take 4 bytes each"},
		{shape(2, 2, 1), two, 8, []int{0, 2}, "row 1: label 2, but there are 2 classes"},
		{shape(2, 2, 1), two, 8, []int{-1, 0}, "row 0: label -1, but there are 2 classes"},
		{shape(2, 2, 1), nil, 4, []int{0}, "row 0: label 0, but there are 0 classes"},
		{shape(2, 2, 1), []string{"a", ""}, 4, []int{0}, "class 1 has no name"},
		{shape(math.MaxInt/2, 1, 3), two, 0, nil, "the size overflows"},
		{shape(2, 2, 1), []string{"a", "caf\xe9"}, 4, []int{0}, `the name of class 1, "caf\xe9", is not UTF-8`},
		{shape(2, 2, 1), []string{"a", "b", "a"}, 4, []int{0}, `two classes have the name "a"`},
	} {
		set, err := dataset.New(c.shape, c.classes, make([]byte, c.pixels), c.labels)
		if c.problem == "" {
			assert.NoError(t, err)
			assert.Equal(t, len(c.labels), set.Len())
		} else {
			assert.ErrorContains(t, err, c.problem)
			assert.Nil(t, set)
		}
	}
}

// digits returns n grey images of 1x2; image i has the pixels i, 100+i and the
// class i%classes.
func digits(t *testing.T, n int, classes ...string) *dataset.Set {
	t.Helper()
	var pixels []byte
	var labels []int
	for i := range n {
		pixels = append(pixels, byte(i), byte(100+i))
		labels = append(labels, i%len(classes))
	}
	set, err := dataset.New(dataset.Shape{Height: 1, Width: 2, Channels: 1}, classes, pixels, labels)
	require.NoError(t, err)
	return set
}

func TestSetGivesWhatItWasBuiltFrom(t *testing.T) {
	set := digits(t, 3, "a", "b")
	assert.Equal(t, 3, set.Len())
	assert.Equal(t, 2, set.Features())
	assert.Equal(t, "1x2x1", set.Shape().String())
	assert.Equal(t, []string{"a", "b"}, set.Classes())
	assert.Equal(t, 1, set.Label(1))
	assert.Equal(t, []int{0, 1, 0}, set.Labels())
	assert.Equal(t, []byte{2, 102}, set.Pixels(2))
	assert.Empty(t, set.Name())
	assert.Equal(t, "digits", set.Named("digits").Name())
	assert.Empty(t, set.Name(), "Named returns another set")
}

func TestSetIsSafeFromItsUsers(t *testing.T) {
	set := digits(t, 3, "a", "b")
	_ = append(set.Classes(), "c")
	_ = append(set.Labels(), 77)
	_ = append(set.Pixels(0), 77)
	assert.Equal(t, []byte{1, 101}, set.Pixels(1), "appending to a row leaves the next alone")
	set.Image(0).(*image.Gray).Pix[0] = 77
	assert.Equal(t, []byte{0, 100}, set.Pixels(0))
}

func TestRowIsExactForEveryByte(t *testing.T) {
	pixels := make([]byte, 256)
	for i := range pixels {
		pixels[i] = byte(i)
	}
	set, err := dataset.New(dataset.Shape{Height: 16, Width: 16, Channels: 1}, []string{"a"}, pixels, []int{0})
	require.NoError(t, err)
	row := make([]float32, 256)
	set.Row(row, 0)
	for i, x := range row {
		assert.Equal(t, float32(i), x)
	}
	assert.PanicsWithValue(t, "kernels: Gather: columns of dst 255, want 256",
		func() { set.Row(row[:255], 0) })
}

// All images at once, as bytes where they lie and as floats.
func TestManyRows(t *testing.T) {
	set := digits(t, 3, "a", "b")
	all := set.Dense()
	require.NoError(t, all.Check())
	assert.Equal(t, []int{3, 2}, []int{all.Rows, all.Cols})
	assert.Same(t, &set.Pixels(1)[0], &all.Row(1)[0])
	floats := kernels.NewMatrix(2, 2)
	set.Gather(floats, []int{2, 0})
	assert.Equal(t, []float32{2, 102, 0, 100}, floats.Data)
	height, width, channels := set.ImageShape()
	assert.Equal(t, set.Shape(), dataset.Shape{Height: height, Width: width, Channels: channels})
	assert.NoError(t, set.Subset(nil).Dense().Check())
}

func TestRowDoesNotAllocate(t *testing.T) {
	set := digits(t, 3, "a", "b")
	row := make([]float32, set.Features())
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		set.Row(row, 1)
		_, _ = set.Pixels(1), set.Label(1)
	}))
}

func TestImageUndoesThePlanes(t *testing.T) {
	pixels := []byte{1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24} // red, green, blue
	set, err := dataset.New(dataset.Shape{Height: 2, Width: 2, Channels: 3}, []string{"a"}, pixels, []int{0})
	require.NoError(t, err)
	m := set.Image(0)
	assert.Equal(t, image.Rect(0, 0, 2, 2), m.Bounds())
	assert.Equal(t, color.RGBA{R: 2, G: 12, B: 22, A: 255}, m.At(1, 0))
	assert.Equal(t, color.RGBA{R: 3, G: 13, B: 23, A: 255}, m.At(0, 1))

	assert.Equal(t, color.Gray{Y: 101}, digits(t, 2, "a").Image(1).At(1, 0))
}

func TestSubset(t *testing.T) {
	set := digits(t, 5, "a", "b").Named("five")
	subset := set.Subset([]int{4, 1, 1})
	assert.Equal(t, 3, subset.Len())
	assert.Equal(t, []byte{4, 104}, subset.Pixels(0))
	assert.Equal(t, []byte{1, 101}, subset.Pixels(2))
	assert.Equal(t, []int{0, 1, 1}, labels(subset))
	assert.Equal(t, set.Classes(), subset.Classes())
	assert.Equal(t, "five", subset.Name())
	assert.Zero(t, set.Subset(nil).Len())
	assert.Panics(t, func() { set.Subset([]int{5}) })
}

func labels(s *dataset.Set) []int {
	labels := make([]int, s.Len())
	for i := range labels {
		labels[i] = s.Label(i)
	}
	return labels
}

func perClass(s *dataset.Set) []int {
	n := make([]int, len(s.Classes()))
	for _, label := range labels(s) {
		n[label]++
	}
	return n
}

// first returns the first pixel of every image, which names it in sets of
// digits.
func first(s *dataset.Set) []int {
	var ids []int
	for i := range s.Len() {
		ids = append(ids, int(s.Pixels(i)[0]))
	}
	return ids
}

func TestStratifiedKeepsProportions(t *testing.T) {
	set := digits(t, 74, "a", "b", "c") // 25, 25, 24 images
	for _, c := range []struct {
		n    int
		want []int
	}{
		{0, []int{0, 0, 0}},
		{1, []int{1, 0, 0}}, // equal remainders: the lower class
		{3, []int{1, 1, 1}},
		{37, []int{13, 12, 12}}, // 12.5, 12.5, 12
		{73, []int{25, 24, 24}}, // 24.66, 24.66, 23.68
		{74, []int{25, 25, 24}},
	} {
		chosen, rest := dataset.Stratified(set, c.n, 1)
		assert.Equal(t, c.want, perClass(chosen), "n=%d", c.n)
		assert.Equal(t, set.Len()-c.n, rest.Len())
		assert.ElementsMatch(t, first(set), append(first(chosen), first(rest)...), "nothing is lost or doubled")
		assert.IsIncreasing(t, append([]int{-1}, first(chosen)...))
		assert.IsIncreasing(t, append([]int{-1}, first(rest)...))
	}
}

func TestStratifiedFollowsItsSeed(t *testing.T) {
	set := digits(t, 20, "a", "b")
	one, _ := dataset.Stratified(set, 6, 231)
	again, _ := dataset.Stratified(set, 6, 231)
	other, _ := dataset.Stratified(set, 6, 232)
	assert.Equal(t, first(one), first(again))
	assert.NotEqual(t, first(one), first(other))
	assert.Equal(t, []int{0, 1, 8, 9, 12, 13}, first(one), "the split is part of the API")
}

func TestStratifiedPanicsOutOfRange(t *testing.T) {
	set := digits(t, 3, "a")
	assert.PanicsWithValue(t, "dataset: Stratified: 4 examples of 3", func() { dataset.Stratified(set, 4, 0) })
	assert.PanicsWithValue(t, "dataset: Stratified: -1 examples of 3", func() { dataset.Stratified(set, -1, 0) })
	chosen, rest := dataset.Stratified(set.Subset(nil), 0, 0)
	assert.Zero(t, chosen.Len()+rest.Len())
}
