package vec

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSignature(t *testing.T) {
	s, err := ParseSignature("func(n int, acc *[64]float32, x []float32, pixels []uint8, labels []int, at *int32, sums []int64) float32")
	require.NoError(t, err)
	assert.Equal(t, []string{"n", "acc", "x", "pixels", "labels", "at", "sums"}, s.Names())
	for arg, want := range map[string]Element{
		"acc": Float32, "x_base": Float32, "pixels_base": Uint8, "labels_base": Int64, "at": Int32, "sums_base": Int64,
	} {
		e, err := s.Element(arg)
		assert.NoError(t, err)
		assert.Equal(t, want, e, arg)
	}
	_, err = s.Element("n")
	assert.EqualError(t, err, "argument n points to no element")
	_, err = s.Element("y_base")
	assert.EqualError(t, err, "argument y_base: unknown")
	length, err := s.Component("x_len").Resolve()
	require.NoError(t, err)
	assert.Equal(t, "x_len+24(FP)", length.Addr.Asm())

	for _, wrong := range []string{"int", "func(", "func(x []float31)"} {
		_, err := ParseSignature(wrong)
		assert.Error(t, err, wrong)
	}
}

func TestElements(t *testing.T) {
	for e := range elements {
		assert.Positive(t, Element(e).Size())
		assert.NotEmpty(t, Element(e).String())
	}
	assert.True(t, Float32.Partial())
	assert.False(t, Uint8.Partial())
}
