package dataset

import (
	"errors"
	"fmt"

	"github.com/seed842bec00/argmax/kernels"
)

// Examples are labelled rows: a [Set] of images or a [Table] of numbers. They are
// Examples of package classifier.
type Examples interface {
	// Name returns the origin of the examples, for messages.
	Name() string
	// Len returns the number of rows, Features the length of each.
	Len() int
	Features() int
	// Gather sets row i of dst to row rows[i], for each i.
	Gather(dst kernels.Matrix, rows []int)
	// Classes returns the names of the classes and Labels the class of each row, an
	// index into Classes. The slices must not be modified. Rows without labels have
	// neither.
	Classes() []string
	Labels() []int

	named(name string) Examples
	subset(indices []int) Examples
	labelled(classes []string, labels []int) Examples
}

// Data is what [Load] finds: the parts of a data set, nil where there is none.
type Data struct {
	Train, Validation, Test Examples
	// Report says what was not read, and how.
	Report Report

	unmap []func() error
}

// Close releases the files that rows are read from where they lie. Of tables and sets
// from files only their sizes, labels and names may be used afterwards.
func (d *Data) Close() error {
	var errs []error
	for _, unmap := range d.unmap {
		errs = append(errs, unmap())
	}
	d.unmap = nil
	return errors.Join(errs...)
}

// name names the parts after the data set.
func (d *Data) name(name string) {
	if d.Validation == nil && d.Test == nil {
		d.Train = d.Train.named(name)
		return
	}
	for part, ex := range map[string]*Examples{"train": &d.Train, "validation": &d.Validation, "test": &d.Test} {
		if *ex != nil {
			*ex = (*ex).named(name + " " + part)
		}
	}
}

// Report says what reading left out, and what it decided.
type Report struct {
	// Skipped counts the files that are beside the data and no part of them.
	Skipped Unread
	// Damaged counts the files and folders that could not be read, if Config.SkipDamaged
	// allows it.
	Damaged Unread
	// Notes are sentences about what was chosen where the data leave a choice, and
	// about what a user may not expect.
	Notes []string
}

func (r *Report) notef(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// add adds the report of another part of the same data set.
func (r *Report) add(other Report) {
	r.Skipped.join(other.Skipped)
	r.Damaged.join(other.Damaged)
	r.Notes = append(r.Notes, other.Notes...)
}

// Unread counts files that were not read.
type Unread struct {
	Count int
	// Errors has one error for each of the first thousand, which names the file and
	// says why.
	Errors []error
}

const mostUnread = 1000 // errors that are kept

func (u *Unread) add(err error) { u.join(Unread{1, []error{err}}) }

func (u *Unread) join(other Unread) {
	u.Count += other.Count
	u.Errors = append(u.Errors, other.Errors[:min(len(other.Errors), mostUnread-len(u.Errors))]...)
}
