package argmax_test

import (
	"fmt"
	"slices"

	"github.com/seed842bec00/argmax"
)

func ExampleActive() {
	fmt.Println(slices.Contains(argmax.Available(), argmax.Active()))
	// Output: true
}

func ExampleAvailable() {
	isas := argmax.Available() // the best first
	fmt.Println(isas[len(isas)-1])
	// Output: generic
}

func ExampleForceError() {
	if err := argmax.ForceError(); err != nil {
		fmt.Println(err)
	}
	// Output:
}
