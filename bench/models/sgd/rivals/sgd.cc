// An epoch of minibatch SGD with momentum on the softmax loss, as one would write it in C++:
// oneDNN's sgemm for the products, and loops that gcc vectorizes for the rest.
//
//	g++ -O3 -march=native -ffast-math -fno-math-errno sgd.cc -ldnnl -o rival
//	OMP_NUM_THREADS=1 ./rival DIR EPOCHS [bytes]
//
// DIR holds Fashion-MNIST or MNIST. The pixels are float32 in memory, centred and scaled
// before the first epoch; with "bytes" they stay bytes, which each step converts. It prints
// the shortest time of an epoch, in seconds of the processor, and the mean loss of the last.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <vector>
#include <time.h>

#include <dnnl.h>

static const int features = 784, classes = 10, batch = 256;

static std::vector<uint8_t> file(const std::string &path, size_t skip) {
  std::ifstream f(path, std::ios::binary);
  if (!f) {
    fprintf(stderr, "%s: cannot be opened\n", path.c_str());
    exit(1);
  }
  std::vector<uint8_t> all((std::istreambuf_iterator<char>(f)), {});
  return {all.begin() + skip, all.end()};
}

static double now() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  const std::string dir = argv[1];
  const int epochs = atoi(argv[2]);
  const bool bytes = argc > 3;
  const auto pixels = file(dir + "/train-images-idx3-ubyte", 16), labels = file(dir + "/train-labels-idx1-ubyte", 8);
  const int n = labels.size();

  std::vector<double> sum(features);
  for (size_t i = 0; i < pixels.size(); i++) sum[i % features] += pixels[i];
  std::vector<float> mean(features);
  for (int f = 0; f < features; f++) mean[f] = sum[f] / n;
  double squares = 0;
  for (size_t i = 0; i < pixels.size(); i++) squares += std::pow(pixels[i] - mean[i % features], 2);
  const float scale = 1 / std::sqrt(squares / pixels.size());
  std::vector<float> rows;
  if (!bytes) {
    rows.resize(pixels.size());
    for (size_t i = 0; i < pixels.size(); i++) rows[i] = (pixels[i] - mean[i % features]) * scale;
  }

  auto aligned = [](size_t n) { return (float *)memset(aligned_alloc(64, (n * 4 + 63) / 64 * 64), 0, (n * 4 + 63) / 64 * 64); };
  float *w = aligned(classes * features), *v = aligned(classes * features), *g = aligned(classes * features);
  float *x = aligned(batch * features), *s = aligned(batch * classes), *b = aligned(classes), *vb = aligned(classes);
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::mt19937_64 random(1);
  const int steps = epochs * ((n + batch - 1) / batch);
  int step = 0;
  double least = 1e9, loss = 0;
  for (int epoch = 0; epoch < epochs; epoch++) {
    const double begin = now();
    std::shuffle(order.begin(), order.end(), random);
    loss = 0;
    for (int lo = 0; lo < n; lo += batch, step++) {
      const int m = std::min(batch, n - lo);
      for (int i = 0; i < m; i++) {
        const size_t row = order[lo + i];
        if (bytes) {
          const uint8_t *p = &pixels[row * features];
          for (int f = 0; f < features; f++) x[i * features + f] = (p[f] - mean[f]) * scale;
        } else {
          memcpy(x + i * features, &rows[row * features], features * 4);
        }
      }
      dnnl_sgemm('N', 'T', m, classes, features, 1, x, features, w, features, 0, s, classes);
      for (int i = 0; i < m; i++) {
        float *r = s + i * classes, most = r[0] + b[0], total = 0;
        for (int k = 0; k < classes; k++) r[k] += b[k], most = std::max(most, r[k]);
        const int y = labels[order[lo + i]];
        loss -= r[y] - most;
        for (int k = 0; k < classes; k++) total += r[k] = std::exp(r[k] - most);
        loss += std::log(total);
        for (int k = 0; k < classes; k++) r[k] *= 1 / (total * m);
        r[y] -= 1.0f / m;
      }
      dnnl_sgemm('T', 'N', classes, features, m, 1, s, classes, x, features, 0, g, features);
      const float rate = 0.003f * (steps - step) / steps;
      for (int k = 0; k < classes; k++) {
        float db = 0;
        for (int i = 0; i < m; i++) db += s[i * classes + k];
        vb[k] = 0.9f * vb[k] + db;
        b[k] -= rate * vb[k];
      }
      for (int i = 0; i < classes * features; i++) {
        v[i] = 0.9f * v[i] + g[i] + 2e-4f * w[i];
        w[i] -= rate * v[i];
      }
    }
    least = std::min(least, now() - begin);
  }
  printf("%.5f %.5f\n", least, loss / n);
}
