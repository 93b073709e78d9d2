package bench

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/picture"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

// A claim is a time on a page of the repository that a kept report has measured: %s in its
// text. The text may be broken into lines anywhere.
type claim struct {
	page, text    string
	report        string // a raw file in reports
	contest, unit string // the first contest with these keys, and argmax's value of a unit
}

var claims = []claim{
	{"doc/guide/serving.md", "784 features and ten classes take %s at the median", "xeon-avx512/models.txt", "Latency/goroutines=200", "p50-sec"},
	{"doc/guide/serving.md", "and %s at the 99.9th percentile", "xeon-avx512/models.txt", "Latency/goroutines=200", "p99.9-sec"},
	{"doc/lecture/02-nearest-neighbour.md", "the nearest ten of 60,000 images of clothes take %s", "xeon-avx512/neighbours.txt", "Search/base=images-uint8/metric=L2/rows=60000/k=10/queries=1", results.Time},
	{"doc/lecture/02-nearest-neighbour.md", "and a prediction of a linear model %s", "xeon-avx512/models.txt", "Latency/goroutines=1", "p50-sec"},
	{"doc/decisions/05-proposals-and-exact-decisions.md", "the L1 distances of a query to 60,000 rows of 784 bytes take %s", "xeon-avx512/kernels.txt", "L1DistBytesRows/rows=60000/n=784", results.Time},
}

// speed is a number that says how fast something is.
var speed = regexp.MustCompile(`(?i)\b[0-9][0-9.,]*\s(?:ns|µs|ms|milliseconds|microseconds|nanoseconds|GFLOP/s|GB/s|(?:queries|rows|images) (?:per|a) second)\b|\b(?:[0-9.]+|two|three|five|ten|hundred) times (?:as (?:fast|long)|faster|slower|longer)\b`)

// unmeasured are numbers that speed matches and that no report has to hold.
var unmeasured = map[string]string{
	"8 times as long":  "of 8 times the examples: a test of doc/lecture holds it",
	"20 µs":            "the length of a call of assembly, which is a rule",
	"10 times as long": "of the nearest neighbour beside a linear model: the same",
}

// What the README, the guides, the lecture and the decisions say about speed stands in a kept
// report, with its raw file. With -update the pages get what the reports say.
func TestClaimsAreKept(t *testing.T) {
	files := map[string]*results.File{}
	covered := map[string]string{} // pages without what reports have measured
	for _, c := range claims {
		f := files[c.report]
		if f == nil {
			var err error
			f, err = results.Load(filepath.Join("reports", c.report))
			require.NoError(t, err)
			files[c.report] = f
		}
		says := regexp.MustCompile(strings.ReplaceAll(strings.ReplaceAll(regexp.QuoteMeta(c.text), " ", `\s+`), "%s", `([0-9.]+\s(?:ns|µs|ms|s))`))
		name := filepath.Join("..", c.page)
		page := read(t, name)
		at := says.FindStringSubmatchIndex(page)
		require.NotNil(t, at, "%s does not say %q", c.page, c.text)
		agree(t, name, page[:at[2]]+claimed(t, f, c)+page[at[3]:])
		page = read(t, name)
		rest, ok := covered[c.page]
		if !ok {
			rest = page
		}
		covered[c.page] = says.ReplaceAllString(rest, "")
	}
	root := os.DirFS("..")
	require.NoError(t, fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() && filepath.Ext(name) != ".md" {
			return err
		}
		if d.IsDir() {
			if name != "." && name != "doc" && !strings.HasPrefix(name, "doc/") {
				return fs.SkipDir
			}
			return nil
		}
		page, ok := covered[name]
		if !ok {
			content, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			page = string(content)
		}
		if before, rest, ok := strings.Cut(page, "<!-- Reports:"); ok { // TestKeptReports holds these
			_, after, _ := strings.Cut(rest, "<!-- End of reports. -->")
			page = before + after
		}
		for _, said := range speed.FindAllString(page, -1) {
			assert.NotEmpty(t, unmeasured[strings.Join(strings.Fields(said), " ")], "%s says %q, which no kept report holds", name, said)
		}
		return nil
	}))
}

// claimed returns what a report has measured.
func claimed(t *testing.T, f *results.File, c claim) string {
	t.Helper()
	op, wanted, _ := strings.Cut(c.contest, "/")
contests:
	for _, contest := range f.Contests {
		if contest.Op != op {
			continue
		}
		for _, part := range strings.Split(wanted, "/") {
			if !strings.Contains("/"+contest.Keys+"/", "/"+part+"/") {
				continue contests
			}
		}
		return picture.Nanoseconds(1e9 * contest.Champion().Median(c.unit))
	}
	t.Fatalf("%s has no contest %s", c.report, c.contest)
	return ""
}
