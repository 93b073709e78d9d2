package compare

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/picture"
	"github.com/seed842bec00/argmax/bench/internal/results"
)

// entry is an entrant of a synthetic contest: every call takes about ns, and every round
// has the other values.
type entry struct {
	name, isa string
	ns        float64
	values    []results.Value
	curve     []results.Value // seconds and objectives, in turns
}

// raw writes synthetic files of results.
type raw struct {
	bytes.Buffer
	w      *results.Writer
	random *rand.Rand
	t      *testing.T
}

func newRaw(t *testing.T, suite string) *raw {
	r := &raw{t: t, random: rand.New(rand.NewPCG(1, 2))}
	r.w = results.NewWriter(&r.Buffer)
	for _, line := range [][2]string{
		{"suite", suite}, {"cpu", "A Processor <& Co>"}, {"cores", "8"}, {"l1", "49152"}, {"l2", "2097152"}, {"l3", "272629760"},
		{"isas", "avx512 avx2 generic"}, {"active", "avx512"}, {"os", "linux 6.1"}, {"go", "go1.26"}, {"commit", "0123abc"}, {"date", "2026-11-27T21:00:00Z"},
		{"gonum", "v0.17.0"}, {"openblas", "0.3.21, core SkylakeX"}, {"missing-onnxruntime", "libonnxruntime.so not found"},
	} {
		r.w.Set(line[0], line[1])
	}
	for _, isa := range []struct {
		name  string
		scale float64
	}{{"avx512", 1}, {"avx2", 0.5}} {
		for _, when := range []string{"before", "after"} {
			require.NoError(t, r.w.Limits(isa.name, when, []results.Value{
				{Number: 200 * isa.scale, Unit: "FMA-GFLOP/s"}, {Number: 400 * isa.scale, Unit: "L1-GB/s"}, {Number: 180 * isa.scale, Unit: "L2-GB/s"},
				{Number: 30, Unit: "L3-GB/s"}, {Number: 12, Unit: "memory-GB/s"}, {Number: 3.5, Unit: "GHz"}}))
		}
	}
	return r
}

// contest writes rounds of a contest, whose champion is the first entry. Times differ by
// one part in a hundred.
func (r *raw) contest(op, keys, work string, threads int, entries ...entry) {
	r.w.Set("work", work)
	r.w.Set("tolerance", "equal within 1e-5")
	r.w.Set("disturbed", "no")
	for range 11 {
		write := func(e entry, again bool) {
			values := []results.Value{{Number: e.ns * (1 + 0.01*r.random.Float64()), Unit: "ns/op"}}
			require.NoError(r.t, r.w.Write(results.Line{Op: op, Keys: keys, Entrant: e.name, ISA: e.isa, Threads: threads, Again: again, N: 10, Values: append(values, e.values...)}))
		}
		for _, e := range entries {
			write(e, false)
		}
		write(entries[0], true)
	}
	for _, e := range entries {
		for i := 0; i+1 < len(e.curve); i += 2 {
			require.NoError(r.t, r.w.Write(results.Line{Op: op, Keys: keys, Entrant: e.name, ISA: e.isa, Threads: threads, Point: i/2 + 1, N: 1, Values: e.curve[i : i+2]}))
		}
	}
}

func (r *raw) file() *results.File {
	f, err := results.Read(strings.NewReader(r.String()), "raw")
	require.NoError(r.t, err)
	return f
}

func ours(ns float64) entry             { return entry{name: "argmax", isa: "avx512", ns: ns} }
func theirs(n string, ns float64) entry { return entry{name: n, ns: ns} }

// kernelsRaw has contests that are won, lost and neither; three of them in a row over
// batches.
func kernelsRaw(t *testing.T) *raw {
	r := newRaw(t, "kernels")
	r.contest("Dot", "n=784/data=L1/chain=false", "flops=1568 loads=6272 far=6272 stores=0", 1,
		ours(20), entry{name: "argmax", isa: "avx2", ns: 35}, theirs("gonum", 60), theirs("openblas", 30))
	r.contest("Dot", "n=784/data=L1/chain=true", "flops=1568 loads=6272 far=6272 stores=0", 1, ours(30), theirs("gonum", 30))
	r.contest("Gemm", "n=1024/data=L2/chain=false", "flops=2147483648 loads=80000000 far=8000000 stores=4194304", 1, ours(13e6), theirs("gonum", 60e6), theirs("openblas", 12e6))
	for i, batch := range []int{1, 16, 256} {
		keys := fmt.Sprintf("rows=%d/features=784/classes=10/data=L2/chain=false", batch)
		work := fmt.Sprintf("flops=%d loads=%d far=%d stores=%d", 15680*batch, 4*784*batch, 31360+3136*batch, 40*batch)
		r.contest("Scores", keys, work, 1, ours(100+75*float64(batch)), theirs("openblas", (100+75*float64(batch))*(1.5+float64(i))))
	}
	return r
}

// modelsRaw has a fit with a curve, and calls with a distribution of latencies.
func modelsRaw(t *testing.T) *raw {
	r := newRaw(t, "models")
	curve := func(speed float64) (points []results.Value) {
		for i := range 12 {
			points = append(points, results.Value{Number: 0.01 * math.Exp2(float64(i)) / speed, Unit: "sec"}, results.Value{Number: 0.4 + 0.3*math.Exp(-float64(i)), Unit: "objective"})
		}
		return points
	}
	reached := []results.Value{{Number: 0.4321, Unit: "objective"}, {Number: 0.8512, Unit: "accuracy"}}
	r.contest("Fit", "task=squared-hinge", "", 1,
		entry{name: "argmax", isa: "avx512", ns: 2e9, values: reached, curve: curve(2)}, entry{name: "liblinear", ns: 9e9, values: reached, curve: curve(0.5)})
	latency := func(ns float64) []results.Value {
		return []results.Value{{Number: ns, Unit: "p50-ns"}, {Number: 1.2 * ns, Unit: "p90-ns"}, {Number: 2 * ns, Unit: "p99-ns"}, {Number: 9 * ns, Unit: "p99.9-ns"}, {Number: 100 * ns, Unit: "max-ns"}}
	}
	r.contest("Predict", "goroutines=200", "", 2,
		entry{name: "argmax", isa: "avx512", ns: 400, values: latency(400)}, entry{name: "gonum", ns: 900, values: latency(900)})
	return r
}

// neighboursRaw has one search with several numbers of queries, on one thread and on two.
func neighboursRaw(t *testing.T) *raw {
	r := newRaw(t, "neighbours")
	for threads := 1; threads <= 2; threads++ {
		for _, n := range []float64{1, 10, 100, 1000} {
			ns := (1e6 + 1e5*n) / float64(threads)
			r.contest("Search", fmt.Sprintf("metric=L2/rows=60000/queries=%v", n), "", threads, ours(ns), theirs("faiss", 3*ns))
		}
	}
	return r
}

func report(t *testing.T) (*Report, []*results.File) {
	files := []*results.File{kernelsRaw(t).file(), modelsRaw(t).file(), neighboursRaw(t).file()}
	return New(files), files
}

func TestVerdictsAreCounted(t *testing.T) {
	r, _ := report(t)
	assert.Len(t, r.Comparisons, 16)
	assert.Equal(t, []int{14, 1, 1}, []int{r.Count(results.Won), r.Count(results.Lost), r.Count(results.WithinNoise)})
	lost := r.Of(results.Lost)
	require.Len(t, lost, 1)
	assert.Equal(t, "Gemm n=1024, L2", lost[0].Name())
	assert.Equal(t, "openblas", lost[0].Rival.Name, "the fastest, not the first")
	assert.InDelta(t, 12./13, lost[0].Ratio.Center, 0.01)
}

// columns returns, from a raw file and without package results, the values of a unit in
// the lines that contain all parts, in their order.
func columns(file, unit string, parts ...string) (values []float64) {
	for line := range strings.Lines(file) {
		fields := strings.Fields(line)
		if len(fields) < 4 || slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(fields[0]+"/", part+"/") }) {
			continue
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil && fields[i+1] == unit {
				values = append(values, v)
			}
		}
	}
	return values
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2] // of an odd number
}

// shown returns the marks of a figure in a page whose title begins with a text: their
// data, by name.
func shown(t *testing.T, page, figure, title string) (marks []map[string]string) {
	t.Helper()
	_, after, ok := strings.Cut(page, `<figure id="`+figure+`">`)
	require.True(t, ok, "no figure %s", figure)
	body, _, _ := strings.Cut(after, "</figure>")
	for _, m := range regexp.MustCompile(`<g((?: data-[a-z]+="[^"]*")*)><title>([^<]*)</title>`).FindAllStringSubmatch(body, -1) {
		if !strings.HasPrefix(html.UnescapeString(m[2]), title) {
			continue
		}
		data := map[string]string{}
		for _, d := range regexp.MustCompile(`data-([a-z]+)="([^"]*)"`).FindAllStringSubmatch(m[1], -1) {
			data[d[1]] = d[2]
		}
		marks = append(marks, data)
	}
	require.NotEmpty(t, marks, "%s: no mark %q", figure, title)
	return marks
}

// The numbers in the pictures are those of the raw files, computed here from the text of
// the files.
func TestPicturesShowTheRawFiles(t *testing.T) {
	r, _ := report(t)
	var page bytes.Buffer
	require.NoError(t, r.HTML(&page, []string{"kernels.txt"}))
	kernels, models, neighbours := kernelsRaw(t).String(), modelsRaw(t).String(), neighboursRaw(t).String()

	// The time of argmax in a round is the mean of its first and its last.
	oursIn := func(file string, parts ...string) (means []float64) {
		all := columns(file, "ns/op", append(parts, "entrant=argmax/isa=avx512")...)
		again := columns(file, "ns/op", append(parts, "entrant=argmax/isa=avx512", "again=true")...)
		for i := 0; i < len(all); i += 2 {
			means = append(means, (all[i]+again[i/2])/2)
		}
		require.Len(t, means, 11)
		return means
	}
	for _, c := range []struct{ figure, title, keys, rival string }{
		{"open", "Gemm n=1024, L2: openblas", "Gemm/", "openblas"},
		{"ratios", "Gemm n=1024, L2: openblas", "Gemm/", "openblas"},
		{"won", "Dot n=784, L1: openblas", "n=784/data=L1/chain=false", "openblas"},
		{"open", "Dot n=784, L1, chained: gonum", "n=784/data=L1/chain=true", "gonum"},
	} {
		var ratios []float64
		key := strings.TrimSuffix(c.keys, "/")
		if key == "Gemm" {
			key = "n=1024/data=L2/chain=false"
		}
		argmax := oursIn(kernels, key)
		for i, rival := range columns(kernels, "ns/op", key, "entrant="+c.rival) {
			ratios = append(ratios, rival/argmax[i])
		}
		require.Len(t, ratios, 11)
		for _, m := range shown(t, page.String(), c.figure, c.title) { // at both widths
			assert.Equal(t, picture.Number(median(ratios)), m["value"], c.title)
			sorted := slices.Sorted(slices.Values(ratios))
			assert.Equal(t, []string{picture.Number(sorted[1]), picture.Number(sorted[8])}, []string{m["lo"], m["hi"]}, "the 2nd and the 9th of 11: 96% by the binomial distribution")
		}
	}

	dot := median(oursIn(kernels, "n=784/data=L1/chain=false"))
	assert.Equal(t, map[string]string{"x": "0.25", "y": picture.Number(1568 / dot)}, shown(t, page.String(), "roofline-kernels", "Dot n=784, L1")[0])
	assert.Equal(t, picture.Number(6272/400./dot), shown(t, page.String(), "share-kernels", "Dot n=784, L1, avx512")[0]["value"], "bound by reading 400 GB/s")
	avx2 := median(columns(kernels, "ns/op", "n=784/data=L1/chain=false", "isa=avx2"))
	assert.Equal(t, picture.Number(6272/200./avx2), shown(t, page.String(), "share-kernels", "Dot n=784, L1, avx2")[0]["value"])

	p99 := shown(t, page.String(), "latency", "gonum, p99:")[0]
	assert.Equal(t, picture.Number(median(columns(models, "p99-ns", "Predict/entrant=gonum"))), p99["value"])

	least := slices.Min(columns(models, "objective", "Fit/entrant=argmax/isa=avx512/task=squared-hinge/threads=1/point=12"))
	for i, m := range shown(t, page.String(), "objective", "liblinear: ") {
		point := fmt.Sprintf("point=%d", i%12+1) // at both widths
		assert.Equal(t, picture.Number(columns(models, "sec", "entrant=liblinear", point)[0]), m["x"])
		assert.Equal(t, picture.Number(max((columns(models, "objective", "entrant=liblinear", point)[0]-least)/least, 1e-7)), m["y"])
	}

	for _, n := range []float64{1, 10, 100, 1000} {
		want := n / median(oursIn(neighbours, fmt.Sprintf("queries=%v", n), "threads=2")) * 1e9
		title := fmt.Sprintf("argmax-avx512: Search metric=L2 rows=60000 queries=%v, 2 threads", n)
		m := shown(t, page.String(), "over-queries", title)[0]
		assert.Equal(t, []string{picture.Number(n), picture.Number(want)}, []string{m["x"], m["y"]})
	}
}

func TestEveryFigureExplainsItself(t *testing.T) {
	r, _ := report(t)
	var ids []string
	for _, f := range r.Figures {
		ids = append(ids, f.ID)
		assert.NotEmpty(t, f.Title)
		assert.Regexp(t, `\w.*\.$`, f.Reading, f.ID)
		for _, p := range f.Panels {
			assert.Regexp(t, "^cd bench && (ARGMAX_ISA=avx512 )?go run (-tags cblas )?./report -suite (kernels|models|neighbours)", p.Command)
			assert.Equal(t, len(f.Panels) > 1, p.Title != "" && len(f.Panels) > 1, f.ID)
		}
	}
	assert.Equal(t, []string{"ratios", "open", "won", "roofline-kernels", "objective", "latency", "over-queries", "over-rows", "over-threads", "share-kernels"}, ids)
}

// A page asks for nothing: no script, no style, no picture from elsewhere.
func TestPageNeedsNothingElse(t *testing.T) {
	r, _ := report(t)
	var page bytes.Buffer
	require.NoError(t, r.HTML(&page, []string{"kernels.txt"}))
	text := strings.ReplaceAll(page.String(), `xmlns="http://www.w3.org/2000/svg"`, "")
	for _, asks := range []string{"http:", "https:", "<script", "<link", "<img", " src=", "url(", "@import"} {
		assert.NotContains(t, text, asks)
	}
	assert.Contains(t, text, "A Processor &lt;&amp; Co&gt;")
	for _, broken := range []string{"NaN", "Inf", "%!", "ZgotmplZ"} {
		assert.NotContains(t, text, broken)
	}
}

// Losses come before everything that is won.
func TestLossesComeFirst(t *testing.T) {
	r, _ := report(t)
	for _, write := range []func(io.Writer, []string) error{r.HTML, r.Markdown} {
		var out bytes.Buffer
		require.NoError(t, write(&out, []string{"kernels.txt"}))
		text := out.String()
		at := func(part string) int {
			i := strings.Index(text, part)
			require.GreaterOrEqual(t, i, 0, part)
			return i
		}
		for _, parts := range [][2]string{
			{"A Processor", "lost"}, {"lost", "within the noise"}, {"within the noise", "Where argmax loses"}, {"Where argmax loses", "Gemm n=1024, L2"},
			{"Gemm n=1024, L2", "The machine and the rivals"}, {"The machine and the rivals", "Dot n=784, L1"}, {"Pictures", "Tables"},
		} {
			assert.Less(t, at(parts[0]), at(parts[1]), parts)
		}
	}
}

func TestMarkdown(t *testing.T) {
	r, files := report(t)
	var out bytes.Buffer
	require.NoError(t, r.Markdown(&out, []string{"kernels.txt", "models.txt"}))
	text := out.String()
	for _, part := range []string{
		"**1 lost, 1 within the noise, 14 won.**", "- Compared with openblas 0.3.21, core SkylakeX\n", "- Not here: onnxruntime, libonnxruntime.so not found\n",
		"![How much longer the fastest rival takes](ratios.svg)", "go run ./report -from kernels.txt,models.txt",
	} {
		assert.Contains(t, text, part)
	}
	for _, f := range files {
		for _, c := range f.Contests {
			assert.Contains(t, text, "| "+escapes.Replace(name(c))+" |")
		}
	}
	columns := 0
	for line := range strings.Lines(text) {
		n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if n > 0 && columns > 0 {
			assert.Equal(t, columns, n, line)
		}
		columns = n
	}
}

// A contest that met noise is named.
func TestDisturbanceIsSaid(t *testing.T) {
	r := newRaw(t, "kernels")
	r.contest("Dot", "n=8", "", 1, ours(10), theirs("gonum", 20))
	file := strings.Replace(r.String(), "disturbed: no", "disturbed: a busy neighbour", 1)
	f, err := results.Read(strings.NewReader(file), "raw")
	require.NoError(t, err)
	for _, write := range []func(*Report, io.Writer) error{
		func(r *Report, w io.Writer) error { return r.HTML(w, nil) },
		func(r *Report, w io.Writer) error { return r.Markdown(w, nil) },
	} {
		var out bytes.Buffer
		require.NoError(t, write(New([]*results.File{f}), &out))
		assert.Contains(t, out.String(), "The machine was disturbed during 1 of the contests")
		assert.Contains(t, out.String(), "won †")
	}
}

// A report of nothing, or without rivals, is written all the same.
func TestReportWithoutRivals(t *testing.T) {
	r := newRaw(t, "kernels")
	r.contest("Dot", "n=8", "", 1, ours(10))
	for _, files := range [][]*results.File{nil, {r.file()}} {
		var page, markdown bytes.Buffer
		require.NoError(t, New(files).HTML(&page, nil))
		require.NoError(t, New(files).Markdown(&markdown, nil))
		assert.NotContains(t, page.String()+markdown.String(), "NaN")
	}
}

// The README's table holds the headlines, and only what stands between its marks changes.
func TestExcerpt(t *testing.T) {
	r, _ := report(t)
	text := r.Excerpt("bench/reports/some")
	for _, part := range []string{
		"One core of A Processor <& Co> with avx512, measured on 2026-11-27:", "![How much longer the fastest rival takes](bench/reports/some/ratios.svg)",
		"| product of 1024³ | 13.1 ms | 12.1 ms, openblas | 0.92× (0.92 to 0.93) |",
		"Contests in [its report](bench/reports/some/report.md): 16, of which 14 won, 1 lost, and 1 within the noise.",
	} {
		assert.Contains(t, text, part)
	}
	readme, err := Insert("before\n"+Begin+"old\n"+End+"after\n", text)
	require.NoError(t, err)
	assert.Equal(t, "before\n"+Begin+"\n"+text+"\n"+End+"after\n", readme)
	again, err := Insert(readme, text)
	require.NoError(t, err)
	assert.Equal(t, readme, again)
	_, err = Insert("no marks", text)
	assert.ErrorContains(t, err, "the README has no lines")
}
