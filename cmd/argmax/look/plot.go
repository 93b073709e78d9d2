package look

import (
	"math"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Plot returns an empty plot in the colours of the style, with a grid, for a block of
// [Plots]. The labels of the axes name the units. The legend is at the top, at the right.
func (s Style) Plot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	set := func(t *text.Style, size vg.Length) {
		align := *t
		*t = textStyle(size, s.Theme.Foreground)
		t.XAlign, t.YAlign, t.Rotation = align.XAlign, align.YAlign, align.Rotation
	}
	p.TextHandler = textStyle(normal, nil).Handler
	p.Title.Text = title
	set(&p.Title.TextStyle, 11)
	p.Title.TextStyle.Font.Weight = xfont.WeightBold
	p.Title.Padding = 6
	set(&p.Legend.TextStyle, small)
	p.Legend.Top = true
	p.Legend.Padding = 2
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Color, axis.Tick.Color = s.Theme.Muted, s.Theme.Muted
		set(&axis.Label.TextStyle, normal)
		axis.Label.Padding = 4
		set(&axis.Tick.Label, small)
	}
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.Y.Tick.Label.XAlign, p.Y.Tick.Label.YAlign = draw.XRight, draw.YCenter
	p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XCenter, draw.YTop
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = s.Theme.Grid, s.Theme.Grid
	p.Add(grid)
	return p
}

// Dashes returns the dashes of the lines of a class, which tell classes of one colour apart.
func Dashes(class int) []vg.Length {
	return [][]vg.Length{nil, {5, 2}, {1.5, 2}, {6, 2, 1.5, 2}}[class/len(Light.classes)%4]
}

// Glyph returns the shape of the points of a class. Neighbouring classes have different
// ones.
func Glyph(class int) draw.GlyphDrawer {
	return []draw.GlyphDrawer{
		draw.CircleGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.PlusGlyph{}, draw.CrossGlyph{}, draw.RingGlyph{}, draw.BoxGlyph{},
	}[class%7]
}

// Plots is plots side by side, row by row.
type Plots struct {
	Plots   []*plot.Plot
	Columns int     // 0 means all in one row; fewer where plots would be too narrow to read
	Aspect  float64 // height of each plot for its width; 0 means 5:8
}

// plotGap is the distance of plots, and narrowPlot the least width of one of several.
const (
	plotGap    = vg.Length(14)
	narrowPlot = vg.Length(160)
)

// layout returns the number of columns and rows, and the size of a plot.
func (b Plots) layout(width vg.Length) (columns, rows int, size vg.Point) {
	columns = b.Columns
	if columns == 0 {
		columns = max(1, len(b.Plots))
	}
	columns = min(columns, max(1, int((width+plotGap)/(narrowPlot+plotGap))))
	rows = (len(b.Plots) + columns - 1) / columns
	aspect := b.Aspect
	if aspect == 0 {
		aspect = 5. / 8
	}
	size.X = (width+plotGap)/vg.Length(columns) - plotGap
	size.Y = vg.Length(math.Round(float64(size.X) * aspect))
	return columns, rows, size
}

// Height returns the height of the plots.
func (b Plots) Height(_ Style, width vg.Length) vg.Length {
	_, rows, size := b.layout(width)
	return vg.Length(rows)*(size.Y+plotGap) - plotGap
}

// Draw draws the plots.
func (b Plots) Draw(_ Style, c draw.Canvas) {
	columns, _, size := b.layout(c.Max.X - c.Min.X)
	for i, p := range b.Plots {
		left := c.Min.X + vg.Length(i%columns)*(size.X+plotGap)
		top := c.Max.Y - vg.Length(i/columns)*(size.Y+plotGap)
		p.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rect(left, top-size.Y, left+size.X, top)})
	}
}

// Stack is plots one below the other, whose data begin at the same place.
type Stack []struct {
	Plot   *plot.Plot
	Aspect float64 // height of the plot for its width
}

// Height returns the height of the plots.
func (b Stack) Height(_ Style, width vg.Length) vg.Length {
	height := -plotGap
	for _, p := range b {
		height += width*vg.Length(p.Aspect) + plotGap
	}
	return height
}

// Draw draws the plots.
func (b Stack) Draw(_ Style, c draw.Canvas) {
	top, width := c.Max.Y, c.Max.X-c.Min.X
	places := make([]draw.Canvas, len(b))
	data := make([]draw.Canvas, len(b))
	left, right := c.Min.X, c.Max.X
	for i, p := range b {
		bottom := top - width*vg.Length(p.Aspect)
		places[i] = draw.Canvas{Canvas: c.Canvas, Rectangle: rect(c.Min.X, bottom, c.Max.X, top)}
		data[i] = p.Plot.DataCanvas(places[i])
		left, right = max(left, data[i].Min.X), min(right, data[i].Max.X)
		top = bottom - plotGap
	}
	for i, p := range b {
		p.Plot.Draw(draw.Crop(places[i], left-data[i].Min.X, right-data[i].Max.X, 0, 0))
	}
}
