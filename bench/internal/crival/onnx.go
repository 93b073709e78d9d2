package crival

// Classifier predicts the classes of the rows that it was made for.
type Classifier struct {
	Predict func() error // stores the classes in Classes
	Classes []int64
	Close   func()
}
