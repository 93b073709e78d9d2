package kernels

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// PanicError is the value that [Pool.Split] panics with if one of its functions
// panicked, on whatever goroutine that was. It is an error, whose text has the stack.
type PanicError struct {
	Value any    // what the function panicked with
	Stack []byte // of its goroutine, as debug.Stack formats it
}

func (e *PanicError) Error() string { return fmt.Sprintf("%v\n\n%s", e.Value, e.Stack) }

// Unwrap returns Value if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// failure is how a piece of work ended that did not return: by a panic or, if panic is
// nil, by runtime.Goexit.
type failure struct{ panic *PanicError }

// failed returns the failure of a function that did not return; recovered is what
// recover returned in a deferred one.
func failed(recovered any) *failure {
	switch v := recovered.(type) {
	case nil:
		return &failure{}
	case *PanicError: // from pieces of this piece
		return &failure{v}
	}
	return &failure{&PanicError{recovered, debug.Stack()}}
}

// raise does to the caller what the function did to its goroutine.
func (f *failure) raise() {
	if f.panic == nil {
		runtime.Goexit()
	}
	panic(f.panic)
}

// call calls do, and panics with a PanicError if it panics.
func call(do func(lo, hi int), lo, hi int) {
	defer func() {
		if v := recover(); v != nil {
			failed(v).raise()
		}
	}()
	do(lo, hi)
}
