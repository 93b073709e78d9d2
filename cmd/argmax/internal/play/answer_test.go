package play

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A computation ends when its visitor leaves, and the next begins.
func TestComputationEndsWithItsRequest(t *testing.T) {
	began, ended := make(chan string, 2), make(chan error, 2)
	type question struct{ Long bool }
	server := httptest.NewServer(answer(new(queue), 100, func(ctx context.Context, q *question) (bool, error) {
		began <- "a computation"
		if q.Long {
			<-ctx.Done()
			ended <- ctx.Err()
		}
		return true, ctx.Err()
	}))
	defer server.Close()
	post := func(ctx context.Context, body string) (*http.Response, error) {
		r, err := http.NewRequestWithContext(ctx, "POST", server.URL, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		return http.DefaultClient.Do(r)
	}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := post(ctx, `{"long":true}`)
		left <- err
	}()
	<-began
	leave()
	assert.ErrorIs(t, <-left, context.Canceled)
	select {
	case err := <-ended:
		assert.ErrorIs(t, err, context.Canceled)
	case <-time.After(5 * time.Second):
		t.Fatal("the computation goes on")
	}
	response, err := post(t.Context(), `{}`)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, 200, response.StatusCode)
}

// A visitor with many requests leaves others their turns, and time that is spent waiting is
// not that of the computation.
func TestVisitorsTakeTurns(t *testing.T) {
	q, served, turn := new(queue), make(chan string), make(chan struct{})
	type question struct{ Page string }
	server := httptest.NewServer(answer(q, 100, func(ctx context.Context, q *question) (bool, error) {
		served <- q.Page
		<-turn
		deadline, _ := ctx.Deadline()
		assert.Greater(t, time.Until(deadline), longest-time.Second)
		return true, nil
	}))
	defer server.Close()
	statuses := make(chan int, 8)
	ask := func(page string, waiting int) {
		go func() {
			r, err := http.NewRequest("POST", server.URL, strings.NewReader(`{"page":"`+page+`"}`))
			require.NoError(t, err)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set(pageHeader, page)
			response, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			response.Body.Close()
			statuses <- response.StatusCode
		}()
		require.Eventually(t, func() bool {
			q.mu.Lock()
			defer q.mu.Unlock()
			return q.waiting == waiting && q.busy
		}, 5*time.Second, time.Millisecond)
	}
	ask("greedy", 0)
	first := <-served
	for i := range 5 {
		ask("greedy", i+1)
	}
	ask("modest", 6)
	order := []string{first}
	for range 6 {
		turn <- struct{}{}
		order = append(order, <-served)
	}
	turn <- struct{}{}
	assert.Equal(t, []string{"greedy", "greedy", "modest", "greedy", "greedy", "greedy", "greedy"}, order)
	for range 7 {
		assert.Equal(t, 200, <-statuses)
	}
}

// The most that can be asked for ends in time, or is ended.
func TestMostThatCanBeAsked(t *testing.T) {
	var p Points
	for i := range mostPoints {
		p.add(float64(i%40)/10-2, float64(i/40)/10-1.25, i%MostClasses) // votes are tied everywhere
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := newServer(Config{}).neighbours(ctx, &neighboursRequest{Points: p, K: mostNeighbours, Metric: "cosine", Side: mostSide})
	if err != nil {
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	}
	assert.Less(t, time.Since(began), 5*time.Second)
}
