package loss_test

import (
	"fmt"

	"github.com/seed842bec00/argmax/classifier/loss"
)

// The test of a loss.
func ExampleCheckGradient() {
	fmt.Println(loss.CheckGradient(loss.Softmax{}, []float32{0.5, -1, 2}, 0))
	// Output: <nil>
}
