package main

import (
	"context"
	"fmt"
	"image"
	"image/draw"

	"github.com/spf13/cobra"
	scale "golang.org/x/image/draw"

	"github.com/seed842bec00/argmax/dataset"
)

// resize scales an image with the filter of Catmull and Rom.
func resize(dst draw.Image, src image.Image) {
	scale.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), scale.Src, nil)
}

// shapeFlags say what images of folders are made to.
type shapeFlags struct{ shape dataset.Shape }

func (f *shapeFlags) add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.shape.Width, "width", 0, "resize images of folders to this width (default: that of the first)")
	cmd.Flags().IntVar(&f.shape.Height, "height", 0, "and to this height")
	cmd.Flags().IntVar(&f.shape.Channels, "channels", 3, "1 makes images of folders grey, 3 keeps colour")
}

func (f *shapeFlags) load(ctx context.Context, dir string) (train, test *dataset.Set, err error) {
	if (f.shape.Width == 0) != (f.shape.Height == 0) {
		return nil, nil, usageError{fmt.Errorf("--width and --height go together")}
	}
	return dataset.Load(ctx, dir, dataset.FolderConfig{Shape: f.shape, Resize: resize})
}
