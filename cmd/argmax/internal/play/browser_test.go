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

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	if dir := os.Getenv("ARGMAX_SCREENSHOTS"); dir != "" {
		t.Cleanup(func() { p.screenshot(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+".png")) })
	}
	return p
}

func (p page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	require.NoError(p, chromedp.Do(p.ctx, steps...))
}

// screenshot writes a picture of the whole page.
func (p page) screenshot(file string) {
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	require.NoError(p, err)
	require.NoError(p, os.WriteFile(file, picture, 0o644))
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

var widths = []int{1280, 390}

// The page fits into its window, and shows points and the loss.
func TestPage(t *testing.T) {
	for _, width := range widths {
		for _, tab := range []string{"linear", "neighbours"} {
			t.Run(fmt.Sprint(tab, width), func(t *testing.T) {
				p := open(t, width, "#"+tab)
				p.until(map[string]string{"linear": `document.getElementById("objective").textContent > "0"`, "neighbours": `document.getElementById("verdict").textContent != ""`}[tab])
				assert.LessOrEqual(t, evaluate[int](p, `document.documentElement.scrollWidth`), width)
				assert.Equal(t, 36, evaluate[int](p, `document.querySelectorAll(".point").length`))
			})
		}
	}
}
