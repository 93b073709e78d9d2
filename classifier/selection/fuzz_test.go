package selection

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// A damaged journal is an error, and one that is read can be written and read again.
func FuzzReadJournal(f *testing.F) {
	f.Add([]byte(`{"format":"argmax search","version":1,"search":"00","jobs":{"fold 0":[{"value":0.5,"seconds":1},{"error":"x"}]}}`))
	f.Add([]byte(`{"format":"argmax search","version":1,"jobs":null}`))
	f.Add([]byte(`{"format":"argmax search","version":1,"jobs":{"a":[null]}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		j, err := readJournal(bytes.NewReader(content))
		if err != nil {
			return
		}
		for key, o := range j.Jobs {
			j.outcomes(key, len(o))
			for _, o := range o {
				o.value()
			}
		}
		again, err := json.Marshal(j)
		require.NoError(t, err)
		back, err := readJournal(bytes.NewReader(again))
		require.NoError(t, err)
		require.Equal(t, j, back)
	})
}
