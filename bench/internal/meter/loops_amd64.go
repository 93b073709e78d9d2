package meter

import "github.com/seed842bec00/argmax/internal/cpu"

func loopsOf(isa cpu.ISA) loops {
	switch isa {
	case cpu.AVX512:
		return loops{fmaAVX512, fmaLoadAVX512, readAVX512}
	case cpu.AVX2:
		return loops{fmaAVX2, fmaLoadAVX2, readAVX2}
	}
	panic("meter: no loops for " + isa.String())
}
