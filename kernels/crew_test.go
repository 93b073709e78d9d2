package kernels

import (
	"bytes"
	"errors"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/blocks"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// On any machine, pools have as many goroutines as the tests ask for, and share even the
// smallest work.
func TestMain(m *testing.M) {
	for _, isa := range cpu.Available() {
		blocks.Of(isa.Base()).ShareWork = 1
	}
	runtime.GOMAXPROCS(max(8, runtime.GOMAXPROCS(0)))
	os.Exit(m.Run())
}

// Many callers share a pool, call from within their own work, and find its helpers
// idle, busy or ended: every piece is done once, before its caller goes on.
func TestCrewUnderStress(t *testing.T) {
	pool := NewPool(4)
	var callers sync.WaitGroup
	for c := range 8 {
		callers.Go(func() {
			for round := range 60 {
				var done, nested atomic.Int32
				pool.crew.together(3, 11, func(piece int) {
					if piece%5 == 0 {
						pool.crew.together(2, 3, func(int) { nested.Add(1) })
					}
					done.Add(1)
				})
				assert.EqualValues(t, 11, done.Load())
				assert.EqualValues(t, 9, nested.Load())
				if c == 0 && round%20 == 0 {
					time.Sleep(2 * patience) // helpers end unless another goroutine calls
				}
			}
		})
	}
	callers.Wait()
	assertAllEnd(t, pool)
	assert.Zero(t, pool.crew.seats)
	assert.Empty(t, pool.crew.jobs)
}

func assertAllEnd(t *testing.T, pool *Pool) {
	t.Helper()
	assert.Eventually(t, func() bool {
		helpers, idle := pool.crew.count()
		return helpers == 0 && idle == 0
	}, 10*time.Second, time.Millisecond, "helpers have not ended")
}

func (c *crew) count() (helpers, idle int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.helpers, c.idle
}

// meet returns a function that returns when n goroutines have called it.
func meet(n int32) func() {
	var here atomic.Int32
	return func() {
		here.Add(1)
		for here.Load() < n {
			runtime.Gosched()
		}
	}
}

// goroutine identifies the calling goroutine.
func goroutine() string {
	id, _, _ := bytes.Cut(bytes.TrimPrefix(debug.Stack(), []byte("goroutine ")), []byte(" "))
	return string(id)
}

// A helper comes, again after all have ended, and is the same as long as there is work.
func TestHelpersComeAndEnd(t *testing.T) {
	pool := NewPool(2)
	for range 3 {
		wait := meet(2)
		pool.Split(2, 1, func(int, int) { wait() })
		assertAllEnd(t, pool)
	}
}

// Of two pieces, one on the caller's goroutine and one on a helper's, one does not
// return. The caller learns of it when the other has ended.
func TestPiecesThatDoNotReturn(t *testing.T) {
	mistake := errors.New("a mistake")
	for name, c := range map[string]struct {
		inCaller bool
		fail     func()
		panics   bool
	}{
		"the caller panics": {true, func() { panic(mistake) }, true},
		"a helper panics":   {false, func() { panic(mistake) }, true},
		"the caller exits":  {true, runtime.Goexit, false},
		"a helper exits":    {false, runtime.Goexit, false},
	} {
		t.Run(name, func(t *testing.T) {
			pool := NewPool(2)
			var otherEnded, returned, exited atomic.Bool
			var recovered any
			var caller sync.WaitGroup
			caller.Go(func() {
				me, wait := goroutine(), meet(2)
				exited.Store(true)
				defer func() {
					recovered = recover()
					assert.True(t, otherEnded.Load(), "the other piece is still at work")
				}()
				defer func() { exited.Store(!returned.Load()) }()
				pool.Split(2, 1, func(int, int) {
					wait()
					if c.inCaller == (me == goroutine()) {
						failingFunction(c.fail)
					}
					time.Sleep(20 * time.Millisecond)
					otherEnded.Store(true)
				})
				returned.Store(true)
			})
			caller.Wait()
			assert.True(t, exited.Load())
			if !c.panics {
				assert.Nil(t, recovered)
			} else if assert.IsType(t, &PanicError{}, recovered) {
				err := recovered.(*PanicError)
				assert.Equal(t, mistake, err.Value)
				assert.ErrorIs(t, err, mistake)
				assert.Contains(t, string(err.Stack), "failingFunction")
				assert.True(t, strings.HasPrefix(err.Error(), "a mistake\n\ngoroutine "))
			}
			assertAllEnd(t, pool)
			wait := meet(2)
			pool.Split(2, 1, func(int, int) { wait() }) // the pool is of use as before
		})
	}
}

//go:noinline
func failingFunction(fail func()) { fail() }

// A panic is the same on one goroutine, and through a call within a call.
func TestPanicErrorOfEveryPool(t *testing.T) {
	for _, pool := range []*Pool{nil, NewPool(1), NewPool(4)} {
		var recovered any
		func() {
			defer func() { recovered = recover() }()
			pool.Split(3, 1, func(int, int) {
				pool.Split(3, 1, func(int, int) { panic(7) })
			})
		}()
		require.IsType(t, &PanicError{}, recovered)
		assert.Equal(t, 7, recovered.(*PanicError).Value)
		assert.NoError(t, recovered.(*PanicError).Unwrap())
	}
}

// Pieces that have not started when one panics are skipped.
func TestPanicEndsTheWork(t *testing.T) {
	var pieces atomic.Int32
	assert.Panics(t, func() {
		NewPool(2).Split(8, 1, func(int, int) {
			pieces.Add(1)
			panic("")
		})
	})
	assert.LessOrEqual(t, pieces.Load(), int32(2))
}

// In a bubble of testing/synctest clocks stand still while anybody runs.
func TestPoolsInBubbles(t *testing.T) {
	outside := NewPool(4)
	work := func(pool *Pool) {
		a, b, c := NewMatrix(200, 200), NewMatrix(200, 200), NewMatrix(200, 200)
		a.Data[0], b.Data[0] = 2, 3
		Gemm(c, a, b, NoTranspose, 1, 0, pool)
		assert.Equal(t, float32(6), c.Data[0])
	}
	for range 3 {
		work(outside) // leaves helpers that look out for work
		synctest.Test(t, func(t *testing.T) {
			work(outside)
			inside := NewPool(4)
			work(inside)
			start := time.Now()
			inside.Split(4, 1, func(int, int) { time.Sleep(time.Hour) })
			assert.GreaterOrEqual(t, time.Since(start), time.Hour)
			assert.LessOrEqual(t, time.Since(start), 4*time.Hour)
		}) // waits for the helpers that were started in the bubble
	}
}

// There are never more goroutines than processors, pieces or workers.
func TestGoroutinesAreLimited(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	for _, c := range []struct{ workers, n, most int }{
		{math.MaxInt, 1000, 3}, {1 << 30, 1000, 3}, {2, 1000, 2}, {0, 2, 2}, {-5, 1000, 3}, {1, 1000, 1},
	} {
		pool := NewPool(c.workers)
		assert.LessOrEqual(t, pool.Workers(), 3)
		var mu sync.Mutex
		seen := map[string]bool{}
		pool.Split(c.n, 1, func(int, int) {
			mu.Lock()
			defer mu.Unlock()
			seen[goroutine()] = true
		})
		assert.LessOrEqual(t, len(seen), c.most)
		helpers, _ := pool.crew.count()
		assert.Less(t, helpers, c.most)
	}
}

// The ranges are in order and complete where products of the numbers overflow. (10⁷
// items for 64 workers did with 32 bits.)
func TestSplitOfLargeNumbers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(64))
	for _, c := range []struct{ n, grain int }{
		{1e7, 1}, {1e7, 7}, {math.MaxInt, 1}, {math.MaxInt, math.MaxInt}, {math.MaxInt, math.MaxInt - 1}, {math.MaxInt - 1, 1 << 20}, {math.MaxInt32, 3},
	} {
		for _, workers := range []int{2, 64, math.MaxInt} {
			var mu sync.Mutex
			ends := map[int]int{}
			NewPool(workers).Split(c.n, c.grain, func(lo, hi int) {
				mu.Lock()
				defer mu.Unlock()
				assert.Less(t, lo, hi)
				assert.Zero(t, lo%c.grain)
				ends[lo] = hi
			})
			assert.LessOrEqual(t, len(ends), 4*64)
			at := 0
			for range ends {
				at = ends[at]
			}
			assert.Equal(t, c.n, at, "%+v, %d workers: ranges %v", c, workers, ends)
		}
	}
}

func TestProductOfDimensions(t *testing.T) {
	assert.Equal(t, 1, product())
	assert.Equal(t, 24, product(2, 3, 4))
	assert.Equal(t, math.MaxInt, product(math.MaxInt, 2))
	assert.Equal(t, math.MaxInt, product(1<<20, 1<<20, 1<<24))
	assert.Equal(t, 0, product(math.MaxInt, math.MaxInt, 0))
}

// Small work is cut into few pieces, each with as much work as pays; large work into
// several for each worker. Each dimension of a product is cut where that is more even.
func TestShares(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	b := blocks.Current()
	defer func(saved blocks.Blocks) { *b = saved }(*b)
	b.ShareWork = 100
	for _, c := range []struct {
		workers, work int
		want          share
	}{
		{1, 1e6, share{1, 1}},
		{2, 100, share{1, 1}},
		{2, 199, share{1, 1}},
		{2, 200, share{2, 2}},
		{2, 1000, share{2, 2}},
		{2, 2000, share{2, 2}},
		{2, 3200, share{2, 4}},
		{2, 1e6, share{2, 8}},
		{8, 300, share{3, 3}},
		{8, 1e6, share{8, 32}},
		{100, 1e6, share{8, 32}},
	} {
		assert.Equal(t, c.want, NewPool(c.workers).worth(c.work), "%+v", c)
	}
	assert.Equal(t, share{1, 1}, (*Pool)(nil).worth(1e6))
	assert.Equal(t, share{8, 8}, share{8, 32}.whole())

	two := share{2, 2}
	assert.Equal(t, 1.2, two.busiest(64, 14), "five tiles of rows: three and two")
	assert.Equal(t, 1.0, two.busiest(64, 32))
	assert.Equal(t, 2.0, two.busiest(1, 32))
}
