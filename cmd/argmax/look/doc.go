// Package look draws what a model has learned and how well it does: the pictures of the
// command argmax look, for programs that want them elsewhere.
//
// # Figures
//
// A [Figure] is a title over [Block]s, one below the other. A Style, the colours and the
// width, is given when it is written, as SVG or PNG:
//
//	f := look.Figure{Title: "Test set", Blocks: []look.Block{look.Plots{...}}}
//	err := f.WriteFile("test.svg", look.Style{Theme: look.Dark, Width: look.DefaultWidth})
//
// There are blocks of text ([Text]), of plots side by side ([Plots], whose plots come from
// [Style.Plot] in the colours of the theme), of images with captions ([Sheet]), and for the
// colours of a scale ([ColorBar]). Other blocks implement the interface: they say how high
// they are at a width, and draw themselves. Text remains text in an SVG file, and images are
// embedded pixel by pixel.
//
// # Colours
//
// All colours can be told apart by people with a colour vision deficiency. Classes have the
// colours of M. Okabe and K. Ito, "Color universal design" (2008), with violet for
// black, which is the colour of text, and others for those that are hard to see on the
// background: brown stands for yellow on white. Numbers with a sign have a map from blue over
// the background to orange.
//
// # Determinism
//
// The same figure gives the same SVG file, byte for byte, on every processor: there are no
// dates, and text has the width of the embedded font, Liberation Sans, also where a browser has
// to take another. The pixels of a PNG file are the same on one architecture; the edges of
// curves may differ in the last bit of a shade on others.
package look
