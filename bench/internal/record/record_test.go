package record

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// What compilers and interpreters say has paths in it, of which only the last part is kept.
func TestNoPathIsWritten(t *testing.T) {
	for said, want := range map[string]string{
		"/tmp/models17/faiss.cc:11:10: fatal error: faiss/IndexFlat.h: No such file": "faiss.cc:11:10: fatal error: faiss/IndexFlat.h: No such file",
		`g++: exit status 1: "/home/me/a.cc" (/var/b.cc)`:                            `g++: exit status 1: "a.cc" (b.cc)`,
		`C:\Users\me\report.exe failed`:                                              "report.exe failed",
		"211 GFLOP/s, linux/amd64, 1/2":                                              "211 GFLOP/s, linux/amd64, 1/2",
	} {
		var out bytes.Buffer
		w := writer{results.NewWriter(&out)}
		w.Set("missing-faiss", said)
		require.NoError(t, w.Limits("avx2", "before", []results.Value{{Number: 1, Unit: "GHz"}}))
		assert.Contains(t, out.String(), "missing-faiss: "+want+"\n")
	}
}
