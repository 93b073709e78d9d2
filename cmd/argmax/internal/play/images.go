package play

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/dataset"
	"github.com/seed842bec00/argmax/kernels"
)

// imagesBody is the largest request of the images tab: a picture of mostPicture bytes in
// base64.
const (
	mostPicture = 6 << 20
	imagesBody  = mostPicture/3*4 + 1<<10
)

const (
	mostPixels  = 1 << 24 // of a picture
	mostRanked  = 10      // classes in an answer
	mostNearest = 20      // images in an answer
	voters      = 5       // nearest images that vote
)

// Images are what the images tab shows.
type Images struct {
	name        string
	train, test *dataset.Set
	model       *classifier.Linear
	neighbours  *classifier.KNN // of train
	config      dataset.ImageConfig
}

// NewImages returns what the images tab shows: what a model takes images for, and a training
// and a test set of the shape of its images. The configuration says how pictures become such
// images.
func NewImages(name string, train, test *dataset.Set, m *classifier.Linear, c dataset.ImageConfig) (*Images, error) {
	shape := train.Shape()
	if test.Shape() != shape || dataset.Shape(m.Info().Shape) != shape {
		return nil, fmt.Errorf("training images of %v, test images of %v, and a model of %v", shape, test.Shape(), m.Info().Shape)
	}
	for _, set := range []*dataset.Set{train, test} {
		if !slices.Equal(set.Classes(), m.Classes()) {
			return nil, fmt.Errorf("classes %q and a model of %q", set.Classes(), m.Classes())
		}
	}
	neighbours, err := classifier.NewKNN(train, classifier.KNNConfig{K: voters})
	if err != nil {
		return nil, err
	}
	c.Shape = shape
	return &Images{name, train, test, m, neighbours, c}, nil
}

// imagesStart is what the images tab is made of.
type imagesStart struct {
	Name     string   `json:"name"`
	Height   int      `json:"height"`
	Width    int      `json:"width"`
	Channels int      `json:"channels"`
	Classes  []string `json:"classes"`
	Train    int      `json:"train"`   // images
	Test     int      `json:"test"`    // images
	Bytes    int      `json:"bytes"`   // of a picture, at most
	Nearest  int      `json:"nearest"` // images in an answer, at most
	Voters   int      `json:"voters"`
}

func (m *Images) start() *imagesStart {
	if m == nil {
		return nil
	}
	s := m.train.Shape()
	return &imagesStart{
		m.name, s.Height, s.Width, s.Channels, m.model.Classes(),
		m.train.Len(), m.test.Len(), mostPicture, mostNearest, voters,
	}
}

// imagesRequest asks what a picture, or an image of the test set, is taken for.
type imagesRequest struct {
	Picture []byte `json:"picture"` // a file
	Example *int   `json:"example"` // of the test set, if there is no picture
	K       int    `json:"k"`       // neighbours
}

func (q *imagesRequest) check(m *Images) error {
	switch {
	case m == nil:
		return refuse(http.StatusNotFound, "there are no images")
	case (q.Picture == nil) == (q.Example == nil):
		return invalid("a picture or an example: want one of them")
	case len(q.Picture) > mostPicture:
		return refuse(http.StatusRequestEntityTooLarge, "a picture has at most %d bytes", mostPicture)
	case q.Example != nil && (*q.Example < 0 || *q.Example >= m.test.Len()):
		return invalid("example %d of %d", *q.Example, m.test.Len())
	case q.K < 1 || q.K > mostNearest:
		return invalid("%d neighbours: 1 to %d are possible", q.K, mostNearest)
	}
	return nil
}

// imagesAnswer is what the models take an image for.
type imagesAnswer struct {
	Pixels  []byte        `json:"pixels"` // as the models see them: plane by plane, row by row
	Label   *int          `json:"label"`  // of an example
	Class   int           `json:"class"`  // that the linear model predicts
	Ranked  []rankedClass `json:"ranked"` // the classes with the highest scores, highest first
	Voted   int           `json:"voted"`  // the class that the nearest voters vote for
	Nearest []nearImage   `json:"nearest"`
}

// rankedClass is a class with what its template makes of the image. Numbers of pictures are
// bytes: 128 is 0, and the largest magnitude of all classes of the answer is 127 above
// or below it.
type rankedClass struct {
	Class       int      `json:"class"`
	Score       float32  `json:"score"`
	Probability *float32 `json:"probability"` // null if the scores have no link
	Bias        float32  `json:"bias"`
	Template    []byte   `json:"template"`
	Products    []byte   `json:"products"` // of the template and the image, pixel by pixel
}

// nearImage is an image of the training set.
type nearImage struct {
	Row      int     `json:"row"`
	Label    int     `json:"label"`
	Distance float64 `json:"distance"` // Euclidean
	Pixels   []byte  `json:"pixels"`
}

// images answers the images tab.
func (s *server) images(ctx context.Context, q *imagesRequest) (a imagesAnswer, err error) {
	m := s.config.Images
	if err := q.check(m); err != nil {
		return a, err
	}
	if q.Example != nil {
		a.Pixels = m.test.Pixels(*q.Example)
		label := m.test.Label(*q.Example)
		a.Label = &label
	} else if a.Pixels, err = m.decode(ctx, q.Picture); err != nil {
		return a, err
	}
	if err := m.rank(&a); err != nil {
		return a, err
	}
	x := make([]float32, len(a.Pixels))
	for i, v := range a.Pixels {
		x[i] = float32(v)
	}
	a.Voted = m.neighbours.Predict(x)
	nearest := make([]classifier.Neighbour, q.K)
	for _, n := range nearest[:m.neighbours.Neighbours(nearest, x)] {
		a.Nearest = append(a.Nearest, nearImage{n.Row, n.Label, math.Sqrt(float64(n.Distance)), m.train.Pixels(n.Row)})
	}
	return a, nil
}

// decode returns the pixels of a picture.
func (m *Images) decode(ctx context.Context, picture []byte) ([]byte, error) {
	pixels, err := dataset.Limits{Pixels: mostPixels}.DecodeImage(until{ctx, bytes.NewReader(picture)}, m.config)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, invalid("the picture: %v", err)
	}
	return pixels, nil
}

// until reads as long as ctx is not done: a small file may take long to decode.
type until struct {
	ctx context.Context
	r   io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p[:min(len(p), 1<<12)])
}

// rank fills in the class and the classes with the highest scores.
func (m *Images) rank(a *imagesAnswer) error {
	features := m.model.Features()
	top := make([]classifier.Ranked, min(mostRanked, len(m.model.Classes())))
	a.Class = m.model.Bytes().Predict(a.Pixels)
	if n := m.model.Bytes().TopK(top, a.Pixels); n < len(top) {
		return invalid("a score is NaN")
	}
	templates, products := kernels.NewMatrix(len(top), features), kernels.NewMatrix(len(top), features)
	pivot, scale := m.model.Inputs()
	for i, r := range top {
		if r.Score-r.Score != 0 {
			return invalid("the score of %s is %v", m.model.Classes()[r.Class], r.Score)
		}
		w := templates.Row(i)
		m.model.Template(w, r.Class)
		for f, v := range a.Pixels {
			x := float32(v)
			if pivot != nil {
				x = (x - pivot[f]) * scale[f]
			}
			products.Row(i)[f] = w[f] * x
		}
	}
	pictures, of := signed(templates), signed(products)
	for i, r := range top {
		c := rankedClass{Class: r.Class, Score: r.Score, Bias: m.model.Bias(r.Class), Template: pictures[i], Products: of[i]}
		if r.Probability == r.Probability {
			c.Probability = &r.Probability
		}
		a.Ranked = append(a.Ranked, c)
	}
	return nil
}

// signed returns the rows of a matrix as bytes, all on one scale, on which 128 is 0.
func signed(m kernels.Matrix) [][]byte {
	most := float32(0)
	for _, v := range m.Data {
		most = max(most, abs(v))
	}
	rows := make([][]byte, m.Rows)
	for i := range rows {
		rows[i] = make([]byte, m.Cols)
		for f, v := range m.Row(i) {
			rows[i][f] = 128
			if most > 0 {
				rows[i][f] = byte(128 + math.Round(127*float64(v/most)))
			}
		}
	}
	return rows
}
