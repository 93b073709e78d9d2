package compare

import (
	"fmt"
	"path"
	"strings"

	"github.com/seed842bec00/argmax/bench/internal/results"
)

// Excerpt returns what the README says of a report in directory dir: its picture, the
// comparisons that are worth a line there, and all of them in short.
func (r *Report) Excerpt(dir string) string {
	said := map[string]string{}
	for _, f := range r.Machine {
		said[f.Name] = f.Text
	}
	var t text
	t.line("One core of %s with %s, measured on %s:\n", said["Processor"], said["In use"], said["Measured"])
	t.line("![%s](%s.svg)\n", r.Picture.Title, path.Join(dir, r.Picture.ID))
	var rows [][]string
	for _, h := range r.Headlines() {
		outcome := interval(h.Ratio)
		if h.Verdict == results.WithinNoise {
			outcome += ", within the noise"
		}
		rows = append(rows, []string{h.Phrase, duration(h.Ours()), duration(h.Theirs()) + ", " + h.Rival.Name, outcome})
	}
	t.table([]string{"work", "argmax", "fastest rival", "rival ÷ argmax"}, rows)
	t.line("Contests in [its report](%s): %d, of which %d won, %d lost, and %d within the noise.",
		path.Join(dir, "report.md"), len(r.Comparisons), r.Count(results.Won), r.Count(results.Lost), r.Count(results.WithinNoise))
	if n := len(r.Disturbed()); n > 0 {
		t.line("The machine was disturbed during %d of them; their rows in the report are marked.", n)
	}
	return t.String()
}

// Begin and End are the lines of the README between which excerpts stand.
const (
	Begin = "<!-- Reports: written by go test -run Kept -update in bench. -->\n"
	End   = "<!-- End of reports. -->\n"
)

// Insert returns the README with excerpts in place of those that it has.
func Insert(readme string, excerpts ...string) (string, error) {
	before, rest, begins := strings.Cut(readme, Begin)
	_, after, ends := strings.Cut(rest, End)
	if !begins || !ends {
		return "", fmt.Errorf("the README has no lines %q and %q", Begin, End)
	}
	return before + Begin + "\n" + strings.Join(excerpts, "\n") + "\n" + End + after, nil
}
