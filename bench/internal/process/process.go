// Package process runs rivals that are programs of their own: interpreters of Python and
// R, programs compiled from C++, and command lines. One that answers requests waits
// between them, so that it can alternate with others.
package process

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"github.com/seed842bec00/argmax/internal/cpu"
)

// Process answers requests. Each request and each answer is a line of JSON.
type Process struct {
	name    string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	errors  bytes.Buffer
}

// Start starts a process with a number of threads for its libraries. The process ends
// when ctx does.
func Start(ctx context.Context, threads int, name string, arguments ...string) (*Process, error) {
	p := &Process{name: filepath.Base(name), command: exec.CommandContext(ctx, name, arguments...)}
	p.command.Env, p.command.Stderr = Environment(threads), &p.errors
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.command.Start()
}

// Held reports whether rivals are held to AVX2, because ARGMAX_ISA=avx2 holds argmax to it
// on a processor that has more.
func Held() bool { return cpu.Active == cpu.AVX2 && cpu.Available()[0].Base() != cpu.AVX2 }

// Environment is that of this process, with a number of threads for OpenMP and for
// libraries of linear algebra. OpenBLAS is told the kernels of a processor with AVX-512: of
// one that it does not know it uses those of a Pentium 4, which would flatter its rivals.
func Environment(threads int) (env []string) {
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "OPENBLAS_") && !strings.HasPrefix(v, "OMP_") {
			env = append(env, v)
		}
	}
	switch {
	case cpu.Active == cpu.AVX2:
		env = append(env, "OPENBLAS_CORETYPE=Haswell", "ONEDNN_MAX_CPU_ISA=AVX2")
		if Held() {
			env = append(env, "NPY_DISABLE_CPU_FEATURES=AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL")
		}
	case cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL):
		env = append(env, "OPENBLAS_CORETYPE=SkylakeX")
	}
	n := strconv.Itoa(threads)
	return append(env, "OMP_NUM_THREADS="+n, "OPENBLAS_NUM_THREADS="+n, "BLIS_NUM_THREADS="+n)
}

// Ask sends a request and stores the answer in answer. An answer with a field "error" is
// an error, and so is the end of the process, of which the error has the last words.
func (p *Process) Ask(request, answer any) error {
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return p.ended(err)
	}
	if line, err = p.out.ReadBytes('\n'); err != nil {
		return p.ended(err)
	}
	var failure struct{ Error string }
	if err := json.Unmarshal(line, &failure); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	if failure.Error != "" {
		return fmt.Errorf("%s: %s", p.name, failure.Error)
	}
	return json.Unmarshal(line, answer)
}

func (p *Process) ended(err error) error {
	p.in.Close()
	if exit := p.command.Wait(); exit != nil {
		err = exit
	}
	lines := strings.Split(strings.TrimSpace(p.errors.String()), "\n")
	return fmt.Errorf("%s ended: %w: %s", p.name, err, lines[len(lines)-1])
}

// Close ends the process.
func (p *Process) Close() {
	p.in.Close()
	p.command.Wait()
}

// Python returns the interpreter to use: that of the system, for which Debian's packages
// are, or else the first on the path.
func Python() (string, error) {
	const system = "/usr/bin/python3"
	if _, err := os.Stat(system); err == nil {
		return system, nil
	}
	name, err := exec.LookPath("python3")
	if err != nil {
		return "", errors.New("no python3")
	}
	return name, nil
}

// Output runs a command to its end and returns what it writes.
func Output(ctx context.Context, threads int, name string, arguments ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, arguments...)
	var stderr bytes.Buffer
	c.Env, c.Stderr = Environment(threads), &stderr
	out, err := c.Output()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, lines[len(lines)-1])
	}
	return out, nil
}
