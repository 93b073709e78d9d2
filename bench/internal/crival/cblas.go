//go:build cblas && cgo

package crival

// #cgo CFLAGS: -O3
// #cgo LDFLAGS: -ldl -lm
// #include <stdlib.h>
// #include "crival.h"
import "C"

import (
	"context"
	_ "embed"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/seed842bec00/argmax/bench/internal/process"
	"github.com/seed842bec00/argmax/internal/cpu"
)

//go:embed shim/onednn.c
var shim string

// setters set the number of threads of each library, which is threads from the beginning.
var (
	setters []func(n int)
	threads = 1
)

var load = sync.OnceFunc(func() {
	C.crival_prepare(C.int(threads), C.int(b2i(cpu.Active == cpu.AVX2)))
	for _, l := range []struct{ name, file string }{{"openblas", "libopenblas.so.0"}, {"blis", "libblis.so.4"}} {
		file := C.CString(l.file)
		library := C.crival_open(file)
		C.free(unsafe.Pointer(file))
		if library.sgemm == nil {
			missing[l.name] = "no " + l.file
			continue
		}
		versions[l.name] = C.GoString(C.crival_version(&library))
		setters = append(setters, func(n int) { C.crival_set_threads(&library, C.int(n)) })
		libraries = append(libraries, Library{l.name, func(o Operands) (Product, bool) {
			return func(c []float32, repeat int) {
				C.crival_sgemm(&library, C.int(b2i(o.TransA)), C.int(b2i(o.TransB)), C.int(o.M), C.int(o.N), C.int(o.K),
					p(o.A), C.int(o.LDA), p(o.B), C.int(o.LDB), p(c), C.int(repeat))
			}, true
		}})
	}
	if err := openOneDNN(); err != nil {
		missing["onednn"] = err.Error()
		return
	}
	versions["onednn"] = C.GoString(C.crival_dnnl_version())
	setters = append(setters, func(n int) { C.crival_dnnl_set_threads(C.int(n)) })
	libraries = append(libraries, Library{"onednn", onednn})
	softmax = func(dst, scores []float32, batches, rows, n int) {
		C.crival_dnnl_softmax(p(scores), p(dst), C.int(batches), C.int(rows), C.int(n))
	}
})

func setThreads(n int) {
	threads = n
	for _, set := range setters {
		set(n)
	}
}

// openOneDNN compiles what calls oneDNN, and opens it: this program needs no oneDNN to be
// built.
func openOneDNN() error {
	dir, err := os.MkdirTemp("", "crival")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	source, library := filepath.Join(dir, "onednn.c"), filepath.Join(dir, "onednn.so")
	if err := os.WriteFile(source, []byte(shim), 0o600); err != nil {
		return err
	}
	arguments := []string{"-O2", "-shared", "-fPIC", source, "-o", library}
	if flags, err := process.Output(context.Background(), 1, "pkg-config", "--cflags", "--libs", "dnnl"); err == nil {
		arguments = append(arguments, strings.Fields(string(flags))...)
	}
	if _, err := process.Output(context.Background(), 1, "cc", append(arguments, "-ldnnl")...); err != nil {
		return err
	}
	file := C.CString(library)
	defer C.free(unsafe.Pointer(file))
	if wrong := C.crival_dnnl_open(file); wrong != nil {
		return errors.New(C.GoString(wrong))
	}
	return nil
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
