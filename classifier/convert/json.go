package convert

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// ReadJSON reads an object with the attributes of a linear classifier of scikit-learn:
//
//	json.dump({"coef_": clf.coef_.tolist(), "intercept_": clf.intercept_.tolist(),
//	           "classes_": clf.classes_.tolist()}, file)
//
// coef_ is an array of rows, one for each class, or a single row, which is class 1 against
// class 0; intercept_ is an array or, if it is zero for all, a number; classes_ are strings,
// numbers or booleans. All but coef_ may be missing. So may what [WriteJSON] adds: "link"
// ("softmax" or "sigmoid"), "calibration" ({"slope": […], "offset": […]}) and "image"
// ([height, width, channels]). Other keys are skipped, except for those of a StandardScaler
// (mean_, scale_, var_), which are an error: fold them into coef_ and intercept_ first.
func ReadJSON(r io.Reader, o Options) (*classifier.Linear, error) {
	m, err := readJSON(r, o)
	return named(m, err, "JSON")
}

func readJSON(r io.Reader, o Options) (*classifier.Linear, error) {
	p := newJSONParser(r, o)
	h := head{}
	seen := map[string]bool{}
	err := p.object(func(key string) error {
		if seen[key] {
			return fmt.Errorf("%.64q comes twice", key)
		}
		seen[key] = true
		if err := p.member(&h, key); err != nil {
			return fmt.Errorf("%.64q: %w", key, err)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("offset %d: %w", p.d.InputOffset(), err)
	}
	if t, err := p.d.Token(); err != io.EOF {
		return nil, fmt.Errorf("offset %d: %v after the end of the object", p.d.InputOffset(), or(err, t))
	}
	if !seen["coef_"] {
		return nil, errors.New(`no "coef_"`)
	}
	h.bias = spread(h.bias, h.weights.Rows)
	return h.model(o)
}

// or returns err, or else what a token looks like.
func or(err error, t json.Token) any {
	if err != nil {
		return err
	}
	return fmt.Sprintf("%.20v", t)
}

// member reads the value of a key into h.
func (p *jsonParser) member(h *head, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	switch key {
	case "coef_":
		return p.matrix(&h.weights)
	case "intercept_":
		return p.vector(&h.bias)
	case "classes_":
		return p.names(&h.names)
	case "link":
		name, err := token[string](p)
		for _, l := range loss.Links {
			if err == nil && name == l.String() && l != loss.NoLink {
				h.link = l
				return nil
			}
		}
		return errOr(err, "%.64q, want %q or %q", name, loss.SoftmaxLink, loss.SigmoidLink)
	case "calibration":
		return p.object(func(key string) error {
			switch key {
			case "slope":
				return p.vector(&h.calibration.Slope)
			case "offset":
				return p.vector(&h.calibration.Offset)
			}
			return fmt.Errorf("unknown key %.64q", key)
		})
	case "image":
		var size []float32
		if err := p.vector(&size); err != nil {
			return err
		}
		if len(size) != 3 {
			return fmt.Errorf("%d numbers, want height, width and channels", len(size))
		}
		for _, v := range size {
			if v != float32(int32(v)) {
				return fmt.Errorf("%v is no size", v)
			}
		}
		h.shape = classifier.Shape{Height: int(size[0]), Width: int(size[1]), Channels: int(size[2])}
		return nil
	}
	return p.skip()
}

func errOr(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return fmt.Errorf(format, args...)
}

// jsonParser reads JSON token by token: memory is taken for the numbers that have come.
type jsonParser struct {
	d       *json.Decoder
	numbers int64 // that may still be read
	left    int64 // bytes of names that may still be read
}

func newJSONParser(r io.Reader, o Options) *jsonParser {
	in := &tokenLimit{r: bufio.NewReader(r), limit: int64(o.header())}
	p := &jsonParser{json.NewDecoder(in), o.bytes() / 4, int64(o.header())}
	p.d.UseNumber()
	in.d = p.d
	return p
}

// tokenLimit ends a token that is longer than the limit, which the decoder would keep in
// memory whole.
type tokenLimit struct {
	r     io.Reader
	d     *json.Decoder
	read  int64
	limit int64
}

func (t *tokenLimit) Read(b []byte) (int, error) {
	if t.read-t.d.InputOffset() > t.limit {
		return 0, fmt.Errorf("a value of more than %d bytes", t.limit)
	}
	n, err := t.r.Read(b)
	t.read += int64(n)
	return n, err
}

func (p *jsonParser) object(member func(key string) error) error {
	if err := p.delim('{'); err != nil {
		return err
	}
	for p.d.More() {
		key, err := token[string](p)
		if err != nil {
			return err
		}
		if err := member(key); err != nil {
			return err
		}
	}
	return p.delim('}')
}

// array reads the elements of an array that has begun.
func (p *jsonParser) array(element func() error) error {
	for p.d.More() {
		if err := element(); err != nil {
			return err
		}
	}
	return p.delim(']')
}

// matrix reads an array of rows, or a single row.
func (p *jsonParser) matrix(dst *kernels.Matrix) error {
	if err := p.delim('['); err != nil {
		return err
	}
	m := kernels.Matrix{}
	err := p.array(func() error {
		t, err := p.next()
		if err != nil {
			return err
		}
		if t != json.Delim('[') { // a number of the only row
			if m.Rows > 0 {
				return fmt.Errorf("%.20v instead of a row", t)
			}
			return p.number(&m.Data, t)
		}
		if m.Rows == 0 && len(m.Data) > 0 {
			return errors.New("a row among the numbers of a row")
		}
		before := len(m.Data)
		err = p.array(func() error {
			t, err := p.next()
			if err != nil {
				return err
			}
			return p.number(&m.Data, t)
		})
		if err != nil {
			return err
		}
		if n := len(m.Data) - before; m.Rows > 0 && n != m.Cols {
			return fmt.Errorf("row %d has %d numbers, the first has %d", m.Rows, n, m.Cols)
		} else if n == 0 {
			return fmt.Errorf("row %d is empty", m.Rows)
		} else {
			m.Cols = n
		}
		m.Rows++
		return nil
	})
	if err != nil {
		return err
	}
	if m.Rows == 0 {
		m.Rows, m.Cols = 1, len(m.Data)
	}
	m.Stride = m.Cols
	*dst = m
	return nil
}

// vector reads an array of numbers, or a number.
func (p *jsonParser) vector(dst *[]float32) error {
	t, err := p.next()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return p.number(dst, t)
	}
	*dst = []float32{}
	return p.array(func() error {
		t, err := p.next()
		if err != nil {
			return err
		}
		return p.number(dst, t)
	})
}

// number appends a number to dst.
func (p *jsonParser) number(dst *[]float32, t json.Token) error {
	text, ok := t.(json.Number)
	if !ok {
		return fmt.Errorf("%.20v instead of a number", t)
	}
	if p.numbers--; p.numbers < 0 {
		return errors.New("more numbers than the limit of weights allows")
	}
	v, err := strconv.ParseFloat(text.String(), 32)
	if err != nil {
		return fmt.Errorf("%.40s is too large for float32", text)
	}
	*dst = append(*dst, float32(v))
	return nil
}

// names reads an array of strings, numbers and booleans.
func (p *jsonParser) names(dst *[]string) error {
	if err := p.delim('['); err != nil {
		return err
	}
	*dst = []string{}
	return p.array(func() error {
		t, err := p.next()
		if err != nil {
			return err
		}
		var name string
		switch t := t.(type) {
		case string:
			name = t
		case json.Number:
			name = t.String()
		case bool:
			name = strconv.FormatBool(t)
		default:
			return fmt.Errorf("class %d is %v", len(*dst), t)
		}
		if strings.ContainsRune(name, '\ufffd') {
			return fmt.Errorf("the name of class %d, %.64q, has a character that is none", len(*dst), name)
		}
		if p.left -= int64(len(name)) + 16; p.left < 0 { // and its string
			return errors.New("more names than the limit allows")
		}
		*dst = append(*dst, name)
		return nil
	})
}

// skip reads a value of any kind, at most 64 levels deep.
func (p *jsonParser) skip() error {
	const most = 64
	for depth := 0; depth <= most; {
		t, err := p.next()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
	return fmt.Errorf("more than %d levels", most)
}

func (p *jsonParser) delim(want json.Delim) error {
	t, err := p.next()
	if err == nil && t != want {
		err = fmt.Errorf("%.20v instead of %v", t, want)
	}
	return err
}

func (p *jsonParser) next() (json.Token, error) {
	t, err := p.d.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}

// token reads the next token, which must be a T.
func token[T any](p *jsonParser) (T, error) {
	t, err := p.next()
	want, ok := t.(T)
	if err == nil && !ok {
		err = fmt.Errorf("%.20v instead of a %T", t, want)
	}
	return want, err
}

// WriteJSON writes the object that [ReadJSON] describes. Numbers have the digits that give
// the same float32 again.
func WriteJSON(w io.Writer, m *classifier.Linear) error {
	if err := writeJSON(w, m); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

func writeJSON(w io.Writer, m *classifier.Linear) error {
	info := m.Info()
	if err := checkNames(info.Classes); err != nil {
		return err
	}
	weights, bias := folded(m)
	if i := notFinite(weights, bias); i != "" {
		return fmt.Errorf("a %s is no finite number, which JSON does not have", i)
	}
	b := bufio.NewWriter(w)
	names, err := json.Marshal(info.Classes)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "{\"classes_\": %s,\n", names)
	if info.Link != loss.NoLink {
		fmt.Fprintf(b, " \"link\": %q,\n", info.Link)
	}
	if c := info.Calibration; len(c.Slope) > 0 {
		b.WriteString(` "calibration": {"slope": `)
		writeNumbers(b, c.Slope)
		b.WriteString(`, "offset": `)
		writeNumbers(b, c.Offset)
		b.WriteString("},\n")
	}
	if s := info.Shape; s != (classifier.Shape{}) {
		fmt.Fprintf(b, " \"image\": [%d, %d, %d],\n", s.Height, s.Width, s.Channels)
	}
	b.WriteString(` "intercept_": `)
	writeNumbers(b, bias)
	b.WriteString(",\n \"coef_\": [")
	for c := range info.Classes {
		if c > 0 {
			b.WriteString(",\n  ")
		}
		writeNumbers(b, weights[c*m.Features():][:m.Features()])
	}
	b.WriteString("]}\n")
	return b.Flush()
}

// notFinite says where there is a number that is NaN or infinite.
func notFinite(weights, bias []float64) string {
	for what, x := range map[string][]float64{"weight": weights, "bias": bias} {
		for _, v := range x {
			if v-v != 0 {
				return what
			}
		}
	}
	return ""
}

// writeNumbers writes an array. A float32 is written as the float64 that it is: fewer
// digits, read as float64 and rounded, might be another float32.
func writeNumbers[F float32 | float64](b *bufio.Writer, x []F) {
	b.WriteByte('[')
	for i, v := range x {
		if i > 0 {
			b.WriteString(", ")
		}
		b.Write(strconv.AppendFloat(b.AvailableBuffer(), float64(v), 'g', -1, 64))
	}
	b.WriteByte(']')
}
