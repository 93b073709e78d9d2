package main

import (
	"bytes"
	"encoding/json"
	imagepng "image/png"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier/metrics"
)

// shades trains a model of the shades of idx.
func shades(t *testing.T) (data, model string) {
	data, model = idx(t), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", data, "-o", model)
	return data, model
}

func TestLookAtConfusion(t *testing.T) {
	data, model := shades(t)
	picture := filepath.Join(t.TempDir(), "x.svg")
	out := mustRun(t, "look", "confusion", model, data, "-o", picture)
	assert.Equal(t, "wrote "+picture+"\n", out)
	light := contents(t, picture)
	assert.Contains(t, light, "20 of 20 examples right")
	var r metrics.Report
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "look", "confusion", model, data, "-o", picture, "--theme", "dark", "--json")), &r))
	assert.Equal(t, 20, r.Correct)
	assert.NotEqual(t, light, contents(t, picture), "the other theme")
}

// Each picture is made by one command, on data and in either theme.
func TestLook(t *testing.T) {
	data, model := shades(t)
	image := filepath.Join(folders(t, 1, 5), "light", "0.png")
	for _, c := range []struct {
		args  []string
		shows string
	}{
		{[]string{"templates", model}, "largest |weight|"},
		{[]string{"templates", model, data, "--scale", "own"}, "mean image"},
		{[]string{"mistakes", model, data, "--limit", "3"}, "0 of 20 examples wrong"},
		{[]string{"calibration", model, data, "--bins", "4"}, "in 4 bins"},
		{[]string{"roc", model, data}, "1.0000"},
		{[]string{"row", model, data, "--row", "3"}, "row 3 of "},
		{[]string{"row", model, data, "--loss", "crammer-singer", "--margin", "2"}, "score of the true"},
		{[]string{"row", model, image, "--class", "1"}, "Taken for 1"},
	} {
		svg, png := filepath.Join(t.TempDir(), "x.svg"), filepath.Join(t.TempDir(), "x.png")
		args := append([]string{"look"}, c.args...)
		mustRun(t, append(args, "-o", svg)...)
		assert.Contains(t, contents(t, svg), c.shows, "%v", c.args)
		out := mustRun(t, append(args, "-o", png, "--theme", "dark", "--out-width", "500", "--json")...)
		assert.True(t, json.Valid([]byte(out)), "%v: %s", c.args, out)
		picture, err := os.ReadFile(png)
		require.NoError(t, err)
		config, err := imagepng.DecodeConfig(bytes.NewReader(picture))
		require.NoError(t, err)
		assert.Equal(t, 500, config.Width)
	}
}

// Tables have no images, but the other pictures.
func TestLookAtTables(t *testing.T) {
	dir := t.TempDir()
	data, model, picture := filepath.Join(dir, "x.csv"), filepath.Join(dir, "model"), filepath.Join(dir, "x.svg")
	require.NoError(t, os.WriteFile(data, []byte("a,b,class\n1,2,x\n2,1,x\n5,7,y\n6,5,y\n7,7,y\n"), 0o644))
	mustRun(t, "train", data, "--label-column", "class", "-o", model)
	for _, c := range []string{"confusion", "calibration", "roc", "row"} {
		mustRun(t, "look", c, model, data, "--label-column", "class", "-o", picture)
	}
	for _, c := range []string{"templates", "mistakes"} {
		assert.Equal(t, "argmax: the 2 features of the model are not the pixels of an image\n",
			mustFail(t, 1, "look", c, model, data, "--label-column", "class", "-o", filepath.Join(dir, "no.svg")))
	}
	assert.NoFileExists(t, filepath.Join(dir, "no.svg"))
	assert.Equal(t, "argmax: --row 5: x.csv has 5 rows, and the first is 0\n",
		mustFail(t, 1, "look", "row", model, data, "--label-column", "class", "-o", picture, "--row", "5"))
}

func TestWrongCallsOfLook(t *testing.T) {
	data, model := shades(t)
	image := filepath.Join(folders(t, 1, 5), "light", "0.png")
	for message, args := range map[string][]string{
		"--out: the picture to write is missing":                   {"look", "confusion", model, data},
		"x.pdf: a picture is .svg or .png":                         {"look", "confusion", model, data, "-o", "x.pdf"},
		"--theme grey: want light or dark":                         {"look", "confusion", model, data, "-o", "x.svg", "--theme", "grey"},
		"--out-width 12: want a whole number of at least 480":      {"look", "confusion", model, data, "-o", "x.svg", "--out-width", "12"},
		"--row: an image has no rows":                              {"look", "row", model, image, "-o", "x.svg", "--row", "0"},
		"--loss and --margin: the image has no loss without":       {"look", "row", model, image, "-o", "x.svg", "--loss", "hinge"},
		"--class blue: there is no such class":                     {"look", "row", model, image, "-o", "x.svg", "--class", "blue"},
		"--class: the classes are those of":                        {"look", "row", model, data, "-o", "x.svg", "--class", "0"},
		"--margin: the loss softmax has none":                      {"look", "row", model, data, "-o", "x.svg", "--margin", "2"},
		`unknown command "argmax look confusio": did you mean con`: {"look", "confusio"},
	} {
		assert.Contains(t, mustFail(t, 2, args...), message)
	}
}

// Each picture of whole real data sets, from one command, has the numbers of argmax eval.
func TestLookAtRealImages(t *testing.T) {
	for _, set := range []string{"fashion-mnist", "cifar-10-batches-bin"} {
		t.Run(set, func(t *testing.T) {
			data, dir := real(t, set), t.TempDir()
			model, picture := filepath.Join(dir, "model"), filepath.Join(dir, "x.svg")
			mustRun(t, "train", data, "-o", model, "--solver", "sgd", "--epochs", "1")
			for _, c := range []string{"templates", "confusion", "mistakes", "calibration", "roc", "row"} {
				mustRun(t, "look", c, model, data, "-o", picture)
			}
			var report, shown metrics.Report
			require.NoError(t, json.Unmarshal([]byte(mustRun(t, "eval", model, data, "--json")), &report))
			require.NoError(t, json.Unmarshal([]byte(mustRun(t, "look", "confusion", model, data, "-o", picture, "--json")), &shown))
			assert.Equal(t, report.Confusion, shown.Confusion)
			assert.Contains(t, contents(t, picture), strconv.Itoa(report.Correct)+" of 10000 examples right")
		})
	}
}
