// An epoch of minibatch SGD with momentum on the softmax loss, as one would write it in C++:
// oneDNN's sgemm for the products, and loops that gcc vectorizes for the rest.
//
//	g++ -O3 -march=native -ffast-math -fno-math-errno epoch.cc -ldnnl -o epoch
//	OMP_NUM_THREADS=1 ./epoch DIR
//
// The pixels are float32 in memory, centred and scaled before the first epoch; asked for
// bytes, they stay bytes, which each step converts. A line of JSON on the standard input is
// a request, and is answered by one, with the seconds of all epochs and the mean loss of the
// last.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <numeric>
#include <random>
#include <string>
#include <vector>
#include <time.h>

#include <dnnl.h>

static const int features = 784, classes = 10, batch = 256;

static std::vector<uint8_t> file(const std::string &path) {
  std::ifstream f(path, std::ios::binary);
  if (!f) {
    fprintf(stderr, "%s: cannot be opened\n", path.c_str());
    exit(1);
  }
  return std::vector<uint8_t>((std::istreambuf_iterator<char>(f)), {});
}

static double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  const std::string dir = argv[1];
  const auto pixels = file(dir + "/train.x"), labels = file(dir + "/train.y");
  const int n = labels.size();

  std::vector<double> sum(features);
  for (size_t i = 0; i < pixels.size(); i++) sum[i % features] += pixels[i];
  std::vector<float> mean(features);
  for (int f = 0; f < features; f++) mean[f] = sum[f] / n;
  double squares = 0;
  for (size_t i = 0; i < pixels.size(); i++) squares += std::pow(pixels[i] - mean[i % features], 2);
  const float scale = 1 / std::sqrt(squares / pixels.size());
  std::vector<float> rows(pixels.size());
  for (size_t i = 0; i < pixels.size(); i++) rows[i] = (pixels[i] - mean[i % features]) * scale;

  auto aligned = [](size_t n) { return (float *)memset(aligned_alloc(64, (n * 4 + 63) / 64 * 64), 0, (n * 4 + 63) / 64 * 64); };
  float *w = aligned(classes * features), *v = aligned(classes * features), *g = aligned(classes * features);
  float *x = aligned(batch * features), *s = aligned(batch * classes), *b = aligned(classes), *vb = aligned(classes);
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::mt19937_64 random(1);
  for (std::string line; std::getline(std::cin, line);) {
    if (line.find("\"Do\":\"version\"") != std::string::npos) {
      const dnnl_version_t *v = dnnl_version();
      printf("{\"Version\":\"oneDNN %d.%d.%d, effective ISA %d, g++ %s\"}\n", v->major, v->minor, v->patch, dnnl_get_effective_cpu_isa(), __VERSION__);
      fflush(stdout);
      continue;
    }
    const bool bytes = line.find("\"Do\":\"bytes\"") != std::string::npos;
    int epochs = 1;
    sscanf(line.c_str() + line.find("\"Passes\":"), "\"Passes\":%d", &epochs);
    for (float *p : {w, v}) std::fill(p, p + classes * features, 0);
    for (float *p : {b, vb}) std::fill(p, p + classes, 0);
    const int steps = epochs * ((n + batch - 1) / batch);
    int step = 0;
    double loss = 0;
    const double begin = now();
    for (int epoch = 0; epoch < epochs; epoch++) {
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
    }
    printf("{\"Seconds\":%.6f,\"Objective\":%.5f}\n", now() - begin, loss / n);
    fflush(stdout);
  }
}
