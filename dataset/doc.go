// Package dataset reads labelled images: IDX files (MNIST and its family), the
// binary versions of CIFAR-10 and CIFAR-100, and folders of PNG, JPEG and GIF
// images. [Load] finds out which of them a directory holds. A small real set is
// in the package dataset/fashion.
//
// A [Set] keeps pixels as the bytes they are, a quarter of their size as
// float32; [Set.Row] converts one image when it is needed, exactly.
//
// # Order of pixels
//
// An image is [Shape.Size] bytes: one plane for each channel, red, green and
// blue for colour; within a plane the rows from top to bottom, each from left to
// right. That is CIFAR's order; for grey images it is also that of IDX.
//
// # Damaged files and limits
//
// Readers trust nothing. What is wrong with a file is an error that names the
// file and the offset, counted in unpacked bytes if the file is compressed, or
// the image, if each has a file of its own. Memory is taken as data arrives and
// not as a header promises it. An image has at most 2²⁶ pixels (64 Mi) and a set
// at most 16 GiB of them, on 32-bit processors 2 GiB; more is an error.
package dataset
