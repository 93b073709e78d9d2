package meter

import "github.com/seed842bec00/argmax/internal/cpu"

func loopsOf(isa cpu.ISA) loops {
	if isa == cpu.NEON {
		return loops{fmaNEON, fmaLoadNEON, readNEON}
	}
	panic("meter: no loops for " + isa.String())
}
