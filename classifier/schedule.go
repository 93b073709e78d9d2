package classifier

import (
	"fmt"
	"math"
)

// Schedule is how the learning rate of [SGD] changes in the course of a fit. The factors of
// the types of this package have the same bits on every machine.
type Schedule interface {
	// Factor returns what the learning rate of a step is multiplied by: steps are
	// counted from 0, and there are steps of them in all, in epochs epochs.
	Factor(step, steps, epochs int) float64
}

// Constant is a learning rate that does not change. Steps of small batches then end not
// at the minimum but around it.
type Constant struct{}

// LinearDecay falls linearly from 1 to 0 at the end of the last epoch.
type LinearDecay struct{}

// StepDecay multiplies the learning rate by Factor after every Every epochs, as in K. He and
// others, "Deep residual learning for image recognition", CVPR 2016, by 0.1.
type StepDecay struct {
	Every int     // epochs, at least 1
	By    float64 // at least 0 and at most 1
}

// CosineDecay falls from 1 to 0 along half a cosine, ½(1 + cos(π·step/steps)) (I.
// Loshchilov and F. Hutter, "SGDR: Stochastic gradient descent with warm restarts", ICLR
// 2017, without restarts).
type CosineDecay struct{}

// InverseDecay falls as 1/t: 1/(1 + Rate·t) after t epochs, of which fractions count. For
// a penalty of λΣW² and a learning rate of η, a Rate of 2λη·(steps of an epoch) is that of L. Bottou,
// "Stochastic gradient descent tricks", Neural Networks: Tricks of the Trade, 2012, with
// which plain gradient descent converges.
type InverseDecay struct{ Rate float64 } // 0 or more

// WarmUp rises linearly to 1 in the first epochs, and then is another schedule of the
// epochs that are left (P. Goyal and others, "Accurate, large minibatch SGD: training ImageNet in 1 hour",
// 2017).
type WarmUp struct {
	Epochs int
	Then   Schedule // nil means LinearDecay
}

// Factor returns 1.
func (Constant) Factor(step, steps, epochs int) float64 { return 1 }

// Factor returns 1 − step/steps.
func (LinearDecay) Factor(step, steps, epochs int) float64 {
	return float64(steps-step) / float64(steps)
}

// Factor returns a power of By.
func (s StepDecay) Factor(step, steps, epochs int) float64 {
	factor := 1.0
	for range epochOf(step, steps, epochs) / s.Every {
		factor = float64(factor * s.By)
	}
	return factor
}

// Factor returns ½(1 + cos(π·step/steps)).
func (CosineDecay) Factor(step, steps, epochs int) float64 {
	c := cosineOfRightAngle(float64(step) / float64(steps))
	return float64(c * c)
}

// Factor returns 1/(1 + Rate·t).
func (s InverseDecay) Factor(step, steps, epochs int) float64 {
	t := float64(step) * float64(epochs) / float64(steps)
	return 1 / (1 + float64(s.Rate*t))
}

// Factor returns the part of the first epochs that the step has reached, or that of Then.
func (s WarmUp) Factor(step, steps, epochs int) float64 {
	warm := steps / epochs * min(s.Epochs, epochs)
	switch {
	case step < warm:
		return float64(step+1) / float64(warm+1)
	case s.Then == nil:
		return LinearDecay{}.Factor(step-warm, steps-warm, epochs-s.Epochs)
	}
	return s.Then.Factor(step-warm, steps-warm, epochs-s.Epochs)
}

// epochOf returns the epoch of a step, counted from 0.
func epochOf(step, steps, epochs int) int { return step / (steps / epochs) }

// checkSchedule returns an error if there is no such schedule.
func checkSchedule(s Schedule) error {
	switch s := s.(type) {
	case StepDecay:
		if s.Every < 1 || !(s.By >= 0 && s.By <= 1) {
			return fmt.Errorf("classifier: the learning rate decays by %v after every %d epochs, want at most 1 and at least 1", s.By, s.Every)
		}
	case InverseDecay:
		if !(s.Rate >= 0) || math.IsInf(s.Rate, 1) {
			return fmt.Errorf("classifier: the learning rate decays as 1/(1 + %v·t), want 0 or more", s.Rate)
		}
	case WarmUp:
		if s.Epochs < 0 {
			return fmt.Errorf("classifier: %d epochs to warm up", s.Epochs)
		}
		return checkSchedule(s.Then)
	}
	return nil
}

// cosineOfRightAngle returns cos(x·π/2) for x from 0 to 1, to an error of 1e-15: by the Taylor
// series, every operation rounded. That of package math differs from machine to machine.
func cosineOfRightAngle(x float64) float64 {
	angle := float64(x * (math.Pi / 2))
	square := float64(angle * angle)
	sum := 1.0
	for n := 22.0; n > 0; n -= 2 {
		sum = 1 - float64(square*sum)/(n*(n-1))
	}
	return sum
}
