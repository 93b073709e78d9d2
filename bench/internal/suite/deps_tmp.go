package suite

import (
	_ "github.com/viterin/vek/vek32"
	_ "golang.org/x/perf/benchmath"
	_ "gonum.org/v1/gonum/blas/blas32"
)
