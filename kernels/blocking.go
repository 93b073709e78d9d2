package kernels

import "github.com/seed842bec00/argmax/internal/cpu"

// blocking holds the block sizes of the loops around the tiles, which do not affect
// results. TestCalibrate prints the measurements behind the numbers.
type blocking struct {
	// scoreColumns is the number of columns that the row form scores in one pass, a
	// multiple of 16: those of W have to stay in the L1 cache while rows stream by.
	scoreColumns int
	// cached is the size of a matrix, in bytes, above which tiles of scores prefetch
	// its rows.
	cached int
	// panelRows and panelCols are the rows of A and the columns of B that GEMM
	// copies at a time, KC deep: the former stay in the L2 cache, the latter in L3.
	panelRows, panelCols int
	// smallGemm is the largest m·n·k that is computed without packing B.
	smallGemm int
	// shareWork is the number of multiply-adds below which a second goroutine does
	// not pay.
	shareWork int
}

// Measured on a Zen 5 at 4.1 GHz (L1 48 KB, L2 1 MB). Of rows of 3072, pieces of 768
// take 9 % longer there than pieces of 1536, but keep 30 KB of W in an L1 of 48 KB,
// which an Intel with a slower L2 needs: 132 µs against 155 for all columns at once.
// Prefetching the rows of the next tile gains 7 to 25 % if they are in memory, and loses
// 8 to 20 % if they are in a cache. panelRows makes no difference from 60 to 500.
// shareWork is what a core computes in the microsecond or two that sharing work takes.
var blockings = [...]blocking{
	cpu.Generic: {scoreColumns: 768, cached: 8 << 20, panelRows: 64, panelCols: 512, smallGemm: 1 << 24, shareWork: 1 << 14},
	cpu.NEON:    {scoreColumns: 768, cached: 8 << 20, panelRows: 126, panelCols: 512, smallGemm: 1 << 24, shareWork: 1 << 17},
	cpu.AVX2:    {scoreColumns: 768, cached: 8 << 20, panelRows: 126, panelCols: 512, smallGemm: 1 << 24, shareWork: 1 << 17},
	cpu.AVX512:  {scoreColumns: 768, cached: 8 << 20, panelRows: 126, panelCols: 512, smallGemm: 1 << 24, shareWork: 1 << 18},
}

func current() *blocking { return &blockings[cpu.Active.Base()] }
