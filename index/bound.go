package index

import (
	"math"

	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/kernels"
)

// Proposals are float32; what follows bounds how far they are from the distances by
// definition. Let u = 2⁻²⁴ be the unit roundoff of float32, η = 2⁻¹⁵⁰ the largest error
// of an operation that underflows, γ(m) = mu/(1 − mu), d the number of columns, and |x|
// the Euclidean length of x. Rows and queries that are not regular (see regular) are
// decided without a proposal, so nothing overflows below.
//
// # Sums of distances
//
// A row kernel rounds each difference, relatively by at most u, and adds terms to one of
// 16 lanes, ⌈d/16⌉ roundings, which takes 4 more to reduce. No term is negative, so that
// the errors are relative to the result:
//
//	L2    v = D·(1 + θ) + 2dη,  |θ| ≤ γ(⌈d/16⌉ + 6)
//	L1    v = D·(1 + θ),        |θ| ≤ γ(⌈d/16⌉ + 5)
//	LInf  v = D·(1 + θ),        |θ| ≤ u
//
// since a square counts the error of a difference twice, and only squares underflow. So
// D lies within v·(1 ± ρ) ± ν, where ρ = 1.02·(⌈d/16⌉ + 8)·u and ν = (2d + 64)·2⁻¹⁴⁹.
//
// # Products
//
// The inner product g of a query x and a row y is a sum of fma, in the chain form, over
// the elements of a block, or in the row form. So with m = max(min(d, KC), ⌈d/16⌉ + 4)
//
//	|g − x·y| ≤ γ(m)·Σ|xᵢyᵢ| + 2dη ≤ γ(m)·|x|·|y| + 2dη
//
// The ⌈d/KC⌉ = B blocks are added to what the accumulator held before, multiplied by
// α = −1 or −2. (Row by row, it is the other way round.) It held what makes the result
// negative exactly for distances below a limit, the excess:
//
//	L2            e = |y|² + V·|y| + W − 2·x·y   W = |x|² − limit   V = −κ·|x|
//	InnerProduct  e =        V·|y| + W −   x·y   W = −limit         V = −κ·|x|
//	Cosine        e =        V·|y|     −   x·y                      V = (1 − limit − ε)·|x|
//
// With B + 2 additions, and the inputs rounded to float32, the computed e differs from
// the exact one by at most
//
//	|α|·γ(m + B + 2)·|x|·|y| + γ(B + 6)·(|y|² + |W| + |V|·|y|) + (2d + 64)·2⁻¹⁴⁹
//
// (|y|² with L2 only). So with κ = 1.02·|α|·(m + B + 8)·u, β = 1.02·(B + 8)·u and
// err = κ·|x|·|y| + β·(|y|² + |W|) + ν, and with W less by β·(|y|² + |W|) + ν,
//
//	e ≤ D − limit ≤ e + 2·err
//
// for L2 and InnerProduct. Cosine is divided by |x|·|y|: with ε = κ + 4β, since |V| is
// at most 1.1·|x|,
//
//	e/(|x|·|y|) ≤ D − limit ≤ e/(|x|·|y|) + 2ε
//
// # What the factors cover
//
// The factor 1.02 covers γ(m) − mu, which is below 0.01·mu as long as d ≤ 2²¹
// (maxColumns), products of errors, and the lengths, which are rounded to float32. The
// definition has errors of its own, as have the conversions here, which compute in
// float64. They are at most δ·(|x|² + |y|²) or δ·|x|·|y|, where δ = (d + 256)·2⁻⁵²; the
// former is added to err, the latter is less than a unit of the 8 in κ.
type bounds struct {
	metric         kernels.Metric
	rho, nu        float64 // ρ and ν
	kappa, beta    float64 // κ and β
	epsilon, delta float64 // ε and δ
}

// maxColumns is how long rows may be that are proposed.
const maxColumns = 1 << 21

func newBounds(metric kernels.Metric, columns int) bounds {
	const u, slack = 0x1p-24, 1.02
	d := float64(columns)
	b := bounds{
		metric: metric,
		rho:    slack * (math.Ceil(d/16) + 8) * u,
		nu:     (2*d + 64) * 0x1p-149,
		delta:  (d + 256) * 0x1p-52,
	}
	blocks := math.Ceil(d / argmax.KC)
	b.kappa = slack * (max(min(d, argmax.KC), math.Ceil(d/16)+4) + blocks + 8) * u
	if metric == kernels.L2 {
		b.kappa *= 2
	}
	b.beta = slack * (blocks + 8) * u
	b.epsilon = b.kappa + 4*b.beta
	return b
}

// regular reports whether a vector of this squared length may be proposed: nothing
// overflows, and what underflows is below the bounds. Others are decided at once.
func (b *bounds) regular(square float64) bool {
	const smallest, largest = 0x1p-80, 0x1p120
	switch b.metric {
	case kernels.L1, kernels.LInf: // nothing underflows
		return square <= largest
	}
	return square == 0 || smallest <= square && square <= largest
}

// within returns between which bounds a distance lies that a row kernel computed as v.
func (b *bounds) within(v float32) (low, high float64) {
	switch b.metric {
	case kernels.L2:
		return float64(v)*(1-b.rho) - b.nu, float64(v)*(1+b.rho) + b.nu
	default:
		return float64(v) * (1 - b.rho), float64(v) * (1 + b.rho)
	}
}

// ofProduct is within for an inner product g. The lengths of its sides have the product
// given.
func (b *bounds) ofProduct(g float32, lengths float64) (low, high float64) {
	if b.metric == InnerProduct {
		err := b.kappa*lengths + b.nu
		return -float64(g) - err, -float64(g) + err
	}
	if lengths == 0 {
		return 1, 1
	}
	cosine, err := float64(g)/lengths, b.epsilon+b.nu/lengths
	return 1 - cosine - err, 1 - cosine + err
}

// most returns a bound on what a row kernel computes for distances below a limit.
func (b *bounds) most(limit float64) float32 {
	return above((max(limit, 0) + b.nu) * (1 + 2*b.rho))
}

// above returns x rounded up.
func above(x float64) float32 {
	v := float32(x)
	if float64(v) < x {
		return math.Nextafter32(v, float32(math.Inf(1)))
	}
	return v
}

// A test is what makes an excess of a product: see bounds.
type test struct {
	length, square float64 // |x| and |x|²
	limit          float64 // no larger than what a distance can be
	slope, shift   float32 // V and W
}

// newTest returns the test of a query. No row is longer than longest.
func (b *bounds) newTest(square, limit, longest float64) test {
	t := test{length: math.Sqrt(square), square: square}
	switch b.metric {
	case kernels.L2:
		farthest := 1.01 * float64((t.length+longest)*(t.length+longest))
		t.limit = max(-farthest, min(limit, farthest))
		w := square - t.limit
		t.slope = float32(-b.kappa * t.length)
		t.shift = float32(w - float64(b.beta*math.Abs(w)) - float64(b.delta*square) - b.nu)
	case kernels.InnerProduct:
		farthest := 1.01 * float64(t.length*longest)
		t.limit = max(-farthest, min(limit, farthest))
		t.slope = float32(-b.kappa * t.length)
		t.shift = float32(-t.limit - float64(b.beta*math.Abs(t.limit)) - b.nu)
	case kernels.Cosine:
		t.limit = max(-0.01, min(limit, 2.01))
		t.slope = float32((1 - t.limit - b.epsilon) * t.length)
	}
	return t
}

// lowered returns what of the squared length of a row goes into the excess of L2.
func (b *bounds) lowered(square float64) float32 {
	return float32(square * (1 - b.beta - b.delta))
}

// interval returns between which bounds the distance of a row lies that has the excess
// e and the length and squared length given.
func (b *bounds) interval(t *test, e, length, square float64) (low, high float64) {
	scale, err := 1.0, b.epsilon
	switch b.metric {
	case kernels.L2:
		err = b.kappa*t.length*length + b.beta*(square+math.Abs(t.square-t.limit)) + b.delta*(t.square+square) + b.nu
	case kernels.InnerProduct:
		err = b.kappa*t.length*length + b.beta*math.Abs(t.limit) + b.nu
	case kernels.Cosine:
		if scale = t.length * length; scale == 0 {
			return 1, 1
		}
	}
	low = t.limit + e/scale
	return low, low + 2*err
}
