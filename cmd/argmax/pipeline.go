package main

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// inOrder calls work for each item, on several goroutines, and done with the results, in
// the order of the items, as they come. It holds a few items for each goroutine at a
// time. It ends when done returns an error, which it returns, or with the error of ctx
// when that is done.
func inOrder[T, R any](ctx context.Context, items iter.Seq[T], workers int, work func(T) R, done func(R) error) error {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	type task struct {
		item   T
		result chan R
	}
	const each = 4
	working, stop := context.WithCancel(ctx)
	tasks, order := make(chan task), make(chan task, each*workers)
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	group.Go(func() {
		defer close(order)
		defer close(tasks)
		for item := range items {
			t := task{item, make(chan R, 1)}
			select {
			case order <- t:
			case <-working.Done():
				return
			}
			tasks <- t // a worker takes it: they end only when tasks is closed
		}
	})
	for range workers {
		group.Go(func() {
			for t := range tasks {
				t.result <- work(t.item)
			}
		})
	}
	for t := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := done(<-t.result); err != nil {
			return err
		}
	}
	return ctx.Err()
}
