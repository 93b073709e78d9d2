// Package classifier holds the models, [Linear], the score function f(x) = Wx + b, and
// [KNN], the nearest neighbours, and what trains and evaluates them. The methods are
// those of Stanford's CS231n lecture on image classification, which doc/lecture in the
// repository follows step by step; they suit embeddings as well as images.
//
// # Examples
//
// Models read [Rows] of features, and learn from [Examples], rows with labels.
// A *dataset.Set is Examples, and so are matrices in memory: [Batch], [Labelled] and
// [Table]. Rows that are [InPlace] are not copied, and bytes are not converted: images
// are trained on, scored and compared as the bytes they are.
//
// # Models
//
// Models are immutable, safe for concurrent use and implement [Predictor]. Predict
// allocates nothing. The same examples give the same model, to the bit, on every
// processor and with any number of workers; the same model gives the same predictions.
//
// A [Linear] also gives scores, probabilities, the k best classes ([Linear.TopK]) and
// decisions that reject what it is not sure of ([Linear.Decide]): of a row of float32, of
// bytes ([Linear.Bytes]), and of batches (ScoresAll and so on). A server that changes its
// model while it answers keeps it in a [Holder]. [Linear.Calibrate] fits how sure a model is
// to examples that it was not trained on.
//
// A [KNN] also gives probabilities and the neighbours with their labels, predicts its own
// examples from the others ([KNN.LeaveOneOut], [KNN.CrossPredict]), and keeps its examples
// in a file that is mapped into memory ([OpenKNN]).
//
// # Fitting
//
// A [Solver] fits a [Linear] to the minimum of an [Objective], a loss of package loss and
// a penalty, and its [Report] bounds how far the model is from it: [LBFGS] for smooth
// losses, [ProxNewton] for these with an L1 penalty, [DualCD] for hinge losses, [Auto] for
// any of them; [Path] fits many penalties. [SGD] takes every loss and penalty,
// and gets near enough to predict as well in a few passes over the bytes of images.
//
// [Options] have what else a fit may want: weights, a model to start from when there are more
// data, a validation set and patience, reports on each iteration, and checkpoints, from
// which a fit that was interrupted goes on to the same bits.
//
// [Trimmed] leaves out what a model gets badly wrong. [Sanity] checks examples and an
// objective before a long fit; package selection chooses among objectives and solvers.
//
// # Evaluation
//
// [Evaluate] compares predictions with labels, by the names of the classes, and returns a
// report of package metrics. [Subset] is a part of examples, such as a fold, without a copy.
//
// # Panics and errors
//
// Lengths that do not fit are mistakes of the program and panic: a row with the wrong
// number of features for Predict, a destination without an element for each row.
// What comes from data is an error: labels out of range, features that are NaN, a set
// whose images have another size than the model's, training that diverges.
//
// Where a function takes a number of workers, 0 or less means one for each processor.
package classifier
