package crival

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every library either is here, with its version, or is missing, with the reason.
func TestLibrariesAreHereOrMissing(t *testing.T) {
	here := map[string]bool{}
	for _, l := range Libraries() {
		here[l.Name] = true
		assert.NotEmpty(t, Versions()[l.Name], l.Name)
	}
	for _, name := range []string{"openblas", "blis", "onednn"} {
		assert.NotEqual(t, here[name], Missing()[name] != "", name)
		t.Log(name, Versions()[name], Missing()[name])
	}
	assert.Equal(t, here["onednn"], Softmax() != nil)
}

// Libraries multiply, with one thread and with two.
func TestProducts(t *testing.T) {
	const n = 3
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	for i := range a {
		a[i], b[i] = float32(i), float32(i%n)
	}
	defer SetThreads(1)
	for _, threads := range []int{1, 2} {
		SetThreads(threads)
		for _, l := range Libraries() {
			product, ok := l.Prepare(Operands{M: n, N: n, K: n, A: a, B: b, LDA: n, LDB: n})
			require.True(t, ok, l.Name)
			clear(c)
			product(c, 2)
			assert.Equal(t, []float32{0, 3, 6, 0, 12, 24, 0, 21, 42}, c, l.Name)
		}
	}
}
