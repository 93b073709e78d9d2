// Package ports counts the instructions of kernels, and says how many cycles a core
// needs for them at least.
//
// Of amd64 it counts what whole calls execute: [Program.Count] follows a call
// through the assembly, its integers alone, so that tails, prologues and reductions
// are in the count as often as they run; and a [Processor] knows which of its ports
// take what. Of arm64, whose processors are not here, it counts inner loops.
package ports
