package look

import (
	"image"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sheet is images with captions, row by row. All images have the same place, and keep
// their proportions in it.
type Sheet struct {
	Tiles   []Tile
	Columns int // 0 means as many as fit, and as there are
}

// Tile is an image of a sheet.
type Tile struct {
	Image   image.Image
	Caption []string    // lines below the image; what is too long is cut off
	Frame   color.Color // around the image; nil for none
}

// The width of a tile that Columns of 0 aims at, and the distance of tiles.
const (
	tileWidth = 100 * vg.Length(0.75)
	tileGap   = vg.Length(9)
)

// layout returns the number of columns and rows, the side of an image, and the height of a
// tile.
func (b Sheet) layout(width vg.Length) (columns, rows int, side, height vg.Length) {
	columns = b.Columns
	if columns == 0 {
		columns = max(1, min(len(b.Tiles), int((width+tileGap)/(tileWidth+tileGap))))
	}
	rows = (len(b.Tiles) + columns - 1) / columns
	side = (width+tileGap)/vg.Length(columns) - tileGap
	lines := 0
	for _, t := range b.Tiles {
		lines = max(lines, len(t.Caption))
	}
	side = min(side, 2*tileWidth)
	return columns, rows, side, side + 3 + leading*small*vg.Length(lines)
}

// Height returns the height of the tiles.
func (b Sheet) Height(_ Style, width vg.Length) vg.Length {
	_, rows, _, height := b.layout(width)
	return vg.Length(rows)*(height+tileGap) - tileGap
}

// Draw draws the tiles.
func (b Sheet) Draw(s Style, c draw.Canvas) {
	columns, _, side, height := b.layout(c.Max.X - c.Min.X)
	for i, t := range b.Tiles {
		left := c.Min.X + vg.Length(i%columns)*(side+tileGap)
		top := c.Max.Y - vg.Length(i/columns)*(height+tileGap)
		place := inside(rect(left, top-side, left+side, top), t.Image)
		drawImage(c, place, t.Image)
		if t.Frame != nil {
			outline(c, place, t.Frame, 1.5)
		}
		for l, line := range t.Caption {
			style := textStyle(small, s.Theme.Foreground)
			if l > 0 {
				style.Color = s.Theme.Muted
			}
			style.XAlign, style.YAlign = draw.XCenter, draw.YTop
			at := vg.Point{X: left + side/2, Y: top - side - 3 - leading*small*vg.Length(l)}
			c.FillText(style, at, shorten(style, line, side+tileGap-2))
		}
	}
}
