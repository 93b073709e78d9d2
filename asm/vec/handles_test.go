package vec

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTable(t *testing.T) {
	f := &Function{Name: "f"}
	var blocks Table[Block, string]
	blocks.Begin(f)
	assert.False(t, Has(Block{}))
	a, b := blocks.New("a"), blocks.New("b")
	assert.True(t, Has(a))
	assert.NotEqual(t, a, b)
	assert.Equal(t, "a", blocks.Get(a))
	assert.Equal(t, "b", blocks.Get(b))

	blocks.Free(a)
	assert.PanicsWithValue(t, "f: a Block is used after Free; it was made at vec/handles_test.go:14", func() { blocks.Get(a) })
	assert.PanicsWithValue(t, "f: a Block is not freed; it was made at vec/handles_test.go:14", blocks.CheckFreed)
	blocks.Free(b)
	assert.NotPanics(t, blocks.CheckFreed)

	blocks.Begin(&Function{Name: "g"})
	assert.PanicsWithValue(t, "g: a Block of f is used", func() { blocks.Get(b) })
	assert.PanicsWithValue(t, "g: a zero Block is used", func() { blocks.Get(Block{}) })
}

func TestFreeSince(t *testing.T) {
	var ints Table[Int, int]
	ints.Begin(&Function{Name: "f"})
	before, mark := ints.New(1), ints.Mark()
	inside, kept := ints.New(2), ints.New(3)
	ints.FreeSince(mark, kept)
	assert.Equal(t, 1, ints.Get(before))
	assert.Equal(t, 3, ints.Get(kept))
	assert.Panics(t, func() { ints.Get(inside) })
}
