package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// playing returns the address of argmax play with arguments, which ends with the test.
func playing(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, written := io.Pipe()
	ended := make(chan int, 1)
	var problems strings.Builder
	go func() {
		code := run(ctx, append([]string{"play", "-q"}, args...), strings.NewReader(""), written, &problems)
		_ = written.Close()
		ended <- code
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	line, err := bufio.NewReader(read).ReadString('\n')
	require.NoError(t, err, "%v", args)
	return strings.TrimSpace(line)
}

// playStart returns what the page is told of the images.
func playStart(t *testing.T, address string) (images struct {
	Name                          string
	Height, Width, Channels, Test int
	Train                         int
	Classes                       []string
}) {
	t.Helper()
	response, err := http.Get(address + "api/start")
	require.NoError(t, err)
	defer response.Body.Close()
	var start struct{ Images any }
	start.Images = &images
	require.NoError(t, json.NewDecoder(response.Body).Decode(&start))
	return images
}

// play shows built-in images, those of a set, and those that a model was trained on.
func TestPlayShowsImages(t *testing.T) {
	built := playStart(t, playing(t))
	assert.Equal(t, "a part of Fashion-MNIST", built.Name)
	assert.Equal(t, 4500, built.Train)
	assert.Equal(t, 28, built.Height)

	set := playStart(t, playing(t, idx(t)))
	assert.Equal(t, []int{60, 20, 5, 5, 1}, []int{set.Train, set.Test, set.Height, set.Width, set.Channels})

	photos, model := folders(t, 12, 20), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model, "--width", "6", "--height", "4", "-q")
	shown := playStart(t, playing(t, photos, "--model", model))
	assert.Equal(t, []int{24, 4, 6}, []int{shown.Train, shown.Height, shown.Width})
	assert.Equal(t, []string{"dark", "light"}, shown.Classes)
}

// A picture of another size is taken for what argmax predict takes it for.
func TestPlayPredictsAsPredictDoes(t *testing.T) {
	photos, model := folders(t, 12, 20), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model, "--width", "8", "--height", "8", "-q")
	address := playing(t, photos, "--model", model)
	random := rand.New(rand.NewPCG(5, 6))
	for _, size := range []image.Point{{8, 8}, {50, 50}, {31, 77}, {400, 90}} {
		file := filepath.Join(t.TempDir(), "a.png")
		m := image.NewGray(image.Rectangle{Max: size})
		for i := range m.Pix {
			m.Pix[i] = uint8(random.IntN(256))
		}
		var content bytes.Buffer
		require.NoError(t, png.Encode(&content, m))
		require.NoError(t, os.WriteFile(file, content.Bytes(), 0o644))
		want := decodeLines[prediction](t, mustRun(t, "predict", model, file, "--format", "jsonl"))[0]

		body, err := json.Marshal(map[string]any{"picture": content.Bytes(), "k": 1})
		require.NoError(t, err)
		request, err := http.NewRequest("POST", address+"api/images", bytes.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Origin", strings.TrimSuffix(address, "/"))
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer response.Body.Close()
		var got struct {
			Class  int
			Ranked []struct{ Score float32 }
		}
		require.NoError(t, json.NewDecoder(response.Body).Decode(&got))
		assert.Equal(t, want.Class, []string{"dark", "light"}[got.Class])
		assert.Equal(t, want.Top[0].Score, got.Ranked[0].Score, "%v", size)
	}
}

func TestPlayRefusesWhatIsNoImage(t *testing.T) {
	photos, model := folders(t, 6, 8), filepath.Join(t.TempDir(), "model")
	mustRun(t, "train", photos, "-o", model, "-q")
	assert.Contains(t, mustFail(t, 1, "play", "--model", model), "a model of 8x8")
	assert.Contains(t, mustFail(t, 1, "play", "no such directory"), "no such")
	assert.Contains(t, mustFail(t, 2, "play", photos, photos), "2 arguments")
}
