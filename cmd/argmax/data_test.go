package main

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// webp is a picture of 8×8 pixels; there is no encoder.
const webp = "UklGRkIAAABXRUJQVlA4IDYAAACQAQCdASoIAAgAAUAmJZwAAudZOxAA/vsTbIB/0I7RQVbJh22Z9+hLjUBES4HojaAy10s2QAA="

// writeAll writes files and the folders that they are in.
func writeAll(t *testing.T, files map[string][]byte) string {
	t.Helper()
	root := t.TempDir()
	for name, data := range files {
		file := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, data, 0o644))
	}
	return root
}

// Images are read by their content, whatever they are named.
func TestFormatsOfImages(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for i := range m.Pix {
		m.Pix[i] = byte(200 | i%4/3*255)
	}
	encoded := func(encode func(io.Writer, image.Image) error) []byte {
		var b bytes.Buffer
		require.NoError(t, encode(&b, m))
		return b.Bytes()
	}
	photo := encoded(func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) })
	webp, err := base64.StdEncoding.DecodeString(webp)
	require.NoError(t, err)
	dir := writeAll(t, map[string][]byte{
		"cats/U.JPG": photo, "cats/V.Jpeg": photo, "cats/x.jpe": photo, "cats/x.jfif": photo,
		"cats/x.bmp": encoded(bmp.Encode), "cats/noext": encoded(png.Encode), "cats/webp.jpg": webp, "cats/x.webp": webp,
		"cats/x.tiff":     encoded(func(w io.Writer, m image.Image) error { return tiff.Encode(w, m, nil) }),
		"cats/2021/x.gif": encoded(func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }),
		"dogs/0.png":      encoded(png.Encode), "dogs/notes.txt": nil,
	})
	model := filepath.Join(t.TempDir(), "model.safetensors")
	o := call(t.Context(), "train", dir, "-o", model)
	require.Zero(t, o.code, o.problems)
	assert.Contains(t, o.out, "11 images of 8x8x3, 2 classes\n")
	assert.Contains(t, o.problems, "argmax: skipped 1, such as "+filepath.Join(dir, "dogs", "notes.txt")+": no name of an image (--list-skipped lists them)\n")
	o = call(t.Context(), "train", dir, "-o", model, "--list-skipped")
	assert.Contains(t, o.problems, "argmax: skipped: "+filepath.Join(dir, "dogs", "notes.txt")+": no name of an image\n")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "dogs", "empty.png"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "dogs", "cut.jpg"), photo[:len(photo)/2], 0o644))
	problems := mustFail(t, 1, "train", dir, "-o", model)
	assert.Contains(t, problems, "2 files cannot be read:")
	assert.Contains(t, problems, "empty.png: the file is empty")
	o = call(t.Context(), "train", dir, "-o", model, "--skip-damaged")
	require.Zero(t, o.code, o.problems)
	assert.Contains(t, o.out, "11 images of 8x8x3, 2 classes\n")
	assert.Contains(t, o.problems, "damaged 2, such as ")
}

func encodePNG(t *testing.T, m image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

// plain is a PNG of one colour.
func plainPNG(t *testing.T, height, width int, c color.Color) []byte {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range height * width {
		m.Set(i%width, i/width, c)
	}
	return encodePNG(t, m)
}

// The validation set is evaluated if there is no test set, and never the training set if
// there is another.
func TestEvalTakesTheValidationSet(t *testing.T) {
	dark, light := plainPNG(t, 4, 4, color.Gray{Y: 10}), plainPNG(t, 4, 4, color.Gray{Y: 250})
	dir := writeAll(t, map[string][]byte{
		"train/dark/0.png": dark, "train/dark/1.png": dark, "train/light/0.png": light, "train/light/1.png": light,
		"val/dark/0.png": light, "val/light/0.png": dark, // wrong on purpose
	})
	model := filepath.Join(t.TempDir(), "model.safetensors")
	mustRun(t, "train", dir, "-o", model)
	assert.Contains(t, mustRun(t, "eval", model, dir), "validation: accuracy 0.00 % (0 of 2)")

	require.NoError(t, os.Rename(filepath.Join(dir, "val"), filepath.Join(dir, "Testing")))
	assert.Contains(t, mustRun(t, "eval", model, dir), "test: accuracy 0.00 % (0 of 2)")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "train")))
	assert.Contains(t, mustRun(t, "eval", model, dir), "test: accuracy 0.00 % (0 of 2)")
}

// A model is used as it was trained: images are cropped or padded, and turned or not.
func TestPredictFitsImagesAsInTraining(t *testing.T) {
	// Light in the middle, dark on the sides.
	m := image.NewGray(image.Rect(0, 0, 30, 10))
	for i := range m.Pix {
		if x := i % 30; x >= 10 && x < 20 {
			m.Pix[i] = 250
		}
	}
	wide := encodePNG(t, m)
	dir := writeAll(t, map[string][]byte{
		"dark/0.png": plainPNG(t, 10, 10, color.Gray{Y: 10}), "light/0.png": plainPNG(t, 10, 10, color.Gray{Y: 250}),
		"wide.png": wide,
	})
	model := filepath.Join(t.TempDir(), "model.safetensors")
	for fit, class := range map[string]string{"crop": "light", "stretch": "dark"} {
		mustRun(t, "train", dir, "-o", model, "--fit", fit)
		assert.Contains(t, mustRun(t, "predict", model, filepath.Join(dir, "wide.png"), "--top", "1"), class, fit)
	}
}

// Names of classes that look equal are equal: é is one character or two.
func TestNamesOfClassesAreComposed(t *testing.T) {
	dark, light := plainPNG(t, 4, 4, color.Gray{Y: 10}), plainPNG(t, 4, 4, color.Gray{Y: 250})
	dir := writeAll(t, map[string][]byte{
		"train/caf\u00e9/0.png": dark, "train/th\u00e9/0.png": light, "test/cafe\u0301/0.png": dark, "test/the\u0301/0.png": light,
	})
	model := filepath.Join(t.TempDir(), "model.safetensors")
	mustRun(t, "train", dir, "-o", model)
	assert.Contains(t, mustRun(t, "eval", model, dir), "test: accuracy 100.00 % (2 of 2)")
}

// IDX files have ten classes, whatever labels occur: those that no image has do not
// matter.
func TestPhantomClasses(t *testing.T) {
	pngs := writeAll(t, map[string][]byte{
		"0/0.png": plainPNG(t, 1, 1, color.Gray{Y: 10}), "0/1.png": plainPNG(t, 1, 1, color.Gray{Y: 20}),
		"1/0.png": plainPNG(t, 1, 1, color.Gray{Y: 230}), "1/1.png": plainPNG(t, 1, 1, color.Gray{Y: 250}),
	})
	idx := writeAll(t, map[string][]byte{
		"train-images-idx3-ubyte": []byte("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x0f\xf0"),
		"train-labels-idx1-ubyte": []byte("\x00\x00\x08\x01\x00\x00\x00\x02\x00\x01"),
	})
	model := filepath.Join(t.TempDir(), "model.safetensors")
	mustRun(t, "train", pngs, "-o", model, "--channels", "1")
	assert.Contains(t, mustRun(t, "eval", model, idx), "accuracy 100.00 % (2 of 2)")
	for _, sets := range [][]string{{pngs, idx}, {idx, pngs}} {
		assert.Regexp(t, `(?m)^1 +100.00 %`, mustRun(t, "index", "eval", sets[0], sets[1], "--channels", "1", "-k", "1"))
	}
}

// Embeddings are trained on and evaluated, whatever file they are in.
func TestTables(t *testing.T) {
	csv := "a,b,kind\n"
	for i := range 40 {
		csv += []string{"0.1,5,cat\n", "0.9,-5,dog\n"}[i%2]
	}
	dir := writeAll(t, map[string][]byte{"train.csv": []byte(csv), "t.svm": []byte("dog 1:1 2:-5\ncat 1:0 2:5\n")})
	model := filepath.Join(t.TempDir(), "model.safetensors")
	table := filepath.Join(dir, "train.csv")
	out := mustRun(t, "train", table, "-o", model, "--label-column", "kind")
	assert.Contains(t, out, "train.csv: 40 rows of 2 features, 2 classes\n")
	assert.Contains(t, mustRun(t, "eval", model, filepath.Join(dir, "t.svm")), "accuracy 100.00 % (2 of 2)")
	assert.Contains(t, mustFail(t, 1, "train", table, "-o", model, "--label-column", "sort"), `no column "sort"; there are a, b, kind`)
}
