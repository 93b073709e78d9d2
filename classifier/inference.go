package classifier

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// Scores sets dst, one element for each class, to Wx + b: in the row form of
// package argmax with up to [kernels.MaxRowForm] classes, in the chain form with
// more, the bias added last. It panics if a length does not fit or dst overlaps x.
func (m *Linear) Scores(dst, x []float32) {
	if m.inputs != nil {
		m.inputs.score(dst, x, m.weights)
		return
	}
	kernels.Score(dst, x, m.weights)
}

// ErrNoProbabilities is the error of a model whose scores have no link.
var ErrNoProbabilities = errors.New("classifier: the scores of the model are not linked to probabilities")

// Probabilities sets dst, one element for each class, to the probabilities of the
// classes: the link of the model's [Info] applied to its scores, after the calibration if
// there is one. If there is no link it returns [ErrNoProbabilities] and leaves dst as it
// is. Scores that are NaN or +Inf make all probabilities NaN. It panics as Scores does.
func (m *Linear) Probabilities(dst, x []float32) error {
	if m.info.Link == loss.NoLink {
		return ErrNoProbabilities
	}
	m.Scores(dst, x)
	m.info.probabilities(dst)
	return nil
}

// Predict returns the class with the highest score, the lowest of equal ones; −1
// if every score is NaN. It allocates nothing. It panics if x does not have
// Features elements.
func (m *Linear) Predict(x []float32) int {
	classes := m.weights.Classes()
	if classes > kernels.MaxRowForm || m.inputs != nil {
		b := newBuffer(classes)
		defer b.free()
		m.Scores(b.data, x)
		return argmax.ArgMax(b.data)
	}
	// What Scores does, without the cost of what it checks.
	if len(x) != m.Features() {
		panicFeatures("Predict", len(x), m.Features())
	}
	var scores [kernels.MaxRowForm]float32
	w := m.weights.Matrix()
	argmax.ScoreRows(scores[:classes], x, argmax.Strided[float32]{Data: w.Data, Stride: w.Stride})
	return argMaxSum(scores[:classes], m.weights.Bias())
}

//go:noinline
func panicFeatures(function string, got, want int) {
	panic(fmt.Sprintf("classifier: %s: x has %d elements, the model has %d features", function, got, want))
}

// argMaxSum returns argmax.ArgMax of the sums of scores and bias. For a few scores that
// were stored one by one it is faster than loading them as vectors. It has no branch that
// depends on the data: the largest key has the bits of the largest sum in an order of
// integers, above those of its index, the lower the larger. A NaN has key 0, which is −1.
func argMaxSum(scores, bias []float32) int {
	bias = bias[:len(scores)]
	var best uint64
	for j, s := range scores {
		s += bias[j]
		bits := math.Float32bits(s + 0) // −0 becomes 0
		order := bits ^ uint32(int32(bits)>>31|math.MinInt32)
		key := uint64(order)<<32 | uint64(^uint32(j))
		if s != s {
			key = 0
		}
		best = max(best, key)
	}
	return int(int32(^uint32(best)))
}

// Ranked is a class with its score and its probability, NaN if the model has no link.
type Ranked struct {
	Class              int
	Score, Probability float32
}

// TopK sets dst to the classes with the highest scores, the highest first, of equal ones
// the lower class first, and returns how many there are: len(dst), or the number of
// classes whose score is not NaN if that is less. What is left of dst has class −1 and NaN.
// The first is that of Predict. It allocates nothing. It panics if x does not have Features
// elements.
func (m *Linear) TopK(dst []Ranked, x []float32) int {
	classes := m.weights.Classes()
	if classes <= kernels.MaxRowForm && len(dst) <= fewRanks && m.inputs == nil {
		var scores [kernels.MaxRowForm]float32
		kernels.Score(scores[:classes], x, m.weights)
		return m.info.rank(dst, scores[:classes], nil)
	}
	b := newBuffer(classes)
	defer b.free()
	m.Scores(b.data, x)
	return m.info.rank(dst, b.data, b)
}

// rank is TopK of scores, which it overwrites. It works in b, which it does not need for a few
// ranks of a few scores.
func (i *Info) rank(dst []Ranked, scores []float32, b *buffer) int {
	nan := float32(math.NaN())
	n := 0
	if len(dst) <= fewRanks && len(scores) <= fewScores {
		n = insertRanks(dst, scores)
	} else {
		most := min(len(dst), len(scores))
		b.order = slices.Grow(b.order[:0], most)[:most]
		n = kernels.ArgTopK(b.order, scores)
		for r, class := range b.order[:n] {
			dst[r] = Ranked{class, scores[class], nan}
		}
	}
	for r := n; r < len(dst); r++ {
		dst[r] = Ranked{-1, nan, nan}
	}
	if i.Link != loss.NoLink {
		i.probabilities(scores)
		for r := range dst[:n] {
			dst[r].Probability = scores[dst[r].Class]
		}
	}
	return n
}

// So few ranks of so few scores are found by insertion: 3 of 10 in half the time of
// kernels.ArgTopK, which is for long rows.
const fewRanks, fewScores = 8, 64

// insertRanks sets dst to the highest scores in order and returns how many there are.
func insertRanks(dst []Ranked, scores []float32) (n int) {
	nan := float32(math.NaN())
	for class, s := range scores {
		if s != s || n == len(dst) && (n == 0 || s <= dst[n-1].Score) {
			continue
		}
		if n < len(dst) {
			n++
		}
		r := n - 1
		for ; r > 0 && s > dst[r-1].Score; r-- {
			dst[r] = dst[r-1]
		}
		dst[r] = Ranked{class, s, nan}
	}
	return n
}

// Confidence is what Decide demands of a prediction. The zero value demands nothing.
type Confidence struct {
	// Probability is the least probability of the class.
	Probability float32
	// Margin is the least difference between the score of the class and the next.
	Margin float32
}

// Decide returns the class of Predict if it has the confidence, and −1 otherwise: the
// prediction is rejected. A class whose probability or margin is NaN is rejected if one is
// demanded; the only class of a model has an infinite margin. To demand a probability of a
// model without a link is [ErrNoProbabilities]. Decide allocates nothing. It panics if x
// does not have Features elements.
func (m *Linear) Decide(x []float32, c Confidence) (class int, err error) {
	if err := m.canDecide(c); err != nil {
		return -1, err
	}
	b := newBuffer(m.weights.Classes())
	defer b.free()
	m.Scores(b.data, x)
	return m.info.decide(b.data, c), nil
}

func (m *Linear) canDecide(c Confidence) error {
	if c.Probability != 0 && m.info.Link == loss.NoLink {
		return ErrNoProbabilities
	}
	return nil
}

// decide is Decide of scores, which it overwrites.
func (i *Info) decide(scores []float32, c Confidence) int {
	class := argmax.ArgMax(scores)
	if class < 0 {
		return -1
	}
	if c.Margin != 0 {
		next := math.Inf(-1)
		for j, s := range scores {
			if j != class && (s != s || float64(s) > next) {
				next = float64(s)
			}
		}
		if !(float64(scores[class])-next >= float64(c.Margin)) {
			return -1
		}
	}
	if c.Probability != 0 {
		i.probabilities(scores)
		if !(scores[class] >= c.Probability) {
			return -1
		}
	}
	return class
}

// ByteLinear is a [Linear] whose rows are bytes, such as the pixels of an image. Its
// answers are those of the same numbers in float32, to the bit; see the methods of Linear.
type ByteLinear struct{ model *Linear }

// Bytes returns the model for rows of bytes. (Batches need none: PredictAll and the others
// take rows of either.)
func (m *Linear) Bytes() ByteLinear { return ByteLinear{m} }

// Scores is [Linear.Scores] of bytes.
func (l ByteLinear) Scores(dst []float32, x []uint8) {
	b := l.floats(x)
	defer b.free()
	l.model.Scores(dst, b.data)
}

// Probabilities is [Linear.Probabilities] of bytes.
func (l ByteLinear) Probabilities(dst []float32, x []uint8) error {
	b := l.floats(x)
	defer b.free()
	return l.model.Probabilities(dst, b.data)
}

// Predict is [Linear.Predict] of bytes.
func (l ByteLinear) Predict(x []uint8) int {
	b := l.floats(x)
	defer b.free()
	return l.model.Predict(b.data)
}

// TopK is [Linear.TopK] of bytes.
func (l ByteLinear) TopK(dst []Ranked, x []uint8) int {
	b := l.floats(x)
	defer b.free()
	return l.model.TopK(dst, b.data)
}

// Decide is [Linear.Decide] of bytes.
func (l ByteLinear) Decide(x []uint8, c Confidence) (class int, err error) {
	b := l.floats(x)
	defer b.free()
	return l.model.Decide(b.data, c)
}

func (l ByteLinear) floats(x []uint8) *buffer {
	b := newBuffer(len(x))
	argmax.FromBytes(b.data, x)
	return b
}

// buffer is working memory that calls take turns to use.
type buffer struct {
	data  []float32
	order []int
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// newBuffer returns n elements of whatever they held before.
func newBuffer(n int) *buffer {
	b := buffers.Get().(*buffer)
	b.data = slices.Grow(b.data[:0], n)[:n]
	return b
}

func (b *buffer) free() { buffers.Put(b) }
