package dataset

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// Stratified splits examples into n chosen at random and the rest, both with the
// proportions of the classes. Of a class with m examples, n·m/Len are chosen, rounded up
// for the classes with the largest remainders, on ties the lower class, and down for the
// others, so that the sum is n. Both keep the order of the examples, and are copies. The
// same seed gives the same split. It panics unless 0 ≤ n ≤ Len and every row has a label.
func Stratified[E Examples](ex E, n int, seed uint64) (chosen, rest E) {
	if n < 0 || n > ex.Len() {
		panic(fmt.Sprintf("dataset: Stratified: %d examples of %d", n, ex.Len()))
	}
	labels := ex.Labels()
	if len(labels) != ex.Len() {
		panic(fmt.Sprintf("dataset: Stratified: %d labels for %d examples", len(labels), ex.Len()))
	}
	members := make([][]int, len(ex.Classes()))
	for i, label := range labels {
		members[label] = append(members[label], i)
	}
	counts := apportion(n, members)

	random := rand.New(rand.NewPCG(seed, 0))
	var in, out []int
	for c, m := range members {
		random.Shuffle(len(m), func(i, j int) { m[i], m[j] = m[j], m[i] })
		in, out = append(in, m[:counts[c]]...), append(out, m[counts[c]:]...)
	}
	slices.Sort(in)
	slices.Sort(out)
	return ex.subset(in).(E), ex.subset(out).(E)
}

// apportion divides n among the classes by the method of largest remainders.
func apportion(n int, members [][]int) []int {
	total := uint64(0)
	for _, m := range members {
		total += uint64(len(m))
	}
	counts := make([]int, len(members))
	if total == 0 {
		return counts
	}
	remainders := make([]uint64, len(members))
	order := make([]int, len(members))
	left := n
	for c, m := range members {
		share := uint64(n) * uint64(len(m))
		counts[c], remainders[c] = int(share/total), share%total
		left -= counts[c]
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, c := range order[:left] {
		counts[c]++
	}
	return counts
}
