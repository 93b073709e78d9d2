package look_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"image/png"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/classifier/metrics"
	"github.com/seed842bec00/argmax/cmd/argmax/look"
)

var update = flag.Bool("update", false, "write testdata/golden.txt; only with ARGMAX_ISA=generic")

var embedded = regexp.MustCompile(`data:image/png;base64,[^"]*`)

// golden is the hash of an SVG file with the pixels of its images, however they are
// compressed.
func golden(t *testing.T, f look.Figure, s look.Style) string {
	var b bytes.Buffer
	require.NoError(t, f.WriteSVG(&b, s))
	text := embedded.ReplaceAllStringFunc(b.String(), func(data string) string {
		raw, err := base64.StdEncoding.DecodeString(data[len("data:image/png;base64,"):])
		require.NoError(t, err)
		m, err := png.Decode(bytes.NewReader(raw))
		require.NoError(t, err)
		var pixels strings.Builder
		for y := range m.Bounds().Dy() {
			for x := range m.Bounds().Dx() {
				r, g, b, a := m.At(x, y).RGBA()
				fmt.Fprintf(&pixels, "%02x%02x%02x%02x", r>>8, g>>8, b>>8, a>>8)
			}
		}
		return pixels.String()
	})
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
}

// The pictures of one model of images are the same on every processor.
func TestGolden(t *testing.T) {
	const name = "testdata/golden.txt"
	c := model(t)
	templates, err := look.NewTemplates(ctx, c.model, c.set)
	require.NoError(t, err)
	mistakes, err := look.NewMistakes(ctx, c.model, c.set, 16, 0)
	require.NoError(t, err)
	rankings, err := look.NewRankings(ctx, c.model, c.set, 0)
	require.NoError(t, err)
	report, err := classifier.Evaluate(ctx, c.model, c.set, metrics.Options{}, 0)
	require.NoError(t, err)
	x := make([]float32, c.set.Features())
	c.set.Row(x, 7)
	explanation, err := look.Explain(c.model, c.set, x, c.set.Label(7), loss.Softmax{})
	require.NoError(t, err)
	var got strings.Builder
	for _, theme := range look.Themes {
		s := look.Style{Theme: theme, Width: look.DefaultWidth}
		calibration, err := look.Calibration(report, s)
		require.NoError(t, err)
		roc, err := rankings.Figure(s)
		require.NoError(t, err)
		for _, f := range []look.Figure{
			templates.Figure(s), look.Confusion(report, s), mistakes.Figure(s), calibration, roc, explanation.Figure(s),
		} {
			fmt.Fprintf(&got, "%s, %s: %s\n", f.Title, theme.Name, golden(t, f, s))
		}
	}
	if *update {
		require.Equal(t, "generic", os.Getenv("ARGMAX_ISA"))
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(name, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String(), "changed on purpose? ARGMAX_ISA=generic go test -run Golden -update .")
}
