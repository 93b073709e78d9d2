package convert

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/seed842bec00/argmax/classifier"
	"github.com/seed842bec00/argmax/classifier/loss"
	"github.com/seed842bec00/argmax/kernels"
)

// ReadLIBLINEAR reads a model that LIBLINEAR trained (liblinear-train, save_model). Feature
// f is number f+1 of LIBLINEAR. Logistic regression has the sigmoid link, as predict -b 1;
// the other solvers have none. The names of the classes are the labels. Options.Classes,
// instead, are the names of the labels 0, 1, … or 1, 2, …, whichever they are, in the order
// of the labels: those of the file are in the order in which training met them.
//
// Classes keep their order, and with it the choice between equal scores. Two classes have
// one row of weights, in every solver the first: the second label of the file is class 0,
// because LIBLINEAR predicts it if the score is 0. Models of regression and of one class are
// an error.
func ReadLIBLINEAR(r io.Reader, o Options) (*classifier.Linear, error) {
	m, err := readLIBLINEAR(r, o)
	return named(m, err, "LIBLINEAR")
}

// liblinearLinks are the classifying solvers and their links.
var liblinearLinks = map[string]loss.Link{
	"L2R_LR": loss.SigmoidLink, "L2R_LR_DUAL": loss.SigmoidLink, "L1R_LR": loss.SigmoidLink,
	"L2R_L2LOSS_SVC": loss.NoLink, "L2R_L2LOSS_SVC_DUAL": loss.NoLink, "L2R_L1LOSS_SVC_DUAL": loss.NoLink,
	"L1R_L2LOSS_SVC": loss.NoLink, "MCSVM_CS": loss.NoLink,
}

const crammerSinger = "MCSVM_CS"

func readLIBLINEAR(r io.Reader, o Options) (*classifier.Linear, error) {
	l := &liblinear{words: bufio.NewScanner(r), features: -1, bias: math.NaN()}
	l.words.Buffer(nil, 1<<12)
	l.words.Split(bufio.ScanWords)
	if err := l.header(o); err != nil {
		return nil, err
	}
	h, err := l.weights(o)
	if err != nil {
		return nil, err
	}
	if h.names, err = l.names(o); err != nil {
		return nil, err
	}
	o.Classes = nil
	if l.classes == 2 {
		h.names[0], h.names[1] = h.names[1], h.names[0]
	}
	if o.Link != loss.NoLink && o.Link != h.link {
		return nil, fmt.Errorf("link %v for a model of the solver %s, whose link is %v", o.Link, l.solver, h.link)
	}
	return h.model(o)
}

// liblinear is a file of which some words have been read.
type liblinear struct {
	words    *bufio.Scanner
	count    int
	solver   string
	classes  int
	features int
	bias     float64
	labels   []int
}

// word reads the next word; what it is wanted for is said if there is none.
func (l *liblinear) word(what string) (string, error) {
	if !l.words.Scan() {
		err := l.words.Err()
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		return "", fmt.Errorf("word %d, %s: %w", l.count+1, what, err)
	}
	l.count++
	return l.words.Text(), nil
}

func (l *liblinear) integer(what string) (int, error) {
	word, err := l.word(what)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(word)
	if err != nil {
		return 0, fmt.Errorf("word %d, %s: %.40q is no integer", l.count, what, word)
	}
	return n, nil
}

func (l *liblinear) number(what string) (float64, error) {
	word, err := l.word(what)
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return 0, fmt.Errorf("word %d, %s: %.40q is no number", l.count, what, word)
	}
	return v, nil
}

// header reads the words before the weights.
func (l *liblinear) header(o Options) (err error) {
	seen := map[string]bool{}
	for {
		key, err := l.word("a key")
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("%.40q comes twice", key)
		}
		seen[key] = true
		switch key {
		case "solver_type":
			l.solver, err = l.word(key)
			if _, ok := liblinearLinks[l.solver]; err == nil && !ok {
				err = fmt.Errorf("the solver %.40q: a model of regression or of one class, or of an unknown kind", l.solver)
			}
		case "nr_class":
			l.classes, err = l.integer(key)
			if err == nil && (l.classes < 2 || l.classes > o.header()/32) {
				err = fmt.Errorf("%d classes, want 2 to %d", l.classes, o.header()/32)
			}
		case "label":
			for range l.classes {
				label, err := l.integer(key)
				if err != nil {
					return err
				}
				l.labels = append(l.labels, label)
			}
		case "nr_feature":
			l.features, err = l.integer(key)
		case "bias":
			l.bias, err = l.number(key)
		case "w":
			switch {
			case l.solver == "":
				err = errors.New("no solver_type")
			case l.classes == 0 || len(l.labels) != l.classes:
				err = fmt.Errorf("%d labels after nr_class of %d", len(l.labels), l.classes)
			case l.features < 1:
				err = fmt.Errorf("nr_feature of %d", max(0, l.features))
			case l.bias-l.bias != 0:
				err = errors.New("no bias")
			}
			return err
		default:
			err = fmt.Errorf("unknown key %.40q", key)
		}
		if err != nil {
			return err
		}
	}
}

// weights reads the weights, feature by feature.
func (l *liblinear) weights(o Options) (head, error) {
	rows := l.classes // of the file
	if l.classes == 2 && l.solver != crammerSinger {
		rows = 1
	}
	if int64(l.features) >= o.bytes()/4/int64(rows) {
		return head{}, fmt.Errorf("%d features of %d classes, the limit is %d bytes", l.features, l.classes, o.bytes())
	}
	var byFeature []float32 // it grows with what has come
	for range l.features * rows {
		v, err := l.number("a weight")
		if err != nil {
			return head{}, err
		}
		if math.Abs(v) > math.MaxFloat32 {
			return head{}, fmt.Errorf("word %d: the weight %v is too large for float32", l.count, v)
		}
		byFeature = append(byFeature, float32(v))
	}
	used := rows
	if l.classes == 2 {
		used = 1 // liblinear-predict looks at the first score, even if Crammer and Singer have two
	}
	h := head{weights: kernels.NewMatrix(used, l.features), bias: make([]float32, used), link: liblinearLinks[l.solver]}
	for f := range l.features {
		for k := range used {
			h.weights.Row(k)[f] = byFeature[f*rows+k]
		}
	}
	if l.bias >= 0 {
		for k := range rows {
			v, err := l.number("the weight of the bias")
			if err != nil {
				return head{}, err
			}
			if k < used {
				h.bias[k] = float32(v * l.bias)
			}
		}
	}
	if l.words.Scan() {
		return head{}, fmt.Errorf("%.40q after the weights", l.words.Text())
	}
	return h, l.words.Err()
}

// names returns the names of the labels, in the order of the file.
func (l *liblinear) names(o Options) ([]string, error) {
	names := make([]string, len(l.labels))
	if o.Classes == nil {
		for i, label := range l.labels {
			names[i] = strconv.Itoa(label)
		}
		return names, nil
	}
	if len(o.Classes) != len(names) {
		return nil, fmt.Errorf("%d class names for %d labels", len(o.Classes), len(names))
	}
	first := l.labels[0]
	for _, label := range l.labels {
		first = min(first, label)
	}
	if first != 0 && first != 1 {
		return nil, fmt.Errorf("the labels begin with %d, not 0 or 1: they cannot be numbers of class names", first)
	}
	for i, label := range l.labels {
		if label-first >= len(names) {
			return nil, fmt.Errorf("label %d with %d class names", label, len(names))
		}
		names[i] = o.Classes[label-first]
	}
	return names, nil
}

// WriteLIBLINEAR writes a model for liblinear-predict. Logistic regression, which is the
// sigmoid link or the softmax of two classes, without a calibration, is solver L2R_LR, with
// the same probabilities. Other models give none: of two classes they are L2R_L2LOSS_SVC, of
// more MCSVM_CS, which predict the class with the highest score, the first of equal ones, as
// argmax does. The labels are the names of the classes if all are integers of 32 bits, and
// otherwise their numbers, from 0 on.
func WriteLIBLINEAR(w io.Writer, m *classifier.Linear) error {
	if err := writeLIBLINEAR(w, m); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

func writeLIBLINEAR(w io.Writer, m *classifier.Linear) error {
	info := m.Info()
	weights, bias := folded(m)
	if i := notFinite(weights, bias); i != "" {
		return fmt.Errorf("a %s is no finite number", i)
	}
	rows, features, labels, solver := len(info.Classes), m.Features(), labelsOf(info.Classes), crammerSinger
	link := info.Link
	if len(info.Calibration.Slope) > 0 {
		link = loss.NoLink
	}
	switch {
	case rows == 1:
		return errors.New("a model of one class")
	case rows > 2 && link == loss.SigmoidLink:
		solver = "L2R_LR"
	case rows == 2:
		// One row, the score of the second class, which is the first label.
		labels[0], labels[1] = labels[1], labels[0]
		solver, rows = "L2R_LR", 1
		first, second := weights[:features], weights[features:]
		if link == loss.SigmoidLink && opposite(weights, bias) {
			weights, bias = second, bias[1:]
			break
		}
		if link != loss.SoftmaxLink {
			solver = "L2R_L2LOSS_SVC"
		}
		for f := range second {
			second[f] -= first[f]
		}
		weights, bias = second, []float64{bias[1] - bias[0]}
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "solver_type %s\nnr_class %d\nlabel", solver, len(labels))
	for _, label := range labels {
		fmt.Fprintf(b, " %d", label)
	}
	biased := -1
	if !allZero(bias) {
		biased = 1
	}
	fmt.Fprintf(b, "\nnr_feature %d\nbias %d\nw\n", features, biased)
	line := func(of func(row int) float64) {
		for k := range rows {
			b.Write(strconv.AppendFloat(b.AvailableBuffer(), of(k), 'g', -1, 64))
			b.WriteByte(' ')
		}
		b.WriteByte('\n')
	}
	for f := range features {
		line(func(row int) float64 { return weights[row*features+f] })
	}
	if biased > 0 {
		line(func(row int) float64 { return bias[row] })
	}
	return b.Flush()
}

// opposite reports whether the scores of two classes differ in their sign alone.
func opposite(weights, bias []float64) bool {
	n := len(weights) / 2
	for f, w := range weights[:n] {
		if w != -weights[n+f] {
			return false
		}
	}
	return bias[0] == -bias[1]
}

// labelsOf returns the labels of classes.
func labelsOf(names []string) []int {
	labels := make([]int, len(names))
	for i, name := range names {
		n, err := strconv.ParseInt(name, 10, 32)
		if err != nil || strconv.FormatInt(n, 10) != name {
			for i := range labels {
				labels[i] = i
			}
			return labels
		}
		labels[i] = int(n)
	}
	return labels
}
