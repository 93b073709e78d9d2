package meter

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed842bec00/argmax"
)

// With ones the loops return the number of their multiply-adds.
func TestLoopsCount(t *testing.T) {
	for _, isa := range Available() {
		t.Run(isa.String(), func(t *testing.T) {
			l := loopsOf(isa)
			var ones [32]float32
			fill(ones[:], 1)
			start := make([]float32, 512)
			turn := l.fma(1, &ones, start)
			assert.Zero(t, l.fma(0, &ones, start))
			assert.GreaterOrEqual(t, int(turn), 12*4, "accumulators of the narrowest register")
			assert.Zero(t, int(turn)%16)
			assert.Equal(t, 100*turn, l.fma(100, &ones, start))

			x := make([]float32, int(turn)*5)
			fill(x, 1)
			assert.Equal(t, float32(3*2*len(x)), l.fmaLoad(3, 2, x))
			assert.Zero(t, l.fmaLoad(3, 2, nil))
			l.read(3, x[:len(x)&^127])
			l.read(3, nil)
		})
	}
}

func TestMeasure(t *testing.T) {
	for _, isa := range Available() {
		l := Measure(isa)
		t.Logf("%+v", l)
		assert.Positive(t, l.FMA)
		assert.Positive(t, l.LoadFMA)
		assert.Equal(t, runtime.GOARCH == "amd64", l.Clock > 0)
		for level, rate := range l.Read {
			assert.Positive(t, rate, Level(level))
		}
	}
}

// Under an emulator all levels are equally fast, hence the margin; other processes may
// use the core, hence the repetition.
func TestL1IsNotBehindMemory(t *testing.T) {
	for _, isa := range Available() {
		var near, far float64
		for range 5 {
			near, far = ReadBandwidth(isa, L1.samples()[0]), ReadBandwidth(isa, Memory.samples()[0])
			if near >= 0.8*far {
				break
			}
		}
		assert.GreaterOrEqual(t, near, 0.8*far, isa)
	}
}

func TestLevelOf(t *testing.T) {
	assert.Equal(t, L1, LevelOf(0))
	for level := L1; level < Memory; level++ {
		assert.GreaterOrEqual(t, level, LevelOf(level.Bytes()), fmt.Sprint(level))
		assert.Less(t, level, LevelOf(level.Bytes()+1), fmt.Sprint(level))
	}
}

// What is read to measure the last-level cache does not fit into L2, or is half of it.
func TestSamples(t *testing.T) {
	for level := L1; level <= Memory; level++ {
		for i, bytes := range level.samples() {
			assert.Positive(t, bytes)
			if level == L3 && i < len(level.samples())-1 {
				assert.Greater(t, bytes, L2.Bytes())
				assert.Less(t, bytes, L3.Bytes()/2)
			}
		}
	}
	assert.Equal(t, []int{L1.Bytes() / 2}, L1.samples())
}

// An interruption of one loop of arithmetic shows in the mean, and no loop is faster than the
// shortest. Reading memory is compared with what is usual on the machine.
func TestCalibration(t *testing.T) {
	var c Calibration
	s := c.Measure()
	assert.GreaterOrEqual(t, s.Arithmetic, 1.)
	assert.Positive(t, s.Memory)
	assert.IsNonDecreasing(t, c.means)
	assert.Len(t, c.means, 10)
	c.shortest /= 3              // as if the first had been disturbed
	c.means = []float64{1, 1, 1} // in nanoseconds
	s = c.Measure()
	assert.Greater(t, s.Arithmetic, 2.)
	assert.Greater(t, s.Memory, 1000.)
	assert.Equal(t, "1.50 1.00", Slowdown{1.5, 1}.String())
}

func TestTilePeak(t *testing.T) {
	assert.Positive(t, TilePeak(argmax.DotTile))
	assert.Positive(t, TilePeak(argmax.L1DistTile))
}
