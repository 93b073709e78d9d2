package suite

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// Contests name kernels that exist, with all arguments that branches depend on, and the
// count is not below what registers of 512 bits need even for elements of one byte.
func TestKernelsCanBeCounted(t *testing.T) {
	assembly, err := os.ReadFile("../../../kernels_amd64.s")
	require.NoError(t, err)
	program := ports.Parse(assembly)
	for _, op := range Operations() {
		for _, c := range op.Contests() {
			if c.Kernels.Calls == nil {
				continue
			}
			for _, isa := range cpu.Available() {
				if isa.GOARCH() != "amd64" || isa != isa.Base() {
					continue // only assembly for amd64 can be counted
				}
				restore := cpu.Use(isa)
				calls := c.Kernels.Calls()
				restore()
				tally, err := program.Count(isa.Suffix(), calls)
				require.NoError(t, err, "%s/%s", c.Op, c.Name())
				assert.Positive(t, c.Kernels.Elements)
				assert.GreaterOrEqual(t, 64*tally.Decoded, float64(c.Kernels.Elements), "%s/%s with %v", c.Op, c.Name(), isa)
			}
		}
	}
}

func TestInPieces(t *testing.T) {
	call := func(rows int) ports.Call { return ports.Call{Op: "op", Times: 1, Args: ports.Args{"rows": rows}} }
	rows := func(calls []ports.Call) (sum int) {
		for _, c := range calls {
			sum += c.Times * c.Args["rows"]
		}
		return sum
	}
	for n := range 70 {
		assert.Equal(t, n, rows(inPieces(n, 16, call)))
	}
}

// Where ARGMAX_ISA holds argmax to an instruction set, none above it takes part.
func TestMeasuredHoldsArgmax(t *testing.T) {
	op := Operations()[0]
	defer cpu.Use(cpu.Active)()
	for _, active := range cpu.Available() {
		defer cpu.Use(active)()
		for _, e := range op.Contests()[0].Measured(1).Entrants {
			if e.ISA != "" {
				names := []string{}
				for _, isa := range cpu.Available()[slices.Index(cpu.Available(), active):] {
					names = append(names, isa.String())
				}
				assert.Contains(t, append(names, active.Base().String()), e.ISA, "with %v", active)
			}
		}
	}
}
