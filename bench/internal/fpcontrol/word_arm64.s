#include "textflag.h"

// func word() uint64
TEXT ·word(SB), NOSPLIT, $0-8
	MOVD FPCR, R0
	MOVD R0, ret+0(FP)
	RET
