package play

import (
	"context"
	"math"

	"github.com/seed842bec00/argmax"
)

// workedBody is the largest request for the worked example.
const workedBody = 1 << 12

// The worked example has the sizes of the lecture's.
const (
	workedPixels  = 4
	workedClasses = 3
	mostWorked    = 1e6 // the largest of its numbers
)

// workedRequest asks for the losses of one image of four pixels.
type workedRequest struct {
	Pixels [workedPixels]float32                `json:"pixels"`
	W      [workedClasses][workedPixels]float32 `json:"w"`
	B      [workedClasses]float32               `json:"b"`
	Label  int                                  `json:"label"`
	Margin float32                              `json:"margin"` // of the hinge
}

func (q *workedRequest) check() error {
	if q.Label < 0 || q.Label >= workedClasses {
		return invalid("label %d of %d classes", q.Label, workedClasses)
	}
	numbers := append(append(q.Pixels[:], q.B[:]...), q.Margin)
	for _, w := range q.W {
		numbers = append(numbers, w[:]...)
	}
	for _, v := range numbers {
		if !(abs(v) <= mostWorked) {
			return invalid("%v: want a number of at most %v", v, float32(mostWorked))
		}
	}
	return nil
}

// workedAnswer has each step from scores to losses.
type workedAnswer struct {
	Scores    [workedClasses]float32 `json:"scores"` // Wx + b
	Predicted int                    `json:"predicted"`
	hinge
	softmaxSteps
}

type hinge struct {
	Terms      [workedClasses]float32 `json:"terms"`      // max(0, sⱼ − s_y + margin); 0 for the label
	Hinge      float32                `json:"hinge"`      // their sum
	HingeSlope [workedClasses]float32 `json:"hingeSlope"` // its gradient by the scores
}

type softmaxSteps struct {
	Exponentials  [workedClasses]*float32 `json:"exponentials"` // of the scores; null if that is no float32
	Shifted       [workedClasses]float32  `json:"shifted"`      // scores minus the largest
	Unnormalized  [workedClasses]float32  `json:"unnormalized"` // the exponentials of these
	Sum           float32                 `json:"sum"`          // of these
	Probabilities [workedClasses]float32  `json:"probabilities"`
	LogSumExp     float32                 `json:"logSumExp"`
	CrossEntropy  float32                 `json:"crossEntropy"`
	SoftmaxSlope  [workedClasses]float32  `json:"softmaxSlope"` // its gradient by the scores
}

// worked answers the worked example.
func (s *server) worked(_ context.Context, q *workedRequest) (a workedAnswer, err error) {
	if err := q.check(); err != nil {
		return a, err
	}
	var w []float32
	for _, row := range q.W {
		w = append(w, row[:]...)
	}
	argmax.ScoreRows(a.Scores[:], q.Pixels[:], argmax.Strided[float32]{Data: w, Stride: workedPixels})
	argmax.Axpy(a.Scores[:], q.B[:], 1)
	a.Predicted = argmax.ArgMax(a.Scores[:])
	a.hinge = hingeOf(a.Scores, q.Label, q.Margin)
	a.softmaxSteps = softmaxOf(a.Scores, q.Label)
	return a, nil
}

// hingeOf returns the hinge loss. Each of its terms is the loss of two classes alone.
func hingeOf(scores [workedClasses]float32, label int, margin float32) (h hinge) {
	for j, s := range scores {
		if j != label {
			var gradient [2]float32
			h.Terms[j] = argmax.Hinge(gradient[:], []float32{scores[label], s}, 0, margin, 1)
		}
	}
	h.Hinge = argmax.Hinge(h.HingeSlope[:], scores[:], label, margin, 1)
	return h
}

// softmaxOf returns the steps of the softmax, and its loss.
func softmaxOf(scores [workedClasses]float32, label int) (p softmaxSteps) {
	exponentials := make([]float32, workedClasses)
	argmax.Exp(exponentials, scores[:])
	for j, e := range exponentials {
		if !math.IsInf(float64(e), 1) {
			p.Exponentials[j] = &exponentials[j]
		}
	}
	largest := argmax.Max(scores[:])
	for j, s := range scores {
		p.Shifted[j] = s - largest
	}
	argmax.Exp(p.Unnormalized[:], p.Shifted[:])
	p.Sum = argmax.Sum(p.Unnormalized[:])
	argmax.Softmax(p.Probabilities[:], scores[:])
	p.LogSumExp = argmax.LogSumExp(scores[:])
	p.CrossEntropy = argmax.CrossEntropy(p.SoftmaxSlope[:], scores[:], label, 1)
	return p
}
