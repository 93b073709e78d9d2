//go:build !cblas || !cgo

package fastmath

func Momentum(rate, momentum, decay float32) Update          { return nil }
func Adam(rate, epsilon, beta1, beta2, decay float32) Update { return nil }

var (
	Softmax, SoftmaxFlat, LogSumExp Rows
	CrossEntropy, Hinge             Loss
)
