package index

import (
	"cmp"
	"math"
	"slices"
)

// A decision is a row and its distance by definition.
type decision struct {
	value float64
	dot   uint64 // if cosines are compared as fractions: the inner product with the query
	row   int
}

// A keeper finds the nearest rows of one query among rows that come in ascending order.
// Of a row it is told between which bounds the distance lies, or the distance itself.
// The k-th smallest upper bound limits what is still of interest; rows whose lower bound
// is below that wait, until there are too many of them or the search ends. Then those
// that are still of interest are decided, by the definition of the distance.
type keeper struct {
	k      int     // how many rows are sought, everything if there are fewer
	radius float64 // farther rows are not sought
	limit  float64 // nor are rows at this distance or beyond that come after those seen
	uppers []float64
	best   []decision // decided: a heap, the worst on top, unless everything is sought

	// What waits. Room for it is all there will be.
	rows []int
	lows []float64

	fractions []float64 // the squared lengths of the rows if cosines are compared as fractions
	decided   int
}

// everything is the k of a search for all rows within a radius.
const everything = math.MaxInt

// waiting is the least number of rows that may wait.
const waiting = 64

func (t *keeper) reset(k int, radius float64, fractions []float64) {
	room := waiting
	if k != everything {
		room = max(room, 2*k)
		t.uppers = slices.Grow(t.uppers[:0], k)
		t.best = slices.Grow(t.best[:0], k)
	}
	t.k, t.radius, t.limit, t.fractions, t.decided = k, radius, math.Nextafter(radius, math.Inf(1)), fractions, 0
	t.rows, t.lows = slices.Grow(t.rows[:0], room)[:0:room], slices.Grow(t.lows[:0], room)[:0:room]
	t.best = t.best[:0]
}

// propose offers a row whose distance is at least low and at most high. It reports
// whether no other row can wait: then the caller has to settle.
func (t *keeper) propose(low, high float64, row int) (full bool) {
	if !(low < t.limit) {
		return false
	}
	if t.k != everything {
		t.bound(high)
	}
	return t.wait(low, row)
}

// bound takes note that there is a row at a distance of at most high.
func (t *keeper) bound(high float64) {
	switch {
	case len(t.uppers) < t.k:
		t.uppers = append(t.uppers, high)
		raise(t.uppers)
	case high < t.uppers[0]:
		lower(t.uppers, high)
	default:
		return
	}
	if len(t.uppers) == t.k {
		t.limit = min(t.limit, t.uppers[0])
	}
}

// wait adds a row to those that wait and reports whether there is room for no other.
func (t *keeper) wait(low float64, row int) (full bool) {
	t.rows, t.lows = append(t.rows, row), append(t.lows, low)
	return len(t.rows) == cap(t.rows)
}

// prune drops the waiting rows that are not of interest any more.
func (t *keeper) prune() {
	n := 0
	for i, low := range t.lows {
		if low <= t.limit { // not <: of equally near rows a higher one may have set the limit
			t.rows[n], t.lows[n] = t.rows[i], low
			n++
		}
	}
	t.rows, t.lows = t.rows[:n], t.lows[:n]
}

// nearestFirst sorts what waits by its lower bounds.
type nearestFirst keeper

func (t *nearestFirst) Len() int           { return len(t.rows) }
func (t *nearestFirst) Less(i, j int) bool { return t.lows[i] < t.lows[j] }
func (t *nearestFirst) Swap(i, j int) {
	t.rows[i], t.rows[j] = t.rows[j], t.rows[i]
	t.lows[i], t.lows[j] = t.lows[j], t.lows[i]
}

// place adds a decided row to the best unless it is too far away, or NaN.
func (t *keeper) place(d decision) {
	if !(d.value <= t.radius) {
		return
	}
	switch {
	case t.k == everything:
		t.best = append(t.best, d)
		return
	case len(t.best) < t.k:
		t.best = append(t.best, d)
		siftUp(t.best, t.compare)
	case t.compare(d, t.best[0]) < 0:
		t.best[0] = d
		siftDown(t.best, t.compare)
	default:
		return
	}
	if len(t.best) == t.k {
		t.limit = min(t.limit, t.best[0].value+fuzz(t.fractions != nil))
	}
}

// fuzz is how far the value of a decision may be from what decides it.
func fuzz(fractions bool) float64 {
	if fractions {
		return 0x1p-42
	}
	return 0
}

// compare orders decisions, the nearest first.
func (t *keeper) compare(a, b decision) int {
	if t.fractions != nil {
		return cmp.Or(compareCosines(a.dot, uint64(t.fractions[a.row]), b.dot, uint64(t.fractions[b.row])), cmp.Compare(a.row, b.row))
	}
	switch { // no value is NaN
	case a.value < b.value:
		return -1
	case a.value > b.value:
		return 1
	}
	return cmp.Compare(a.row, b.row)
}

// merge adds what another keeper has decided for the same query, and its bounds.
func (t *keeper) merge(other *keeper) {
	if t.k != everything {
		for _, high := range other.uppers {
			t.bound(high)
		}
	}
	for _, d := range other.best {
		t.place(d)
	}
	t.decided += other.decided
}

// sort puts the best in order.
//
//go:noinline // inlined into generic code for 386, the function literal would be allocated
func (t *keeper) sort() {
	if t.k != everything {
		slices.Reverse(t.best) // the worst was on top
	}
	slices.SortFunc(t.best, func(a, b decision) int { return t.compare(a, b) })
}

// raise restores a heap of numbers, the largest on top, to which its last was added. It and
// lower are siftUp and siftDown without calls of a function, which take longer than all else.
func raise(heap []float64) {
	i := len(heap) - 1
	for v := heap[i]; i > 0; {
		parent := (i - 1) / 2
		if v <= heap[parent] {
			return
		}
		heap[i], heap[parent] = heap[parent], v
		i = parent
	}
}

// lower puts v in the place of the largest.
func lower(heap []float64, v float64) {
	i := 0
	for {
		child := 2*i + 1
		if child >= len(heap) {
			break
		}
		if child+1 < len(heap) && heap[child+1] > heap[child] {
			child++
		}
		if heap[child] <= v {
			break
		}
		heap[i] = heap[child]
		i = child
	}
	heap[i] = v
}

// siftUp restores a heap, the last in the order on top, to which its last element was
// added.
func siftUp[T any](heap []T, compare func(a, b T) int) {
	for i := len(heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if compare(heap[i], heap[parent]) <= 0 {
			return
		}
		heap[i], heap[parent] = heap[parent], heap[i]
		i = parent
	}
}

// siftDown restores a heap whose top was replaced.
func siftDown[T any](heap []T, compare func(a, b T) int) {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && compare(heap[child+1], heap[child]) > 0 {
			child++
		}
		if compare(heap[child], heap[i]) <= 0 {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
