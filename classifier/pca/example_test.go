package pca_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/pca"
	"github.com/seed842bec00/argmax/kernels"
)

// Three features, of which the second is twice the first and the third is small.
func Example() {
	ctx := context.Background()
	rows := classifier.Batch[float32]{Rows: 4, Cols: 3, Stride: 3, Data: []float32{
		1, 2, 0.1,
		2, 4, -0.1,
		3, 6, -0.1,
		4, 8, 0.1,
	}}
	p, err := pca.Fit(ctx, rows, pca.Config{Components: 2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d components explain %.4f of the variance %.3f\n", p.Components(), p.Explained(), p.Variances())
	first, mean := make([]float32, p.Features()), make([]float32, p.Features())
	p.Component(first, 0)
	p.Mean(mean)
	fmt.Printf("the first is %.3f from %.1f\n", first, mean)

	at := kernels.NewMatrix(rows.Len(), p.Components())
	if err := p.Transform(ctx, at, rows, 0); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("row 0 is at %.3f\n", at.Row(0))
	back := kernels.NewMatrix(rows.Len(), p.Features())
	p.Inverse(back, at, nil)
	fmt.Printf("which is %.3f\n", back.Row(0))
	// Output:
	// 2 components explain [0.9984 0.0016] of the variance [8.333 0.013]
	// the first is [0.447 0.894 -0.000] from [2.5 5.0 0.0]
	// row 0 is at [-3.354 0.100]
	// which is [1.000 2.000 0.100]
}
