package play

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// policy is what a page may do: load and ask this server, and nothing else.
var policy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"connect-src 'self'",
	"img-src 'self' data:",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}, "; ")

// guard answers requests that this server's own pages make, or whoever opens one, and
// refuses all others.
type guard struct {
	hosts []string // what the server is called
	next  http.Handler
}

// newGuard returns the guard of a server on a port of this machine.
func newGuard(port int, next http.Handler) guard {
	suffix := ":" + strconv.Itoa(port)
	return guard{[]string{"127.0.0.1" + suffix, "localhost" + suffix}, next}
}

func (g guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if err := g.check(r); err != nil {
		writeError(w, err)
		return
	}
	g.next.ServeHTTP(w, r)
}

// check returns an error unless a request may be answered.
func (g guard) check(r *http.Request) error {
	// A name of the attacker's that was made to resolve to this machine, DNS rebinding,
	// is still the attacker's name.
	if !slices.Contains(g.hosts, r.Host) {
		return refuse(http.StatusMisdirectedRequest, "this server is %s, not %q", g.hosts[0], r.Host)
	}
	// A browser says where a request comes from; same-site would include other ports.
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "same-origin":
	case "none": // typed by the user
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return refuse(http.StatusForbidden, "a request that no page made")
		}
	default:
		return refuse(http.StatusForbidden, "a request from another site; to open the page, enter its address")
	}
	origins := r.Header.Values("Origin")
	if len(origins) == 0 && r.Method == http.MethodPost {
		return refuse(http.StatusForbidden, "a request without the header Origin")
	}
	for _, origin := range origins {
		if origin != "http://"+r.Host {
			return refuse(http.StatusForbidden, "a request from %q", origin)
		}
	}
	return nil
}
