package play

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed842bec00/argmax"
)

const workedBodyOfTest = `{"pixels":[56,231,24,2],"w":[[0.2,-0.5,0.1,2],[1.5,1.3,2.1,0],[0,0.25,0.2,-0.3]],"b":[1.1,3.2,-1.2],"label":0,"margin":1}`

func askWorked(t *testing.T, address, body string) (a workedAnswer) {
	t.Helper()
	response, text := exchange{address: address, method: "POST", path: "/api/worked", body: body}.do(t)
	require.Equal(t, 200, response.StatusCode, text)
	require.NoError(t, json.Unmarshal([]byte(text), &a))
	return a
}

// The slides' numbers: four pixels, and the scores of a cat, a car and a frog.
func TestWorkedExample(t *testing.T) {
	address := serve(t, Config{})
	a := askWorked(t, address, workedBodyOfTest)
	assert.InDeltaSlice(t, []float32{-96.8, 437.9, 60.75}, a.Scores[:], 1e-4)
	assert.Equal(t, 1, a.Predicted)
	assert.InDeltaSlice(t, []float32{0, 535.7, 158.55}, a.Terms[:], 1e-3)
	assert.Nil(t, a.Exponentials[1], "exp(437.9) is no float32")
	assert.EqualValues(t, 1, a.Unnormalized[1])
	assert.InDelta(t, 534.7, a.CrossEntropy, 1e-3)

	hinges, losses := []float32{2.9, 0, 12.9}, []float32{2.04, 0.08, 6.16}
	for label, scores := range []string{"[[3.2,0,0,0],[5.1,0,0,0],[-1.7,0,0,0]]", "[[1.3,0,0,0],[4.9,0,0,0],[2,0,0,0]]", "[[2.2,0,0,0],[2.5,0,0,0],[-3.1,0,0,0]]"} {
		a := askWorked(t, address, fmt.Sprintf(`{"pixels":[1,0,0,0],"w":%s,"b":[0,0,0],"label":%d,"margin":1}`, scores, label))
		assert.InDelta(t, hinges[label], a.Hinge, 1e-5)
		assert.InDelta(t, a.Hinge, a.Terms[0]+a.Terms[1]+a.Terms[2], 1e-5)
		assert.InDelta(t, losses[label], a.CrossEntropy, 6e-3)
		if label == 0 {
			assert.InDeltaSlice(t, []float32{0.13, 0.87, 0}, a.Probabilities[:], 5e-3)
			assert.InDelta(t, 24.5, *a.Exponentials[0], 0.05)
			assert.InDelta(t, 164, *a.Exponentials[1], 0.05)
		}
	}
}

func TestHostileWorkedExamples(t *testing.T) {
	address := serve(t, Config{})
	for old, c := range map[string]struct {
		new    string
		status int
	}{
		`"label":0`:     {`"label":3`, 422},
		`"margin":1`:    {`"margin":1e7`, 422},
		`[56,231,24,2]`: {`[56,231,24,-2e6]`, 422},
		`[1.1,3.2,`:     {`[1e30,3.2,`, 422},
		`0.25`:          {`1e39`, 400},
		`-1.2]`:         {`NaN]`, 400},
		`"pixels"`:      {`"evil"`, 400},
		`}`:             {`}` + strings.Repeat(" ", workedBody), 413},
	} {
		require.Contains(t, workedBodyOfTest, old)
		response, text := exchange{address: address, method: "POST", path: "/api/worked", body: strings.Replace(workedBodyOfTest, old, c.new, 1)}.do(t)
		assert.Equal(t, c.status, response.StatusCode, "%s: %s", c.new, text)
	}
}

// A number that is edited changes the losses to those of the library. Steps are shown one
// by one.
func TestEditedExample(t *testing.T) {
	p := openWith(t, Config{}, 390, "#images", "#hinge-loss")
	assert.Equal(t, "-96.8,437.9,60.75", evaluate[string](p, `[0, 1, 2].map((c) => document.getElementById("score" + c).textContent).join()`))
	p.do(chromedp.SetJavascriptAttribute("#worked-preset", "value", "cat"))
	p.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("worked-preset").dispatchEvent(new Event("input"))`))
	p.until(`document.getElementById("hinge-loss").textContent === "2.9"`)
	p.until(`document.getElementById("softmax-loss").textContent.startsWith("2.04")`)

	p.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("w00").select()`), chromedp.SendKeys("#w00", "5.5"))
	scores, gradient := []float32{5.5, 5.1, -1.7}, make([]float32, 3)
	p.until(fmt.Sprintf(`document.getElementById("hinge-loss").title === "%v"`, argmax.Hinge(gradient, scores, 0, 1, 1)))
	p.until(fmt.Sprintf(`document.getElementById("softmax-loss").title === "%v"`, argmax.CrossEntropy(gradient, scores, 0, 1)))

	visible := `Array.from(document.getElementById("worked-steps").children).filter((li) => !li.hidden).length`
	assert.Equal(t, 7, evaluate[int](p, visible))
	p.do(chromedp.Click("#worked-first"))
	assert.Equal(t, 1, evaluate[int](p, visible))
	p.do(chromedp.Click("#worked-next"), chromedp.Click("#worked-next"))
	assert.Equal(t, 3, evaluate[int](p, visible))
	p.do(chromedp.Click("#worked-all"))
	assert.Equal(t, 7, evaluate[int](p, visible))
}

func FuzzWorked(f *testing.F) {
	f.Add([]byte(workedBodyOfTest))
	f.Add([]byte(`{"margin":-1e6,"pixels":[1e6,-1e6,1e6],"w":[[1e6],[-1e6]]}`))
	s := newServer(Config{})
	f.Fuzz(func(t *testing.T, body []byte) {
		var q workedRequest
		if json.Unmarshal(body, &q) != nil {
			return
		}
		a, err := s.worked(t.Context(), &q)
		if err != nil {
			return
		}
		_, err = json.Marshal(a)
		assert.NoError(t, err)
	})
}
