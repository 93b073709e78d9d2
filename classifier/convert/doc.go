// Package convert reads linear classifiers that other tools trained, and writes them for
// other tools.
//
//	format        from                                     to
//	safetensors   PyTorch: nn.Linear under any prefix      PyTorch: weight and bias
//	JSON          scikit-learn: coef_, intercept_,         the same, with link, calibration
//	              classes_                                 and image shape
//	NPZ           NumPy: coef_, intercept_, classes_       the same
//	NPY           NumPy: weights, and a bias beside them   the same
//	LIBLINEAR     liblinear-train, its classifiers         liblinear-predict
//	ONNX                                                   scores, probabilities and labels
//
// [ReadFile] tells the formats apart by what the file holds, [WriteFile] by the name of the
// file. argmax's own model files are those of package classifier; ReadFile reads them, too.
//
// Weights become float32, whatever a file holds. What a model is beyond its weights (the
// link to probabilities, the names of the classes, the shape of images) most formats do not
// say: [Options] do. Formats without room for a calibration or a link leave them out, and
// scores and predictions are the same; a model that subtracts and scales its features first
// (classifier.Linear.Inputs) is written with both folded into float64, or refused.
//
// Files are not trusted: readers take memory for what has come, within the limits of
// classifier.FileLimits.
package convert
