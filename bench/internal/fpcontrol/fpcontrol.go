// Package fpcontrol reads the processor's rounding mode and treatment of denormals. A
// library built with -ffast-math may change them for a whole thread; the code that runs
// afterwards then computes something else, perhaps faster.
package fpcontrol

// Word returns the floating-point control register of this thread: MXCSR without its
// status flags, or FPCR.
func Word() uint64 { return word() & control }
