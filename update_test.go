package argmax

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUpdatePanics(t *testing.T) {
	x := make([]float32, 16)
	a, b, c, d := x[:4], x[4:8], x[8:12], x[12:]
	for message, f := range map[string]func(){
		"argmax: SGD of lengths 4 and 3":       func() { SGD(a, b[:3], 1, 0) },
		"argmax: SGD: w overlaps g":            func() { SGD(a, a, 1, 0) },
		"argmax: Momentum of lengths 4 and 16": func() { Momentum(a, x, c, 1, 0, 0) },
		"argmax: Momentum: v overlaps g":       func() { Momentum(a, b, x[5:9], 1, 0, 0) },
		"argmax: Nesterov of lengths 4 and 0":  func() { Nesterov(a, b, nil, 1, 0, 0) },
		"argmax: Nesterov: w overlaps v":       func() { Nesterov(a, x[3:7], c, 1, 0, 0) },
		"argmax: Adam of lengths 4 and 5":      func() { Adam(a, b, c, x[:5], AdamStep{}) },
		"argmax: Adam: m overlaps v":           func() { Adam(a, b, b, d, AdamStep{}) },
		"argmax: NewAdamStep: step 0 with beta1 0.5 and beta2 0.5, want 1 or more, and from 0 to less than 1": func() { NewAdamStep(0, 1, 0.5, 0.5, 0, 0) },
		"argmax: NewAdamStep: step 1 with beta1 1 and beta2 0.5, want 1 or more, and from 0 to less than 1":   func() { NewAdamStep(1, 1, 1, 0.5, 0, 0) },
		"argmax: NewAdamStep: step 1 with beta1 0 and beta2 NaN, want 1 or more, and from 0 to less than 1":   func() { NewAdamStep(1, 1, 0, nan, 0, 0) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

// The definitions written again, element by element, for vectors that are processed in
// pieces.
func TestUpdatesByDefinition(t *testing.T) {
	s := newSource(84)
	for _, n := range []int{0, 1, 15, 16, 17, 100, maxUpdate - 1, maxUpdate, maxUpdate + 1, 2*maxUpdate + 35} {
		for m := range moods {
			rate, momentum, decay := s.value(m), s.value(m), s.value(m)
			step := NewAdamStep(1+s.below(1000), rate, 0.9, 0.999, 1e-8, decay)
			for name, c := range map[string]struct {
				states int
				call   func(w, m, v, g []float32)
				define func(w, m, v, g float32) (float32, float32, float32)
			}{
				"SGD": {1,
					func(w, _, _, g []float32) { SGD(w, g, rate, decay) },
					func(w, m, v, g float32) (float32, float32, float32) {
						return fma32(-rate, fma32(decay, w, g), w), m, v
					},
				},
				"Momentum": {2,
					func(w, m, _, g []float32) { Momentum(w, m, g, rate, momentum, decay) },
					func(w, m, v, g float32) (float32, float32, float32) {
						m = fma32(momentum, m, fma32(decay, w, g))
						return fma32(-rate, m, w), m, v
					},
				},
				"Nesterov": {2,
					func(w, m, _, g []float32) { Nesterov(w, m, g, rate, momentum, decay) },
					func(w, m, v, g float32) (float32, float32, float32) {
						g = fma32(decay, w, g)
						m = fma32(momentum, m, g)
						return fma32(-rate, fma32(momentum, m, g), w), m, v
					},
				},
				"Adam": {3,
					func(w, m, v, g []float32) { Adam(w, m, v, g, step) },
					func(w, m, v, g float32) (float32, float32, float32) {
						g = fma32(decay, w, g)
						m = fma32(0.9, m, float32((1-float32(0.9))*g))
						v = fma32(0.999, v, float32(float32((1-float32(0.999))*g)*g))
						root := float32(math.Sqrt(float64(v)))
						return fma32(-step.rate, m/float32(root+step.epsilon), w), m, v
					},
				},
			} {
				var start, want, got [4][]float32
				for i := range start {
					start[i] = s.values(n, m)
					want[i], got[i] = slices.Clone(start[i]), slices.Clone(start[i])
				}
				for i := range n {
					want[0][i], want[1][i], want[2][i] = c.define(start[0][i], start[1][i], start[2][i], start[3][i])
				}
				c.call(got[0], got[1], got[2], got[3])
				for i := range got {
					at := firstDifference(got[i], want[i])
					require.Negativef(t, at, "%s of %d, mood %d, vector %d, element %d", name, n, m, i, at)
				}
			}
		}
	}
}

// The difference from float64: every operation adds unit times the magnitude of its
// result, and slack covers products of such errors.
func TestUpdatesAgainstFloat64(t *testing.T) {
	const slack = 1.01
	s := newSource(85)
	for range 20000 {
		w32, m32, v32, g32 := s.value(plain), s.value(plain), abs(s.value(plain)), s.value(plain)
		w, m, v, g := float64(w32), float64(m32), float64(v32), float64(g32)
		const rate, momentum, decay = 0x1p-5, 0.875, 0x1p-9 // exact in float32
		near := func(name string, want, bound float64, got float32) {
			require.InDelta(t, want, got, slack*(bound+unit*math.Abs(want)), "%s: w %v, m %v, v %v, g %v", name, w, m, v, g)
		}
		decayed := decay*w + g
		errDecayed := unit * math.Abs(decayed)

		ws := []float32{w32}
		SGD(ws, []float32{g32}, rate, decay)
		near("SGD", w-rate*decayed, rate*errDecayed, ws[0])

		velocity := momentum*m + decayed
		errVelocity := errDecayed + unit*math.Abs(velocity)
		ws, vs := []float32{w32}, []float32{m32}
		Momentum(ws, vs, []float32{g32}, rate, momentum, decay)
		near("velocity", velocity, errDecayed, vs[0])
		near("Momentum", w-rate*velocity, rate*errVelocity, ws[0])

		ahead := momentum*velocity + decayed
		errAhead := momentum*errVelocity + errDecayed + unit*math.Abs(ahead)
		ws, vs = []float32{w32}, []float32{m32}
		Nesterov(ws, vs, []float32{g32}, rate, momentum, decay)
		near("Nesterov", w-rate*ahead, rate*errAhead, ws[0])

		const beta1, beta2, epsilon = 0.875, 1 - 0x1p-10, 0x1p-26
		count := 1 + s.below(5000)
		correction := math.Sqrt(1 - math.Pow(beta2, float64(count)))
		alpha, eps := rate*correction/(1-math.Pow(beta1, float64(count))), epsilon*correction
		mean := beta1*m + (1-beta1)*decayed
		errMean := (1-beta1)*(errDecayed+unit*math.Abs(decayed)) + unit*math.Abs(mean)
		square := beta2*v + (1-beta2)*decayed*decayed
		errSquare := (1-beta2)*math.Abs(decayed)*(2*errDecayed+2*unit*math.Abs(decayed)) + unit*square
		root := math.Sqrt(square)
		errBelow := errSquare/(2*root) + unit*root + unit*eps + unit*(root+eps)
		quotient := mean / (root + eps)
		errQuotient := (errMean+math.Abs(quotient)*errBelow)/(root+eps) + unit*math.Abs(quotient)
		ws, ms, vs := []float32{w32}, []float32{m32}, []float32{v32}
		Adam(ws, ms, vs, []float32{g32}, NewAdamStep(count, rate, beta1, beta2, epsilon, decay))
		near("mean", mean, errMean, ms[0])
		near("mean of squares", square, errSquare, vs[0])
		near("Adam", w-alpha*quotient, alpha*(errQuotient+unit*math.Abs(quotient)), ws[0])
	}
}

func TestNewAdamStep(t *testing.T) {
	first := NewAdamStep(1, 0.5, 0.75, 0.9375, 4, 2)
	assert.Equal(t, AdamStep{rate: 0.5 * 0.25 / 0.25, epsilon: 1, beta1: 0.75, beta2: 0.9375, decay: 2}, first)
	late := NewAdamStep(1<<30, 0.5, 0.75, 0.9375, 4, 2)
	assert.Equal(t, AdamStep{rate: 0.5, epsilon: 4, beta1: 0.75, beta2: 0.9375, decay: 2}, late)
	for n := range 2000 {
		assert.InEpsilon(t, math.Pow(0.999, float64(n)), power(0.999, n), float64(n+1)*0x1p-52)
	}
}

// At the first step the corrected moments are the gradient and its square, so Adam moves
// every weight by the rate, whatever the size of its gradient.
func TestAdamMovesByTheRate(t *testing.T) {
	w, m, v, g := make([]float32, 4), make([]float32, 4), make([]float32, 4), []float32{1e-3, -1, 40, -1e6}
	Adam(w, m, v, g, NewAdamStep(1, 0.001, 0.9, 0.999, 1e-8, 0))
	assert.InDeltaSlice(t, []float32{-0.001, 0.001, -0.001, 0.001}, w, 1e-7)
}

func TestSoftThreshold(t *testing.T) {
	for _, c := range []struct{ x, t, want float32 }{
		{3, 1, 2},
		{-3, 1, -2},
		{1, 1, 0},
		{-1, 1, 0},
		{0.5, 1, 0},
		{-0.5, 1, 0},
		{0, 1, 0},
		{negZero, 1, 0},
		{0, 0, 0},
		{negZero, 0, 0},
		{0, negZero, 0},
		{negZero, negZero, 0},
		{-7, 0, -7},
		{7, 0, 7},
		{math.SmallestNonzeroFloat32, 0, math.SmallestNonzeroFloat32},
		{-math.SmallestNonzeroFloat32, 0, -math.SmallestNonzeroFloat32},
		{inf, 1, inf},
		{-inf, 1, -inf},
		{1, inf, 0},
		{inf, inf, nan},
		{nan, 1, nan},
		{nan, inf, nan},
	} {
		x := slices.Repeat([]float32{c.x}, 3*lanes+5)
		SoftThreshold(x, c.t)
		for i, v := range x {
			require.Truef(t, same(c.want, v), "%v by %v, element %d: got %v, want %v", c.x, c.t, i, v, c.want)
		}
	}
	for _, threshold := range []float32{-1, nan} {
		assert.Panics(t, func() { SoftThreshold(nil, threshold) })
	}
	assert.PanicsWithValue(t, "argmax: SoftThreshold by -1, want 0 or more", func() { SoftThreshold(nil, -1) })
}

// The step is the proximal operator: it minimizes ½(y − x)² + t·|y| over y.
func TestSoftThresholdIsProximal(t *testing.T) {
	s := newSource(83)
	for range 1000 {
		x, threshold := s.value(plain), abs(s.value(plain))
		got := []float32{x}
		SoftThreshold(got, threshold)
		cost := func(y float64) float64 {
			d := y - float64(x)
			return d*d/2 + float64(threshold)*math.Abs(y)
		}
		y := float64(got[0])
		for _, step := range []float64{1e-3, -1e-3, 1, -1} {
			require.LessOrEqual(t, cost(y), cost(y+step), "%v by %v", x, threshold)
		}
	}
}

// hardRoots are the numbers of two binades whose roots lie closest to halfway between two
// float32: within 2⁻¹⁹ of the distance of these.
func hardRoots() (vs []float32) {
	for i := range uint32(1 << 24) {
		v := math.Float32frombits(0x3f800000 + i)
		if x := math.Sqrt(float64(v)) * 0x1p23; math.Abs(x-math.Floor(x)-0.5) < 0x1p-19 {
			vs = append(vs, v)
		}
	}
	return vs
}

// The assembly for amd64 makes roots of approximations of 1/√v. It ends in one rounding of
// s + r·h, where s is a root within two of the last bits, r = v − s·s without an error, and
// h is 1/(2s) within 2⁻²²: an error below 2⁻²⁰ of the last bit, which does not matter unless
// a root is that close to halfway. For those, all approximations are tried that are as close
// as instructions promise: 2⁻¹⁴ with AVX-512, 1.5·2⁻¹² with AVX2.
func TestRootsFromApproximations(t *testing.T) {
	if testing.Short() || os.Getenv("ARGMAX_EMULATED") != "" {
		t.Skip("takes 2²⁴ roots")
	}
	better := func(s, h float32) (e, half float32) {
		e = fma32(-s, h, 0.5)
		return e, fma32(e, h, h)
	}
	root := func(v, s, h float32) float32 {
		e, h := better(s, h)
		s = fma32(e, s, s)
		return fma32(fma32(-s, s, v), h, s)
	}
	for _, v := range hardRoots() {
		want, exact := sqrt(v), 1/math.Sqrt(float64(v))
		for name, c := range map[string]struct {
			within float64
			root   func(y float32) float32
		}{
			"AVX-512": {0x1p-14, func(y float32) float32 { return root(v, v*y, y/2) }},
			"AVX2": {1.5 * 0x1p-12, func(y float32) float32 {
				_, h := better(v*y, y/2)
				return root(v, (h+h)*v, h)
			}},
		} {
			last := float32(exact * (1 + c.within))
			for y := float32(exact * (1 - c.within)); y <= last; y = math.Nextafter32(y, 2) {
				if got := c.root(y); got != want {
					t.Fatalf("%s: the root of %x from %x is %x, want %x", name, v, y, got, want)
				}
			}
		}
	}
}

// With m = √v, the quotient m/√v is 1 if the root is right, and only then.
func TestAdamRoots(t *testing.T) {
	vs := []float32{0x1p-149, 0x1.8p-140, 0x1p-126, 0x1.fffffep-71, 0x1p-70, 0x1.000002p-70, 0x1.fffffep127, 1}
	for _, v := range []float32{1, 0x1.000002p0, 0x1.000006p0, 0x1.f82294p0, 0x1.fffffep0, 0x1.fffffcp1, 0x1.fffffep1} {
		for e := -148; e < 127; e++ {
			vs = append(vs, float32(math.Ldexp(float64(v), e)))
		}
	}
	n := len(vs)
	for _, zeros := range []int{n, 5} { // zeros take no detour
		w, m, v := make([]float32, n), make([]float32, n), slices.Clone(vs)
		want := make([]float32, n)
		for j := range v {
			want[j], m[j] = 1, sqrt(v[j])
			if j%zeros == 1 {
				v[j], m[j], want[j] = 0, 1, inf
			}
		}
		adam(w, m, v, make([]float32, n), 1, 0, 1, 0, 1, 0, 0)
		assert.Equal(t, want, w)
	}
	w, m := make([]float32, 17), slices.Repeat([]float32{1}, 17)
	adam(w, m, []float32{inf, nan, -1, 16: 4}, make([]float32, 17), 1, 0, 1, 0, 1, 0, 0)
	assert.Zero(t, w[0])
	assert.True(t, w[1] != w[1] && w[2] != w[2])
	assert.Equal(t, []float32{inf, 0.5}, []float32{w[3], w[16]})
}
