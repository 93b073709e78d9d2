package play

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exchange is a request from a page of the server at address, and what a test changes
// of it.
type exchange struct {
	address, method, path, body string
	change                      func(*http.Request)
}

// do returns the status and the body of the answer.
func (e exchange) do(t *testing.T) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(e.method, e.address+e.path, strings.NewReader(e.body))
	require.NoError(t, err)
	r.Header.Set("Origin", e.address)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	if e.change != nil {
		e.change(r)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(body)
}

// A request that the linear tab makes.
const (
	linearBodyOfTest = `{"x":[1,-1],"y":[0.5,-0.5],"labels":[0,1],"classes":2,"loss":"softmax","l2":0,"l1":0,"w":[[1,0],[0,1]],"b":[0,0],"rate":0.1,"steps":1,"side":2}`
	nearBodyOfTest   = `{"x":[1,-1],"y":[0.5,-0.5],"labels":[0,1],"classes":2,"k":1,"metric":"l2","query":[0,1],"side":2}`
)

func TestPageIsLoaded(t *testing.T) {
	address := serve(t, Config{})
	for path, kind := range map[string]string{"/": "text/html", "/main.js": "text/javascript", "/style.css": "text/css", "/icon.svg": "image/svg+xml"} {
		response, body := exchange{address: address, method: "GET", path: path}.do(t)
		assert.Equal(t, 200, response.StatusCode, path)
		got, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
		require.NoError(t, err)
		assert.Equal(t, kind, got, path)
		assert.NotEmpty(t, body)
		policy := response.Header.Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;")
		assert.NotContains(t, policy, "unsafe")
		assert.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
		assert.Equal(t, "no-referrer", response.Header.Get("Referrer-Policy"))
		assert.Empty(t, response.Header.Get("Access-Control-Allow-Origin"))
	}
	for _, path := range []string{"/no.js", "/../server.go", "/web/", "/api/", "/api/linear"} {
		response, _ := exchange{address: address, method: "GET", path: path}.do(t)
		assert.Contains(t, []int{404, 405, 307}, response.StatusCode, path)
	}
}

// Pages have no scripts, styles or addresses of others in them, which the policy forbids.
func TestFilesFollowThePolicy(t *testing.T) {
	files, err := web.ReadDir("web")
	require.NoError(t, err)
	for _, f := range files {
		text, err := web.ReadFile("web/" + f.Name())
		require.NoError(t, err)
		for _, forbidden := range []string{"https://", " style=", " onclick=", "<script>", "<style>", "innerHTML", "eval("} {
			assert.NotContains(t, string(text), forbidden, f.Name())
		}
	}
}

// Requests are answered if they come from the server's own page, under its own name.
func TestOthersAreRefused(t *testing.T) {
	address := serve(t, Config{})
	port := address[strings.LastIndex(address, ":"):]
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			if r.Header.Del(name); value != "" {
				r.Header.Set(name, value)
			}
		}
	}
	for name, c := range map[string]struct {
		method string
		change func(*http.Request)
		status int
	}{
		"its own page":                     {"POST", nil, 200},
		"its own page, by the other name":  {"POST", func(r *http.Request) { r.Host = "localhost" + port; r.Header.Set("Origin", "http://"+r.Host) }, 200},
		"a browser without fetch metadata": {"POST", header("Sec-Fetch-Site", ""), 200},
		"an address that is entered":       {"GET", func(r *http.Request) { r.Header.Del("Origin"); r.Header.Set("Sec-Fetch-Site", "none") }, 200},
		"a rebound name":                   {"POST", func(r *http.Request) { r.Host = "evil.example" + port; r.Header.Set("Origin", "http://"+r.Host) }, 421},
		"a rebound name, entered":          {"GET", func(r *http.Request) { r.Host = "evil.example" + port }, 421},
		"no port":                          {"GET", func(r *http.Request) { r.Host = "127.0.0.1" }, 421},
		"another port":                     {"GET", func(r *http.Request) { r.Host = "127.0.0.1:1" }, 421},
		"a name that begins like ours":     {"GET", func(r *http.Request) { r.Host = "localhost" + port + ".evil.example" }, 421},
		"another origin":                   {"POST", header("Origin", "http://evil.example"), 403},
		"another port of this machine":     {"POST", header("Origin", "http://127.0.0.1:1"), 403},
		"the other name of this machine":   {"POST", header("Origin", "http://localhost"+port), 403},
		"https":                            {"POST", header("Origin", strings.Replace(address, "http", "https", 1)), 403},
		"a sandboxed frame":                {"POST", header("Origin", "null"), 403},
		"two origins":                      {"POST", func(r *http.Request) { r.Header.Add("Origin", "http://evil.example") }, 403},
		"no origin":                        {"POST", header("Origin", ""), 403},
		"another site":                     {"POST", header("Sec-Fetch-Site", "cross-site"), 403},
		"another port, by metadata":        {"POST", header("Sec-Fetch-Site", "same-site"), 403},
		"a link on another site":           {"GET", header("Sec-Fetch-Site", "cross-site"), 403},
		"a form of another site":           {"POST", header("Content-Type", "text/plain"), 415},
		"a preflight":                      {"OPTIONS", nil, 405},
	} {
		path := map[string]string{"GET": "/", "POST": "/api/linear", "OPTIONS": "/api/linear"}[c.method]
		response, body := exchange{address, c.method, path, linearBodyOfTest, c.change}.do(t)
		assert.Equal(t, c.status, response.StatusCode, "%s: %s", name, body)
		assert.Empty(t, response.Header.Get("Access-Control-Allow-Origin"), name)
	}
}

// What a request asks for has bounds, and must be what it says.
func TestHostileRequests(t *testing.T) {
	address := serve(t, Config{})
	zeros := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("0,", n), ",") + "]" }
	with := func(body, old, new string) string {
		require.Contains(t, body, old)
		return strings.Replace(body, old, new, 1)
	}
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"nothing":              {"linear", "", 400},
		"half":                 {"linear", linearBodyOfTest[:40], 400},
		"two values":           {"linear", linearBodyOfTest + "{}", 400},
		"what follows":         {"linear", linearBodyOfTest + "x", 400},
		"a list":               {"linear", "[]", 400},
		"an unknown field":     {"linear", with(linearBodyOfTest, `"l2"`, `"evil":1,"l2"`), 400},
		"deep":                 {"linear", strings.Repeat("[", 100_000), 400},
		"NaN":                  {"linear", with(linearBodyOfTest, "0.5", "NaN"), 400},
		"infinity":             {"linear", with(linearBodyOfTest, "0.5", "1e999"), 400},
		"no float32":           {"linear", with(linearBodyOfTest, "0.5", "1e39"), 400},
		"no integer":           {"linear", with(linearBodyOfTest, `"steps":1`, `"steps":1.5`), 400},
		"far away":             {"linear", with(linearBodyOfTest, "0.5", "1e7"), 422},
		"fewer coordinates":    {"linear", with(linearBodyOfTest, "[1,-1]", "[1]"), 422},
		"no coordinates":       {"linear", with(linearBodyOfTest, "[1,-1]", "null"), 422},
		"a label":              {"linear", with(linearBodyOfTest, "[0,1]", "[0,2]"), 422},
		"a negative label":     {"linear", with(linearBodyOfTest, "[0,1]", "[0,-1]"), 422},
		"one class":            {"linear", with(linearBodyOfTest, `"classes":2`, `"classes":1`), 422},
		"many classes":         {"linear", with(linearBodyOfTest, `"classes":2`, `"classes":1000000000`), 422},
		"rows of W":            {"linear", with(linearBodyOfTest, "[[1,0],[0,1]]", "[[1,0]]"), 422},
		"rows of b":            {"linear", with(linearBodyOfTest, `"b":[0,0]`, `"b":[0]`), 422},
		"a loss":               {"linear", with(linearBodyOfTest, "softmax", "evil"), 422},
		"a penalty":            {"linear", with(linearBodyOfTest, `"l2":0`, `"l2":-1`), 422},
		"a step size":          {"linear", with(linearBodyOfTest, "0.1", "-0.1"), 422},
		"steps":                {"linear", with(linearBodyOfTest, `"steps":1`, `"steps":1001`), 422},
		"negative steps":       {"linear", with(linearBodyOfTest, `"steps":1`, `"steps":-1`), 422},
		"a picture":            {"linear", with(linearBodyOfTest, `"side":2`, `"side":201`), 422},
		"scores that overflow": {"linear", with(linearBodyOfTest, "[[1,0],[0,1]]", "[[3e38,3e38],[3e38,0]]"), 422},
		"points":               {"linear", with(with(with(linearBodyOfTest, "[1,-1]", zeros(1001)), "[0.5,-0.5]", zeros(1001)), "[0,1]", zeros(1001)), 422},
		"a huge body":          {"linear", with(linearBodyOfTest, "[1,-1]", zeros(1_000_000)), 413},
		"huge space":           {"linear", strings.Repeat(" ", 1_000_000) + linearBodyOfTest, 413},
		"no penalty":           {"linear/minima", `{"x":[1,-1],"y":[0.5,-0.5],"labels":[0,1],"classes":2,"loss":"softmax","l2":0,"l1":0}`, 422},
		"one class alone":      {"linear/minima", `{"x":[1,-1],"y":[0.5,-0.5],"labels":[1,1],"classes":2,"loss":"softmax","l2":1,"l1":0}`, 422},
		"no points":            {"linear/minima", `{"classes":2,"loss":"softmax","l2":1,"l1":0}`, 422},
		"k":                    {"neighbours", with(nearBodyOfTest, `"k":1`, `"k":0`), 422},
		"a large k":            {"neighbours", with(nearBodyOfTest, `"k":1`, `"k":51`), 422},
		"a metric":             {"neighbours", with(nearBodyOfTest, `"l2"`, `"evil"`), 422},
		"a query":              {"neighbours", with(nearBodyOfTest, "[0,1],\"side\"", "[0,1e20],\"side\""), 422},
		"a query in space":     {"neighbours", with(nearBodyOfTest, "[0,1],\"side\"", "[0,1e39],\"side\""), 400},
		"a picture of it":      {"neighbours", with(nearBodyOfTest, `"side":2`, `"side":-1`), 422},
		"no neighbours":        {"neighbours", `{"classes":2,"k":1,"metric":"l2"}`, 422},
		"a huge upload":        {"neighbours", strings.Repeat(" ", 1_000_000), 413},
	} {
		response, body := exchange{address: address, method: "POST", path: "/api/" + c.path, body: c.body}.do(t)
		assert.Equal(t, c.status, response.StatusCode, "%s: %s", name, body)
		var problem struct{ Error string }
		assert.NoError(t, json.Unmarshal([]byte(body), &problem), name)
		assert.NotEmpty(t, problem.Error, name)
	}
}

// A body that never comes does not keep others from being answered.
func TestSlowUpload(t *testing.T) {
	address := serve(t, Config{})
	host := strings.TrimPrefix(address, "http://")
	connection, err := net.Dial("tcp4", host)
	require.NoError(t, err)
	defer connection.Close()
	_, err = io.WriteString(connection, "POST /api/linear HTTP/1.1\r\nHost: "+host+"\r\nOrigin: "+address+"\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
	require.NoError(t, err)
	response, _ := exchange{address: address, method: "POST", path: "/api/linear", body: linearBodyOfTest}.do(t)
	assert.Equal(t, 200, response.StatusCode)
}

func TestServeEnds(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, Config{}) }()
	cancel()
	select {
	case err := <-ended:
		assert.NoError(t, err)
	case <-time.After(5 * time.Second):
		t.Fatal("the server goes on")
	}
	_, err = net.Dial("tcp4", listener.Addr().String())
	assert.Error(t, err)
}

// No other machine can reach the page.
func TestServeThisMachineAlone(t *testing.T) {
	listener, err := net.Listen("tcp4", "0.0.0.0:0")
	require.NoError(t, err)
	assert.ErrorContains(t, Serve(t.Context(), listener, Config{}), "is not an address of this machine alone")
}

// Whatever a request says, it is answered or refused.
func FuzzRequest(f *testing.F) {
	for i, body := range []string{linearBodyOfTest, strings.NewReplacer(`"l2":0`, `"l2":1`, `,"w":[[1,0],[0,1]],"b":[0,0],"rate":0.1,"steps":1,"side":2`, "").Replace(linearBodyOfTest), nearBodyOfTest} {
		f.Add(i, []byte(body))
	}
	routes := newServer(Config{}).routes()
	f.Fuzz(func(t *testing.T, path int, body []byte) {
		paths := []string{"/api/linear", "/api/linear/minima", "/api/neighbours"}
		r, err := http.NewRequest("POST", paths[uint(path)%uint(len(paths))], bytes.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		w := recorder{header: http.Header{}}
		routes.ServeHTTP(&w, r)
		assert.Contains(t, []int{200, 400, 413, 422}, w.status, "%s", w.body.Bytes())
		assert.True(t, json.Valid(w.body.Bytes()))
	})
}

// recorder is a response of a test.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }
