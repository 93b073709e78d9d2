package ports

import (
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// Processor describes the execution ports of an amd64 core.
type Processor struct {
	Name   string
	Source string  // of the numbers
	decode float64 // instructions decoded in a cycle
	// ports lists the ports that execute each kind, one operation per cycle and port,
	// at 256 bits and at 512: "01" is one operation on either port, "2*01" two of them,
	// "2*5+05" two on port 5 and one on 0 or 5. Letters are ports that do no arithmetic.
	ports [kinds][2]string
	is    func(cpuid.CPUInfo) bool
	// latency is the number of cycles until the result of each kind is ready; nil if it
	// is not known.
	latency *[kinds]float64
}

// Limit is a lower bound of the time that a processor takes.
type Limit struct {
	Cycles float64
	By     string // what sets it: "load", "add + max", "decoding"
}

func both(ports string) [2]string { return [2]string{ports, ports} }

// Processors are the amd64 processors whose ports are known: Zen 5 by measurement, the
// others by what is published about them. Ports have the names that their makers use.
var Processors = []Processor{
	{
		Name: "Zen 5",
		Source: "measured on an EPYC of family 26, model 2: throughput of each kind of instruction alone and beside FMA, add, shuffle and store, latencies in chains; " +
			"decoding from AMD, Software Optimization Guide for the AMD Zen5 Microarchitecture (58455)",
		decode: 8,
		ports: [kinds][2]string{
			FMA: both("01"), Multiply: both("01"), Products: both("01"),
			Add: both("23"), Max: both("23"), Convert: both("23"), Shift: both("23"), Scale: both("2*23"),
			Divide:  both("2.5*d"),
			Shuffle: both("12"), Indexed: both("12"), Widen: both("12"), Broadcast: both("12"), Compress: both("2*12"), Compare: both("12"),
			Permute: both("0123"), Logic: both("0123"), FloatLogic: both("0123"), Whole: both("0123"), Choose: both("01"),
			Masks: both("03"), ToVector: both("v"), ToInteger: both("st"),
			Load: both("ab"), MaskedLoad: both("ab"), Store: {"st", "2*st"}, MaskedStore: {"st", "2*st"},
			Integer: both("uvwxyz"),
		},
		latency: &[kinds]float64{
			FMA: 4, Multiply: 3, Products: 4, Add: 2, Max: 2, Convert: 3, Shift: 2, Scale: 3, Divide: 10, Shuffle: 4, Indexed: 4, Widen: 4, Broadcast: 2, Permute: 2,
			Compress: 5, Compare: 4, Masks: 1, ToVector: 3, ToInteger: 3, Logic: 1, FloatLogic: 1, Whole: 1, Choose: 1, Load: 5, MaskedLoad: 5, Integer: 1,
		},
		is: family("AuthenticAMD", 26, span{0x00, 0x1f}, span{0x40, 0x4f}, span{0x70, 0x7f}),
	},
	{
		Name:   "Zen 4",
		Source: "AMD, Software Optimization Guide for the AMD Zen4 Microarchitecture (57647), as LLVM's X86ScheduleZnver4.td cites it; 512 bits are two passes",
		decode: 6,
		ports: [kinds][2]string{
			FMA: {"01", "2*01"}, Multiply: {"01", "2*01"}, Products: {"03", "2*03"},
			Add: {"23", "2*23"}, Max: {"01", "2*01"}, Convert: {"23", "2*23"}, Shift: {"12", "2*12"}, Scale: {"23", "2*23"},
			Divide:  {"5*d", "10*d"},
			Shuffle: {"12", "2*12"}, Indexed: {"12", "2*12"}, Widen: {"12", "2*12"}, Broadcast: {"12", "2*12"}, Compress: {"2*12", "4*12"}, Compare: {"01", "2*01"},
			Permute: {"12", "2*12"}, Logic: {"0123", "2*0123"}, FloatLogic: {"0123", "2*0123"}, Whole: {"0123", "2*0123"}, Choose: both("01"),
			Masks: both("23"), ToVector: both("v"), ToInteger: both("rt"),
			Load: {"ab", "2*ab"}, MaskedLoad: both("ab"), Store: {"s", "2*s"}, MaskedStore: {"s", "2*s"},
			Integer: both("wxyz"),
		},
		is: family("AuthenticAMD", 25, span{0x10, 0x1f}, span{0x60, 0x7f}, span{0xa0, 0xaf}),
	},
	{
		Name:   "Golden Cove",
		Source: "LLVM's X86SchedSapphireRapids.td and, for what it lacks, its model of Icelake servers; with the second FMA of 512 bits that servers have, on port 5; where sources differ, the faster",
		decode: 6,
		ports: [kinds][2]string{
			FMA: {"01", "05"}, Multiply: {"01", "05"}, Products: {"01", "05"},
			Add: {"15", "05"}, Max: {"01", "05"}, Convert: {"01", "05"}, Shift: {"01", "0"}, Scale: {"01", "05"},
			Divide:  {"5*d", "10*d"},
			Shuffle: both("5"), Indexed: both("5"), Widen: both("5"), Broadcast: both("5"), Compress: both("2*5"), Compare: both("5"),
			Permute: {"15", "5"}, Logic: {"015", "05"}, FloatLogic: {"015", "05"}, Whole: {"015", "05"}, Choose: both("015"),
			Masks: both("0"), ToVector: both("5"), ToInteger: both("0"),
			Load: {"abc", "ab"}, MaskedLoad: both("abc+015"), Store: {"st", "2*st"}, MaskedStore: {"st", "2*st"},
			Integer: both("0156A"),
		},
		is: family("GenuineIntel", 6, span{0x8f, 0x8f}, span{0xcf, 0xcf}, span{0x97, 0x97}, span{0x9a, 0x9a}, span{0xb7, 0xb7}, span{0xba, 0xba}, span{0xbf, 0xbf}),
	},
	{
		Name: "Haswell",
		Source: "modelled, not measured here: LLVM's X86SchedHaswell.td, checked against what uops.info measured, as OSACA's hsw.yml has it " +
			"(logic of floats on port 5 alone, integers in vectors on 1 and 5, masked stores by IACA); AVX2 alone",
		decode: 4,
		ports: [kinds][2]string{
			FMA: {"01"}, Multiply: {"01"}, Products: {"0"}, Add: {"1"}, Max: {"1"}, Convert: {"1"}, Shift: {"0"},
			Divide: {"14*d+2*0+01"}, Shuffle: {"5"}, Indexed: {"5"}, Widen: {"5"}, Broadcast: {"5"}, Permute: {"5"}, ToVector: {"5"}, ToInteger: {"0"},
			Logic: {"015"}, FloatLogic: {"5"}, Whole: {"15"}, Choose: {"2*5"},
			Load: {"ab"}, MaskedLoad: {"ab+2*5"}, Store: {"s"}, MaskedStore: {"s+0+15"}, Integer: {"0156"},
		},
		latency: &[kinds]float64{
			FMA: 5, Multiply: 5, Products: 5, Add: 3, Max: 3, Convert: 3, Shift: 1, Divide: 21, Shuffle: 3, Indexed: 3, Widen: 3, Broadcast: 3, Permute: 1,
			ToVector: 1, ToInteger: 1, Logic: 1, FloatLogic: 1, Whole: 1, Choose: 2, Load: 7, MaskedLoad: 9, Integer: 1,
		},
		is: family("GenuineIntel", 6, span{0x3c, 0x3c}, span{0x3f, 0x3f}, span{0x45, 0x46}, span{0x3d, 0x3d}, span{0x47, 0x47}, span{0x4f, 0x4f}, span{0x56, 0x56}),
	},
	{
		Name: "Zen 2",
		Source: "modelled, not measured here: LLVM's X86ScheduleZnver2.td (pipes, throughputs, latencies, the micro-operations of masked stores), " +
			"checked against what uops.info measured, as OSACA's zen2.yml has it (shuffles across 128 bits on pipe 2 alone, integers in vectors on 0, 1 and 3); " +
			"shuffles by indices take two operations and six cycles at least, as OSACA's zen3.yml and OpenBLAS's issue 2180 say; two loads and one store of 256 bits " +
			"and six instructions renamed in a cycle as WikiChip describes the core; AVX2 alone; where sources differ, the faster",
		decode: 6,
		ports: [kinds][2]string{
			FMA: {"01"}, Multiply: {"01"}, Products: {"0"}, Add: {"23"}, Max: {"01"}, Convert: {"3"}, Shift: {"2"},
			Divide: {"5*d+3"}, Shuffle: {"2"}, Indexed: {"2+12"}, Widen: {"12"}, Broadcast: {"12"}, Permute: {"12"}, ToVector: {"2"}, ToInteger: {"2"},
			Logic: {"0123"}, FloatLogic: {"0123"}, Whole: {"013"}, Choose: {"01"},
			Load: {"ab"}, MaskedLoad: {"ab+01"}, Store: {"s"}, MaskedStore: {"s+24*01"}, Integer: {"wxyz"},
		},
		latency: &[kinds]float64{
			FMA: 5, Multiply: 3, Products: 3, Add: 3, Max: 1, Convert: 3, Shift: 1, Divide: 10, Shuffle: 3, Indexed: 6, Widen: 1, Broadcast: 1, Permute: 1,
			ToVector: 3, ToInteger: 2, Logic: 1, FloatLogic: 1, Whole: 1, Choose: 1, Load: 7, MaskedLoad: 8, Integer: 1,
		},
		// The models that Linux, arch/x86/kernel/cpu/amd.c, takes for Zen 2.
		is: family("AuthenticAMD", 23, span{0x30, 0x4f}, span{0x60, 0x7f}, span{0x90, 0x91}, span{0xa0, 0xaf}),
	},
}

type span struct{ first, last int }

func family(vendor string, number int, models ...span) func(cpuid.CPUInfo) bool {
	return func(c cpuid.CPUInfo) bool {
		for _, m := range models {
			if c.VendorString == vendor && c.Family == number && m.first <= c.Model && c.Model <= m.last {
				return true
			}
		}
		return false
	}
}

// Here returns the processor that the program runs on, if it is a known one.
func Here() (Processor, bool) { return identify(cpuid.CPU) }

func identify(c cpuid.CPUInfo) (Processor, bool) {
	for _, p := range Processors {
		if p.is(c) {
			return p, true
		}
	}
	return Processor{}, false
}

// Key returns the name of p as a part of a word: "zen2".
func (p Processor) Key() string { return strings.ToLower(strings.ReplaceAll(p.Name, " ", "")) }

// Wide reports whether p has registers of 512 bits.
func (p Processor) Wide() bool { return p.ports[FMA][1] != "" }

// use is a number of operations, each executed by any of a set of ports.
type use struct {
	ports uint64
	times float64
}

// names are the names of all ports; the index of each is its bit in a set.
const names = "0123456789Aabcdrstuvwxyz"

// uses parses the notation of Processor.ports, such as "2*5+05".
func uses(text string) (us []use) {
	if text == "" {
		return nil
	}
	for part := range strings.SplitSeq(text, "+") {
		u := use{times: 1}
		if factor, rest, found := strings.Cut(part, "*"); found {
			u.times, _ = strconv.ParseFloat(factor, 64)
			part = rest
		}
		for _, name := range part {
			u.ports |= 1 << strings.IndexRune(names, name)
		}
		us = append(us, u)
	}
	return us
}

// Throughput returns the limit set by the ports if operations are distributed among them
// in the best way: for every set of ports, the operations that no other port executes
// take at least their number divided by that of the ports. It is enough to consider
// unions of the sets of ports of the kinds.
func (p Processor) Throughput(t Tally) Limit {
	wait := map[uint64]map[Kind]float64{} // for sets of ports
	for k := range kinds {
		for width, text := range p.ports[k] {
			for _, u := range uses(text) {
				if n := u.times * t.Ops[k][width]; n > 0 {
					if wait[u.ports] == nil {
						wait[u.ports] = map[Kind]float64{}
					}
					wait[u.ports][k] += n
				}
			}
		}
	}
	sets := map[uint64]bool{}
	for ports := range wait {
		for set := range maps.Clone(sets) {
			sets[set|ports] = true
		}
		sets[ports] = true
	}
	limit := Limit{t.Decoded / p.decode, "decoding"}
	for _, set := range slices.Sorted(maps.Keys(sets)) {
		bound, total := map[Kind]float64{}, 0.0
		for ports, ks := range wait {
			if ports&^set == 0 {
				for k, n := range ks {
					bound[k] += n
					total += n
				}
			}
		}
		if cycles := total / float64(bits.OnesCount64(set)); cycles > limit.Cycles {
			limit = Limit{cycles, list(bound, total)}
		}
	}
	return limit
}

// list returns the names of the kinds that make up most of a total.
func list(ns map[Kind]float64, total float64) string {
	const little = 0.1
	var ks []string
	for _, k := range slices.Sorted(maps.Keys(ns)) {
		if ns[k] >= little*total {
			ks = append(ks, k.String())
		}
	}
	return strings.Join(ks, " + ")
}
