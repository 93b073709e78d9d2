package play

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/classifier"
)

// browser is the Chromium of all tests, which is started once.
var browser = sync.OnceValues(func() (context.Context, error) {
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		return nil, fmt.Errorf("there is no chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	return ctx, chromedp.Do(ctx)
})

// TestMain ends the browser after the tests.
func TestMain(m *testing.M) {
	code := m.Run()
	if started {
		if ctx, err := browser(); err == nil {
			chromedp.Cancel(ctx)
		}
	}
	os.Exit(code)
}

var started bool

// serve returns the address of a server that ends with the test.
func serve(t *testing.T, c Config) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, c) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return "http://" + listener.Addr().String()
}

// page is a tab of the browser with the page of a server.
type page struct {
	*testing.T
	ctx context.Context
}

// open opens a page in a window of a width. The test fails if the page ever writes to the
// console, throws, or asks anybody but its server.
func open(t *testing.T, width int, fragment string) page {
	t.Helper()
	return openWith(t, Config{}, width, fragment, ".point")
}

// openWith opens the page of a server and waits until an element is visible.
func openWith(t *testing.T, c Config, width int, fragment, element string) page {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	started = true
	parent, err := browser()
	if err != nil {
		t.Skipf("no test in a browser: %v", err)
	}
	address := serve(t, c)
	ctx, cancel := chromedp.NewContext(parent)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 20*time.Second)
	t.Cleanup(cancel)
	var mu sync.Mutex
	var problems []string
	problem := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		problems = append(problems, fmt.Sprintf(format, args...))
	}
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			problem("exception: %v", e.ExceptionDetails)
		case *runtime.EventConsoleAPICalled:
			problem("console: %s %s", e.Type, e.Args[0].Value)
		case *log.EventEntryAdded:
			problem("log: %s %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL)
		case *network.EventRequestWillBeSent:
			if u, err := url.Parse(e.Request.URL); err != nil || u.Scheme != "data" && !strings.HasPrefix(e.Request.URL, address+"/") {
				problem("a request of %s", e.Request.URL)
			}
		}
	}))
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		assert.Empty(t, problems)
	})
	p := page{t, ctx}
	_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	p.do(chromedp.EmulateViewport(int64(width), 900), chromedp.Navigate(address+"/"+fragment), chromedp.WaitVisible(element))
	t.Cleanup(func() { p.screenshot("") })
	return p
}

func (p page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	require.NoError(p, chromedp.Do(p.ctx, steps...))
}

// screenshot writes a picture of the whole page into the directory ARGMAX_SCREENSHOTS, if that
// is set: tests cannot tell whether a page is pleasant.
func (p page) screenshot(name string) {
	p.Helper()
	dir := os.Getenv("ARGMAX_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	require.NoError(p, err)
	require.NoError(p, os.WriteFile(filepath.Join(dir, strings.ReplaceAll(p.Name(), "/", "-")+name+".png"), picture, 0o644))
}

// evaluate returns the value of JavaScript.
func evaluate[T any](p page, script string) T {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](script))
	require.NoError(p, err, script)
	return v
}

// until waits until JavaScript is true.
func (p page) until(script string) {
	p.Helper()
	require.NoError(p, chromedp.Do(p.ctx, chromedp.Poll[chromedp.Void](script, chromedp.WithPollingInterval(10*time.Millisecond), chromedp.WithPollingTimeout(10*time.Second))), script)
}

// The pages of tests are those of a notebook and of a phone.
var widths = []int{1280, 390}

// at returns where a place of the plane is in the window.
func (p page) at(x, y float64) (float64, float64) {
	p.Helper()
	place := evaluate[[]float64](p, fmt.Sprintf(`(() => {
		const plane = document.querySelector("#plane svg");
		plane.scrollIntoView({ block: "center" });
		const b = plane.getBoundingClientRect();
		return [b.left + (%v / 2 + 1) / 2 * b.width, b.top + (1 - %v / 2) / 2 * b.height];
	})()`, x, y))
	return place[0], place[1]
}

// add adds points of a class by clicks into the plane.
func (p page) add(label int, places ...[2]float64) {
	p.Helper()
	evaluate[any](p, fmt.Sprintf(`document.querySelectorAll("#palette input")[%d].click()`, label))
	for _, place := range places {
		x, y := p.at(place[0], place[1])
		p.do(chromedp.MouseClickXY(x, y))
	}
}

// set gives a field a value, as a user does.
func (p page) set(id, value string) {
	p.Helper()
	evaluate[any](p, fmt.Sprintf(`(() => {
		const field = document.getElementById(%q);
		field.value = %q;
		field.dispatchEvent(new Event("input", { bubbles: true }));
	})()`, id, value))
}

// fits checks that nothing is wider than the window.
func (p page) fits() {
	p.Helper()
	assert.Empty(p, evaluate[[]string](p, `Array.from(document.querySelectorAll("body *")).filter((e) => !e.closest(".scroll *, svg *, .unseen") && e.getBoundingClientRect().right > innerWidth).map((e) => e.tagName + " " + e.id + " " + e.className)`))
	assert.LessOrEqual(p, evaluate[int](p, `document.documentElement.scrollWidth`), evaluate[int](p, `innerWidth`))
}

// number returns the number that an element shows.
func (p page) number(id string) float64 {
	p.Helper()
	return evaluate[float64](p, fmt.Sprintf(`parseFloat(document.getElementById(%q).textContent)`, id))
}

// points returns the points that the plane shows, by their labels for screen readers.
func (p page) points() (points Points) {
	p.Helper()
	for _, label := range evaluate[[]string](p, `Array.from(document.querySelectorAll(".point"), (e) => e.getAttribute("aria-label"))`) {
		var i, n, class int
		var shape string
		var x, y float32
		_, err := fmt.Sscanf(strings.ReplaceAll(label, ",", ""), "point %d of %d class %d %s at %g %g", &i, &n, &class, &shape, &x, &y)
		require.NoError(p, err, label)
		points.X, points.Y, points.Labels = append(points.X, x), append(points.Y, y), append(points.Labels, class-1)
	}
	points.Classes = evaluate[int](p, `document.getElementById("classes").valueAsNumber`)
	return points
}

// parameters returns W and b, which the page shows with all digits.
func (p page) parameters() (w [][2]float32, b []float32) {
	p.Helper()
	for _, row := range evaluate[[][]float64](p, `Array.from(document.querySelectorAll("#weights tbody tr"), (r) => Array.from(r.querySelectorAll("input"), (f) => f.valueAsNumber))`) {
		w, b = append(w, [2]float32{float32(row[0]), float32(row[1])}), append(b, float32(row[2]))
	}
	return w, b
}

// Points are placed, W and b trained until lines separate them and on to the minimum; what the
// page shows is what the library computes.
func TestTraining(t *testing.T) {
	for _, width := range widths {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := open(t, width, "#linear")
			evaluate[any](p, `document.getElementById("clear").click()`)
			p.add(0, [2]float64{-1, 1}, [2]float64{-1.2, 0.6})
			p.add(1, [2]float64{1, 1}, [2]float64{0.9, 0.5})
			p.add(2, [2]float64{0, -1}, [2]float64{-0.4, -1.3})
			p.until(`document.getElementById("correct").textContent.endsWith("of 6")`)
			points := p.points()
			require.Equal(t, []int{0, 0, 1, 1, 2, 2}, points.Labels)
			assert.InDelta(t, -1.2, points.X[1], 0.02)
			w, b := p.parameters()
			before := p.number("objective")

			evaluate[any](p, `document.getElementById("step").click()`)
			p.until(`document.getElementById("steps").textContent == "1"`)
			want := askLinear(t, linearRequest{Points: points, objective: objective{Loss: "softmax", L2: 0.01}, W: w, B: b, Rate: 0.2, Steps: 1})
			assert.Equal(t, want.Objective, p.number("objective"), "all digits of the loss after a step")
			w, b = p.parameters()
			assert.Equal(t, want.W, w)
			assert.Equal(t, want.B, b)
			assert.Less(t, want.Objective, before)

			p.set("pace", "500")
			p.set("rate", "1")
			evaluate[any](p, `document.getElementById("run").click()`)
			p.until(`parseInt(document.getElementById("steps").textContent) > 5000`)
			evaluate[any](p, `document.getElementById("run").click()`)
			p.until(`document.getElementById("run").textContent == "Run" && document.getElementById("spoken").textContent.includes("6 of 6 correct")`)
			_, r, err := classifier.Auto{Tolerance: 1e-6}.Fit(t.Context(), points.table(), (&objective{Loss: "softmax", L2: 0.01}).library(), classifier.Options{})
			require.NoError(t, err)
			terms := evaluate[[]float64](p, `["objective", "data", "l2-penalty"].map((id) => parseFloat(document.getElementById(id).textContent))`)
			assert.InDelta(t, r.Objective, terms[0], 1e-5, "the minimum of the library")
			assert.Equal(t, terms[0], terms[1]+terms[2])
			assert.Equal(t, 3, evaluate[int](p, `document.querySelectorAll(".overlay .line").length`), "lines")

			p.screenshot("trained")
			evaluate[any](p, `document.getElementById("minima").click()`)
			p.until(`document.querySelectorAll("#minima-table tbody tr").length == 2`)
			evaluate[any](p, `document.querySelectorAll("#minima-table tbody button")[1].click()`)
			p.until(`document.getElementById("l1-penalty").textContent != "0"`)
			p.fits()
		})
	}
}

// With another k, a place is in the region of another class: the one that the library
// predicts.
func TestChangingK(t *testing.T) {
	for _, width := range widths {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := open(t, width, "#neighbours")
			evaluate[any](p, `document.getElementById("clear").click()`)
			p.add(0, [2]float64{0.5, 0.5})
			p.add(1, [2]float64{0, 0.5}, [2]float64{1, 0.5}, [2]float64{0.5, 0}, [2]float64{-1.4, 0.3})
			for _, k := range []int{1, 5, 2} {
				p.set("k", fmt.Sprint(k))
				p.until(fmt.Sprintf(`document.documentElement.dataset.requests == 0 && document.querySelectorAll("#nearest tbody tr").length == %d`, k))
				points := p.points()
				m, err := classifier.NewKNN(points.table(), classifier.KNNConfig{K: k})
				require.NoError(t, err)
				classes, _, err := votes(t.Context(), m, pixels(200))
				require.NoError(t, err)
				// The picture has the colour of the class, or that of a tie, at each pixel.
				shown := evaluate[[]int](p, `(() => {
					const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
					copy.canvas.width = copy.canvas.height = 200;
					copy.drawImage(document.querySelector("#plane canvas"), 0, 0);
					const { data } = copy.getImageData(0, 0, 200, 200);
					return Array.from({ length: 200 * 200 }, (_, i) => data[4 * i] == data[4 * i + 1] ? 128 : data[4 * i] > data[4 * i + 2] ? 1 : 0);
				})()`)
				for i, class := range classes {
					if shown[i] == tied {
						require.NotZero(t, class&tied, "k %d, pixel %d", k, i)
					} else {
						require.Equal(t, int(class&^tied), shown[i], "k %d, pixel %d", k, i)
					}
				}
				at := m.Predict([]float32{0.5, 0.5})
				assert.Equal(t, map[int]int{1: 0, 2: 0, 5: 1}[k], at, "the region of the place of the first point")
			}
			p.fits()
		})
	}
}

// Everything can be done by keys.
func TestKeys(t *testing.T) {
	p := open(t, 1280, "#neighbours")
	evaluate[any](p, `document.getElementById("clear").click()`)
	p.do(chromedp.Focus("#plane svg"), chromedp.KeyEvent(kb.Enter))
	p.do(chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowUp, chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent("3"), chromedp.KeyEvent(kb.ArrowDown))
	assert.Equal(t, Points{X: []float32{0.2, 0.3}, Y: []float32{0.01, -0.09}, Labels: []int{0, 2}, Classes: 3}, p.points())
	focused := func() string {
		return evaluate[string](p, `document.activeElement.getAttribute("aria-label")`)
	}
	assert.Equal(t, "point 2 of 2, class 3, triangle, at 0.3, -0.09", focused())
	p.do(chromedp.KeyEvent(kb.PageUp))
	assert.Equal(t, "point 1 of 2, class 1, circle, at 0.2, 0.01", focused())
	p.do(chromedp.KeyEvent(kb.Delete))
	assert.Equal(t, "point 1 of 1, class 3, triangle, at 0.3, -0.09", focused())
	p.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.ArrowLeft))
	assert.Equal(t, "query at 0.2, 0.2", focused())
	p.do(chromedp.Focus("#tab-neighbours"), chromedp.KeyEvent(kb.ArrowLeft))
	p.until(`!document.getElementById("linear").hidden && document.activeElement.id == "tab-linear"`)

	// A point is dragged, too.
	x, y := p.at(0.3, -0.09)
	toX, toY := p.at(-1, 1)
	p.do(chromedp.DragAndDropXY(x, y, toX, toY))
	moved := p.points()
	assert.InDelta(t, -1, moved.X[0], 0.02)
	assert.InDelta(t, 1, moved.Y[0], 0.02)
	p.set("l2", "-1")
	p.until(`document.getElementById("problem").textContent.includes("penalty")`)
}

// Text can be read in the light and in the dark.
func TestContrast(t *testing.T) {
	p := open(t, 390, "#linear")
	for _, scheme := range []string{"light", "dark"} {
		p.scheme(scheme)
		assert.GreaterOrEqual(t, p.contrast(), leastContrast, scheme)
	}
}

// scheme sets the colour scheme that the page is told of.
func (p page) scheme(scheme string) {
	p.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	require.NoError(p, err)
}

// leastContrast is the contrast that WCAG 2.2, 1.4.3 asks for.
const leastContrast = 4.5

// contrast returns the least contrast of a text that the page shows.
func (p page) contrast() float64 {
	p.Helper()
	return evaluate[float64](p, `(() => {
		const light = (color) => color.match(/[\d.]+/g).slice(0, 3).map((v) => v / 255)
			.map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
			.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
		const shows = (e) => e.checkVisibility() && Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.data.trim());
		return Math.min(...Array.from(document.querySelectorAll("body *")).filter((e) => e instanceof HTMLElement && shows(e)).map((e) => {
			let behind = e;
			while (behind.parentElement && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
			const [a, b] = [light(getComputedStyle(e).color), light(getComputedStyle(behind).backgroundColor)];
			return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		}));
	})()`)
}
