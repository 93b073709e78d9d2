package argmax

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// A kernelTest is an element of kernels, which is generated from the table in asm. It
// gives a kernel its conformance test and its golden hash.
type kernelTest struct {
	name string
	kernel
	extensions []cpu.ISA
}

// A kernel has one of a few signatures; the type that implements kernel for a signature
// has the tests.
type kernel interface {
	// conforms compares the kernel of the active ISA with its twin.
	conforms(t *testing.T)
	// golden adds the results of the kernel of the active ISA for fixed inputs.
	golden(g *goldenHash)
}

func TestConformance(t *testing.T) {
	for _, isa := range cpu.Available() {
		if isa == cpu.Generic {
			continue
		}
		for _, k := range kernels {
			if isa != isa.Base() && !slices.Contains(k.extensions, isa) {
				continue // the function is that of the base
			}
			t.Run(fmt.Sprintf("%v/%s", isa, k.name), func(t *testing.T) {
				// A fault fails the test that caused it and does not end the process. The
				// setting holds for this goroutine, which runs this test alone.
				debug.SetPanicOnFault(true)
				defer cpu.Use(isa)()
				k.conforms(t)
			})
		}
	}
}

// The test cache ignores environment variables that are read during package
// initialization. This test reads the variable again and fails if the run is for another
// ISA than it asks for.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv(cpu.Variable); force != "" {
		require.NoError(t, ForceError())
		require.Equal(t, force, Active())
	}
}

func TestAvailable(t *testing.T) {
	names := Available()
	assert.Contains(t, names, Active())
	assert.Equal(t, "generic", names[len(names)-1])
}
