package ports

import (
	"fmt"
	"regexp"
	"strings"
)

// Kind is a kind of operation of an amd64 processor, by the ports that execute it.
type Kind uint8

const (
	FMA       Kind = iota
	Multiply       // of float32
	Add            // and subtract
	Max            // and minimum
	Convert        // between float32 and integers
	Scale          // by a power of two: two operations
	Divide         // and reciprocals and roots
	Products       // of integers, and sums of them
	Shuffle        // across pieces of 128 bits
	Indexed        // likewise, by indices of elements: VPERMPS
	Widen          // likewise, of integers
	Broadcast      // of a register
	Permute        // within pieces of 128 bits
	Compress
	Compare   // with a mask register as the result
	Masks     // arithmetic of mask registers
	ToVector  // or to a mask register, from an integer register
	ToInteger // from a vector or a mask register
	Logic     // of bits; blends
	FloatLogic
	Whole  // additions, comparisons and maxima of integers
	Choose // blend by the signs of a vector: VBLENDVPS
	Shift
	Load
	MaskedLoad // by the signs of a vector: VMASKMOVPS
	Store
	MaskedStore
	Integer // addresses, counters, branches
	Nothing // only decoded: copies of registers, zeros
	kinds
)

// Groups are the columns of a table, and the kinds in each.
var Groups = []struct {
	Name  string
	Kinds []Kind
}{
	{"multiply", []Kind{FMA, Multiply, Products}},
	{"add", []Kind{Add, Max, Convert, Scale}},
	{"divide", []Kind{Divide}},
	{"shuffle", []Kind{Shuffle, Indexed, Widen, Broadcast, Permute, Compress}},
	{"compare", []Kind{Compare, Masks, ToVector, ToInteger}},
	{"logic", []Kind{Logic, FloatLogic, Whole, Choose, Shift}},
	{"load", []Kind{Load, MaskedLoad}},
	{"store", []Kind{Store, MaskedStore}},
	{"integer", []Kind{Integer}},
}

func (k Kind) String() string {
	return [kinds]string{
		"FMA", "multiply", "add", "max", "convert", "scale", "divide", "products", "shuffle", "indexed shuffle", "widening", "broadcast", "permute", "compress",
		"compare", "masks", "to vector", "to integer", "logic", "logic of floats", "integer vectors", "choose", "shift", "load", "masked load", "store", "masked store", "integer", "nothing",
	}[k]
}

// mnemonics are the kinds of vector instructions. The first pattern that matches counts.
var mnemonics = []struct {
	pattern *regexp.Regexp
	kind    Kind
}{
	{regexp.MustCompile(`^VFN?M(ADD|SUB)`), FMA},
	{regexp.MustCompile(`^VMUL[PS]`), Multiply},
	{regexp.MustCompile(`^V(ADD|SUB)[PS]`), Add},
	{regexp.MustCompile(`^V(MAX|MIN)[PS]`), Max},
	{regexp.MustCompile(`^V(CVT|RNDSCALE|ROUND|GETEXP|GETMANT)`), Convert},
	{regexp.MustCompile(`^VSCALEF`), Scale},
	{regexp.MustCompile(`^V(DIV|SQRT|RCP|RSQRT)`), Divide},
	{regexp.MustCompile(`^VP(DP|MADD|MUL|SAD)`), Products},
	{regexp.MustCompile(`^VP?BROADCAST`), Broadcast},
	{regexp.MustCompile(`^V(MOVMSK|PMOVMSKB|PEXTR|EXTRACTPS|PTEST$|TESTP|U?COMIS)`), ToInteger},
	{regexp.MustCompile(`^VPMOV[SZ]X`), Widen},
	{regexp.MustCompile(`^VPERM([TI]2)?(PS|D|Q|PD|W|B)(\.Z)?$`), Indexed},
	{regexp.MustCompile(`^V(SHUF[FI]\d+X|EXTRACT|INSERT|PERM2|PMOV[A-Z]+$|ALIGN)`), Shuffle},
	{regexp.MustCompile(`^V(PERMIL|SHUFP|UNPCK|MOVS[HL]DUP|MOVDDUP|MOVLHPS|MOVHLPS|PSHUF|PINSR|PUNPCK|PACK|PALIGNR|PSLLDQ|PSRLDQ)`), Permute},
	{regexp.MustCompile(`^VP?(COMPRESS|EXPAND)`), Compress},
	{regexp.MustCompile(`^V(BLENDVP|PBLENDVB)`), Choose},
	{regexp.MustCompile(`^V(CMP|PCMP|PTESTN?M)`), Compare},
	{regexp.MustCompile(`^VP(SLL|SRL|SRA|ROL|ROR)`), Shift},
	{regexp.MustCompile(`^V(AND|OR|XOR)`), FloatLogic},
	{regexp.MustCompile(`^VP(ADD|SUB|MAX|MIN|ABS|SIGN|AVG)`), Whole},
	{regexp.MustCompile(`^V(BLEND|P(AND|OR|XOR|TERNLOG|BLEND))`), Logic},
	{regexp.MustCompile(`^V?MOV|^VMASKMOV`), Nothing},
	{regexp.MustCompile(`^VZERO`), Nothing},
	{regexp.MustCompile(`^KMOV`), Masks},
	{regexp.MustCompile(`^K(OR)?TEST`), ToInteger},
	{regexp.MustCompile(`^K`), Masks},
}

var (
	vectorRegister  = regexp.MustCompile(`^[XYZ]\d+$`)
	maskRegister    = regexp.MustCompile(`^K\d$`)
	integerRegister = regexp.MustCompile(`^([ABCD]X|[SD]I|BP|SP|R\d+)$`)
	integerMnemonic = regexp.MustCompile(`^(MOV|LEA|ADD|SUB|SH[LR]|SA[LR]|NEG|NOT|AND|OR|XOR|I?MUL|CMP|TEST|INC|DEC|BZHI|TZCNT|LZCNT|POPCNT|BLS|SET|J|RET|CMOV|NOP|SARX|SH[LR]X|BT|ADC|SBB)`)
)

// classify returns the operations of an instruction, whose last operand is its
// destination: one kind, and one more for each memory access.
func classify(op string, operands []string) (ks []Kind, err error) {
	last := len(operands) - 1
	count := func(r *regexp.Regexp) (n int) {
		for _, o := range operands {
			if r.MatchString(o) {
				n++
			}
		}
		return n
	}
	vectors, masks, integers := count(vectorRegister), count(maskRegister), count(integerRegister)
	memory := -1
	for i, o := range operands {
		if strings.Contains(o, "(") && !strings.HasPrefix(op, "LEA") {
			memory = i
		}
	}
	masked := strings.HasPrefix(op, "VMASKMOV")
	access := func() {
		switch {
		case memory < 0:
		case memory == last && masked:
			ks = append(ks, MaskedStore)
		case memory == last && op != "PREFETCHT0" && !strings.HasPrefix(op, "CMP") && !strings.HasPrefix(op, "TEST"):
			ks = append(ks, Store)
		case masked:
			ks = append(ks, MaskedLoad)
		default:
			ks = append(ks, Load)
		}
	}
	access()
	if strings.HasPrefix(op, "PREFETCH") {
		return ks, nil
	}
	if vectors == 0 && masks == 0 && !strings.HasPrefix(op, "V") {
		if !integerMnemonic.MatchString(op) {
			return nil, fmt.Errorf("ports: no kind is known for %s", op)
		}
		if memory < 0 || !strings.HasPrefix(op, "MOV") {
			ks = append(ks, Integer)
		}
		return ks, nil
	}
	for _, m := range mnemonics {
		if !m.pattern.MatchString(op) {
			continue
		}
		kind := m.kind
		switch {
		case kind == Nothing && memory >= 0: // a load or a store
			return ks, nil
		case kind == Masks && strings.HasPrefix(op, "KMOV") && memory >= 0:
			return append(ks, Masks), nil
		case strings.HasPrefix(op, "KMOV") && integerRegister.MatchString(operands[last]):
			kind = ToInteger
		case strings.HasPrefix(op, "KMOV") && integers > 0:
			kind = ToVector
		case kind == Nothing && integers > 0:
			kind = ToVector
			if integerRegister.MatchString(operands[last]) {
				kind = ToInteger
			}
		case kind == Nothing && masks > 0: // a masked copy
			kind = Logic
		case kind == Broadcast && memory >= 0: // done by the load
			return ks, nil
		case kind == Broadcast && integers > 0:
			kind = ToVector
		case kind == Compare && vectorRegister.MatchString(operands[last]):
			kind = Whole
			if strings.HasPrefix(op, "VCMP") {
				kind = Max // the same ports
			}
		case (kind == Logic || kind == FloatLogic) && zeroes(op, operands):
			kind = Nothing
		case strings.HasPrefix(op, "VPINSR") && integers > 0:
			ks = append(ks, ToVector)
		case strings.HasPrefix(op, "VPEXTR") || op == "VEXTRACTPS":
			ks = append(ks, Permute)
			if memory >= 0 {
				return ks, nil
			}
		}
		return append(ks, kind), nil
	}
	return nil, fmt.Errorf("ports: no kind is known for %s", op)
}

// zeroes reports whether an instruction sets its destination to zero whatever its
// operands are.
func zeroes(op string, operands []string) bool {
	return strings.Contains(op, "XOR") && len(operands) == 3 && operands[0] == operands[1]
}
