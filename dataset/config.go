package dataset

// Config configures [Load] and [ReadFolder]. The zero value suits data that need
// neither resizing nor repair.
type Config struct {
	// Image says how the files of a folder of images become pixels.
	Image ImageConfig
	// Table says what is what in files of tables.
	Table TableConfig
	// SkipDamaged leaves out image files and folders that cannot be read. Otherwise
	// the error lists all of them.
	SkipDamaged bool
	// NormalizeName, unless nil, is applied to the names of classes before they are
	// compared. Names that look equal may be different characters: file systems
	// write é as one, or as e and an accent. norm.NFC.String of
	// golang.org/x/text/unicode/norm makes them equal.
	NormalizeName func(string) string
	// Limits bound the memory that reading may take.
	Limits Limits
}

// TableConfig says where the features and the labels are, if a file of a table does not.
type TableConfig struct {
	// Array is the name of the features among the arrays of an NPZ or safetensors file.
	Array string
	// Labels is the file of the labels, or their name among the arrays of the same file.
	Labels string
	// LabelColumn is the name of the column of labels of a CSV file, or its number,
	// the first being 1; negative numbers count from the last.
	LabelColumn string
	// Unlabelled means that labels are not needed, and not looked for unless Labels or
	// LabelColumn say where they are.
	Unlabelled bool
}

func (c Config) normalize(name string) string {
	if c.NormalizeName == nil {
		return name
	}
	return c.NormalizeName(name)
}

// ImageConfig says how an image file becomes the pixels of a set. The zero value reads
// images that all have the same size.
type ImageConfig struct {
	// Shape is that of the set. For a folder a zero means a choice, of which the
	// report has a note. If Height and Width are zero, that is the size of the
	// images if all have the same, of at most [DefaultSide] on the longer side;
	// otherwise the longer side is DefaultSide, or that of the largest image if it
	// is smaller, and the shorter one follows from the median of the proportions.
	// If only one is zero, or Resize is nil, it is that of the first image. If
	// Channels is zero, it is 1 if all images are grey, and otherwise 3.
	//
	// The choice is made from a thousand images, evenly spaced, if there are more.
	Shape Shape
	// Resize scales images of another size to Shape. If it is nil, such an image is
	// an error.
	Resize Resize
	// Fit says what becomes of images of other proportions.
	Fit Fit
	// Unoriented leaves images as they are stored. Otherwise they are turned as the
	// orientation in the EXIF metadata of a JPEG, PNG, WebP or TIFF says, if it is in the first
	// 64 KiB of the file.
	Unoriented bool
}

// DefaultSide is the longer side of images whose size nobody chose.
const DefaultSide = 64

// Fit says what becomes of images of other proportions than a set.
type Fit uint8

const (
	// Stretch scales height and width each to that of the set.
	Stretch Fit = iota
	// Crop cuts off what is too high or too wide, on both sides the same.
	Crop
	// Pad adds white on both sides.
	Pad
)
