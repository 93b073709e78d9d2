package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestResultsComeInOrder(t *testing.T) {
	items := make([]int, 300)
	for i := range items {
		items[i] = i
	}
	for _, workers := range []int{0, 1, 7} {
		var got []int
		err := inOrder(t.Context(), slices.Values(items), workers, func(i int) int {
			time.Sleep(time.Duration(rand.IntN(100)) * time.Microsecond)
			return i
		}, func(i int) error {
			got = append(got, i)
			return nil
		})
		assert.NoError(t, err)
		assert.Equal(t, items, got)
	}
}

// A pipeline does not read its input to the end before the first result, and not at all
// after it has failed.
func TestPipelineHoldsFewItems(t *testing.T) {
	var read atomic.Int64
	endless := func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
			read.Add(1)
		}
	}
	full := errors.New("the disk is full")
	err := inOrder(t.Context(), endless, 2, func(i int) int { return i }, func(i int) error {
		if i == 100 {
			return full
		}
		return nil
	})
	assert.ErrorIs(t, err, full)
	assert.Less(t, read.Load(), int64(100+2*4+4))

	ctx, cancel := context.WithCancel(t.Context())
	err = inOrder(ctx, endless, 2, func(i int) int { return i }, func(int) error { cancel(); return nil })
	assert.ErrorIs(t, err, context.Canceled)
}
