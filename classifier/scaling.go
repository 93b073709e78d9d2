package classifier

import "fmt"

// Scaling says of which features the weights of an [Objective] are: its penalty is that
// of the weights of scaled features. Models have the scaling folded into weights and
// bias. The features are centred, too, unless the bias cannot make up for that: unless
// it is a [FreeBias].
type Scaling uint8

const (
	// Unscaled leaves features as they are.
	Unscaled Scaling = iota
	// OneScale divides all features by one number, the square root of the mean of their
	// variances. Penalties then mean the same for pixels and embeddings.
	OneScale
	// PerFeature divides each feature by its standard deviation, as suits columns that
	// are measured in units of their own.
	PerFeature
)

// String returns "unscaled", "one scale" or "per feature".
func (s Scaling) String() string {
	switch s {
	case Unscaled:
		return "unscaled"
	case OneScale:
		return "one scale"
	case PerFeature:
		return "per feature"
	}
	return fmt.Sprintf("Scaling(%d)", uint8(s))
}
