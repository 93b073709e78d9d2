// Package machine says what a run was measured on: the lines of the configuration of a
// file of results.
package machine

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/cpuid/v2"

	"github.com/seed842bec00/argmax/bench/internal/meter"
	"github.com/seed842bec00/argmax/internal/cpu"
)

// Describe sets the lines that describe this machine and this program.
func Describe(set func(key, value string)) {
	set("date", time.Now().UTC().Format(time.RFC3339))
	name := cpuid.CPU.BrandName
	if name == "" {
		name = runtime.GOARCH
	}
	set("cpu", name)
	set("cores", strconv.Itoa(runtime.NumCPU()))
	for _, level := range []meter.Level{meter.L1, meter.L2, meter.L3} {
		set(strings.ToLower(level.String()), strconv.Itoa(level.Bytes()))
	}
	set("flags", strings.ToLower(strings.Join(cpuid.CPU.FeatureSet(), " ")))
	var isas []string
	for _, isa := range cpu.Available() {
		isas = append(isas, isa.String())
	}
	set("isas", strings.Join(isas, " "))
	set("active", cpu.Active.String())
	set("goos", runtime.GOOS)
	set("goarch", runtime.GOARCH)
	set("go", runtime.Version())
	set("os", system())
	set("governor", content("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))
	if load := strings.Fields(content("/proc/loadavg")); len(load) > 2 {
		set("load", strings.Join(load[:3], " ")) // of the last 1, 5 and 15 minutes
	}
	set("commit", commit())
	for _, m := range modules() {
		if name, known := map[string]string{"gonum.org/v1/gonum": "gonum", "github.com/viterin/vek": "vek"}[m.Path]; known {
			set(name, m.Version)
		}
	}
}

// system returns the name of the operating system and its release.
func system() string {
	release := content("/proc/sys/kernel/osrelease")
	if release == "" {
		release = output("uname", "-r")
	}
	return strings.TrimSpace(runtime.GOOS + " " + release)
}

// commit returns the commit of the checkout that the program was built from, or the
// version of the module, or "unknown".
func commit() string {
	_, file, _, _ := runtime.Caller(0)
	if hash := output("git", "-C", filepath.Dir(file), "rev-parse", "HEAD"); hash != "" {
		if output("git", "-C", filepath.Dir(file), "status", "--porcelain", "--untracked-files=no") != "" {
			hash += " modified"
		}
		return hash
	}
	for _, m := range modules() {
		if m.Path == "github.com/seed842bec00/argmax" {
			return m.Version
		}
	}
	return "unknown"
}

func modules() []*debug.Module {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Deps
	}
	return nil
}

func content(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

func output(name string, arguments ...string) string {
	b, err := exec.Command(name, arguments...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
