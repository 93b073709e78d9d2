// Package dataset reads labelled images and tables: IDX files (MNIST and its family), the
// binary versions of CIFAR-10 and CIFAR-100, folders of PNG, JPEG and GIF images and of any
// format that the program registers with package image; arrays of NumPy, safetensors, CSV
// and SVMlight files. [Load] detects which of them a file or directory is, and returns a
// training, a validation and a test set as far as there are any, with a report of what was
// not read. A small real data set is in the package dataset/fashion.
//
// A [Set] keeps pixels as bytes, which take a quarter of the memory of float32;
// [Set.Row] and [Set.Gather] convert images when they are needed, exactly. A [Table] has
// rows of float32 or of bytes, of which large ones are read where they lie in their file:
// it may be larger than the memory. Both are Examples of package classifier.
//
// # Order of pixels
//
// An image is [Shape.Size] bytes: one plane for each channel, red, green and blue
// for colour; within a plane the rows from top to bottom, each from left to right.
// This is the order of CIFAR and, for grey images, of IDX.
//
// # Damaged and hostile files
//
// Readers trust nothing. What is wrong with a file is an error that names the file
// and the offset, in unpacked bytes if the file is compressed, or the image, if
// each has a file of its own. Memory is allocated as data arrives, at most twice
// as much, and not as a header claims, and never more than [Limits] allow. A class
// name must be UTF-8. Functions that take the name of a file read regular files
// only: a named pipe may block, and a device may never end. For anything else there
// are functions that take an io.Reader.
//
// Time is bounded by the limits and the length of the input, but a JPEG may
// contain thousands of scans of a large picture: read what strangers send with a
// context that ends.
package dataset
