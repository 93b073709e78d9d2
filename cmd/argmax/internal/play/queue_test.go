package play

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A page with many requests waits for its own turns; another page waits for one of them.
func TestPagesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q queue
		require.NoError(t, q.enter(t.Context(), "busy"))
		var order []string
		ask := func(page string) {
			go func() {
				require.NoError(t, q.enter(t.Context(), page))
				order = append(order, page) // the queue lets one in at a time
				time.Sleep(time.Second)
				q.leave()
			}()
			synctest.Wait()
		}
		for range 4 {
			ask("busy")
		}
		ask("other")
		ask("third")
		ask("other")
		q.leave()
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"busy", "other", "third", "busy", "other", "busy", "busy"}, order)
		assert.False(t, q.busy)
	})
}

func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q queue
		ctx, cancel := context.WithCancel(t.Context())
		require.NoError(t, q.enter(ctx, "a"))
		wait := func(page string) { go func() { assert.ErrorIs(t, q.enter(ctx, page), context.Canceled) }() }
		for range waitingOfPage {
			wait("a")
		}
		synctest.Wait()
		assert.ErrorContains(t, q.enter(ctx, "a"), "8 requests of this page are waiting")
		for i := range waitingOfAll - waitingOfPage {
			wait(string(rune('b' + i)))
		}
		synctest.Wait()
		assert.ErrorContains(t, q.enter(ctx, "new"), "256 requests are waiting")
		cancel()
		synctest.Wait()
		assert.Zero(t, q.waiting)
		assert.Empty(t, q.pages)
		q.leave()
		assert.NoError(t, q.enter(t.Context(), "new"))
	})
}

// A visitor who leaves gives up the turn, even in the moment in which it comes.
func TestQueueForgetsWhoLeaves(t *testing.T) {
	var q queue
	for range 1000 {
		require.NoError(t, q.enter(t.Context(), "a"))
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			err := q.enter(ctx, "b")
			if err == nil {
				q.leave()
			}
			left <- err
		}()
		go cancel()
		q.leave()
		<-left
		require.NoError(t, q.enter(t.Context(), "c"), "the turn is free again")
		q.leave()
	}
}
