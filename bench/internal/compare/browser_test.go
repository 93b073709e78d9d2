package compare

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser returns the path of Chromium, from CHROMIUM or the PATH.
func browser(t *testing.T) string {
	t.Helper()
	if testing.Short() || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("a browser takes seconds")
	}
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	if name := os.Getenv("CHROMIUM"); name != "" {
		names = []string{name}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium; Debian's package chromium has it")
	return ""
}

// On a desk and on a phone, light and dark, the page fits its window, shows what was
// compared before anything else, one of the two sizes of each picture, and asks for
// nothing else. With ARGMAX_SCREENSHOTS, a directory, it is also there to be looked at.
func TestPageInABrowser(t *testing.T) {
	path := browser(t)
	r, _ := report(t)
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/favicon.ico" { // browsers ask for it by themselves
			http.NotFound(w, request)
			return
		}
		asked = append(asked, request.URL.Path)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		assert.NoError(t, r.HTML(w, []string{"kernels.txt"}))
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1280, 900))...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	var backgrounds []string
	visits := 0
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), prefer(scheme), chromedp.Navigate(server.URL)))
			page, err := chromedp.Run(ctx, chromedp.Evaluate[seen](look))
			require.NoError(t, err)
			visits++
			where := fmt.Sprintf("%d pixels, %s", width, scheme)
			assert.LessOrEqual(t, page.Overflow, 0, where)
			single, small := 0, 0
			for _, f := range r.Figures {
				if len(f.Panels) == 1 {
					single++
				} else {
					small += len(f.Panels)
				}
			}
			assert.Equal(t, map[bool][]int{true: {single, 0}, false: {0, single}}[width > 760], []int{page.Wide, page.Narrow}, where)
			assert.Equal(t, small, page.Small, where)
			assert.Equal(t, "1 lost 1 within the noise 14 won", strings.Join(strings.Fields(page.Counts), " "), where)
			assert.Less(t, page.Bottom, 900., "%s: the counts are on the first screen", where)
			assert.Empty(t, page.Blank, "%s: without colour", where)
			backgrounds = append(backgrounds, page.Background)
			assert.NotEqual(t, page.Background, page.Text, where)
			if dir := os.Getenv("ARGMAX_SCREENSHOTS"); dir != "" {
				screenshot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d-%s.png", width, scheme)), screenshot, 0o666))
			}
		}
	}
	assert.NotEqual(t, backgrounds[0], backgrounds[1], "light and dark")
	assert.Equal(t, backgrounds[:2], backgrounds[2:])
	assert.Len(t, asked, visits, "only the page itself: %v", asked)
}

// prefer sets the colour scheme that the reader prefers.
func prefer(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	})
}

// seen is what a page shows.
type seen struct {
	Overflow            int // pixels by which the page is wider than its window
	Wide, Narrow, Small int // pictures that are shown
	Background, Text    string
	Counts              string
	Bottom              float64 // of the counts, from the top
	Blank               []string
}

// look returns what a page shows.
const look = `(() => {
	const shown = c => [...document.querySelectorAll("svg." + c)].filter(s => s.getBoundingClientRect().width > 0).length;
	const body = getComputedStyle(document.body);
	const blank = [...document.querySelectorAll("svg [class]")].filter(e => {
		const s = getComputedStyle(e);
		return s.fill == "none" && s.stroke == "none" || e.getAttribute("class").startsWith("f-") && s.fill == "rgb(0, 0, 0)";
	});
	return {
		Overflow: document.documentElement.scrollWidth - innerWidth,
		Wide: shown("wide"), Narrow: shown("narrow"), Small: shown("small"),
		Background: body.backgroundColor, Text: body.color,
		Counts: document.querySelector(".score").textContent,
		Bottom: document.querySelector(".bar").getBoundingClientRect().bottom,
		Blank: blank.map(e => e.outerHTML),
	};
})()`
