package ops

// A Family is kernels that are tested in the same way: the name of a function in
// the tests of the library that makes a test of a kernel and its twin in Go. A new
// kernel of a family needs no list to be edited there.
type Family string

const (
	Reduction      Family = "reduction"
	UnaryReduction Family = "unaryReduction"
	Reductions     Family = "reductions" // several at once
	Carry          Family = "carried"
	UnaryCarry     Family = "unaryCarried"
	Elementwise    Family = "elementwise"
	Scaling        Family = "scaling"
	Mapping        Family = "mapping"
	Conversion     Family = "conversion"
	Thresholding   Family = "thresholding"
	Update         Family = "update"
	Rows           Family = "rowwise"
	PairRows       Family = "pairRows"
	ListedRows     Family = "listedRows"
	ListedPairRows Family = "listedPairRows"
	LossRows       Family = "lossRows"
	SumExpRows     Family = "sumExpRows"
	ShiftRows      Family = "shiftRows"
	Combination    Family = "combination"
	ArgMax         Family = "argMax"
	Find           Family = "find"
	ScoreTile      Family = "scoreTile"
	GemmColumns    Family = "gemmColumns"
	GemmRows       Family = "gemmRows"
	ByteRows       Family = "byteRows"
)

// cases are the families whose kernels have many signatures: their tests keep the
// arguments in a struct, in fields of these names, and a kernel is called with those
// that its parameters name.
var cases = map[Family]map[string]string{
	Update: {},
	LossRows: {
		"dst": "dst", "grad": "dst",
		"losses": "first", "sums": "first", "addends": "second",
	},
}

// Field returns the field of a case for a parameter; ok is false if the kernels of
// the family are passed to their tests as they are.
func (f Family) Field(param string) (field string, ok bool) {
	fields, ok := cases[f]
	if name, renamed := fields[param]; renamed {
		param = name
	}
	return param, ok
}
