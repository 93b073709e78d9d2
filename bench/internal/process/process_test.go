package process

import (
	"bufio"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The test is its own rival: it answers with what it was asked and its number of threads.
func TestMain(m *testing.M) {
	if os.Getenv("RIVAL") == "" {
		os.Exit(m.Run())
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		switch lines.Text() {
		case `"fail"`:
			fmt.Println(`{"error": "no such data"}`)
		case `"die"`:
			fmt.Fprintln(os.Stderr, "trace\nout of memory")
			os.Exit(3)
		default:
			fmt.Printf(`{"Asked": %s, "Threads": "%s", "Core": "%s"}`+"\n", lines.Text(), os.Getenv("OMP_NUM_THREADS"), os.Getenv("OPENBLAS_CORETYPE"))
		}
	}
}

func TestAsk(t *testing.T) {
	t.Setenv("RIVAL", "yes")
	t.Setenv("OPENBLAS_CORETYPE", "Prescott")
	t.Setenv("OMP_NUM_THREADS", "64")
	p, err := Start(t.Context(), 2, os.Args[0])
	require.NoError(t, err)
	var answer struct {
		Asked         int
		Threads, Core string
	}
	for i := range 3 {
		require.NoError(t, p.Ask(i, &answer))
		assert.Equal(t, i, answer.Asked)
	}
	assert.Equal(t, "2", answer.Threads)
	assert.NotEqual(t, "Prescott", answer.Core)
	assert.ErrorContains(t, p.Ask("fail", &answer), "no such data")
	require.NoError(t, p.Ask(7, &answer), "it goes on")
	assert.ErrorContains(t, p.Ask("die", &answer), "ended: exit status 3: out of memory")

	_, err = Start(t.Context(), 1, "no-such-rival")
	assert.ErrorContains(t, err, "no-such-rival")
	_, err = Output(t.Context(), 1, "no-such-rival")
	assert.ErrorContains(t, err, "no-such-rival")
}
