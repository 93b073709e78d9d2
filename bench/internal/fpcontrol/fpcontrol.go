// Package fpcontrol reads how the processor rounds and treats denormals. A
// library built with fast-math may change it for a whole thread, and what runs
// afterwards is then another computation, and may be a faster one.
package fpcontrol

// Word is the control part of this thread's floating-point register: MXCSR
// without the flags that every operation may set, or FPCR.
func Word() uint64 { return word() & control }
