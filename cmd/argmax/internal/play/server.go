package play

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"path"
	"time"
)

//go:embed web
var web embed.FS

// Config is what a server shows.
type Config struct {
	// Sets are points to begin with, the first of them at once.
	Sets []Set
	// Images are those of the images tab, which has only the worked example if nil.
	Images *Images
}

// Serve answers requests for the page until ctx is done. The listener must be one of
// 127.0.0.1; Serve closes it. What is being computed then is ended.
func Serve(ctx context.Context, listener net.Listener, c Config) error {
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok || !address.IP.IsLoopback() {
		listener.Close()
		return errors.New("play: " + listener.Addr().String() + " is not an address of this machine alone")
	}
	s := &http.Server{
		Handler:           newGuard(address.Port, newServer(c).routes()),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      wait + longest + 20*time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    1 << 14,
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		last, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err := s.Shutdown(last)
		if errors.Is(err, context.DeadlineExceeded) {
			err = s.Close()
		}
		stopped <- err
	})
	err := s.Serve(listener)
	if stop() { // it failed by itself
		return err
	}
	return <-stopped
}

// server holds what requests share.
type server struct {
	config Config
	turns  queue
}

func newServer(c Config) *server {
	if len(c.Sets) == 0 {
		c.Sets = Examples()
	}
	return &server{config: c}
}

// routes returns the handler of all requests.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	files, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // the directory is embedded
	}
	mux.Handle("GET /", typed(http.FileServerFS(files)))
	mux.HandleFunc("GET /api/start", s.start)
	mux.Handle("POST /api/linear", answer(&s.turns, linearBody, s.linear))
	mux.Handle("POST /api/linear/minima", answer(&s.turns, linearBody, s.minima))
	mux.Handle("POST /api/neighbours", answer(&s.turns, neighboursBody, s.neighbours))
	mux.Handle("POST /api/images", answer(&s.turns, imagesBody, s.images))
	mux.Handle("POST /api/worked", answer(&s.turns, workedBody, s.worked))
	return mux
}

// types are those of the files of the page. The ones that a system has configured may be
// others, which a browser would not run.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// typed sets the type of a file by its name.
func typed(files http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if t := types[path.Ext(r.URL.Path)]; t != "" {
			w.Header().Set("Content-Type", t)
		}
		files.ServeHTTP(w, r)
	})
}

// start writes what a page is made of.
func (s *server) start(w http.ResponseWriter, r *http.Request) {
	type limits struct {
		Extent     float32 `json:"extent"`
		Points     int     `json:"points"`
		Classes    int     `json:"classes"`
		Neighbours int     `json:"neighbours"`
		Steps      int     `json:"steps"`
	}
	writeJSON(w, http.StatusOK, struct {
		Limits limits       `json:"limits"`
		Sets   []Set        `json:"sets"`
		Images *imagesStart `json:"images"`
	}{limits{extent, mostPoints, MostClasses, mostNeighbours, mostSteps}, s.config.Sets, s.config.Images.start()})
}
