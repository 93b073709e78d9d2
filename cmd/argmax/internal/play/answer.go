package play

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"
)

// refusal is an error that is the visitor's own.
type refusal struct {
	status  int
	message string
}

func (r *refusal) Error() string { return r.message }

// refuse returns the error that answers a request with a status and a message.
func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// invalid refuses a request whose content cannot be computed with.
func invalid(format string, args ...any) error {
	return refuse(http.StatusUnprocessableEntity, format, args...)
}

// The time that one computation may take, and that a request may wait for its turn.
const (
	longest = 5 * time.Second
	wait    = time.Minute
)

// pageHeader names the page that a request comes from, among others of this server.
const pageHeader = "Argmax-Page"

// answer returns a handler that reads a request as JSON, of at most limit bytes, waits for
// its turn, and writes what do answers.
func answer[Q, A any](q *queue, limit int64, do func(context.Context, *Q) (A, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := new(Q)
		if err := decode(w, r, limit, request); err != nil {
			writeError(w, err)
			return
		}
		page := r.Header.Get(pageHeader)
		if page == "" || len(page) > 64 {
			page = r.RemoteAddr
		}
		waiting, cancel := context.WithTimeout(r.Context(), wait)
		defer cancel()
		if err := q.enter(waiting, page); err != nil {
			writeError(w, err)
			return
		}
		result, err := func() (A, error) {
			defer q.leave()
			ctx, cancel := context.WithTimeout(r.Context(), longest)
			defer cancel()
			return do(ctx, request)
		}()
		if err != nil {
			writeError(w, err)
			return
		}
		writeJSON(w, http.StatusOK, result)
	})
}

// decode reads a request. It is one JSON value without fields that Q does not have.
func decode(w http.ResponseWriter, r *http.Request, limit int64, request any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "a request is application/json")
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	d.DisallowUnknownFields()
	err := d.Decode(request)
	if err == nil {
		if _, err = d.Token(); err == io.EOF {
			return nil
		}
		if err == nil {
			err = errors.New("more than one value")
		}
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return refuse(http.StatusRequestEntityTooLarge, "a request has at most %d bytes", tooLarge.Limit)
	}
	return refuse(http.StatusBadRequest, "the request: %v", err)
}

// writeJSON writes an answer.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil { // numbers that JSON has not: a mistake of the function that answered
		status, body = http.StatusInternalServerError, []byte(`{"error":"the answer has numbers that are not finite"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body) // an error means that the visitor has gone
}

// writeError writes an error as JSON, with the status of its refusal.
func writeError(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	r := new(refusal)
	switch {
	case errors.As(err, &r):
		status = r.status
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		status, err = http.StatusServiceUnavailable, errors.New("the computation was ended before it was done")
	}
	writeJSON(w, status, struct {
		Error string `json:"error"`
	}{err.Error()})
}
