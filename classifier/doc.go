// Package classifier holds the models: [Linear], the score function f(x) = Wx + b
// trained on the softmax or the multiclass SVM loss, and [KNN], the nearest
// neighbours. It is the system of the lecture on image classification of
// Stanford's CS231n, for images and for embeddings alike.
//
// Models are immutable and safe for concurrent use. Predict allocates nothing.
// Training returns a new model, and the same model, to the bit, whatever the
// processor and the number of workers.
package classifier
