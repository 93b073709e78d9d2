package classifier

import (
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

// checkRows returns an error unless the rows have this many features, and lie
// where they say.
func checkRows(rows Rows, features int) error {
	if rows.Features() != features {
		return fmt.Errorf("classifier: rows of %d features, the model has %d", rows.Features(), features)
	}
	return checkShape(rows)
}

// checkShape returns an error unless the rows lie where they say.
func checkShape(rows Rows) error {
	n, features := rows.Len(), rows.Features()
	if n < 0 || features < 0 {
		return fmt.Errorf("classifier: %d rows of %d features", n, features)
	}
	var err error
	switch r := rows.(type) {
	case InPlace[uint8]:
		err = checkDense(r.Dense(), n, features)
	case InPlace[float32]:
		err = checkDense(r.Dense(), n, features)
	}
	return err
}

func checkDense[E kernels.Element](m kernels.Dense[E], n, features int) error {
	if err := m.Check(); err != nil {
		return fmt.Errorf("classifier: %w", err)
	}
	if m.Rows != n || m.Cols != features {
		return fmt.Errorf("classifier: %d rows of %d features lie in a matrix of %d×%d", n, features, m.Rows, m.Cols)
	}
	return nil
}

// mustMatch panics unless dst has an element for each row.
func mustMatch(dst []int, rows Rows) {
	if len(dst) != rows.Len() {
		panic(fmt.Sprintf("classifier: PredictAll: %d predictions for %d rows", len(dst), rows.Len()))
	}
}

// checkExamples returns an error that names what nothing can be learned from.
func checkExamples(ex Examples) error {
	if err := checkShape(ex); err != nil {
		return err
	}
	n, classes := ex.Len(), len(ex.Classes())
	switch {
	case n == 0:
		return fmt.Errorf("classifier: no examples")
	case ex.Features() == 0:
		return fmt.Errorf("classifier: examples have no features")
	case classes == 0:
		return fmt.Errorf("classifier: no classes")
	}
	return checkLabels(ex)
}

// checkLabels returns an error unless each row has a label that is a class.
func checkLabels(ex Examples) error {
	labels, classes := ex.Labels(), len(ex.Classes())
	if n := ex.Len(); len(labels) != n {
		return fmt.Errorf("classifier: %d rows and %d labels", n, len(labels))
	}
	for i, y := range labels {
		if y < 0 || y >= classes {
			return fmt.Errorf("classifier: row %d: label %d, with %d classes", i, y, classes)
		}
	}
	return nil
}

// checkFinite returns an error that names the first row and feature of x that is
// NaN or an infinity; row 0 of x is row first.
func checkFinite(x kernels.Matrix, first int) error {
	for i := range x.Rows {
		for f, v := range x.Row(i) {
			if v-v != 0 {
				return fmt.Errorf("classifier: row %d: feature %d is %v", first+i, f, v)
			}
		}
	}
	return nil
}
