// Exact search with FAISS. A line of JSON on the standard input is a request, and is
// answered by one:
//
//	{"Do":"version"}
//	{"Do":"index","Path":...,"Rows":n,"Columns":d,"Task":metric,"Bytes":b}
//	    reads n rows of d float32; with b, an index of bytes (QT_8bit_direct)
//	{"Do":"search","Path":...,"Rows":n,"K":k,"Bytes":b,"Limit":t,"Passes":p}
//	    searches for n queries p times; from t queries on by products of matrices
//	{"Do":"distances",...}
//	    the same once, and answers with the distances
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <faiss/IndexFlat.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/utils/distances.h>
#include <faiss/utils/utils.h>

extern "C" char *openblas_get_config(void) __attribute__((weak));
extern "C" char *openblas_get_corename(void) __attribute__((weak));

static std::string text(const std::string &line, const std::string &name) {
  const size_t at = line.find("\"" + name + "\":\"");
  if (at == std::string::npos) return "";
  const size_t from = at + name.size() + 4;
  return line.substr(from, line.find('"', from) - from);
}

static double number(const std::string &line, const std::string &name) {
  const size_t at = line.find("\"" + name + "\":");
  return at == std::string::npos ? 0 : atof(line.c_str() + at + name.size() + 3);
}

static std::vector<float> rows(const std::string &path, size_t n) {
  std::vector<float> x(n);
  std::ifstream f(path, std::ios::binary);
  f.read((char *)x.data(), n * sizeof(float));
  if (!f) {
    fprintf(stderr, "%s: too short\n", path.c_str());
    exit(1);
  }
  return x;
}

int main() {
  std::unique_ptr<faiss::Index> indices[2]; // of floats and of bytes
  std::vector<float> queries;
  std::string read;
  for (std::string line; std::getline(std::cin, line);) {
    const std::string what = text(line, "Do");
    const long n = number(line, "Rows");
    auto &index = indices[number(line, "Bytes") != 0];
    if (what == "version") {
      printf("{\"Version\":\"FAISS %d.%d.%d, compiled for %s; %s\"}\n", FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH,
             (faiss::get_compile_options() + (faiss::get_compile_options().find("AVX") == std::string::npos ? "(its own loops have no AVX)" : "")).c_str(), openblas_get_corename ? (std::string(openblas_get_config()) + ", core " + openblas_get_corename()).c_str() : "BLAS unknown");
    } else if (what == "index") {
      const std::map<std::string, faiss::MetricType> metrics = {
          {"L2", faiss::METRIC_L2}, {"L1", faiss::METRIC_L1}, {"InnerProduct", faiss::METRIC_INNER_PRODUCT}};
      const int d = number(line, "Columns");
      const auto metric = metrics.at(text(line, "Task"));
      if (number(line, "Bytes")) index.reset(new faiss::IndexScalarQuantizer(d, faiss::ScalarQuantizer::QT_8bit_direct, metric));
      else index.reset(new faiss::IndexFlat(d, metric));
      const auto base = rows(text(line, "Path"), n * d);
      index->train(n, base.data());
      index->add(n, base.data());
      read.clear();
      printf("{}\n");
    } else {
      const int k = number(line, "K"), passes = what == "search" ? number(line, "Passes") : 1;
      if (read != text(line, "Path") || queries.size() != size_t(n * index->d)) queries = rows(read = text(line, "Path"), n * index->d);
      std::vector<float> distances(n * k);
      std::vector<faiss::Index::idx_t> labels(n * k);
      faiss::distance_compute_blas_threshold = number(line, "Limit");
      const auto begin = std::chrono::steady_clock::now();
      for (int p = 0; p < passes; p++) index->search(n, queries.data(), k, distances.data(), labels.data());
      printf("{\"Seconds\":%.9f", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      if (what == "distances") {
        printf(",\"Objectives\":[");
        for (size_t i = 0; i < distances.size(); i++) printf("%s%.9g", i ? "," : "", distances[i]);
        printf("]");
      }
      printf("}\n");
    }
    fflush(stdout);
  }
}
