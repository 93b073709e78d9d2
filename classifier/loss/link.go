package loss

import "fmt"

// Link is the function that makes probabilities of scores.
type Link uint8

const (
	NoLink      Link = iota // scores that are compared, and no more, as of margin losses
	SoftmaxLink             // pᵢ = exp(sᵢ) / Σ exp(sⱼ)
	SigmoidLink             // pᵢ = σ(sᵢ) / Σ σ(sⱼ) with σ(s) = 1/(1 + exp(−s)), of one-vs-rest models
)

// Links are all links.
var Links = [...]Link{NoLink, SoftmaxLink, SigmoidLink}

// String returns "none", "softmax" or "sigmoid".
func (l Link) String() string {
	switch l {
	case NoLink:
		return "none"
	case SoftmaxLink:
		return "softmax"
	case SigmoidLink:
		return "sigmoid"
	}
	return fmt.Sprintf("Link(%d)", uint8(l))
}
