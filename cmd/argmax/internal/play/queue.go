package play

import (
	"context"
	"net/http"
	"slices"
	"sync"
)

// The requests that may wait: of one page, whose visitor wants the last of them alone,
// and of all.
const (
	waitingOfPage = 8
	waitingOfAll  = 256
)

// queue lets one computation after the other use the processors, all of them. Pages take
// turns: a page with many requests waits for its own, not others for it.
type queue struct {
	mu      sync.Mutex
	busy    bool
	pages   []*line // those with requests that wait, the next first
	waiting int     // requests, of all pages
}

// line is what waits of a page, the oldest first.
type line struct {
	page    string
	waiting []chan struct{} // closed when it is their turn
}

// enter waits for the turn of a request of a page, which leave ends.
func (q *queue) enter(ctx context.Context, page string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	turn, err := q.wait(page)
	if err != nil || turn == nil {
		return err
	}
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	if !q.forget(page, turn) { // it was its turn at the same moment
		q.leave()
	}
	return ctx.Err()
}

// wait returns what says that it is the turn of a request; nil if it is already.
func (q *queue) wait(page string) (chan struct{}, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.busy {
		q.busy = true
		return nil, nil
	}
	i := slices.IndexFunc(q.pages, func(l *line) bool { return l.page == page })
	switch {
	case q.waiting >= waitingOfAll:
		return nil, refuse(http.StatusServiceUnavailable, "%d requests are waiting", q.waiting)
	case i < 0:
		i = len(q.pages)
		q.pages = append(q.pages, &line{page: page})
	case len(q.pages[i].waiting) >= waitingOfPage:
		return nil, refuse(http.StatusTooManyRequests, "%d requests of this page are waiting", waitingOfPage)
	}
	turn := make(chan struct{})
	q.pages[i].waiting = append(q.pages[i].waiting, turn)
	q.waiting++
	return turn, nil
}

// forget removes a request that waits, and reports whether it did.
func (q *queue) forget(page string, turn chan struct{}) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, l := range q.pages {
		if j := slices.Index(l.waiting, turn); l.page == page && j >= 0 {
			q.waiting--
			if l.waiting = slices.Delete(l.waiting, j, j+1); len(l.waiting) == 0 {
				q.pages = slices.Delete(q.pages, i, i+1)
			}
			return true
		}
	}
	return false
}

// leave gives the turn to the next request.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pages) == 0 {
		q.busy = false
		return
	}
	l := q.pages[0]
	q.pages = slices.Delete(q.pages, 0, 1)
	close(l.waiting[0])
	q.waiting--
	if l.waiting = l.waiting[1:]; len(l.waiting) > 0 {
		q.pages = append(q.pages, l)
	}
}
