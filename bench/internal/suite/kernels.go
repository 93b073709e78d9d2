package suite

import (
	"github.com/seed842bec00/argmax"
	"github.com/seed842bec00/argmax/bench/internal/ports"
	"github.com/seed842bec00/argmax/kernels"
)

// Kernels are the calls of assembly that one call of an operation makes, whose
// instructions can be counted. Copies of operands and Go code are not included. A
// contest without kernels is not counted.
type Kernels struct {
	Elements int                 // of the data; for products, multiply-adds
	Calls    func() []ports.Call // returns the calls with the active instruction set
}

// once returns Kernels of a single call.
func once(elements int, op string, args ports.Args) Kernels {
	return Kernels{elements, func() []ports.Call { return []ports.Call{{Op: op, Times: 1, Args: args}} }}
}

// The limits of a call of assembly, as in the root package.
const (
	maxRows         = 1 << 16
	maxRowsTogether = 256
	maxTogether     = 1 << 14
	maxUpdate       = 1 << 12
	maxByteRows     = 1 << 8
	maxByteMatrix   = 1 << 18
	farBytes        = 1 << 20 // above which rows are prefetched
)

// inPieces returns calls for all rows, with at most most rows each.
func inPieces(rows, most int, call func(rows int) ports.Call) []ports.Call {
	calls := []ports.Call{call(most)}
	calls[0].Times = rows / most
	if rest := rows % most; rest > 0 {
		calls = append(calls, call(rest))
	}
	return calls
}

// reducing returns the kernels of a reduction of one vector, which carries its
// accumulators from piece to piece if the vector is long.
func reducing(n int, op string) Kernels {
	if n <= maxTogether {
		return once(n, op, ports.Args{"x_len": n})
	}
	return Kernels{n, func() []ports.Call {
		return inPieces(n, maxTogether, func(n int) ports.Call {
			return ports.Call{Op: op + "Carry", Times: 1, Args: ports.Args{"x_len": n &^ 63}}
		})
	}}
}

// elementwise returns the kernels of an operation on n elements, cut into pieces; arg
// names the vector whose length the kernel reads.
func elementwise(n, most int, op, arg string) Kernels {
	return Kernels{n, func() []ports.Call {
		return inPieces(n, most, func(n int) ports.Call {
			return ports.Call{Op: op, Times: 1, Args: ports.Args{arg + "_len": n}}
		})
	}}
}

// overRowsOf returns the kernels of an operation on the rows of a matrix and a vector.
func overRowsOf(op string, rows, n int) Kernels {
	return Kernels{rows * n, func() []ports.Call {
		return inPieces(rows, max(1, maxRows/n), func(rows int) ports.Call {
			return ports.Call{Op: op, Times: 1, Args: ports.Args{"dst_len": rows, "dots_len": rows, "x_len": n, "stride": n}}
		})
	}}
}

// byteRowsOf returns the kernels of an operation on the rows of a matrix of bytes. Large
// matrices are prefetched; the distance does not change the count.
func byteRowsOf(op string, rows, n int) Kernels {
	return Kernels{rows * n, func() []ports.Call {
		return inPieces(rows, min(maxByteRows, maxByteMatrix/n), func(count int) ports.Call {
			ahead := 0
			if rows*n > farBytes {
				ahead = n
			}
			return ports.Call{Op: op, Times: 1, Args: ports.Args{"dst_len": count, "x_len": n, "stride": n, "ahead": ahead}}
		})
	}}
}

// panels returns the kernels of a product of m×k and k×n, in panels as wide as a tile.
func panels(op string, m, n, k int) Kernels {
	return Kernels{m * n * k, func() (calls []ports.Call) {
		_, cols := argmax.TileShape()
		for p := 0; p < k; p += argmax.KC {
			calls = append(calls, inPieces(n, cols, func(width int) ports.Call {
				return ports.Call{Op: op, Times: 1, Args: ports.Args{
					"k": min(argmax.KC, k-p), "m": m, "n": width, "lda": k, "ldb": n, "ldc": n, "add": min(p, 1), "resume": 0,
				}}
			})...)
		}
		return calls
	}}
}

// strips returns the kernels of the gradient of k rows, n features and m classes, in strips of
// the fewest rows. All but the first continue the sums of the one before.
func strips(m, n, k int) Kernels {
	const height = 32
	return Kernels{m * n * k, func() []ports.Call {
		call := func(resume int) ports.Call {
			return ports.Call{Op: "gemmColumns", Times: 1, Args: ports.Args{
				"k": height, "m": m, "n": n, "lda": m, "ldb": n, "ldc": n, "add": 0, "resume": resume,
			}}
		}
		first, others := call(0), call(1)
		others.Times = k/height - 1
		return []ports.Call{first, others}
	}}
}

// scoring returns the kernels of scores of rows: tiles, single rows for the remainder,
// panels if there are many classes.
func scoring(rows, classes, features int) Kernels {
	if classes > kernels.MaxRowForm {
		return panels("gemmRows", rows, classes, features)
	}
	return Kernels{rows * classes * features, func() []ports.Call {
		height, width := argmax.ScoreTileShape()
		single := rows % height
		if rows >= height && 2*single >= height {
			single = 0 // one more tile, which overlaps the last
		}
		if classes < width {
			single = rows
		}
		return []ports.Call{
			{Op: "scoreTiles", Times: (rows - single + height - 1) / height, Args: ports.Args{"k": features, "m": height, "n": classes, "ldx": features, "ldw": features, "ldd": classes, "resume": 0, "wait": 0, "far": 0}},
			{Op: "scoreRows", Times: single, Args: ports.Args{"dst_len": classes, "x_len": features, "stride": features}},
			{Op: "axpy", Times: single, Args: ports.Args{"x_len": classes}},
		}
	}}
}
