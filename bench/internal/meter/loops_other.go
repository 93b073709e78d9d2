//go:build !amd64 && !arm64

package meter

import "github.com/seed842bec00/argmax/internal/cpu"

func loopsOf(isa cpu.ISA) loops { panic("meter: no loops for " + isa.String()) }
