package ops

// A Family is kernels that are tested in the same way: the function rowwiseTest in
// the library's tests makes a test of a kernel of the family "rowwise" and its twin
// in Go. For a new kernel of a family no test there need be edited.
type Family string

const (
	Reduction      Family = "reduction"
	UnaryReduction Family = "unaryReduction"
	Carry          Family = "carried"
	UnaryCarry     Family = "unaryCarried"
	Elementwise    Family = "elementwise"
	Scaling        Family = "scaling"
	Mapping        Family = "mapping"
	Conversion     Family = "conversion"
	Thresholding   Family = "thresholding"
	Update         Family = "update" // of any vectors and scalars
	Rows           Family = "rowwise"
	PairRows       Family = "pairRows"
	ListedRows     Family = "listedRows"
	ListedPairRows Family = "listedPairRows"
	LossRows       Family = "lossRows" // of any signature with parameters that LossField knows
	LossRow        Family = "lossRow"  // the same of a single row, whose number is the result
	SumExpRows     Family = "sumExpRows"
	ShiftRows      Family = "shiftRows"
	Combination    Family = "combination"
	ArgMax         Family = "argMax"
	Find           Family = "find"
	ScoreTiles     Family = "scoreTiles"
	GemmColumns    Family = "gemmColumns"
	GemmRows       Family = "gemmRows"
	Transposition  Family = "transposition"
	DistTile       Family = "distTile"
	HalfReduction  Family = "halfReduction"
	HalfCarry      Family = "halfCarried"
	HalfRows       Family = "halfRows"
	ByteRows       Family = "byteRows"
	BytePair       Family = "bytePair"
	ByteTile       Family = "byteTile"
	FindNear       Family = "findNear"
	Prefetching    Family = "prefetching"
)

// lossFields are the parameters that the test of a loss keeps under another name: in
// dst what a kernel makes of each score, in first and second its numbers for each row.
var lossFields = map[string]string{"grad": "dst", "losses": "first", "sums": "first", "addends": "second"}

// LossField returns the field in which the test of a kernel of LossRows keeps the
// argument for a parameter.
func LossField(param string) string {
	if field, ok := lossFields[param]; ok {
		return field
	}
	return param
}
