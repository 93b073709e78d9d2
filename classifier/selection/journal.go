package selection

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/internal/files"
	"github.com/seed842bec00/argmax/kernels"
)

// outcome is what the fit of a candidate on a split ended with: a value, or an error.
type outcome struct {
	Value   *float64 `json:"value,omitempty"` // nil if there is none
	Error   string   `json:"error,omitempty"`
	Seconds float64  `json:"seconds"` // of the fit
}

// value returns the value, NaN if there is none.
func (o outcome) value() float64 {
	if o.Value == nil {
		return math.NaN()
	}
	return *o.Value
}

const (
	journalFormat  = "argmax search"
	journalVersion = 1
	journalBytes   = 1 << 28 // the most that are read
)

// journal is the outcomes of a search so far, by job. With a path it is in a file, which is
// replaced as a whole after each job: it is never half-written.
type journal struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	// Search is the hash of all that the outcomes depend on.
	Search string               `json:"search"`
	Jobs   map[string][]outcome `json:"jobs"`

	path string
}

// openJournal returns the journal at path, an empty one if there is no file or no path. A
// journal of another search is an error.
func openJournal(path, search string) (*journal, error) {
	empty := &journal{Format: journalFormat, Version: journalVersion, Search: search, Jobs: map[string][]outcome{}, path: path}
	if path == "" {
		return empty, nil
	}
	f, err := files.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return nil, fmt.Errorf("selection: %w", err)
	}
	defer f.Close()
	j, err := readJournal(f)
	if err != nil {
		return nil, fmt.Errorf("selection: %s: %w", path, err)
	}
	if j.Search != search {
		return nil, fmt.Errorf("selection: %s: the journal of another search, of other examples, candidates or settings", path)
	}
	j.path = path
	return j, nil
}

// readJournal reads a journal of at most journalBytes.
func readJournal(r io.Reader) (*journal, error) {
	content, err := io.ReadAll(io.LimitReader(r, journalBytes+1))
	if err != nil {
		return nil, err
	}
	if len(content) > journalBytes {
		return nil, fmt.Errorf("more than %d bytes", journalBytes)
	}
	j := new(journal)
	if err := json.Unmarshal(content, j); err != nil {
		return nil, fmt.Errorf("not a journal: %w", err)
	}
	if j.Format != journalFormat {
		return nil, errors.New("not a journal of a search")
	}
	if j.Version != journalVersion {
		return nil, fmt.Errorf("version %d of the journal, want %d", j.Version, journalVersion)
	}
	if j.Jobs == nil {
		j.Jobs = map[string][]outcome{}
	}
	return j, nil
}

// outcomes returns those of a job with this number of candidates, if they are known.
func (j *journal) outcomes(key string, candidates int) ([]outcome, bool) {
	o, ok := j.Jobs[key]
	return o, ok && len(o) == candidates
}

// record adds the outcomes of a job.
func (j *journal) record(key string, o []outcome) error {
	j.Jobs[key] = o
	if j.path == "" {
		return nil
	}
	err := files.Replace(j.path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "\t")
		return e.Encode(j)
	})
	if err != nil {
		return fmt.Errorf("selection: %w", err)
	}
	return nil
}

// digested is how many rows of the examples are part of a digest, evenly spaced.
const digested = 1024

// digest returns the hash of what outcomes depend on: settings, candidates, classes and
// labels, and some rows.
func digest(settings string, candidates []Candidate, ex classifier.Examples) string {
	h := sha256.New()
	fmt.Fprintln(h, settings)
	for _, c := range candidates {
		fmt.Fprintln(h, c.identity())
	}
	n := ex.Len()
	fmt.Fprintf(h, "%d %d %q %v\n", n, ex.Features(), ex.Classes(), ex.Labels())
	some := min(n, digested)
	x := kernels.NewMatrix(1, ex.Features())
	buffer := make([]byte, 4*x.Cols)
	for i := range some {
		ex.Gather(x, []int{int(int64(i) * int64(n) / int64(some))})
		for f, v := range x.Data {
			binary.LittleEndian.PutUint32(buffer[4*f:], math.Float32bits(v))
		}
		h.Write(buffer)
	}
	return hex.EncodeToString(h.Sum(nil))
}
