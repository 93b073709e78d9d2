package cpu

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChoose(t *testing.T) {
	have := []ISA{AVX512, AVX2, Generic}
	for _, c := range []struct {
		force   string
		want    ISA
		problem string
	}{
		{"", AVX512, ""},
		{"avx512", AVX512, ""},
		{"avx2", AVX2, ""},
		{"generic", Generic, ""},
		{"neon", AVX512, "ARGMAX_ISA=neon: not available on this processor; available here: avx512, avx2, generic"},
		{"AVX2", AVX512, "ARGMAX_ISA=AVX2: unknown; available here: avx512, avx2, generic"},
		{"sse", AVX512, "ARGMAX_ISA=sse: unknown; available here: avx512, avx2, generic"},
	} {
		got, err := choose(c.force, have)
		assert.Equal(t, c.want, got, "force %q", c.force)
		if c.problem == "" {
			assert.NoError(t, err)
		} else {
			assert.EqualError(t, err, c.problem)
		}
	}
}

func TestBase(t *testing.T) {
	for i := range isas {
		isa := ISA(i)
		assert.Equal(t, isa.Base(), isa.Base().Base())
		assert.True(t, strings.HasPrefix(isa.String(), isa.Base().String()), isa)
		for _, feature := range isas[isa.Base()].features {
			assert.Contains(t, isas[i].features, feature, "%v extends %v", isa, isa.Base())
		}
	}
}

// This package can detect every feature that the table names.
func TestFeaturesAreKnown(t *testing.T) {
	needed := map[string]bool{}
	for _, isa := range isas {
		if isa.goarch != runtime.GOARCH {
			continue
		}
		for _, feature := range isa.features {
			assert.Contains(t, features, feature, isa.name)
			needed[feature] = true
		}
	}
	for feature := range features {
		assert.True(t, needed[feature], "%s: no ISA needs it", feature)
	}
}

func TestUseRestores(t *testing.T) {
	before := Active
	for _, isa := range Available() {
		restore := Use(isa)
		assert.Equal(t, isa, Active)
		restore()
		assert.Equal(t, before, Active)
	}
}

// The test cache does not notice variables that are read while packages are
// initialized, so this reads ARGMAX_ISA again: a cached run for another ISA fails.
func TestEnvironmentIsObeyed(t *testing.T) {
	if force := os.Getenv(Variable); force != "" {
		require.NoError(t, ForceErr())
		require.Equal(t, force, Active.String())
	}
}
