package kernels

import "github.com/seed842bec00/argmax/internal/cpu"

// blocking is what the loops around the tiles may choose freely: it changes no bit of a
// result. TestCalibrate prints the measurements behind the numbers.
type blocking struct {
	// scoreColumns is how many columns the row form scores in one pass, a multiple of
	// 16: those of W have to stay in the first-level cache while rows stream by.
	scoreColumns int
	// cached is the size of a matrix, in bytes, above which tiles of scores prefetch
	// its rows.
	cached int
	// panelRows and panelCols are the rows of A and the columns of B that GEMM
	// copies at a time, KC deep: the former stay in the second-level cache, the
	// latter in the one behind it.
	panelRows, panelCols int
	// smallGemm is the largest m·n·k that is computed without packing B.
	smallGemm int
	// shareWork is the number of multiply-adds below which a second goroutine does
	// not pay.
	shareWork int
}

// Measured on a Zen 5 at 4.1 GHz (first-level cache 48 KB, second 1 MB). Of rows of
// 3072, pieces of 768 take 9 % longer there than pieces of 1536, and keep 30 KB of
// W in caches of 48 KB, which an Intel with a slower second level needs: 132 µs
// against 155 for all columns at once. Prefetching the rows of the next tile gains 7 to
// 25 % if they are in memory, and loses 8 to 20 % if they are in a cache.
// panelRows makes no difference from 60 to 500. shareWork is what a core does in
// the microsecond or two that it takes to share work.
var blockings = [...]blocking{
	cpu.Generic: {scoreColumns: 768, cached: 8 << 20, panelRows: 64, panelCols: 512, smallGemm: 1 << 24, shareWork: 1 << 14},
	cpu.NEON:    {scoreColumns: 768, cached: 8 << 20, panelRows: 126, panelCols: 512, smallGemm: 1 << 24, shareWork: 1 << 17},
	cpu.AVX2:    {scoreColumns: 768, cached: 8 << 20, panelRows: 126, panelCols: 512, smallGemm: 1 << 24, shareWork: 1 << 17},
	cpu.AVX512:  {scoreColumns: 768, cached: 8 << 20, panelRows: 126, panelCols: 512, smallGemm: 1 << 24, shareWork: 1 << 18},
}

func current() *blocking { return &blockings[cpu.Active.Base()] }
