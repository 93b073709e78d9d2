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

// A kernel has one of a few signatures; the type that implements kernel for it
// knows the tests.
type kernel interface {
	// conforms compares the kernel of the active ISA with its twin.
	conforms(t *testing.T)
	// golden adds what the kernel of the active ISA makes of a fixed corpus.
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
				// What touches a page that faults fails its test and does not end all.
				// The setting is the goroutine's, which is the test's own.
				debug.SetPanicOnFault(true)
				defer cpu.Use(isa)()
				k.conforms(t)
			})
		}
	}
}

// The test cache does not know variables that are read while packages start, so
// this reads it again: a run that was meant for another ISA fails.
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
