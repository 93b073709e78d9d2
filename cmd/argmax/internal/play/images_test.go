package play

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	scale "golang.org/x/image/draw"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/dataset/fashion"
)

// clothes are the images of all tests.
var clothes = sync.OnceValues(func() (*Images, error) {
	train, test, err := fashion.Load()
	if err != nil {
		return nil, err
	}
	few, _ := dataset.Stratified(train, 500, 1)
	m, _, err := classifier.SGD{Epochs: 10}.Fit(context.Background(), few, classifier.Objective{L2: 1e-3}, classifier.Options{})
	if err != nil {
		return nil, err
	}
	return NewImages("clothes", few, test, m, dataset.ImageConfig{Resize: func(dst draw.Image, src image.Image) {
		scale.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), scale.Src, nil)
	}})
})

func withClothes(t *testing.T) (Config, *Images) {
	t.Helper()
	images, err := clothes()
	require.NoError(t, err)
	return Config{Images: images}, images
}

// askImages returns the answer to a request of the images tab.
func askImages(t *testing.T, address, body string) (a imagesAnswer) {
	t.Helper()
	response, text := exchange{address: address, method: "POST", path: "/api/images", body: body}.do(t)
	require.Equal(t, 200, response.StatusCode, text)
	require.NoError(t, json.Unmarshal([]byte(text), &a))
	return a
}

func inBase64(t *testing.T, m image.Image) string {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, m))
	return base64.StdEncoding.EncodeToString(file.Bytes())
}

// Numbers of the images tab are those of the models.
func TestImagesAreTheModels(t *testing.T) {
	c, images := withClothes(t)
	address := serve(t, c)
	x := make([]float32, images.test.Features())
	nearest := make([]classifier.Neighbour, 7)
	for _, example := range []int{0, 123, 999} {
		a := askImages(t, address, fmt.Sprintf(`{"example":%d,"k":7}`, example))
		assert.Equal(t, images.test.Pixels(example), a.Pixels)
		assert.Equal(t, images.test.Label(example), *a.Label)

		images.test.Row(x, example)
		scores, p := make([]float32, 10), make([]float32, 10)
		images.model.Scores(scores, x)
		require.NoError(t, images.model.Probabilities(p, x))
		assert.Equal(t, images.model.Predict(x), a.Class)
		require.Len(t, a.Ranked, 10)
		assert.Equal(t, a.Class, a.Ranked[0].Class)
		for _, r := range a.Ranked {
			assert.Equal(t, scores[r.Class], r.Score)
			assert.Equal(t, p[r.Class], *r.Probability)
			assert.Equal(t, images.model.Bias(r.Class), r.Bias)
		}
		assert.Equal(t, images.neighbours.Predict(x), a.Voted)
		require.Equal(t, 7, images.neighbours.Neighbours(nearest, x))
		for i, n := range nearest {
			assert.Equal(t, n.Row, a.Nearest[i].Row)
			assert.Equal(t, n.Label, a.Nearest[i].Label)
			assert.Equal(t, images.train.Pixels(n.Row), a.Nearest[i].Pixels)
		}
	}
}

// An image of the right size is what it is; others are resized.
func TestPicturesAreResized(t *testing.T) {
	c, images := withClothes(t)
	address := serve(t, c)
	a := askImages(t, address, `{"k":1,"picture":"`+inBase64(t, images.test.Image(5))+`"}`)
	assert.Equal(t, images.test.Pixels(5), a.Pixels)
	assert.Nil(t, a.Label)

	large := image.NewGray(image.Rect(0, 0, 300, 200))
	draw.Draw(large, image.Rect(0, 0, 150, 200), image.NewUniform(color.White), image.Point{}, draw.Src)
	a = askImages(t, address, `{"k":1,"picture":"`+inBase64(t, large)+`"}`)
	want, err := dataset.DecodeImage(bytes.NewReader(mustDecode(t, inBase64(t, large))), images.config)
	require.NoError(t, err)
	assert.Equal(t, want, a.Pixels)
}

func mustDecode(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	require.NoError(t, err)
	return b
}

// Templates and products have one scale for all classes, on which 128 is 0.
func TestTemplatesAreOnOneScale(t *testing.T) {
	c, images := withClothes(t)
	a := askImages(t, serve(t, c), `{"k":1,"example":3}`)
	w := make([]float32, images.model.Features())
	most, extreme := float32(0), false
	for class := range 10 {
		images.model.Template(w, class)
		for _, v := range w {
			most = max(most, abs(v))
		}
	}
	for _, r := range a.Ranked {
		images.model.Template(w, r.Class)
		for f, v := range w {
			assert.InDelta(t, 127*v/most, int(r.Template[f])-128, 0.501)
			extreme = extreme || r.Template[f] == 1 || r.Template[f] == 255
			if a.Pixels[f] == 0 {
				assert.EqualValues(t, 128, r.Products[f])
			}
		}
	}
	assert.True(t, extreme)
}

func TestHostilePictures(t *testing.T) {
	c, images := withClothes(t)
	address := serve(t, c)
	good := inBase64(t, images.test.Image(0))
	header := mustDecode(t, good)
	copy(header[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // 65536 × 65536 pixels
	for name, x := range map[string]struct {
		body   string
		status int
	}{
		"nothing":           {`{"k":1}`, 422},
		"both":              {`{"k":1,"example":0,"picture":"` + good + `"}`, 422},
		"no such example":   {`{"k":1,"example":1000}`, 422},
		"a negative one":    {`{"k":1,"example":-1}`, 422},
		"no neighbours":     {`{"k":0,"example":0}`, 422},
		"many neighbours":   {`{"k":21,"example":0}`, 422},
		"an empty picture":  {`{"k":1,"picture":""}`, 422},
		"text":              {`{"k":1,"picture":"` + base64.StdEncoding.EncodeToString([]byte("hello")) + `"}`, 422},
		"half a picture":    {`{"k":1,"picture":"` + good[:len(good)/8*4] + `"}`, 422},
		"a huge picture":    {`{"k":1,"picture":"` + base64.StdEncoding.EncodeToString(header) + `"}`, 422},
		"no base64":         {`{"k":1,"picture":"!"}`, 400},
		"a huge file":       {`{"k":1,"picture":"` + strings.Repeat("A", imagesBody) + `"}`, 413},
		"an unknown field":  {`{"k":1,"example":0,"path":"/etc/passwd"}`, 400},
		"a name of a file":  {`{"k":1,"example":"/etc/passwd"}`, 400},
		"one that is right": {`{"k":1,"picture":"` + good + `"}`, 200},
	} {
		response, text := exchange{address: address, method: "POST", path: "/api/images", body: x.body}.do(t)
		assert.Equal(t, x.status, response.StatusCode, "%s: %.200s", name, text)
	}
	response, _ := exchange{address: serve(t, Config{}), method: "POST", path: "/api/images", body: `{"k":1,"example":0}`}.do(t)
	assert.Equal(t, 404, response.StatusCode, "a server without images")
}

// A picture that takes long to decode ends with the request.
func TestDecodingEndsWithItsContext(t *testing.T) {
	_, images := withClothes(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := images.decode(ctx, mustDecode(t, inBase64(t, images.test.Image(0))))
	assert.ErrorIs(t, err, context.Canceled)
}

func TestNewImagesRefusesOthers(t *testing.T) {
	_, images := withClothes(t)
	small, err := dataset.New(dataset.Shape{Height: 2, Width: 2, Channels: 1}, images.train.Classes(), make([]byte, 4), []int{0})
	require.NoError(t, err)
	_, err = NewImages("", small, small, images.model, dataset.ImageConfig{})
	assert.ErrorContains(t, err, "a model of 28x28")
	renamed, err := dataset.New(images.train.Shape(), []string{"a"}, make([]byte, 784), []int{0})
	require.NoError(t, err)
	_, err = NewImages("", renamed, renamed, images.model, dataset.ImageConfig{})
	assert.ErrorContains(t, err, `classes ["a"]`)
}

// What is drawn is taken for what Predict takes it for, and so is a picture that is chosen.
func TestDrawing(t *testing.T) {
	for _, width := range widths {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			c, images := withClothes(t)
			p := openWith(t, c, width, "#images", "#near li")
			assert.LessOrEqual(t, evaluate[int](p, `document.documentElement.scrollWidth`), width)
			assert.Equal(t, 10, evaluate[int](p, `document.querySelectorAll("#near li").length`))

			// A pair of trousers: two strokes. The label of the page is that of its pixels.
			p.do(chromedp.Click("#pad-clear"))
			at := evaluate[[]float64](p, `(() => { scrollTo(0, 0); const b = document.getElementById("pad").getBoundingClientRect(); return [b.left, b.top, b.width]; })()`)
			stroke := func(points ...float64) {
				p.do(chromedp.MouseEvent("mousePressed", at[0]+points[0]*at[2], at[1]+points[1]*at[2], chromedp.ButtonLeft))
				for i := 2; i < len(points); i += 2 {
					p.do(chromedp.MouseEvent("mouseMoved", at[0]+points[i]*at[2], at[1]+points[i+1]*at[2], chromedp.ButtonLeft))
				}
				p.do(chromedp.MouseEvent("mouseReleased", at[0]+points[len(points)-2]*at[2], at[1]+points[len(points)-1]*at[2], chromedp.ButtonLeft))
			}
			stroke(0.5, 0.1, 0.38, 0.5, 0.38, 0.9)
			stroke(0.5, 0.1, 0.62, 0.5, 0.62, 0.9)
			drawn := func() int {
				file := strings.TrimPrefix(evaluate[string](p, `document.getElementById("pad").toDataURL()`), "data:image/png;base64,")
				pixels, err := dataset.DecodeImage(bytes.NewReader(mustDecode(t, file)), images.config)
				require.NoError(t, err)
				assert.Greater(t, bytes.Count(pixels, []byte{255}), 20, "white pixels")
				return images.model.Bytes().Predict(pixels)
			}
			p.until(fmt.Sprintf(`document.getElementById("taken-for").dataset.class === "%d"`, drawn()))
			assert.Equal(t, "Trouser", images.model.Classes()[drawn()])
			p.until(`document.getElementById("taken-for").textContent.startsWith("The linear model takes it for Trouser")`)

			// A thick line, by keyboard.
			p.do(chromedp.Click("#pad-clear"), chromedp.SetJavascriptAttribute("#brush", "value", "6"), chromedp.Focus("#pad"))
			p.do(chromedp.KeyEvent(strings.Repeat(kb.ArrowLeft, 9) + " " + strings.Repeat(kb.ArrowRight, 18)))
			p.until(fmt.Sprintf(`document.getElementById("taken-for").dataset.class === "%d"`, drawn()))

			file := filepath.Join(t.TempDir(), "test.png")
			var content bytes.Buffer
			require.NoError(t, png.Encode(&content, images.test.Image(8)))
			require.NoError(t, os.WriteFile(file, content.Bytes(), 0o644))
			p.do(chromedp.SetUploadFiles("#picture", []string{file}))
			p.until(fmt.Sprintf(`document.getElementById("taken-for").dataset.class === "%d" && document.getElementById("near").textContent !== ""`, images.model.Bytes().Predict(images.test.Pixels(8))))

			// A black picture is dropped.
			p.do(chromedp.Evaluate[chromedp.Void](`(async () => {
				const canvas = Object.assign(document.createElement("canvas"), { width: 20, height: 20 });
				canvas.getContext("2d").fillRect(0, 0, 20, 20);
				const dropped = new DataTransfer();
				dropped.items.add(new File([await new Promise((resolve) => { canvas.toBlob(resolve); })], "black.png"));
				document.getElementById("pad").dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
			})()`, chromedp.EvalAwaitPromise))
			p.until(fmt.Sprintf(`document.getElementById("taken-for").dataset.class === "%d"`, images.model.Predict(make([]float32, 784))))
		})
	}
}

// The tab fits into its window, and its text can be read.
func TestImagesInBothSchemes(t *testing.T) {
	for _, width := range widths {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprint(width, scheme), func(t *testing.T) {
				c, _ := withClothes(t)
				p := openWith(t, c, width, "#images", "#near li")
				p.scheme(scheme)
				assert.GreaterOrEqual(t, p.contrast(), leastContrast)
				assert.LessOrEqual(t, evaluate[int](p, `document.documentElement.scrollWidth`), width)
			})
		}
	}
}

// Whatever is asked, the answer is one in JSON, or a refusal.
func FuzzImages(f *testing.F) {
	images, err := clothes()
	require.NoError(f, err)
	var file bytes.Buffer
	require.NoError(f, png.Encode(&file, image.NewGray(image.Rect(0, 0, 3, 2))))
	f.Add(file.Bytes(), -1, 3)
	f.Add([]byte(nil), 7, 1)
	f.Add([]byte("GIF89a"), 0, 21)
	s := newServer(Config{Images: images})
	f.Fuzz(func(t *testing.T, picture []byte, example, k int) {
		q := imagesRequest{Picture: picture, K: k}
		if example >= 0 {
			q.Example = &example
		}
		a, err := s.images(t.Context(), &q)
		if err != nil {
			var r *refusal
			assert.ErrorAs(t, err, &r)
			return
		}
		assert.Len(t, a.Pixels, images.test.Features())
		assert.Len(t, a.Nearest, k)
		_, err = json.Marshal(a)
		assert.NoError(t, err)
	})
}
