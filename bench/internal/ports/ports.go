// Package ports counts the instructions of kernels and computes lower bounds for the
// cycles that a core needs to execute them.
//
// For amd64 it counts the operations of whole calls: [Program.Count] interprets the
// integer instructions of a call, so that prologues, tails and reductions are counted
// as often as they run, and a [Processor] lists the execution ports of each kind of
// operation. For arm64 it counts the instructions of inner loops.
package ports
