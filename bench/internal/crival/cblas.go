//go:build cblas && cgo

package crival

// #cgo CFLAGS: -O3 -march=native
// #cgo LDFLAGS: -ldl -ldnnl -lm
// #include <stdlib.h>
// #include "crival.h"
import "C"

import (
	"runtime"
	"sync"
	"unsafe"
)

var load = sync.OnceFunc(func() {
	C.crival_threads(C.int(Threads))
	for _, l := range []struct{ name, file, core string }{
		{"openblas", "libopenblas.so.0", "openblas_get_corename"},
		{"blis", "libblis.so.4", ""},
	} {
		file, core := C.CString(l.file), C.CString(l.core)
		library := C.crival_open(file, core)
		C.free(unsafe.Pointer(file))
		C.free(unsafe.Pointer(core))
		if library.sgemm == nil {
			missing = append(missing, l.name)
			continue
		}
		name := l.name
		if library.core != nil {
			name += "-" + C.GoString(library.core)
		}
		libraries = append(libraries, Library{name, func(o Operands) (Product, bool) {
			return func(c []float32, repeat int) {
				C.crival_sgemm(library, C.int(b2i(o.TransA)), C.int(b2i(o.TransB)), C.int(o.M), C.int(o.N), C.int(o.K),
					p(o.A), C.int(o.LDA), p(o.B), C.int(o.LDB), p(c), C.int(repeat))
			}, true
		}})
	}
	libraries = append(libraries, Library{"onednn", onednn})
})

func init() {
	Softmax = func(dst, scores []float32, batches, rows, n int) {
		load() // sets the number of threads
		C.crival_dnnl_softmax(p(scores), p(dst), C.int(batches), C.int(rows), C.int(n))
	}
}

// onednn prepares a matmul primitive, whose weights are reordered as it prefers.
func onednn(o Operands) (Product, bool) {
	m := C.crival_dnnl_matmul(C.int(o.M), C.int(o.N), C.int(o.K), C.int(b2i(o.TransA)), p(o.A), C.int(o.LDA), C.int(b2i(o.TransB)), p(o.B), C.int(o.LDB))
	if m == nil {
		return nil, false
	}
	keep := &struct {
		m *C.crival_matmul
		o Operands
	}{m, o}
	runtime.AddCleanup(keep, func(m *C.crival_matmul) { C.crival_dnnl_free(m) }, m)
	return func(c []float32, repeat int) {
		C.crival_dnnl_run(keep.m, p(keep.o.A), p(c), C.int(repeat))
	}, true
}

func p(x []float32) *C.float { return (*C.float)(unsafe.SliceData(x)) }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
