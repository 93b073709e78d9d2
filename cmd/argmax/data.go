package main

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"image/draw"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	scale "golang.org/x/image/draw"

	"github.com/seed842bec00/argmax/dataset"
)

// resize scales an image with the filter of Catmull and Rom.
func resize(dst draw.Image, src image.Image) {
	scale.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), scale.Src, nil)
}

// shapeFlags are the shape that images of folders are converted to.
type shapeFlags struct{ shape dataset.Shape }

func (f *shapeFlags) add(cmd *cobra.Command) {
	addFlags(cmd, "Data", func(flags *pflag.FlagSet) {
		flags.Var(count(&f.shape.Width, 1), "width", "resize images of folders to this width (default: the width of the first)")
		flags.Var(count(&f.shape.Height, 1), "height", "resize images of folders to this height (default: the height of the first)")
		flags.Var(count(&f.shape.Channels, 1), "channels", "convert images of folders to 1 channel, grey, or 3, colour (default 3)")
	})
}

func (f *shapeFlags) load(ctx context.Context, dir string) (train, test *dataset.Set, err error) {
	if (f.shape.Width == 0) != (f.shape.Height == 0) {
		return nil, nil, usageError{fmt.Errorf("--width and --height: give both or neither")}
	}
	if train, test, err = dataset.Load(ctx, dir, dataset.FolderConfig{Shape: f.shape, Resize: resize}); err != nil {
		return nil, nil, err
	}
	got := train.Shape()
	want := dataset.Shape{
		Height:   cmp.Or(f.shape.Height, got.Height),
		Width:    cmp.Or(f.shape.Width, got.Width),
		Channels: cmp.Or(f.shape.Channels, got.Channels),
	}
	if got != want {
		return nil, nil, fmt.Errorf("%s has images of %v, not %v: only images in folders are resized", dir, got, want)
	}
	return train, test, nil
}
