package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mark is a group of a picture that holds data, with the place of its last dot.
type mark struct {
	title string
	data  map[string]string
	x, y  float64
}

// parse reads a picture as a program would.
func parse(t *testing.T, svg string) (marks []mark, texts []xml.StartElement) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	var open *mark
	title := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return marks, texts
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "g":
				open = &mark{data: map[string]string{}}
				for _, a := range e.Attr {
					open.data[strings.TrimPrefix(a.Name.Local, "data-")] = a.Value
				}
			case "title":
				title = true
			case "text":
				texts = append(texts, e)
			case "path":
				if d := attribute(e, "d"); open != nil && strings.Contains(d, "A") { // a disc, from its right end
					var r float64
					_, err := fmt.Sscanf(strings.NewReplacer("M", "", "A", " ").Replace(d), "%f %f %f", &open.x, &open.y, &r)
					require.NoError(t, err, d)
					open.x -= r
				}
			}
		case xml.CharData:
			if title && open != nil {
				open.title += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "title":
				title = false
			case "g":
				marks = append(marks, *open)
				open = nil
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func float(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return v
}

// onScale checks that places are those of values on one axis: their distances have the
// proportions of the values, or of their logarithms.
func onScale(t *testing.T, values, places []float64, scale func(float64) float64) {
	t.Helper()
	least, most := slices.Index(values, slices.Min(values)), slices.Index(values, slices.Max(values))
	slope := (places[most] - places[least]) / (scale(values[most]) - scale(values[least]))
	for i, v := range values {
		assert.InDelta(t, places[least]+slope*(scale(v)-scale(values[least])), places[i], 0.3, "%v", v)
	}
}

func identity(v float64) float64 { return v }

// inside checks that no text leaves the picture.
func inside(t *testing.T, texts []xml.StartElement, width float64) {
	t.Helper()
	for _, e := range texts {
		x, long := float(t, attribute(e, "x")), float(t, attribute(e, "textLength"))
		if attribute(e, "transform") != "" { // upwards
			long = 0
		}
		assert.GreaterOrEqual(t, x, 0., "%v", e.Attr)
		assert.LessOrEqual(t, x+long, width, "%v", e.Attr)
	}
}

func someRows() Rows {
	return Rows{
		X: Axis{Label: "ratio", Log: true, Format: Times}, From: 1, Lines: true,
		Keys: []Key{{Won, "faster"}, {Lost, "slower"}},
		Rows: []Row{
			{"a <name> & more", "0.80× gonum", []Mark{{0.75, 0.8, 0.85, Lost, "slower & \"worse\""}}},
			{"one that is rather long, with many keys and values, in the cache L2", "3.14× gonum", []Mark{{3.1, 3.14159265, 3.2, Won, "π"}}},
			{"no interval", "", []Mark{{Value: 20, Ink: Won, Title: "t"}, {Value: 2, Ink: Level, Title: "u"}}},
		},
	}
}

// Every mark holds the numbers that it shows, stands where they are, and no text leaves
// the picture, at both widths.
func TestRowsShowTheirNumbers(t *testing.T) {
	for _, width := range []Length{Wide, Narrow} {
		marks, texts := parse(t, SVG(someRows(), width, "wide", "a & b"))
		require.Len(t, marks, 4)
		assert.Equal(t, mark{"slower & \"worse\"", map[string]string{"value": "0.8", "lo": "0.75", "hi": "0.85"}, marks[0].x, marks[0].y}, marks[0])
		assert.Equal(t, "3.14159", marks[1].data["value"])
		assert.NotContains(t, marks[2].data, "lo")
		var values, places []float64
		for _, m := range marks {
			values, places = append(values, float(t, m.data["value"])), append(places, m.x)
		}
		onScale(t, values, places, math.Log)
		assert.Less(t, marks[0].y, marks[1].y, "the first row is on top")
		assert.Equal(t, marks[2].y, marks[3].y)
		inside(t, texts, float64(width))
	}
}

func TestLinesShowTheirNumbers(t *testing.T) {
	for _, log := range []bool{true, false} {
		scale := identity
		if log {
			scale = math.Log
		}
		chart := Lines{X: Axis{Label: "x", Log: log}, Y: Axis{Label: "y", Log: log}, Lines: []Line{
			{Name: "argmax", Ink: Series(0), Points: []Point{{1, 10, 9, 11, "first"}, {10, 500, 400, 700, "second"}, {100, 3000, 0, 0, "third"}}},
			{Name: "rival", Ink: Series(1), Dashed: true, Points: []Point{{1, 5, 0, 0, "fourth"}, {100, 50, 0, 0, "fifth"}}},
		}}
		for _, width := range []Length{Wide, Narrow} {
			marks, texts := parse(t, SVG(chart, width, "wide", "lines"))
			require.Len(t, marks, 5)
			assert.Equal(t, "argmax: second", marks[1].title)
			assert.Equal(t, map[string]string{"x": "10", "y": "500", "lo": "400", "hi": "700"}, marks[1].data)
			var xs, ys, px, py []float64
			for _, m := range marks {
				xs, ys = append(xs, float(t, m.data["x"])), append(ys, float(t, m.data["y"]))
				px, py = append(px, m.x), append(py, m.y)
			}
			onScale(t, xs, px, scale)
			onScale(t, ys, py, scale)
			assert.Greater(t, py[0], py[1], "more is higher")
			inside(t, texts, float64(width))
		}
	}
}

// A kernel at the limit lies on its roof.
func TestRooflineShowsItsNumbers(t *testing.T) {
	chart := Roofline{Peak: 200, Roofs: []Roof{{"L1", 400, Series(0)}, {"memory", 10, Series(1)}}, Kernels: []Kernel{{0, 0.25, 100, "at L1"}, {1, 4, 20, "half of memory"}, {1, 40, 200, "at the peak"}}}
	for _, width := range []Length{Wide, Narrow} {
		svg := SVG(chart, width, "wide", "roofline")
		marks, texts := parse(t, svg)
		require.Len(t, marks, 2+1+3)
		assert.Equal(t, map[string]string{"rate": "400"}, marks[0].data)
		assert.Equal(t, map[string]string{"peak": "200"}, marks[2].data)
		kernels := marks[3:]
		assert.Equal(t, map[string]string{"x": "4", "y": "20"}, kernels[1].data)
		onScale(t, []float64{0.25, 4, 40}, []float64{kernels[0].x, kernels[1].x, kernels[2].x}, math.Log)
		onScale(t, []float64{100, 20, 200}, []float64{kernels[0].y, kernels[1].y, kernels[2].y}, math.Log)
		inside(t, texts, float64(width))
		assert.Contains(t, svg, "from memory: 10 GB/s")
	}
}

// A file has its own colours, light and dark, and a title.
func TestFile(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, File(&out, someRows(), Wide, "argmax & rivals"))
	parse(t, out.String())
	for _, part := range []string{"argmax &amp; rivals</text>", "prefers-color-scheme:dark", ".f-won{fill:var(--won)}"} {
		assert.Contains(t, out.String(), part)
	}
	for _, ink := range []Ink{Text, Muted, Grid, Won, Lost, Level, Series(0), Series(inks - 1)} {
		assert.Contains(t, Style(":root"), ".f-"+string(ink)+"{")
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		few    bool
		want   string
	}{
		{0.5, 5, false, "0.5 1 2 5"},
		{1, 1000, false, "1 10 100 1k"},
		{0.8, 30, true, "1 10"},
		{0.5, 2e9, true, "1 100 10k 1M 100M"},
	} {
		var labels []string
		for _, tick := range logTicks(c.lo, c.hi, c.few, Plain) {
			labels = append(labels, tick.Label)
		}
		assert.Equal(t, c.want, strings.Join(labels, " "))
	}
}

func TestFormats(t *testing.T) {
	assert.Equal(t, "1.5 µs", Nanoseconds(1500))
	assert.Equal(t, "1 ms", Nanoseconds(1e6))
	assert.Equal(t, "2.35 s", Nanoseconds(2.345e9))
	assert.Equal(t, "12 ns", Nanoseconds(12))
	assert.Equal(t, "60k", Plain(60000))
	assert.Equal(t, "1.5M", Plain(1.5e6))
	assert.Equal(t, "12%", Percent(0.12))
	assert.Equal(t, "0.5×", Times(0.5))
}

func TestRotatedText(t *testing.T) {
	svg := SVG(Lines{X: Axis{Label: "x"}, Y: Axis{Label: "upwards"}, Lines: []Line{{Name: "l", Points: []Point{{1, 2, 0, 0, ""}}}}}, Wide, "wide", "")
	assert.Regexp(t, `transform="rotate\(-90 [0-9. ]+\)"[^>]*>upwards<`, svg)
}
