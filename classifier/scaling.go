package classifier

import "fmt"

// Scaling says of which features the weights of an [Objective] are: its penalty is that
// of the weights of scaled features. Models have the scaling folded into weights and
// bias. The features are centred, too, unless the bias cannot make up for that: unless
// it is a [FreeBias].
type Scaling uint8

const (
	// Automatic is OneScale for pixels, that is rows that are [Images] or lie in memory as
	// bytes, and PerFeature for all others.
	Automatic Scaling = iota
	// Unscaled leaves features as they are. The penalties of other tools are those of
	// unscaled features.
	Unscaled
	// OneScale divides all features by one number, the square root of the mean of their
	// variances. Penalties then mean the same for pixels and embeddings.
	OneScale
	// PerFeature divides each feature by its standard deviation, as suits columns that
	// are measured in units of their own.
	PerFeature
)

// of returns s, or what Automatic is for rows.
func (s Scaling) of(rows Rows) Scaling {
	if s != Automatic {
		return s
	}
	switch rows.(type) {
	case InPlace[uint8], listed[uint8]:
		return OneScale
	}
	if shapeOf(rows) != (Shape{}) {
		return OneScale
	}
	return PerFeature
}

// shapeOf returns the shape of images, zero if rows are none.
func shapeOf(rows Rows) (s Shape) {
	if images, ok := rows.(Images); ok {
		s.Height, s.Width, s.Channels = images.ImageShape()
	}
	return s
}

// String returns "automatic", "unscaled", "one scale" or "per feature".
func (s Scaling) String() string {
	switch s {
	case Automatic:
		return "automatic"
	case Unscaled:
		return "unscaled"
	case OneScale:
		return "one scale"
	case PerFeature:
		return "per feature"
	}
	return fmt.Sprintf("Scaling(%d)", uint8(s))
}
